// Where threads stand in the margin: beside their passages, downwards without overlap. Where more
// than fit were written on one screen of text, those of least weight are folded into one button, so
// that a card never drifts far from its passage; and only cards near the screen stand in the page.

import { arrange, eachFrame, h } from './dom.js';
import { count } from './words.js';

/**
 * @typedef {object} Box
 * @property {string} key
 * @property {number} want where its passage begins
 * @property {number} height
 * @property {number} [weight] the heavier stay where there is no room for all
 */

/** @typedef {{ key: string, weight: number }} Item */
/** @typedef {{ first: string, keys: string[], top: number }} Fold */

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

/**
 * The same for more boxes than there is room for. The margin is cut into stretches of `stretch`
 * pixels; in each stand the heaviest, as many as fit, and a fold for the rest. The focused one ends
 * a stretch, so that it stands exactly. Pure.
 *
 * @param {Box[]} boxes sorted by `want`
 * @param {{ gap: number, stretch: number, fold: number }} sizes fold: the height of a fold
 * @param {string | null} focused
 * @param {(key: string) => boolean} stays never to be folded
 * @returns {{ tops: Map<string, number>, folds: Fold[] }}
 */
export function packMany(boxes, sizes, focused, stays) {
  /** @type {Map<string, number>} */
  const tops = new Map();
  /** @type {Fold[]} */
  const folds = [];
  let floor = 0;
  for (let from = 0, to = 0; from < boxes.length; from = to) {
    const part = Math.floor(boxes[from].want / sizes.stretch);
    to = from + 1;
    if (boxes[from].key === focused) {
      const top = Math.max(floor, boxes[from].want);
      tops.set(boxes[from].key, top);
      floor = top + boxes[from].height + sizes.gap;
      continue;
    }
    while (to < boxes.length && boxes[to].key !== focused && Math.floor(boxes[to].want / sizes.stretch) === part) to += 1;
    const end = boxes[to]?.key === focused ? boxes[to].want : to < boxes.length ? (part + 1) * sizes.stretch : Infinity;
    floor = packPart(boxes.slice(from, to), floor, end, sizes, stays, tops, folds);
  }
  return { tops, folds };
}

/**
 * @param {Box[]} boxes
 * @param {number} floor where there is room
 * @param {number} end
 * @param {{ gap: number, fold: number }} sizes
 * @param {(key: string) => boolean} stays
 * @param {Map<string, number>} tops
 * @param {Fold[]} folds
 * @returns {number} where there is room after them
 */
function packPart(boxes, floor, end, { gap, fold }, stays, tops, folds) {
  const shown = chosen(boxes, end - floor, gap, fold, stays);
  const hidden = boxes.filter(box => !shown.has(box));
  const row = boxes.filter(box => shown.has(box));
  if (hidden.length) row.push({ key: '', want: hidden[hidden.length - 1].want, height: fold });

  const places = row.map(box => box.want);
  for (let i = row.length - 1, least = end; i >= 0; i -= 1) {
    places[i] = Math.min(places[i], least - gap - row[i].height);
    least = places[i];
  }
  row.forEach((box, i) => {
    places[i] = Math.max(places[i], floor);
    floor = places[i] + box.height + gap;
    if (box.key) tops.set(box.key, places[i]);
    else folds.push({ first: hidden[0].key, keys: hidden.map(one => one.key), top: places[i] });
  });
  return floor;
}

/**
 * The heaviest that fit, and those that stay whatever the room.
 *
 * @param {Box[]} boxes
 * @param {number} room
 * @param {number} gap
 * @param {number} fold
 * @param {(key: string) => boolean} stays
 */
