// On narrow screens the thread in focus, or the note being written, is a sheet at the bottom. The
// text above it stays what it is: it scrolls, and a tap on another passage opens that one's thread.

import { find, h } from './dom.js';
import { isField } from './keys.js';

/** A swipe is so long, and so much more across than down. */
const SWIPE_PX = 60;
const SWIPE_SLOPE = 2;

export class Sheet {
  /** @param {{ step: (by: 1 | -1) => void, close: () => void, changed: () => void }} page changed: from narrow to wide, or back */
  constructor(page) {
    this.page = page;
    this.narrow = matchMedia('(max-width: 61.99rem)');
    this.narrow.addEventListener('change', () => page.changed());
    /** @type {HTMLElement | null} the card whose article is here */
    this.held = null;
    this.place = h('span', { class: 'place' });
    this.steps = h('div', { class: 'row' },
      this.button('‹', 'Previous note', () => page.step(-1)), this.place, this.button('›', 'Next note', () => page.step(1)));
    this.holder = h('div');
    this.el = /** @type {HTMLDialogElement} */ (h('dialog', { class: 'sheet', 'data-tool': true },
      h('div', { class: 'sheet-bar' }, this.steps, this.button('✕', 'Close', () => page.close())),
      this.holder));
    find('#reader')?.before(this.el);
    this.listen();
  }

  /** @param {string} sign @param {string} words @param {() => void} deed */
  button(sign, words, deed) {
    return h('button', { type: 'button', class: 'quiet', 'aria-label': words, on: { click: deed } }, sign);
  }

  listen() {
    this.el.addEventListener('keydown', event => {
      const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!by || isField(event.target) || event.ctrlKey || event.metaKey || event.altKey || this.steps.hidden) return;
      event.preventDefault();
      this.page.step(/** @type {1 | -1} */ (by));
    });
    /** @type {Touch | null} */
    let from = null;
    this.el.addEventListener('touchstart', event => {
      from = event.touches.length === 1 && !isField(event.target) ? event.touches[0] : null;
    }, { passive: true });
    this.el.addEventListener('touchend', event => {
      const to = event.changedTouches[0];
      if (!from || this.steps.hidden || document.getSelection()?.isCollapsed === false) return;
      const across = to.clientX - from.clientX;
      const down = to.clientY - from.clientY;
      if (Math.abs(across) > SWIPE_PX && Math.abs(across) > SWIPE_SLOPE * Math.abs(down)) this.page.step(across < 0 ? 1 : -1);
    }, { passive: true });
  }

  /**
   * Holds a card's article, or none. A card lends its article and gets it back.
   *
   * @param {HTMLElement | null} card
   * @param {{ label: string, place: string }} [about] place: "2 of 7", empty for a new note
   */
  hold(card, about = { label: '', place: '' }) {
    const wanted = this.narrow.matches ? card : null;
    if (this.held !== wanted) {
      this.held?.append(...this.holder.childNodes);
      this.held = wanted;
      this.holder.append(...wanted?.childNodes ?? []);
      this.el.scrollTop = 0;
    }
    this.holder.className = wanted?.className ?? '';
    this.el.setAttribute('aria-label', about.label);
    this.place.textContent = about.place;
    this.steps.hidden = about.place === '';
    document.body.classList.toggle('sheet-open', wanted !== null);
    if (!wanted) this.el.close();
    else if (!this.el.open) this.el.show();
  }
}
