// The bar that appears at a selected passage.

import { find, h } from './dom.js';

/** @typedef {import('./pick.js').Picked} Picked */

export class Bar {
  /** @param {Record<'highlight' | 'comment' | 'question' | 'link', () => void>} deeds */
  constructor(deeds) {
    this.el = h('div', { class: 'bar', role: 'toolbar', 'aria-label': 'The selected passage', hidden: true, 'data-tool': true },
      tool('Highlight', 'h', deeds.highlight),
      tool('Comment', 'a', deeds.comment),
      tool('Question', 'q', deeds.question),
      tool('Copy link', null, deeds.link));
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
    const buttons = [...this.el.querySelectorAll('button')];
    const at = buttons.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
    buttons[(at + by + buttons.length) % buttons.length].focus();
    event.preventDefault();
  }
}

/** @param {string} words @param {string | null} key @param {() => void} deed */
function tool(words, key, deed) {
  return h('button', { type: 'button', title: key ? `${words} (${key})` : words, on: { click: deed } }, words);
}
