// Choosing a passage without selecting it: screen readers select in a buffer of their own, of which
// a page never learns, and a finger is a coarse tool. The passage moves by words and sentences, is
// said in the live region at every step, and the same deeds wait for it as for a selection.

import { tools } from './bar.js';
import { Choice } from './choice.js';
import { find, h, say } from './dom.js';
import { charsIn } from './offsets.js';
import { count, shorten } from './words.js';

/** @typedef {import('./offsets.js').TextMap} TextMap */
/** @typedef {import('./choice.js').Unit} Unit */

/** What each key does, and where Shift makes it extend. @type {Record<string, [Unit, 1 | -1]>} */
const ARROWS = {
  ArrowRight: ['word', 1],
  ArrowLeft: ['word', -1],
  ArrowDown: ['sentence', 1],
  ArrowUp: ['sentence', -1],
};
/** @type {Record<string, string>} */
const ACROSS = { ArrowRight: 'ArrowLeft', ArrowLeft: 'ArrowRight' };

export class Chooser {
  /**
   * @param {TextMap} map
   * @param {{ show: (passage: { start: number, end: number } | null) => void,
   *   deeds: import('./bar.js').PassageDeeds }} page show: paints a passage and brings it into view
   */
  constructor(map, page) {
    this.map = map;
    this.page = page;
    /** @type {Choice | null} */
    this.choice = null;
    this.isOpen = false;
    this.quote = h('q', { dir: 'auto' });
    this.stage = h('div', { class: 'stage', role: 'application', tabindex: 0, 'aria-label': 'Choose a passage',
      'aria-describedby': 'chooser-help', on: { keydown: (/** @type {KeyboardEvent} */ event) => this.pressed(event) } }, this.quote);
    this.el = h('section', { class: 'chooser', 'aria-label': 'Choose a passage', 'data-tool': true, hidden: true },
      this.stage,
      h('p', { id: 'chooser-help', class: 'hint' },
        h('kbd', null, '↑'), ' ', h('kbd', null, '↓'), ' sentence, ', h('kbd', null, '←'), ' ', h('kbd', null, '→'), ' word; with ',
        h('kbd', null, 'Shift'), ' longer or shorter; ', h('kbd', null, 'Enter'), ' goes on, ', h('kbd', null, 'Esc'), ' back'),
      this.steps(),
      this.actions());
    this.el.addEventListener('keydown', event => {
      if (event.key !== 'Escape' || event.isComposing) return;
      event.preventDefault();
      this.close(true);
    });
    document.body.append(this.el);
  }

  /** The same steps for who has no keys to press. */
  steps() {
    /** @param {string} label @param {string} words @param {() => boolean} deed */
    const step = (label, words, deed) => h('button', { type: 'button', 'aria-label': words, title: words,
      on: { click: () => this.moved(deed()) } }, label);
    return h('div', { class: 'row steps', role: 'group', 'aria-label': 'Move' },
      step('‹ sentence', 'Previous sentence', () => this.now.move('sentence', -1)),
      step('sentence ›', 'Next sentence', () => this.now.move('sentence', 1)),
      step('‹ word', 'Previous word', () => this.now.move('word', -1)),
      step('word ›', 'Next word', () => this.now.move('word', 1)),
      step('− word', 'Shorter by a word', () => this.now.extend('word', -1)),
      step('+ word', 'Longer by a word', () => this.now.extend('word', 1)),
      step('+ sentence', 'Longer by a sentence', () => this.now.extend('sentence', 1)),
      step('paragraph', 'The whole paragraph', () => this.now.widen()));
  }

  actions() {
    const close = h('button', { type: 'button', class: 'quiet', on: { click: () => this.close(true) } }, 'Close');
    return h('div', { class: 'row actions', role: 'group', 'aria-label': 'The chosen passage' }, ...tools(this.page.deeds), close);
  }

  get now() {
    if (!this.choice) {
      // where lines are not the author's, their ends are no ends of sentences
      const lines = this.map.root.classList.contains('plain');
      const blocks = this.map.blocks().map(block => this.map.passageOf(block))
        .flatMap(passage => passage && passage.end > passage.start ? [{ start: passage.start, text: this.map.text(passage.start, passage.end) }] : [])
        .map(({ start, text }) => ({ start, text: lines ? text : text.replaceAll('\n', ' ') }))
        .filter(({ text }) => text.trim() !== '');
      this.choice = new Choice(blocks, find('#text')?.lang || undefined);
    }
    return this.choice;
  }

  /** What is chosen, without white space at its ends; null while nobody chooses. */
  get passage() {
    if (!this.isOpen) return null;
    const { start, end } = this.now;
    const text = this.map.text(start, end);
    const before = charsIn(text) - charsIn(text.trimStart());
    const after = charsIn(text) - charsIn(text.trimEnd());
    return text.trim() === '' ? null : { start: start + before, end: end - after };
  }

  /**
   * Begins with a passage, or with the first sentence of what is at a position.
   *
   * @param {{ start: number, end?: number }} from
   */
  open(from) {
    const choice = this.now;
    if (choice.blocks.length === 0) return;
    if (from.end) choice.set(from.start, from.end);
    else choice.startAt(choice.blockAt(from.start));
    this.isOpen = true;
    this.el.hidden = false;
    document.body.classList.add('choosing');
    this.stage.focus({ preventScroll: true });
    this.moved(true);
  }

  /** @param {boolean} [back] with the focus to the text */
  close(back = false) {
    if (!this.isOpen) return;
    const { passage } = this;
    this.isOpen = false;
    this.el.hidden = true;
    document.body.classList.remove('choosing');
    this.page.show(null);
    if (back && passage) this.page.deeds.back(passage);
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const done = this.step(event);
    if (done === null) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key !== 'Enter') this.moved(done);
  }

  /** @param {KeyboardEvent} event @returns {boolean | null} null for other keys */
  step({ key, shiftKey }) {
    const arrow = ARROWS[this.isRightToLeft() ? ACROSS[key] ?? key : key];
    if (arrow) return shiftKey ? this.now.extend(...arrow) : this.now.move(...arrow);
    if (key === 'Home' || key === 'End') return this.now.toEdge(key === 'End' ? 1 : -1, shiftKey);
    if (key === 'PageDown' || key === 'PageUp') return this.now.block(key === 'PageDown' ? 1 : -1);
    if (key !== 'Enter') return null;
    [...this.el.querySelectorAll('.actions button')].find(one => one instanceof HTMLElement && one.offsetParent)?.focus();
    return true;
  }

  isRightToLeft() {
    const block = this.map.blockAt(this.now.start);
    return block !== null && getComputedStyle(block).direction === 'rtl';
  }

  /** @param {boolean} done */
  moved(done) {
    const { passage } = this;
    if (!passage) return;
    const text = this.map.text(passage.start, passage.end);
    this.quote.textContent = shorten(text, 220);
    this.page.show(passage);
    const words = text.trim().split(/\s+/u).length;
    say(done ? `${shorten(text, 300)}${words > 12 ? ` (${count(words, 'word')})` : ''}` : 'No further');
  }
}
