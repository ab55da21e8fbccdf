// Which threads are shown. Pure.

/** @typedef {import('./store.js').Annotation} Annotation */
/** @typedef {import('./store.js').Thread} Thread */

/**
 * What is wanted; an empty string is anything.
 *
 * @typedef {object} Wanted
 * @property {string} words in the note, its passage or its tags
 * @property {string} author an id
 * @property {string} kind
 * @property {string} tag
 * @property {string} state `new`, or that of its place in the text
 */

/** @type {Wanted} */
export const ANYTHING = { words: '', author: '', kind: '', tag: '', state: '' };

/**
 * A thread is shown where one of its notes is wanted; its place is that of the thread.
 *
 * @param {Thread[]} threads
 * @param {Wanted} wanted
 * @param {Set<string>} fresh
 * @returns {{ shown: Thread[], hidden: number }} hidden: how many notes are not shown, each with its replies
 */
export function sift(threads, wanted, fresh) {
  if (Object.values(wanted).every(value => value === '')) return { shown: threads, hidden: 0 };
  const words = folded(wanted.words).split(/\s+/u).filter(Boolean);
  const shown = threads.filter(({ root, replies }) => isPlaced(root, wanted)
    && (fits(root, wanted, words, fresh) || replies.some(reply => fits(reply, wanted, words, fresh))));
  return { shown, hidden: threads.length - shown.length };
}

/** @param {Annotation} root @param {Wanted} wanted */
function isPlaced(root, { state }) {
  return !state || state === 'new' || stateOf(root) === state;
}

/** Where a passage is now; nothing for what is about the whole text. @param {Annotation} root */
export function stateOf(root) {
  if (!root.quote) return '';
  return root.anchor && root.anchor.start !== null ? root.anchor.state : 'gone';
}

/** @param {Annotation} one @param {Wanted} wanted @param {string[]} words @param {Set<string>} fresh */
function fits(one, { author, kind, tag, state }, words, fresh) {
  if (one.deleted) return false;
  if (author && one.author?.id !== author) return false;
  if (kind && one.kind !== kind) return false;
  if (tag && !one.tags?.includes(tag)) return false;
  if (state === 'new' && !fresh.has(one.id)) return false;
  if (words.length === 0) return true;
  const text = folded([one.body, one.quote?.exact, ...(one.tags ?? [])].filter(Boolean).join(' '));
  return words.every(word => text.includes(word));
}

/** Without capitals and accents. @param {string} text */
function folded(text) {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}
