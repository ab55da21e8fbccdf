// What a reader does on the reading page. Each deed asks the server first and then tells the store
// what came of it; nothing is shown as done before it is.

import { Problem, newKey, request } from './api.js';
import { WITH, composer } from './compose.js';
import { find, h, say } from './dom.js';
import { nameOf } from './entry.js';
import { Further } from './further.js';
import { PRIVATE } from './groups.js';
import { Suggestions } from './suggest.js';
import { count } from './words.js';

/** @typedef {import('./store.js').Annotation} Annotation */
/** @typedef {import('./store.js').Thread} Thread */
/** @typedef {import('./compose.js').Writing} Writing */

/** In the place of a passage: what is said is about the whole text. */
export const WHOLE = { start: -1, end: -1 };

export class Deeds {
  /** @param {any} reader the page */
  constructor(reader) {
    this.reader = reader;
    this.further = new Further(this);
    this.suggestions = new Suggestions(reader);
    /** @type {{ start: number, end: number, el: HTMLElement } | null} an annotation being written */
    this.draft = null;
  }

  get store() {
    return this.reader.store;
  }

  /** @returns {import('./groups.js').Groups} */
  get groups() {
    return this.reader.groups;
  }

  // -- something new ------------------------------------------------------------------------------

  async highlight() {
    const passage = this.reader.passage();
    if (!passage) return this.needPassage();
    this.leaveFor(passage);
    this.reader.walk.back();
    this.reader.painter.put('pending', passage);
    try {
      await this.create(passage, { body: null, kind: 'highlight', who: this.groups.place() }, newKey());
    } catch (why) {
      this.complain(why);
    } finally {
      this.reader.painter.put('pending', null);
    }
  }

  /**
   * Opens a form beside the passage.
   *
   * @param {'comment' | 'question' | 'suggestion'} kind
   * @param {{ start: number, end: number } | null} [passage] WHOLE is the whole text
   */
  compose(kind, passage = this.reader.passage()) {
    if (!passage) return this.needPassage();
    const isWhole = passage === WHOLE;
    const key = newKey();
    const quote = isWhole ? undefined : this.reader.map.text(passage.start, passage.end);
    const isSuggestion = kind === 'suggestion';
    const form = composer({
      draft: `${passage.start}-${passage.end}`,
      quote,
      ...(isSuggestion ? { label: 'Why (it can be left empty)', send: 'Suggest', replacement: quote, mayBeEmpty: true }
        : { label: kind === 'question' ? 'Your question' : 'Your comment', send: 'Send', kinds: true }),
      who: this.audience(),
      drafts: this.groups.writable().length > 0,
      from: { body: '', kind },
      onSend: async writing => {
        if (isSuggestion && writing.replacement === quote) throw new Problem(422, { detail: 'Change the words first: they are those that stand there.' });
        const made = await this.create(passage, writing, key);
        this.closeDraft();
        this.reader.reveal(made.id);
        this.reader.open(made.id);
      },
      onCancel: () => this.leaveDraft(),
    });
    const el = h('li', { class: 'thread focused writing', data: { key: 'draft' } },
      h('article', { 'aria-label': isSuggestion ? 'A new suggestion' : 'A new note' },
        h('blockquote', { class: 'passage', dir: 'auto' }, isWhole ? 'The whole text' : this.reader.map.text(passage.start, passage.end)),
        form));
    this.store.focus(null);
    this.leaveFor(passage);
    this.draft = { ...passage, el };
    this.reader.review.place(false);
    this.reader.margin.focused = 'draft';
    this.reader.painter.put('pending', isWhole ? null : passage);
    this.reader.render();
    this.reader.margin.place();
    form.querySelector('textarea')?.focus({ preventScroll: true });
  }

  suggest() {
    this.compose('suggestion');
  }

  /** A note that looks for its place has it here now. */
  async place() {
    const passage = this.reader.passage();
    if (!passage) return this.needPassage();
    this.reader.dropPassage();
    await this.reader.review.take(passage);
  }

  /** @param {Annotation} one */
  review(one) {
    this.reader.review.open([one.id]);
  }

  /** @param {Annotation} one */
  accept(one) {
    return this.suggestions.accept(one);
  }

  /** @param {Annotation} one */
  reject(one) {
    this.suggestions.reject(one);
  }

