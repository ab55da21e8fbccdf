// The text on the page and positions in the canonical text. Positions are characters (Unicode code
// points), as everywhere on the server; browsers count UTF-16 units. The server stamps each block
// with `data-o`, the position where its text begins, so nothing outside a block is ever counted.

const FRAME = new Set(['BLOCKQUOTE', 'DL', 'OL', 'TABLE', 'TBODY', 'TFOOT', 'THEAD', 'TR', 'UL']);

/**
 * A text node that shows characters [start, end) of the canonical text.
 *
 * @typedef {{ node: Text, block: Element, start: number, end: number }} Piece
 */

/** @param {string} text @returns {number} its length in characters */
export function charsIn(text) {
  let chars = text.length;
  for (let i = 0; i + 1 < text.length; i += 1)
    if (isPair(text, i)) {
      chars -= 1;
      i += 1;
    }
  return chars;
}

/** The UTF-16 place of a character. @param {string} text @param {number} chars */
export function utf16At(text, chars) {
  let at = 0;
  for (let left = chars; left > 0 && at < text.length; left -= 1) at += isPair(text, at) ? 2 : 1;
  return at;
}

/** @param {string} text @param {number} i */
function isPair(text, i) {
  return (text.charCodeAt(i) & 0xfc00) === 0xd800 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00;
}

/** Positions for one stamped text. Made again when text nodes were split or joined. */
export class TextMap {
  /** @param {Element} root */
  constructor(root) {
    this.root = root;
    /** @type {Piece[]} in the order of the text */
    this.pieces = [];
    /** @type {Map<Node, Piece>} */
    this.byNode = new Map();
    /** @type {Map<Element, { start: number, end: number }>} every block with text, in its order */
    this.spans = new Map();
    this.read();
  }

  read() {
    this.pieces = [];
    this.byNode.clear();
    this.spans.clear();
    /** @type {Map<Element, number>} */
    const next = new Map();
    const walker = document.createTreeWalker(this.root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT,
      node => isAside(node) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT);
    while (walker.nextNode()) {
      const node = walker.currentNode;
      if (!(node instanceof Text) || isFrame(node)) continue;
      const block = node.parentElement?.closest('[data-o]');
      if (!block || !this.root.contains(block)) continue;
      const start = next.get(block) ?? Number(block.getAttribute('data-o'));
      const end = start + charsIn(node.data);
      const piece = { node, block, start, end };
      next.set(block, end);
      const span = this.spans.get(block);
      if (span) span.end = end;
      else this.spans.set(block, { start, end });
      this.pieces.push(piece);
      this.byNode.set(node, piece);
    }
  }

  /** Where the text ends. */
  get end() {
    return this.pieces.at(-1)?.end ?? 0;
  }

  /**
   * The position of a place in the document, or null outside the text. Between two blocks, a
   * start belongs to the next one and an end to the one before.
   *
   * @param {Node} node
   * @param {number} offset as in Range
   * @param {'start' | 'end'} side
   * @returns {number | null}
   */
  position(node, offset, side) {
    const piece = this.byNode.get(node);
    if (piece) return piece.start + charsIn(piece.node.data.slice(0, offset));

    const place = document.createRange();
    place.setStart(node, offset);
    let low = 0;
    let high = this.pieces.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (place.comparePoint(this.pieces[middle].node, 0) < 0) low = middle + 1;
      else high = middle;
    }
    if (side === 'start') return this.pieces[low]?.start ?? null;
    return this.pieces[low - 1]?.end ?? null;
  }

  /**
   * The passage that a range covers, without white space at its ends; null when that is nothing.
   *
   * @param {Range} range
   * @returns {{ start: number, end: number } | null}
   */
  passage(range) {
    const start = this.position(range.startContainer, range.startOffset, 'start');
    const end = this.position(range.endContainer, range.endOffset, 'end');
    if (start === null || end === null || start >= end) return null;
    const text = [...this.text(start, end)];
    let before = 0;
    let after = 0;
    while (before < text.length && /\s/u.test(text[before])) before += 1;
    while (after < text.length - before && /\s/u.test(text[text.length - 1 - after])) after += 1;
    return before + after < text.length ? { start: start + before, end: end - after } : null;
  }

  /** The text of a passage; blocks are one newline apart. @param {number} start @param {number} end */
  text(start, end) {
    let text = '';
    let at = start;
    for (const piece of this.piecesIn(start, end)) {
      const from = Math.max(start, piece.start);
      const to = Math.min(end, piece.end);
      text += '\n'.repeat(Math.max(0, from - at));
      text += piece.node.data.slice(utf16At(piece.node.data, from - piece.start),
        utf16At(piece.node.data, to - piece.start));
      at = to;
    }
    return text;
  }

  /**
   * The pieces that show something of the passage.
   *
   * @param {number} start
   * @param {number} end
   * @returns {Piece[]}
   */
  piecesIn(start, end) {
    let low = 0;
    let high = this.pieces.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.pieces[middle].end <= start) low = middle + 1;
      else high = middle;
    }
    const found = [];
    for (let i = low; i < this.pieces.length && this.pieces[i].start < end; i += 1)
      if (this.pieces[i].end > this.pieces[i].start) found.push(this.pieces[i]);
    return found;
  }

  /**
   * One range for each block that the passage touches, so that nothing between blocks is painted.
   *
   * @param {number} start
   * @param {number} end
   * @returns {Range[]}
   */
  ranges(start, end) {
    /** @type {Range[]} */
    const ranges = [];
    /** @type {Element | null} */
    let block = null;
    for (const piece of this.piecesIn(start, end)) {
      const { data } = piece.node;
      if (piece.block !== block) {
        block = piece.block;
        const range = document.createRange();
        range.setStart(piece.node, utf16At(data, Math.max(0, start - piece.start)));
        ranges.push(range);
      }
      ranges[ranges.length - 1].setEnd(piece.node, utf16At(data, Math.min(end, piece.end) - piece.start));
    }
    return ranges;
  }

  /** The block that shows this position, or the nearest before it. @param {number} position */
  blockAt(position) {
    return (this.piecesIn(position, position + 1)[0] ?? this.pieces.at(-1))?.block ?? null;
  }

  /** Every block with text, once, in the order of the text. @returns {Element[]} */
  blocks() {
    return [...this.spans.keys()];
  }

  /** The whole passage of one block. @param {Element} block */
  passageOf(block) {
    return this.spans.get(block) ?? null;
  }
}

/** What the page itself put into the text. @param {Node} node */
function isAside(node) {
  return node instanceof Element && node.hasAttribute('data-aside');
}

/** White space that only lays out the source of a list or a table. @param {Text} node */
function isFrame(node) {
  return FRAME.has(node.parentElement?.tagName ?? '') && !/\S/u.test(node.data);
}
