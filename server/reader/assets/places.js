// Where the text stands on the page. The blocks are measured once for each layout of the text; what
// lies between is reckoned, so that thousands of passages cost no more than the blocks they are in.

/** @typedef {import('./offsets.js').TextMap} TextMap */

export class Places {
  /** @param {TextMap} map */
  constructor(map) {
    this.map = map;
    /** @type {{ start: number, end: number, top: number, bottom: number }[] | null} pixels below the root's top */
    this.measured = null;
  }

  /** The text was laid out anew. */
  forget() {
    this.measured = null;
  }

  blocks() {
    if (this.measured) return this.measured;
    const origin = this.map.root.getBoundingClientRect().top;
    this.measured = [];
    for (const [block, { start, end }] of this.map.spans) {
      const { top, bottom } = block.getBoundingClientRect();
      this.measured.push({ start, end, top: top - origin, bottom: bottom - origin });
    }
    return this.measured;
  }

  /** Pixels below the root's top, to within a line. @param {number} position */
  near(position) {
    const blocks = this.blocks();
    const { start, end, top, bottom } = blocks[lastWhere(blocks, block => block.start <= position)] ?? NOWHERE;
    return top + (bottom - top) * Math.min(1, Math.max(0, position - start) / Math.max(1, end - start));
  }

  /** The same, as the browser has it. @param {number} position */
  exactly(position) {
    const range = this.map.ranges(position, position + 1)[0];
    if (!range) return this.near(position);
    return range.getBoundingClientRect().top - this.map.root.getBoundingClientRect().top;
  }

  /**
   * The characters of the blocks that touch a stretch of the page.
   *
   * @param {number} top pixels below the root's top
   * @param {number} bottom
   * @returns {{ start: number, end: number }}
   */
  between(top, bottom) {
    const blocks = this.blocks();
    const first = Math.max(0, lastWhere(blocks, block => block.top <= top));
    const last = Math.max(first, lastWhere(blocks, block => block.top <= bottom));
    return { start: blocks[first]?.start ?? 0, end: blocks[last]?.end ?? 0 };
  }

  /**
   * The characters on the screen, and so many screens above and below it.
   *
   * @param {number} screens
   */
  onScreen(screens) {
    const top = -this.map.root.getBoundingClientRect().top;
    return this.between(top - screens * innerHeight, top + (1 + screens) * innerHeight);
  }
}

const NOWHERE = { start: 0, end: 0, top: 0, bottom: 0 };

/**
 * The last index at which a condition holds that holds up to some index and not beyond; -1 for none.
 *
 * @template T
 * @param {T[]} list
 * @param {(one: T) => boolean} holds
 */
export function lastWhere(list, holds) {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(list[middle])) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