  /** Who may read a new note. @returns {import('./compose.js').Audience} */
  audience() {
    const { groups } = this;
    const may = groups.writable();
    const hasPeople = may.length > 0 && groups.hasPeople();
    const named = (/** @type {import('./groups.js').Group[]} */ list) => list.map(({ id }) => [id, groups.nameOf(id)]);
    return {
      options: [...named(may), [PRIVATE, 'Only me'], ...(hasPeople ? [[WITH, 'Just with …']] : [])],
      value: groups.place(),
      cautions: id => id === PRIVATE && may.length === 0 ? 'Only you will read it: the owner of this text does not let you write on it for others.' : groups.cautions(id),
      people: hasPeople ? () => groups.people() : undefined,
      also: id => may.some(group => group.id === id && group.kind !== 'pair')
        ? named(may.filter(group => group.id !== id && group.kind !== 'pair')) : [],
    };
  }

  /** Who may read one that stands: its group, or its author alone. @param {Annotation} one */
  audienceOf(one) {
    const { kind } = this.groups.known.get(one.group) ?? {};
    const options = [['group', this.groups.nameOf(one.group)], ['private', 'Only me']];
    return kind === 'mine' ? undefined : { options, value: one.visibility };
  }

  /** What was written stays for the next time. */
  leaveDraft() {
    this.closeDraft();
    this.reader.walk.back();
  }

  closeDraft() {
    this.draft = null;
    if (this.reader.margin.focused === 'draft') this.reader.margin.focused = this.store.focused;
    this.reader.painter.put('pending', null);
    this.reader.render();
  }

  /** From here one writes about a passage, and comes back to it. @param {{ start: number, end: number }} passage */
  leaveFor(passage) {
    this.reader.dropPassage();
    if (passage.start >= 0) this.reader.walk.mark(this.reader.map.blockAt(passage.start));
  }

  needPassage() {
    say('Select or choose a passage first, or go to a paragraph');
  }

  /**
   * @param {{ start: number, end: number }} passage
   * @param {Writing} writing
   * @param {string} key
   */
  async create(passage, writing, key) {
    const { document: id, revision } = this.reader.page;
    const { start, end } = passage;
    const place = passage === WHOLE ? {} : { revision, start, end };
    const { who = PRIVATE, also = [], draft, ...words } = writing;
    const where = who.startsWith(WITH) ? await this.groups.pairWith(who.slice(WITH.length)) : who;
    if (words.replacement !== undefined && !words.body?.trim()) delete words.body;
    const json = { document: id, ...place, ...words, ...this.groups.asJson(where), ...(also.length && { groups: also }), ...(draft && { draft }) };
    const { data } = await request('POST', '/annotations', { json, key });
    // of a text that was changed meanwhile, what is shown is what it was written about
    if (data.anchor && data.anchor.revision !== revision && passage !== WHOLE) data.anchor = { revision, start, end, state: 'exact' };
    if (where === who) this.groups.keepPlace(who);
    if (!this.groups.wants(data)) await this.reader.followElsewhere();
    this.store.merge([data]);
    this.store.focus(data.id);
    say(draft ? 'Saved as a draft' : 'Saved');
    return data;
  }

  // -- in a thread --------------------------------------------------------------------------------

  /** @param {Annotation} to any note of a thread */
  answer(to) {
    const thread = this.reader.byId.get(this.store.threadIdOf(to.id) ?? '');
    if (thread) this.reply(thread, to);
  }

  /** @param {Thread} thread @param {Annotation} to */
  reply(thread, to) {
    const card = this.reader.cardOf(thread.id);
    if (!card || !this.reader.page.me) return;
    const key = newKey();
    this.store.focus(thread.id);
    card.open(composer({
      draft: `reply:${to.id}`,
      label: to.id === thread.id ? 'Your reply' : `Your reply to ${nameOf(to.author)}`,
      send: 'Reply',
      onSend: async writing => {
        const { data } = await request('POST', `/annotations/${to.id}/replies`, { json: { body: writing.body }, key });
        card.open(null);
        this.store.merge([data]);
        this.reader.render();
        card.focusOn(data.id);
        say('Saved');
      },
      onCancel: () => {
        card.open(null);
        card.focusOn(to.id);
      },
    }));
  }

  /** @param {Annotation} annotation */
  async edit(annotation) {
    const card = this.reader.cardOf(this.store.threadIdOf(annotation.id) ?? '');
    if (!card) return;
    this.store.focus(card.id);
    let now;
    try {
      now = await request('GET', `/annotations/${annotation.id}`);
    } catch (why) {
      return this.complain(why);
    }
    const { body, kind, tags, visibility, suggestion } = now.data;
    const latest = { match: now.etag };
    const isReply = now.data.parent !== null;
    card.open(composer({
      draft: `edit:${annotation.id}`,
      label: 'Change your note',
      send: 'Save',
      mayBeEmpty: kind === 'highlight' || kind === 'suggestion',
      ...(suggestion?.state === 'open' ? { replacement: suggestion.replacement } : {}),
      ...(isReply ? {} : { who: this.audienceOf(now.data), kinds: kind !== 'suggestion' }),
      from: { body, tags, kind: kind === 'highlight' ? 'comment' : kind, who: visibility },
      onSend: async ({ who, ...writing }) => {
        await this.change(annotation, { ...writing, ...(who && { visibility: /** @type {'group' | 'private'} */ (who) }) }, latest);
        card.open(null);
        card.focusOn(annotation.id);
      },
      onCancel: () => {
        card.open(null);
        card.focusOn(annotation.id);
      },
    }));
  }