function chosen(boxes, room, gap, fold, stays) {
  const needed = boxes.reduce((sum, box) => sum + box.height + gap, 0);
  if (needed <= room) return new Set(boxes);
  const shown = new Set(boxes.filter(box => stays(box.key)));
  let left = room - fold - gap;
  for (const box of shown) left -= box.height + gap;
  for (const box of [...boxes].sort((a, b) => (b.weight ?? 0) - (a.weight ?? 0))) {
    if (shown.has(box) || box.height + gap > left) continue;
    shown.add(box);
    left -= box.height + gap;
  }
  return shown;
}

const GAP_PX = 10;
const GUESS_PX = 88;
const FOLD_PX = 30;
/** More than these are folded where they crowd, stand in the page only near the screen, and do not
 * move smoothly. */
export const MANY = 120;
/** So many screens above and below, cards stand in the page. */
const AHEAD = 1;

/**
 * Keeps the cards of one list beside their passages. Heights are told by the browser and places in
 * the text kept until the text is laid out anew, so that placing thousands is only arithmetic.
 */
export class Margin {
  /**
   * @param {HTMLElement} list
   * @param {HTMLElement} text
   * @param {{ wanted: (key: string, exactly: boolean) => number | null, card: (key: string) => HTMLElement,
   *   attached: (cards: HTMLElement[]) => void, relaid?: () => void }} page
   *   wanted: the top of a card's passage, in pixels below the text's; card: makes it, the first time;
   *   attached: these cards have come to stand in the page; relaid: the text was laid out anew
   */
  constructor(list, text, page) {
    this.list = list;
    this.text = text;
    this.page = page;
    /** @type {string | null} */
    this.focused = null;
    /** @type {Item[]} */
    this.items = [];
    /** @type {Set<string>} what was taken out of a fold */
    this.unfolded = new Set();
    /** @type {Map<string, number>} */
    this.heights = new Map();
    /** @type {Map<string, number>} */
    this.wants = new Map();
    /** @type {Map<string, HTMLElement>} what stands in the page */
    this.here = new Map();
    this.sizes = new ResizeObserver(entries => this.resized(entries));
    this.layout = new ResizeObserver(() => this.relaid());
    this.layout.observe(text);
    this.wide = matchMedia('(min-width: 62rem)');
    this.wide.addEventListener('change', () => this.relaid());
    /** @type {{ tops: Map<string, number>, folds: Fold[] }} */
    this.packed = { tops: new Map(), folds: [] };
    const later = eachFrame(() => this.follow());
    addEventListener('scroll', () => {
      if (this.isMany) later();
    }, { passive: true });
  }

  get isMany() {
    return this.items.length > MANY;
  }

  /** @param {Item[]} items in order */
  watch(items) {
    const here = new Set(items.map(item => item.key));
    for (const key of this.heights.keys()) if (!here.has(key)) this.heights.delete(key);
    // passages may have moved, and two that have are not told from two that have not
    this.wants.clear();
    this.items = items;
    this.list.classList.toggle('few', !this.isMany);
    this.place();
  }

  /** @param {ResizeObserverEntry[]} entries */
  resized(entries) {
    let changed = false;
    for (const { target, borderBoxSize } of entries) {
      const key = target.getAttribute('data-key') ?? '';
      if (!target.isConnected || this.heights.get(key) === borderBoxSize[0].blockSize) continue;
      this.heights.set(key, borderBoxSize[0].blockSize);
      changed = true;
    }
    if (changed) this.place();
  }

  relaid() {
    this.wants.clear();
    this.page.relaid?.();
    this.place();
  }

