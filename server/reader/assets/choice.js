// A passage that is chosen by words and sentences instead of with a mouse: one end stands, the
// other moves. Pure; positions are code points of the canonical text.

import { unitsOf } from './units.js';

/** @typedef {import('./units.js').Span} Span */
/** @typedef {'word' | 'sentence'} Unit */
/** @typedef {{ start: number, text: string }} Block */

export class Choice {
  /**
   * @param {Block[]} blocks in the order of the text, none of them empty
   * @param {string} [language]
   */
  constructor(blocks, language) {
    this.blocks = blocks;
    this.language = language;
    /** @type {Record<Unit, Map<number, Span[]>>} */
    this.known = { word: new Map(), sentence: new Map() };
    /** The end that stands, and the one that moves. */
    this.anchor = 0;
    this.head = 0;
  }

  get start() {
    return Math.min(this.anchor, this.head);
  }

  get end() {
    return Math.max(this.anchor, this.head);
  }

  /** @param {number} start @param {number} end */
  set(start, end) {
    this.anchor = start;
    this.head = end;
  }

  /** The first sentence of a block. @param {number} index */
  startAt(index) {
    const [first] = this.units(index, 'sentence');
    if (first) this.set(first.start, first.end);
    return first !== undefined;
  }

  /** The whole block in which the passage begins. */
  widen() {
    const units = this.units(this.blockAt(this.start), 'sentence');
    this.set(units[0].start, units[units.length - 1].end);
    return true;
  }

  /**
   * The next or previous unit. A word is first looked for inside what is chosen, and a sentence
   * around it: so one goes from a sentence to its words and back.
   *
   * @param {Unit} unit
   * @param {1 | -1} by
   * @returns {boolean} whether there was one
   */
  move(unit, by) {
    const { start, end } = this;
    const within = unit === 'word'
      ? this.find(unit, by > 0 ? start : end, by, one => one.start >= start && one.end <= end && one.end - one.start < end - start)
      : this.find(unit, start, 1, one => one.start <= start && one.end >= end && one.end - one.start > end - start);
    const next = within ?? this.find(unit, by > 0 ? end : start, by, one => by > 0 ? one.start >= end : one.end <= start);
    if (next) this.set(next.start, next.end);
    return next !== null;
  }

  /**
   * Moves one end by a unit; the passage is never empty, so it turns over where it would be.
   *
   * @param {Unit} unit
   * @param {1 | -1} by
   */
  extend(unit, by) {
    const { anchor, head } = this;
    const head2 = by > 0 ? this.forward(unit, anchor, head) : this.backward(unit, anchor, head);
    if (head2 !== null) this.head = head2;
    return head2 !== null;
  }

  /** @param {Unit} unit @param {number} anchor @param {number} head */
  forward(unit, anchor, head) {
    if (head < anchor) {
      const inside = this.find(unit, head, 1, one => one.start > head);
      if (inside && inside.start < anchor) return inside.start;
    }
    const from = Math.max(anchor, head);
    return this.find(unit, from, 1, one => one.end > from)?.end ?? null;
  }

  /** @param {Unit} unit @param {number} anchor @param {number} head */
  backward(unit, anchor, head) {
    if (head > anchor) {
      const inside = this.find(unit, head, -1, one => one.end < head);
      if (inside && inside.end > anchor) return inside.end;
    }
    const from = Math.min(anchor, head);
    return this.find(unit, from, -1, one => one.start < from)?.start ?? null;
  }

  /** To the start or the end of the block. @param {1 | -1} by @param {boolean} extend */
  toEdge(by, extend) {
    const units = this.units(this.blockAt(by > 0 ? this.end - 1 : this.start), 'sentence');
    const edge = by > 0 ? units[units.length - 1] : units[0];
    if (!extend) this.set(edge.start, edge.end);
    else if (by > 0) this.set(this.start, edge.end);
    else this.set(this.end, edge.start);
    return true;
  }

  /** The next or previous block's first sentence. @param {1 | -1} by */
  block(by) {
    const next = this.blockAt(this.start) + by;
    return this.blocks[next] !== undefined && this.startAt(next);
  }

  /**
   * The first unit that fits, from the block at a position on.
   *
   * @param {Unit} unit
   * @param {number} from
   * @param {1 | -1} by
   * @param {(one: Span) => boolean} fits
   * @returns {Span | null}
   */
  find(unit, from, by, fits) {
    for (let i = this.blockAt(from), turns = 0; this.blocks[i] && turns < 50; i += by, turns += 1) {
      const units = this.units(i, unit);
      const found = by > 0 ? units.find(fits) : units.filter(fits).at(-1);
      if (found) return found;
    }
    return null;
  }

  /** The block in which a position lies, or the one before it. @param {number} position */
  blockAt(position) {
    let low = 0;
    let high = this.blocks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.blocks[middle].start <= position) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  }

  /** @param {number} index @param {Unit} unit @returns {Span[]} */
  units(index, unit) {
    const known = this.known[unit].get(index);
    if (known) return known;
    const { start, text } = this.blocks[index];
    const units = unitsOf(text, unit, this.language).map(one => ({ start: start + one.start, end: start + one.end }));
    this.known[unit].set(index, units);
    return units;
  }
}
