// Where threads stand in the margin: beside their passages, downwards without overlap.

import { arrange, eachFrame } from './dom.js';

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
const GUESS_PX = 88;
/** More are not moved smoothly: every step would lay all of them out. */
const FEW = 120;
/** Of more than this, only those near the screen stand in the page. */
const MANY = 400;

/**
 * Keeps the cards of one list beside their passages. Heights are told by the browser and places in
 * the text kept until the text is laid out anew, so that placing thousands is only arithmetic.
 */
export class Margin {
  /**
   * @param {HTMLElement} list
   * @param {HTMLElement} text
   * @param {{ wanted: (key: string) => number | null, attached: (cards: HTMLElement[]) => void }} page
   *   wanted: the top of a card's passage in the viewport, in pixels; attached: these cards stand in
   *   the page now
   */
  constructor(list, text, page) {
    this.list = list;
    this.page = page;
    /** @type {string | null} */
    this.focused = null;
    /** @type {HTMLElement[]} */
    this.cards = [];
    /** @type {Map<Element, number>} */
    this.heights = new Map();
    /** @type {Map<string, number>} */
    this.wants = new Map();
    this.sizes = new ResizeObserver(entries => this.resized(entries));
    this.layout = new ResizeObserver(() => this.relaid());
    this.layout.observe(text);
    this.wide = matchMedia('(min-width: 62rem)');
    this.wide.addEventListener('change', () => this.relaid());
    const later = eachFrame(() => this.place());
    addEventListener('scroll', () => {
      if (this.cards.length > MANY) later();
    }, { passive: true });
  }

  /** @param {HTMLElement[]} cards in order */
  watch(cards) {
    const here = new Set(cards);
    for (const card of this.cards) if (!here.has(card)) this.forget(card);
    for (const card of cards) if (!this.heights.has(card)) {
      this.heights.set(card, GUESS_PX);
      this.sizes.observe(card);
    }
    this.cards = cards;
    this.list.classList.toggle('few', cards.length <= FEW);
    this.place();
  }

  /** @param {HTMLElement} card */
  forget(card) {
    this.sizes.unobserve(card);
    this.heights.delete(card);
    this.wants.delete(card.dataset.key ?? '');
  }

  /** @param {ResizeObserverEntry[]} entries */
  resized(entries) {
    for (const { target, borderBoxSize } of entries)
      if (this.heights.has(target) && target.isConnected) this.heights.set(target, borderBoxSize[0].blockSize);
    this.place();
  }

  relaid() {
    this.wants.clear();
    this.place();
  }

  place() {
    if (!this.wide.matches) {
      this.list.style.removeProperty('min-height');
      for (const card of this.cards) card.style.removeProperty('top');
      return this.attach(this.cards.length > MANY ? this.near(new Map(), Infinity) : this.cards);
    }
    const origin = this.list.getBoundingClientRect().top;
    const boxes = this.boxes(origin);
    const tops = pack(boxes, GAP_PX, this.focused);
    for (const card of this.cards) {
      const top = `${Math.round(tops.get(card.dataset.key ?? '') ?? 0)}px`;
      if (card.style.getPropertyValue('top') !== top) card.style.setProperty('top', top);
    }
    const last = boxes.at(-1);
    if (last) this.list.style.setProperty('min-height', `${(tops.get(last.key) ?? 0) + last.height}px`);
    this.attach(this.cards.length > MANY ? this.near(tops, -origin) : this.cards);
  }

  /**
   * Those within two screens, the one in focus and the one being written.
   *
   * @param {Map<string, number>} tops
   * @param {number} here where the screen begins
   */
  near(tops, here) {
    return this.cards.filter(card => {
      const key = card.dataset.key ?? '';
      const top = tops.get(key) ?? 0;
      return key === this.focused || key === 'draft' || (top > here - 2 * innerHeight && top < here + 3 * innerHeight);
    });
  }

  /** @param {HTMLElement[]} cards */
  attach(cards) {
    arrange(this.list, cards);
    this.page.attached(cards);
  }

  /** @param {number} origin @returns {Box[]} */
  boxes(origin) {
    return this.cards.map(card => {
      const key = card.dataset.key ?? '';
      let want = this.wants.get(key);
      if (want === undefined) {
        want = Math.max(0, (this.page.wanted(key) ?? origin) - origin);
        this.wants.set(key, want);
      }
      return { key, want, height: this.heights.get(card) ?? GUESS_PX };
    });
  }
}
