// Which passage the reader has selected. Browsers disagree about the order of events around a
// selection, and on phones a tap on our own button may end it first: so the selection is read when
// it is needed, and the last good one is kept until the reader goes elsewhere.

import { snap } from './units.js';

/** @typedef {import('./offsets.js').TextMap} TextMap */
/** @typedef {{ start: number, end: number, rect: DOMRect }} Picked */

const SETTLE_MS = 180;
/** No character as readers see it is longer: in a longer text only so much is looked at. */
const NEAR = 400;

export class Picker {
  /**
   * @param {TextMap} map
   * @param {(picked: Picked | null) => void} onChange told when a selection has settled or is gone
   */
  constructor(map, onChange) {
    this.map = map;
    this.onChange = onChange;
    /** @type {Picked | null} */
    this.last = null;
    this.pressed = false;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    this.listen();
  }

  listen() {
    document.addEventListener('selectionchange', () => this.settle(SETTLE_MS));
    document.addEventListener('pointerdown', event => {
      this.pressed = !isTool(event.target);
    });
    for (const type of ['pointerup', 'pointercancel'])
      document.addEventListener(type, () => {
        this.pressed = false;
        this.settle(10);
      });
  }

  /** @param {number} ms */
  settle(ms) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      if (!this.pressed) this.look();
    }, ms);
  }

  look() {
    const picked = this.read();
    // a selection that a button or a field has ended is still what the reader means
    if (!picked && isTool(document.activeElement)) return;
    if (picked?.start === this.last?.start && picked?.end === this.last?.end) return;
    this.last = picked;
    this.onChange(picked);
  }

  /** The selection as it is now, if it lies in the text. @returns {Picked | null} */
  read() {
    const selection = document.getSelection();
    if (!selection || selection.isCollapsed || selection.rangeCount === 0) return null;
    const range = selection.getRangeAt(0);
    if (!range.intersectsNode(this.map.root)) return null;
    if (!this.map.root.contains(selection.anchorNode)) return null;
    const passage = this.map.passage(range);
    return passage && { ...whole(this.map, passage), rect: lastRect(range) };
  }

  /** For a button that was pressed: the selection now, or the last good one. */
  now() {
    return this.read() ?? this.last;
  }

  /** Forgets the passage and ends the browser's selection. */
  drop() {
    this.last = null;
    document.getSelection()?.removeAllRanges();
    this.onChange(null);
  }
}

/**
 * The passage without a cut through what readers see as one character: e and its accent, a family.
 *
 * @param {TextMap} map
 * @param {{ start: number, end: number }} passage
 */
function whole(map, { start, end }) {
  const first = around(map, start);
  const last = around(map, end - 1);
  return {
    start: first.at + snap(first.text, { start: start - first.at, end: start + 1 - first.at }).start,
    end: last.at + snap(last.text, { start: end - 1 - last.at, end: end - last.at }).end,
  };
}

/** The text near a position, within its block. @param {TextMap} map @param {number} position */
function around(map, position) {
  const block = map.blockAt(position);
  const { start, end } = (block && map.passageOf(block)) ?? { start: position, end: position + 1 };
  const at = Math.max(start, position - NEAR);
  return { at, text: map.text(at, Math.min(end, position + NEAR)) };
}

/** @param {EventTarget | null} target */
function isTool(target) {
  return target instanceof Element && target.closest('[data-tool]') !== null;
}

/** Where the selection ends on the screen. @param {Range} range */
function lastRect(range) {
  const rects = [...range.getClientRects()].filter(rect => rect.width > 0);
  return rects.at(-1) ?? range.getBoundingClientRect();
}

/**
 * The position in the text under a point of the screen, or null.
 *
 * @param {TextMap} map
 * @param {number} x
 * @param {number} y
 */
export function positionAt(map, x, y) {
  const any = /** @type {any} */ (document);
  const caret = any.caretPositionFromPoint
    ? any.caretPositionFromPoint(x, y)
    : old(any.caretRangeFromPoint?.(x, y));
  if (!caret || !map.byNode.has(caret.offsetNode)) return null;
  return map.position(caret.offsetNode, caret.offset, 'start');
}

/** @param {Range | null | undefined} range */
function old(range) {
  return range ? { offsetNode: range.startContainer, offset: range.startOffset } : null;
}
