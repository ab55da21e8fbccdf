// Where threads stand in the margin: beside their passages, downwards without overlap.

import { eachFrame } from './dom.js';

/**
 * @typedef {object} Box
 * @property {string} key
 * @property {number} want where its passage begins
 * @property {number} height
 */

/**
 * Places boxes in their order. The focused one stands exactly where it wants to, as far as the top
 * of the margin lets it; those before it give way upwards, those after it downwards. Pure.
 *
 * @param {Box[]} boxes sorted by `want`
 * @param {number} gap
 * @param {string | null} [focused]
 * @returns {Map<string, number>} the top of each
 */
export function pack(boxes, gap, focused = null) {
  const tops = boxes.map(box => box.want);
  const fixed = boxes.findIndex(box => box.key === focused);
  let needed = 0;
  for (let i = 0; i < boxes.length; i += 1) {
    // how much room those before it need decides how high a box can stand at all
    if (i === fixed) tops[i] = Math.max(tops[i], needed);
    needed += boxes[i].height + gap;
  }

  for (let i = fixed - 1; i >= 0; i -= 1)
    tops[i] = Math.min(tops[i], tops[i + 1] - gap - boxes[i].height);
  for (let i = 0, least = 0; i < boxes.length; i += 1) {
    if (i !== fixed) tops[i] = Math.max(tops[i], least);
    least = tops[i] + boxes[i].height + gap;
  }
  return new Map(boxes.map((box, i) => [box.key, tops[i]]));
}

const GAP_PX = 10;

/** Keeps the cards of one list beside their passages. */
export class Margin {
  /**
   * @param {HTMLElement} list
   * @param {(key: string) => number | null} wanted top of a card's passage in the viewport, in pixels
   */
  constructor(list, wanted) {
    this.list = list;
    this.wanted = wanted;
    /** @type {string | null} */
    this.focused = null;
    this.later = eachFrame(() => this.place());
    this.sizes = new ResizeObserver(this.later);
    this.wide = matchMedia('(min-width: 62rem)');
    this.wide.addEventListener('change', this.later);
    addEventListener('resize', this.later);
    document.fonts?.ready.then(this.later);
  }

  /** @param {HTMLElement[]} cards in order */
  watch(cards) {
    this.sizes.disconnect();
    for (const card of cards) this.sizes.observe(card);
    this.later();
  }

  place() {
    const cards = /** @type {HTMLElement[]} */ ([...this.list.children]);
    if (!this.wide.matches || matchMedia('print').matches) {
      this.list.style.removeProperty('min-height');
      for (const card of cards) card.style.removeProperty('top');
      return;
    }
    const origin = this.list.getBoundingClientRect().top;
    const boxes = cards.map(card => ({
      key: card.dataset.key ?? '',
      want: Math.max(0, (this.wanted(card.dataset.key ?? '') ?? origin) - origin),
      height: card.offsetHeight,
    }));
    const tops = pack(boxes, GAP_PX, this.focused);
    for (const card of cards) card.style.setProperty('top', `${tops.get(card.dataset.key ?? '')}px`);
    const last = boxes.at(-1);
    if (last) this.list.style.setProperty('min-height', `${(tops.get(last.key) ?? 0) + last.height}px`);
  }
}
