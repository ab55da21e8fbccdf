// Words that several parts of the page share.

/** @type {Record<string, string>} */
export const KINDS = {
  highlight: 'highlight',
  comment: 'comment',
  question: 'question',
  claim: 'claim',
  objection: 'objection',
  suggestion: 'suggestion',
};

/** What a reader may say in one press: its name in the API, and its words. */
export const REACTIONS = [
  { name: 'agree', words: 'agree' },
  { name: 'disagree', words: 'disagree' },
  { name: 'question', words: 'unclear' },
  { name: 'thanks', words: 'thanks' },
  { name: 'want_answer', words: 'want an answer too' },
];

/** Why a note is flagged, as readers say it and leaders read it: its name in the API, and its words. */
export const REASONS = [['spam', 'advertising or spam'], ['abuse', 'it hurts or insults'], ['off_topic', 'it does not belong here'],
  ['spoiler', 'it gives something away'], ['other', 'something else']];

const DAY = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const DAY_AND_YEAR = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', year: 'numeric' });
const IN_FULL = new Intl.DateTimeFormat(undefined, { dateStyle: 'long', timeStyle: 'short' });

/** @param {number} n @param {string} one @param {string} [many] */
export function count(n, one, many = `${one}s`) {
  return `${n} ${n === 1 ? one : many}`;
}

/**
 * "just now", "5 min ago", "3 Mar", "3 Mar 2024"; what is to come, in full.
 *
 * @param {string} iso
 * @param {Date} [now]
 */
export function ago(iso, now = new Date()) {
  const then = new Date(iso);
  const seconds = (now.getTime() - then.getTime()) / 1000;
  if (seconds < -90) return exactly(iso);
  if (seconds < 45) return 'just now';
  if (seconds < 3600) return `${Math.max(1, Math.round(seconds / 60))} min ago`;
  if (seconds < 20 * 3600) return `${Math.round(seconds / 3600)} h ago`;
  return (then.getFullYear() === now.getFullYear() ? DAY : DAY_AND_YEAR).format(then);
}

/** @param {string} iso */
export function exactly(iso) {
  return IN_FULL.format(new Date(iso));
}

/**
 * The first `chars` characters, cut at a grapheme, with an ellipsis where something is missing.
 *
 * @param {string} text
 * @param {number} chars
 */
export function shorten(text, chars) {
  const parts = [...text.replace(/\s+/gu, ' ').trim()];
  return parts.length <= chars ? parts.join('') : `${parts.slice(0, chars - 1).join('').trimEnd()}…`;
}

/**
 * "irony, mass of men" → ["irony", "mass of men"], each once.
 *
 * @param {string} text
 */
export function tagsOf(text) {
  return [...new Set(text.split(',').map(tag => tag.trim()).filter(Boolean))];
}
