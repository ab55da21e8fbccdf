// Paints passages: about a dozen shared CSS Custom Highlights, whatever the number of annotations,
// or <mark> elements where the browser has none.

import { PAINTS, segments } from './segments.js';

/** @typedef {import('./offsets.js').TextMap} TextMap */
/** @typedef {import('./segments.js').Passage} Passage */

/** Painted over the rest, each alone in its place. */
const OVER = ['hover', 'focus', 'pending'];

/** @param {TextMap} map @returns {Painter} */
export function painterFor(map) {
  return globalThis.CSS?.highlights && globalThis.Highlight ? new Painter(map) : new MarkPainter(map);
}

/** With CSS Custom Highlights. Ours are named gloss-…; those of others are left alone. */
export class Painter {
  /** @param {TextMap} map */
  constructor(map) {
    this.map = map;
    /** @type {Passage[]} */
    this.passages = [];
    /** @type {Record<string, { start: number, end: number } | null>} */
    this.over = { hover: null, focus: null, pending: null };
    this.prepare();
  }

  prepare() {
    for (const name of PAINTS) {
      const highlight = new Highlight();
      highlight.priority = OVER.indexOf(name) + 1;
      CSS.highlights.set(`gloss-${name}`, highlight);
    }
  }

  /** The passages of all annotations. @param {Passage[]} passages */
  paint(passages) {
    this.passages = passages;
    for (const name of PAINTS) if (!OVER.includes(name)) this.layer(name).clear();
    for (const { start, end, paint } of segments(passages)) this.fill(paint, start, end);
  }

  /**
   * One passage painted over the others, or none.
   *
   * @param {'hover' | 'focus' | 'pending'} name
   * @param {{ start: number, end: number } | null} passage
   */
  put(name, passage) {
    this.over[name] = passage;
    this.layer(name).clear();
    if (passage) this.fill(name, passage.start, passage.end);
  }

  /** @param {string} name */
  layer(name) {
    return /** @type {any} */ (CSS.highlights.get(`gloss-${name}`));
  }

  /** @param {string} name @param {number} start @param {number} end */
  fill(name, start, end) {
    for (const range of this.map.ranges(start, end)) this.layer(name).add(range);
  }
}

/** With <mark> elements: text nodes are split, so the map is read again after each change. */
export class MarkPainter extends Painter {
  prepare() {}

  /** @param {Passage[]} passages */
  paint(passages) {
    this.passages = passages;
    this.clear();
    for (const { start, end, paint } of segments(passages)) this.mark(paint, start, end);
    for (const name of OVER) {
      const passage = this.over[name];
      if (passage) this.mark(name, passage.start, passage.end);
    }
  }

  /**
   * @param {'hover' | 'focus' | 'pending'} name
   * @param {{ start: number, end: number } | null} passage
   */
  put(name, passage) {
    if (name === 'hover' || passage === this.over[name]) return;
    this.over[name] = passage;
    this.paint(this.passages);
  }

  clear() {
    for (const mark of this.map.root.querySelectorAll('mark.gloss')) mark.replaceWith(...mark.childNodes);
    this.map.root.normalize();
    this.map.read();
  }

  /** @param {string} name @param {number} start @param {number} end */
  mark(name, start, end) {
    // from the last to the first: splitting a node leaves those before it as they are
    for (const piece of this.map.piecesIn(start, end).reverse()) {
      const [within] = this.map.ranges(Math.max(start, piece.start), Math.min(end, piece.end));
      const mark = document.createElement('mark');
      mark.className = `gloss ${name}`;
      within.surroundContents(mark);
    }
    this.map.read();
  }
}