  /**
   * Where somebody was faster (another tab, another device), the text in the form stays, and a
   * second press puts it in place of what is there now.
   *
   * @param {Annotation} annotation
   * @param {Writing} writing
   * @param {{ match: string | null }} latest
   */
  async change(annotation, writing, latest) {
    const path = `/annotations/${annotation.id}`;
    const isSuggestion = annotation.kind === 'suggestion';
    const { kind, ...words } = writing;
    const json = isSuggestion ? { ...words, body: words.body?.trim() ? words.body : null }
      : writing.body?.trim() ? writing : { ...writing, body: null, kind: 'highlight' };
    try {
      const { data } = await request('PATCH', path, { json, match: latest.match });
      this.store.merge([data]);
    } catch (why) {
      if (!(why instanceof Problem) || why.status !== 412) throw why;
      const now = await request('GET', path);
      latest.match = now.etag;
      this.store.merge([now.data]);
      throw new Problem(412, { detail: `This note was changed elsewhere in the meantime and now says: “${now.data.body}”. `
        + 'Your text is still here; save again to put it in its place.' });
    }
  }

  /** @param {Annotation} annotation */
  async remove(annotation) {
    try {
      await request('DELETE', `/annotations/${annotation.id}`);
      const hasReplies = [...this.store.annotations.values()].some(one => one.parent === annotation.id);
      if (hasReplies) await this.reader.live.reload(false);
      else this.store.remove(annotation.id);
      say('Deleted');
    } catch (why) {
      this.complain(why);
    }
  }

  /** @param {Annotation} annotation @param {string} reaction @param {boolean} on */
  async react(annotation, reaction, on) {
    try {
      await request(on ? 'PUT' : 'DELETE', `/annotations/${annotation.id}/reactions/${reaction}`);
      const { data } = await request('GET', `/annotations/${annotation.id}`);
      this.store.merge([data]);
    } catch (why) {
      this.complain(why);
    }
  }

  /** From the keyboard, so in words. @param {Annotation} one @param {'agree' | 'disagree'} reaction */
  async toggle(one, reaction) {
    const on = !one.my_reactions?.includes(reaction);
    await this.react(one, reaction, on);
    const n = this.store.annotations.get(one.id)?.reactions?.[reaction] ?? 0;
    say(`${reaction}: ${on ? 'yes' : 'no longer'}, ${count(n, 'reader')}`);
  }

  // -- links and moves ----------------------------------------------------------------------------

  /** @param {Annotation} annotation */
  async copyLink(annotation) {
    await this.copy(`${location.origin}/n/${annotation.id}`);
  }

  async copyPassageLink() {
    const passage = this.reader.passage();
    if (!passage) return this.needPassage();
    await this.copy(`${location.origin}/d/${this.reader.page.document}#p=${passage.start}-${passage.end}`);
    this.reader.dropPassage();
    this.reader.walk.back();
  }

  /** @param {string} link */
  async copy(link) {
    try {
      await navigator.clipboard.writeText(link);
      this.tell('Link copied');
    } catch {
      this.tell(link); // without the right to the clipboard, the link itself is shown to be copied
    }
  }

  /** @param {string | null} id */
  focus(id) {
    if (id) this.reader.open(id);
    else this.reader.escape();
  }

  // -- words to the reader ------------------------------------------------------------------------

  /** @param {unknown} why */
  complain(why) {
    if (!(why instanceof Problem)) throw why;
    this.tell(why.message, 9000);
  }

  /** @param {string} text @param {number} [ms] @param {{ words: string, deed: () => void }} [way] back */
  tell(text, ms = 3500, way) {
    document.querySelector('.toast')?.remove();
    const toast = h('p', { class: 'toast', 'data-tool': true }, text, way ? h('button', { type: 'button', on: { click: () => {
      toast.remove();
      way.deed();
    } } }, way.words) : null);
    (find('#reader') ?? document.body).append(toast);
    say(text);
    setTimeout(() => toast.remove(), ms);
  }
}
