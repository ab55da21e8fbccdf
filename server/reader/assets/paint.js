// Paints passages: about a dozen shared CSS Custom Highlights, whatever the number of annotations,
// or <mark> elements where the browser has none. A browser goes over all painted ranges whenever
// anything on the page changes, so of many segments only those near the screen are painted.

import { lastWhere } from './places.js';
import { PAINTS, segments } from './segments.js';

/** @typedef {import('./offsets.js').TextMap} TextMap */
/** @typedef {import('./places.js').Places} Places */
/** @typedef {import('./segments.js').Passage} Passage */
/** @typedef {import('./segments.js').Segment} Segment */

/** Painted over the rest, each alone in its place. */
const OVER = ['hover', 'focus', 'pending'];
/** Up to so many segments are painted wherever they are. */
const MANY = 400;
/** So many screens above and below are painted, and so many at least always are. */
const AHEAD = 3;
const LEAST = 1;

/** @param {TextMap} map @param {Places} places @returns {Painter} */
export function painterFor(map, places) {
  return globalThis.CSS?.highlights && globalThis.Highlight ? new Painter(map, places) : new MarkPainter(map, places);
}

/** With CSS Custom Highlights. Ours are named gloss-…; those of others are left alone. */
export class Painter {
  /** @param {TextMap} map @param {Places} places */
  constructor(map, places) {
    this.map = map;
    this.places = places;
    /** @type {Segment[]} */
    this.segments = [];
    /** @type {{ start: number, end: number }} what is painted of them */
    this.window = { start: 0, end: Infinity };
    this.isWhole = false;
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
    this.segments = segments(passages);
    this.show();
  }

  /** Everything, wherever it is: for paper. @param {boolean} on */
  whole(on) {
    this.isWhole = on;
    this.show();
  }

  /** After scrolling or a new layout: paints on, where the painted part ends near the screen. */
  follow() {
    if (this.segments.length <= MANY || this.isWhole) return;
    const { start, end } = this.places.onScreen(LEAST);
    if (start < this.window.start || end > this.window.end) this.show();
  }

  show() {
    const all = this.segments.length <= MANY || this.isWhole;
    this.window = all ? { start: 0, end: Infinity } : this.places.onScreen(AHEAD);
    const first = lastWhere(this.segments, segment => segment.end <= this.window.start) + 1;
    const last = lastWhere(this.segments, segment => segment.start < this.window.end);
    this.lay(this.segments.slice(first, last + 1));
  }

  /** @param {Segment[]} shown */
  lay(shown) {
    for (const name of PAINTS) if (!OVER.includes(name)) this.layer(name).clear();
    for (const { start, end, paint } of shown) this.fill(paint, start, end);
  }

  /**
   * One passage painted over the others, or none.
   *
   * @param {'hover' | 'focus' | 'pending'} name
   * @param {{ start: number, end: number } | null} passage
   */
  put(name, passage) {
    const before = this.over[name];
    if (before?.start === passage?.start && before?.end === passage?.end) return;
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

  /** @param {Segment[]} shown */
  lay(shown) {
    for (const mark of this.map.root.querySelectorAll('mark.gloss')) mark.replaceWith(...mark.childNodes);
    this.map.root.normalize();
    this.map.read();
    // from the last to the first: splitting a node leaves those before it as they are
    for (let i = shown.length - 1; i >= 0; i -= 1) this.mark(shown[i].paint, shown[i].start, shown[i].end);
    for (const name of OVER) {
      const passage = this.over[name];
      this.map.read();
      if (passage) this.mark(name, passage.start, passage.end);
    }
    this.map.read();
  }

  /**
   * @param {'hover' | 'focus' | 'pending'} name
   * @param {{ start: number, end: number } | null} passage
   */
  put(name, passage) {
    if (name === 'hover' || passage === this.over[name]) return;
    this.over[name] = passage;
    this.show();
  }

  /** @param {string} name @param {number} start @param {number} end */
  mark(name, start, end) {
    for (const piece of this.map.piecesIn(start, end).reverse()) {
      const [within] = this.map.ranges(Math.max(start, piece.start), Math.min(end, piece.end));
      const mark = document.createElement('mark');
      mark.className = `gloss ${name}`;
      within.surroundContents(mark);
    }
  }
}