  /** Everything anew: something was added, has grown, or has the focus now. */
  place() {
    if (!this.wide.matches) {
      this.list.style.removeProperty('min-height');
      const shown = this.isMany ? this.items.filter(item => this.isKept(item.key)) : this.items;
      this.attach(shown.map(item => ({ el: this.page.card(item.key), key: item.key, top: null })));
      return;
    }
    const shift = this.text.getBoundingClientRect().top - this.list.getBoundingClientRect().top;
    const boxes = this.items.map(({ key, weight }) => ({ key, weight, want: this.want(key, shift),
      height: this.heights.get(key) ?? GUESS_PX }));
    this.packed = this.isMany
      ? packMany(boxes, { gap: GAP_PX, fold: FOLD_PX, stretch: Math.max(400, innerHeight) }, this.focused,
        key => key === 'draft' || this.unfolded.has(key))
      : { tops: pack(boxes, GAP_PX, this.focused), folds: [] };
    let end = 0;
    for (const { key, height } of boxes) end = Math.max(end, (this.packed.tops.get(key) ?? 0) + height);
    this.follow();
    this.list.style.setProperty('min-height', `${Math.max(end, (this.packed.folds.at(-1)?.top ?? 0) + FOLD_PX)}px`);
  }

  /** What is near the screen now stands in the page. */
  follow() {
    if (!this.wide.matches) return;
    const near = this.isMany ? nearScreen(-this.list.getBoundingClientRect().top) : () => true;
    const shown = [];
    for (const [key, top] of this.packed.tops)
      if (near(top) || this.isKept(key)) shown.push({ el: this.page.card(key), key, top });
    for (const fold of this.packed.folds)
      if (near(fold.top)) shown.push({ el: this.foldOf(fold), key: '', top: fold.top });
    this.attach(shown.sort((a, b) => a.top - b.top));
  }

  /** @param {string} key */
  isKept(key) {
    return key === this.focused || key === 'draft';
  }

  /** @param {string} key @param {number} shift from the text's top to the list's */
  want(key, shift) {
    const exactly = !this.isMany || this.isKept(key);
    let want = exactly && this.isMany ? undefined : this.wants.get(key);
    if (want === undefined) {
      want = this.page.wanted(key, exactly) ?? -shift;
      this.wants.set(key, want);
    }
    return Math.max(0, want + shift);
  }

  /** @param {{ el: HTMLElement, key: string, top: number | null }[]} shown in order */
  attach(shown) {
    const before = this.here;
    this.here = new Map(shown.filter(({ key }) => key).map(({ key, el }) => [key, el]));
    for (const [key, card] of before) if (this.here.get(key) !== card) this.sizes.unobserve(card);
    const added = [...this.here].filter(([key, card]) => before.get(key) !== card).map(([, card]) => card);
    for (const { el, top } of shown) setTop(el, top);
    arrange(this.list, shown.map(({ el }) => el));
    if (added.length === 0) return;
    this.page.attached(added);
    for (const card of added) this.sizes.observe(card);
  }

  /** @param {Fold} fold */
  foldOf({ first, keys, top }) {
    const id = `more-${first}`;
    const known = /** @type {HTMLElement | null} */ (document.getElementById(id));
    const words = count(keys.length, 'more note');
    const el = known ?? h('li', { class: 'folded-notes', id }, h('button', { type: 'button', class: 'quiet' }));
    const button = /** @type {HTMLButtonElement} */ (el.firstElementChild);
    if (button.textContent !== words) button.textContent = words;
    button.onclick = () => this.unfold(keys);
    setTop(el, top);
    return el;
  }

  /** @param {string[]} keys */
  unfold(keys) {
    for (const key of keys) this.unfolded.add(key);
    this.place();
    const [first] = keys;
    const article = this.here.get(first)?.querySelector('article');
    if (article instanceof HTMLElement) article.focus({ preventScroll: true });
  }
}

/** @param {number} top of the screen @returns {(y: number) => boolean} */
function nearScreen(top) {
  return y => y > top - (AHEAD + 1) * innerHeight && y < top + (AHEAD + 1) * innerHeight;
}

/** @param {HTMLElement} el @param {number | null} top */
function setTop(el, top) {
  const now = top === null ? '' : `${Math.round(top)}px`;
  if (el.style.getPropertyValue('top') === now) return;
  if (now) el.style.setProperty('top', now);
  else el.style.removeProperty('top');
}
