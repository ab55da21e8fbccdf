// What the page knows, in one place, and who is told when it changes.

/**
 * An annotation as the API gives it, as far as the page reads it.
 *
 * @typedef {object} Annotation
 * @property {string} id
 * @property {string} document
 * @property {string} group
 * @property {(string | { id: string })[]} [groups] further ones through which it is read
 * @property {'group' | 'private'} visibility
 * @property {boolean} [draft]
 * @property {{ id: string, name: string | null, display_name: string, masked?: true, mask?: string } | null} author
 * @property {{ state: string, note: string | null } | null} [moderation]
 * @property {{ group: string, state: string, note: string | null }[]} [held] in further groups
 * @property {string} kind
 * @property {string | null} body null in a highlight and in a tombstone
 * @property {string | null} body_html
 * @property {string[]} tags
 * @property {{ exact: string } | null} quote
 * @property {{ revision: string, start: number | null, end: number | null, state: string, confirmed?: boolean } | null} anchor
 * @property {{ replacement: string, state: 'open' | 'accepted' | 'rejected', by: any, at: string | null, reason: string | null, revision: string | null } | null} [suggestion]
 * @property {string | null} parent
 * @property {string} thread
 * @property {Record<string, number>} reactions
 * @property {string[]} my_reactions
 * @property {string} created_at
 * @property {string} updated_at
 * @property {number} version
 * @property {boolean} deleted
 */

/**
 * A passage's discussion: its first annotation, and the replies, oldest first. `isLost`: its passage
 * is not in the text that is shown.
 *
 * @typedef {{ id: string, root: Annotation, replies: Annotation[], start: number, end: number, isLost: boolean }} Thread
 */

/** Events: `change` (annotations), `focus`. */
export class Store extends EventTarget {
  /**
   * @param {{ document: string, revision: string, me: string | null }} page
   * @param {(one: Annotation) => boolean} wants what is not wanted is not taken in
   */
  constructor(page, wants = () => true) {
    super();
    this.page = page;
    this.wants = wants;
    /** @type {Map<string, Annotation>} */
    this.annotations = new Map();
    /** @type {Thread[] | null} of the annotations as they are */
    this.sorted = null;
    /** @type {string | null} a thread's id */
    this.focused = null;
    /** @type {Set<string>} ids that came from others while the page was open */
    this.fresh = new Set();
  }

  /**
   * Takes annotations in, newer versions only.
   *
   * @param {Annotation[]} list
   * @param {{ live?: boolean, gone?: Set<string> }} [how] live: while the reader is here; gone: those
   *   of these ids that are not on the list are there no more
   * @returns {Annotation[]} those that were not known before
   */
  merge(list, how = {}) {
    const before = new Map(this.annotations);
    for (const id of how.gone ?? []) this.annotations.delete(id);
    const wanted = list.filter(this.wants);
    for (const one of wanted) {
      const known = before.get(one.id);
      this.annotations.set(one.id, known && known.version > one.version ? known : this.placed(one, known));
    }
    const added = wanted.filter(one => !before.has(one.id));
    if (how.live)
      for (const one of added) if (one.author?.id !== this.page.me) this.fresh.add(one.id);
    if (this.differs(before)) this.changed();
    return added;
  }

  /** Positions count in the text that is shown, and what stands in a newer one is not told from them. @param {Annotation} one @param {Annotation} [known] */
  placed(one, known) {
    if (!one.anchor || one.anchor.revision === this.page.revision) return one;
    return { ...one, anchor: known?.anchor ?? null };
  }

  /** @param {Map<string, Annotation>} before */
  differs(before) {
    if (before.size !== this.annotations.size) return true;
    for (const [id, one] of this.annotations) {
      const known = before.get(id);
      if (known !== one && JSON.stringify(one) !== JSON.stringify(known)) return true;
    }
    return false;
  }

  /** What is not wanted any more goes. */
  sift() {
    for (const [id, one] of this.annotations) if (!this.wants(one)) this.annotations.delete(id);
    this.changed();
  }

  /** @param {string} id */
  remove(id) {
    if (this.annotations.delete(id)) this.changed();
  }

  changed() {
    this.sorted = null;
    this.dispatchEvent(new Event('change'));
  }

  /** @param {string | null} id */
  focus(id) {
    if (this.focused === id) return;
    this.focused = id;
    this.dispatchEvent(new Event('focus'));
  }

  /**
   * In the order of the text; what is about the whole document comes first, what has lost its place
   * last. The same list as long as nothing has changed.
   *
   * @returns {Thread[]}
   */
  threads() {
    this.sorted ??= this.sort();
    return this.sorted;
  }

  sort() {
    /** @type {Map<string, Annotation[]>} */
    const replies = new Map();
    const roots = [];
    for (const one of this.annotations.values()) {
      if (!one.parent) roots.push(one);
      else if (replies.has(one.thread)) replies.get(one.thread)?.push(one);
      else replies.set(one.thread, [one]);
    }
    return roots.map(root => threadOf(root, replies.get(root.id) ?? [])).sort(inText);
  }

  /** The thread that an annotation belongs to. @param {string} id */
  threadIdOf(id) {
    const one = this.annotations.get(id);
    return one ? (one.parent ? one.thread : one.id) : null;
  }
}

/** @param {Annotation} root @param {Annotation[]} replies @returns {Thread} */
function threadOf(root, replies) {
  replies.sort((a, b) => a.created_at < b.created_at ? -1 : a.created_at > b.created_at ? 1 : a.id < b.id ? -1 : 1);
  const start = root.anchor?.start ?? -1;
  return { id: root.id, root, replies, start, end: root.anchor?.end ?? -1, isLost: root.quote !== null && start < 0 && !root.deleted };
}

/** Is anything in it new? @param {Thread} thread @param {Set<string>} fresh */
export function isFresh(thread, fresh) {
  return fresh.size > 0 && (fresh.has(thread.id) || thread.replies.some(reply => fresh.has(reply.id)));
}

/**
 * What stands where there is no room for all: what is new, then what is disputed, then questions and
 * claims that stand open, then what was answered and agreed to most.
 *
 * @param {Thread} thread
 * @param {Set<string>} fresh
 */
export function weightOf(thread, fresh) {
  const { root, replies } = thread;
  const { agree = 0, disagree = 0 } = root.reactions ?? {};
  const reactions = Object.values(root.reactions ?? {}).reduce((sum, n) => sum + n, 0);
  const isOpen = ['question', 'claim', 'objection'].includes(root.kind);
  return (isFresh(thread, fresh) ? 1000 : 0) + (agree && disagree ? 100 : 0) + (isOpen ? 10 : 0)
    + 3 * replies.length + reactions + (root.kind === 'highlight' ? 0 : 2);
}

/** @param {Thread} a @param {Thread} b */
function inText(a, b) {
  return Number(a.isLost) - Number(b.isLost) || a.start - b.start || a.end - b.end || (a.root.created_at < b.root.created_at ? -1 : 1);
}
