// The bar that appears at a selected passage.

import { find, h } from './dom.js';

/** @typedef {import('./pick.js').Picked} Picked */

/**
 * What can be done with a passage.
 *
 * @typedef {object} PassageDeeds
 * @property {() => void} highlight
 * @property {() => void} comment
 * @property {() => void} question
 * @property {() => void} suggest
 * @property {() => void} place a note that looks for its place stands here from now on
 * @property {() => void} link
 * @property {(passage: { start: number, end: number }) => void} back to the text, with nothing done
 */

export class Bar {
  /** @param {PassageDeeds} deeds */
  constructor(deeds) {
    this.el = h('div', { class: 'bar', role: 'toolbar', 'aria-label': 'The selected passage', hidden: true, 'data-tool': true },
      ...tools(deeds));
    // a press must not end the selection that it is about
    this.el.addEventListener('pointerdown', event => event.preventDefault());
    this.el.addEventListener('keydown', event => this.arrows(event));
    document.body.append(this.el);
  }

  /** @param {Picked | null} picked */
  show(picked) {
    this.el.hidden = picked === null;
    if (!picked) return;
    const { rect } = picked;
    const width = this.el.offsetWidth;
    const height = this.el.offsetHeight;
    const left = Math.min(Math.max(8, rect.right - width / 2), innerWidth - width - 8);
    const header = find('.top')?.offsetHeight ?? 0;
    const above = rect.top - height - 10;
    const top = above > header + 4 ? above : rect.bottom + 10;
    this.el.style.setProperty('left', `${left + scrollX}px`);
    this.el.style.setProperty('top', `${top + scrollY}px`);
  }

  /** @param {KeyboardEvent} event */
  arrows(event) {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    const buttons = [...this.el.querySelectorAll('button')].filter(one => one.offsetParent !== null);
    const at = buttons.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
    buttons[(at + by + buttons.length) % buttons.length].focus();
    event.preventDefault();
  }
}

/** A button for each deed. @param {PassageDeeds} deeds */
export function tools(deeds) {
  return [
    tool('Highlight', deeds.highlight),
    tool('Comment', deeds.comment),
    tool('Question', deeds.question),
    tool('Suggest', deeds.suggest),
    tool('Copy link', deeds.link),
    tool('Put the note here', deeds.place, 'place'),
  ];
}

/** @param {string} words @param {() => void} deed @param {string} [act] */
function tool(words, deed, act) {
  return h('button', { type: 'button', class: act ? 'only-placing' : 'not-placing', data: { act }, on: { click: deed } }, words);
}
