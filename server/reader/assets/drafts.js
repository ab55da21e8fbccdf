// What was written and not sent yet. It is kept in the browser at each pause, for this reader on this
// text alone, until the server has it or it is thrown away; who comes back finds it again.

import { find, h } from './dom.js';
import { remember, remembered } from './theme.js';
import { shorten } from './words.js';

/** @typedef {import('./compose.js').Writing} Writing */
/** @typedef {Writing & { quote?: string, at?: number }} Kept */

const PREFIX = 'gloss:draft:';
const PAUSE_MS = 400;
const MONTH_MS = 30 * 24 * 3600 * 1000;
const SHOWN = 3;

/** Nobody else who signs in here is shown it. */
function base() {
  const { me = '', document: id = '' } = find('main[data-document]')?.dataset ?? {};
  return `${PREFIX}${me}:${id}:`;
}

/** @param {string} key @returns {Kept | null} */
function read(key) {
  try {
    const kept = JSON.parse(remembered(key) ?? 'null');
    return typeof kept?.body === 'string' ? kept : null;
  } catch {
    return null;
  }
}

/** The text of one form. */
export class Draft {
  /**
   * @param {string} place what is written about: "12-40", "reply:ann_…", "edit:ann_…"; "text": the text itself
   * @param {string} [quote] the words there
   */
  constructor(place, quote) {
    this.key = base() + place;
    this.quote = quote;
    /** @type {Writing | null} */
    this.waiting = null;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    this.leaves = () => this.write();
    addEventListener('pagehide', this.leaves);
    document.addEventListener('visibilitychange', this.leaves);
  }

  /** Other words now stand where those were: then it is about something else. @returns {Writing | null} */
  kept() {
    const kept = read(this.key);
    return kept?.quote === this.quote ? kept : null;
  }

  /** At the next pause. @param {Writing} writing */
  keep(writing) {
    this.waiting = writing;
    clearTimeout(this.timer);
    this.timer = setTimeout(this.leaves, PAUSE_MS);
  }

  write() {
    if (!this.waiting) return;
    const kept = { ...this.waiting, quote: this.quote, at: Date.now() };
    this.waiting = null;
    remember(this.key, kept.body?.trim() || kept.replacement !== undefined ? JSON.stringify(kept) : null);
  }

  /** The form is gone, and its text stays. */
  close() {
    clearTimeout(this.timer);
    this.write();
    removeEventListener('pagehide', this.leaves);
    document.removeEventListener('visibilitychange', this.leaves);
  }

  /** It was sent, or is not wanted any more. */
  drop() {
    this.waiting = null;
    this.close();
    remember(this.key, null);
  }
}

/** What was written there and not sent. @param {string} place */
export function keptAt(place) {
  return read(base() + place);
}

/** Its passage stands elsewhere now. @param {string} from @param {string} to @param {Kept} kept */
export function moveDraft(from, to, kept) {
  remember(base() + from, null);
  remember(base() + to, JSON.stringify(kept));
}

/** All that this reader has not sent, the latest first. @returns {{ place: string, kept: Kept }[]} */
function unsent() {
  const here = base();
  const found = [];
  for (const key of keys()) {
    const kept = read(key);
    if ((kept?.at ?? 0) < Date.now() - MONTH_MS) remember(key, null);
    else if (kept && key.startsWith(here)) found.push({ place: key.slice(here.length), kept });
  }
  return found.sort((a, b) => (b.kept.at ?? 0) - (a.kept.at ?? 0));
}

/** How much of what one wrote here and did not send there is, in all texts. @param {string} me */
export function countUnsent(me) {
  return keys().filter(key => key.startsWith(`${PREFIX}${me}:`) && read(key)).length;
}

/** It goes from this browser with who wrote it. @param {string} me */
export function forgetUnsent(me) {
  for (const key of keys()) if (key.startsWith(`${PREFIX}${me}:`)) remember(key, null);
}

/** @returns {string[]} */
function keys() {
  try {
    return Object.keys(localStorage).filter(key => key.startsWith(PREFIX));
  } catch {
    return [];
  }
}

/**
 * Says above the text what was not sent, with the way back to it.
 *
 * @param {(place: string, kept: Kept) => void} goOn
 * @param {string | null} [open] what is being written already
 */
export function offerUnsent(goOn, open = null) {
  const all = unsent().filter(({ place }) => place !== open);
  if (all.length === 0) return;
  const box = h('section', { id: 'unsent', class: 'filtered', 'aria-label': 'Not sent yet' });
  const done = (/** @type {HTMLElement} */ row) => {
    row.remove();
    if (box.childElementCount === 0) box.remove();
  };
  for (const { place, kept } of all.slice(0, SHOWN)) {
    const row = h('p', null, 'You wrote and did not send: ', h('q', { dir: 'auto' }, shorten(kept.body ?? '', 60)), ' ',
      h('button', { type: 'button', class: 'chip', on: { click: () => {
        done(row);
        goOn(place, kept);
      } } }, 'Go on writing'), ' ',
      h('button', { type: 'button', class: 'quiet', on: { click: () => {
        done(row);
        remember(base() + place, null);
      } } }, 'Discard'));
    box.append(row);
  }
  find('.top')?.after(box);
}
