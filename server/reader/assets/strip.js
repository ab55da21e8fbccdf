// The strip: the whole text in small, with how much was said where. It is a list of places to go to;
// length and shape say what colour says.

import { eachFrame, find, h } from './dom.js';
import { heat } from './segments.js';
import { isFresh } from './store.js';
import { count, shorten } from './words.js';

/** @typedef {import('./store.js').Thread} Thread */

/**
 * A part of the text in which something was said.
 *
 * @typedef {object} Part
 * @property {number} at which one, from 0
 * @property {Thread} first
 * @property {number} notes
 * @property {number} news
 * @property {'' | 'agree' | 'disagree' | 'disputed'} mood
 */

/**
 * Cuts a text into equal parts. Pure.
 *
 * @param {Thread[]} threads in the order of the text
 * @param {number} chars of the text
 * @param {number} n
 * @param {Set<string>} fresh
 * @returns {Part[]} those in which something was said
 */
export function partsOf(threads, chars, n, fresh) {
  /** @type {Map<number, { first: Thread, notes: number, news: number, agree: number, disagree: number }>} */
  const found = new Map();
  for (const thread of threads) {
    if (thread.start < 0) continue;
    const at = Math.min(n - 1, Math.floor(thread.start / Math.max(1, chars) * n));
    const part = found.get(at) ?? { first: thread, notes: 0, news: 0, agree: 0, disagree: 0 };
    found.set(at, part);
    part.notes += 1 + thread.replies.length;
    if (isFresh(thread, fresh)) part.news += 1;
    for (const one of [thread.root, ...thread.replies]) {
      part.agree += one.reactions?.agree ?? 0;
      part.disagree += (one.reactions?.disagree ?? 0) + (one.kind === 'objection' ? 1 : 0);
    }
  }
  return [...found].sort(([a], [b]) => a - b)
    .map(([at, { first, notes, news, agree, disagree }]) => ({ at, first, notes, news, mood: moodOf(agree, disagree) }));
}

/** @param {number} agree @param {number} disagree @returns {Part['mood']} */
function moodOf(agree, disagree) {
  if (agree && disagree) return 'disputed';
  return agree ? 'agree' : disagree ? 'disagree' : '';
}

const MOODS = { '': '', agree: ', agreed', disagree: ', disagreed', disputed: ', disputed' };
/** The least that a finger or an unsteady hand hits (WCAG 2.5.8). */
const PART_PX = 24;

export class Strip {
  /**
   * @param {number} chars of the text
   * @param {{ go: (thread: Thread) => void, open: (thread: Thread) => void, onScreen: () => { start: number, end: number } }} page
   *   go: brings a passage into view; onScreen: which characters are
   */
  constructor(chars, page) {
    this.chars = chars;
    this.page = page;
    /** @type {Thread[]} */
    this.threads = [];
    /** @type {Set<string>} */
    this.fresh = new Set();
    this.here = h('div', { class: 'here-now', 'aria-hidden': 'true' });
    this.list = h('ol');
    this.el = h('nav', { class: 'strip', 'aria-label': 'Where the notes are', hidden: true }, this.here, this.list);
    find('#margin')?.before(this.el);
    this.el.addEventListener('keydown', event => this.arrows(event));
    const follow = eachFrame(() => this.follow());
    addEventListener('scroll', follow, { passive: true });
    addEventListener('resize', () => this.show(this.threads, this.fresh));
  }

  /** @param {Thread[]} threads in the order of the text @param {Set<string>} fresh */
  show(threads, fresh) {
    this.threads = threads;
    this.fresh = fresh;
    const n = Math.max(4, Math.floor((innerHeight - 60) / PART_PX));
    const parts = partsOf(threads, this.chars, n, fresh);
    this.el.hidden = parts.length === 0;
    const sign = JSON.stringify([n, parts.map(part => [part.at, part.first.id, part.notes, part.news, part.mood])]);
    if (this.el.dataset.sign === sign) return this.follow();
    this.el.dataset.sign = sign;
    const at = this.items().indexOf(/** @type {HTMLElement} */ (document.activeElement));
    this.list.replaceChildren(...parts.map(part => this.item(part, n)));
    if (at >= 0) this.items()[Math.min(at, parts.length - 1)]?.focus();
    this.follow();
  }

  /** @param {Part} part @param {number} n */
  item(part, n) {
    const { first, notes, news, mood, at } = part;
    const label = `${Math.floor(at / n * 100)} %: ${count(notes, 'note')}${news ? `, ${news} new` : ''}${MOODS[mood]}, `
      + `first on: ${shorten(first.root.quote?.exact ?? '', 40)}`;
    const link = h('a', { href: `#n=${first.id}`, class: heat(notes), tabindex: -1, 'aria-label': label, title: label,
      data: { start: first.start, mood, news: news || null } });
    link.addEventListener('click', event => {
      event.preventDefault();
      this.page.open(first);
    });
    link.addEventListener('focus', () => this.roam(link));
    const item = h('li', null, link);
    item.style.setProperty('inset-block-start', `${(at + 0.5) / n * 100}%`);
    return item;
  }

  /** @returns {HTMLElement[]} */
  items() {
    return [...this.list.querySelectorAll('a')];
  }

  /** Tab comes to one of them only. @param {HTMLElement | null} to */
  roam(to) {
    for (const item of this.items()) item.tabIndex = item === to ? 0 : -1;
  }

  /** @param {KeyboardEvent} event */
  arrows(event) {
    const items = this.items();
    const at = items.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
    if (to === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const item = items[Math.min(items.length - 1, Math.max(0, to))];
    item?.focus();
    const thread = this.threads.find(one => String(one.start) === item?.dataset.start);
    if (thread) this.page.go(thread);
  }

  /** Where the reader is. */
  follow() {
    if (this.el.hidden) return;
    const { start, end } = this.page.onScreen();
    this.here.style.setProperty('inset-block-start', `${start / Math.max(1, this.chars) * 100}%`);
    this.here.style.setProperty('block-size', `${Math.max(0.5, (end - start) / Math.max(1, this.chars) * 100)}%`);
    if (this.el.contains(document.activeElement)) return;
    const items = this.items();
    this.roam(items.find(item => Number(item.dataset.start) >= start) ?? items.at(-1) ?? null);
  }
}
