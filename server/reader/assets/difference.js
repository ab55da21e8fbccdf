// What differs between two texts, word by word: for a passage that reads otherwise now, for a
// suggestion, and for two who edited the same text. Pure but for showDifference().

import { h } from './dom.js';

/** @typedef {{ kind: 'same' | 'out' | 'in', text: string }} Piece */
/** Of two lists, [from, to) of the one stands where [start, end) of the other stood. @typedef {{ start: number, end: number, from: number, to: number }} Hunk */

/** So many steps, and what is left counts as different altogether. */
const STEPS_MAX = 1500;

/**
 * The pieces in order; what was taken out stands before what was put in.
 *
 * @param {string} before
 * @param {string} after
 * @returns {Piece[]}
 */
export function difference(before, after) {
  /** @type {Piece[]} */
  const pieces = [];
  const a = linesOf(before);
  const b = linesOf(after);
  const hunks = a.length + b.length > 2 ? hunksOf(a, b) : [{ start: 0, end: a.length, from: 0, to: b.length }];
  let at = 0;
  for (const { start, end, from, to } of hunks) {
    add(pieces, 'same', a.slice(at, start).join(''));
    inWords(pieces, a.slice(start, end).join(''), b.slice(from, to).join(''));
    at = end;
  }
  add(pieces, 'same', a.slice(at).join(''));
  return pieces;
}

/** @param {Piece[]} pieces @param {string} before @param {string} after */
function inWords(pieces, before, after) {
  const a = wordsOf(before);
  const b = wordsOf(after);
  let at = 0;
  for (const { start, end, from, to } of joined(hunksOf(a, b), a)) {
    add(pieces, 'same', a.slice(at, start).join(''));
    add(pieces, 'out', a.slice(start, end).join(''));
    add(pieces, 'in', b.slice(from, to).join(''));
    at = end;
  }
  add(pieces, 'same', a.slice(at).join(''));
}

/** Changes with nothing but space between them read better as one. @param {Hunk[]} hunks @param {string[]} a */
function joined(hunks, a) {
  /** @type {Hunk[]} */
  const out = [];
  for (const hunk of hunks) {
    const last = out.at(-1);
    if (last && /^[^\S\n]*$/u.test(a.slice(last.end, hunk.start).join(''))) Object.assign(last, { end: hunk.end, to: hunk.to });
    else out.push({ ...hunk });
  }
  return out;
}

/** @param {Piece[]} pieces @param {Piece['kind']} kind @param {string} text */
function add(pieces, kind, text) {
  if (text === '') return;
  const last = pieces.at(-1);
  if (last?.kind === kind) last.text += text;
  else pieces.push({ kind, text });
}

/** @param {string} text */
function linesOf(text) {
  return text.match(/[^\n]*\n|[^\n]+$/gu) ?? [];
}

/** Words, each space and each sign for itself; of scripts without spaces, each character. @param {string} text */
function wordsOf(text) {
  return text.match(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]\p{M}*|(?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}])[\p{L}\p{N}\p{M}'’])+|\s|[^\s\p{L}\p{N}]\p{M}*/gu) ?? [];
}

/**
 * Where two lists differ (E. W. Myers, An O(ND) Difference Algorithm, 1986).
 *
 * @param {string[]} a
 * @param {string[]} b
 * @returns {Hunk[]}
 */
export function hunksOf(a, b) {
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail += 1;
  const n = a.length - head - tail;
  const m = b.length - head - tail;
  if (n === 0 && m === 0) return [];
  const ways = n && m ? search(a, b, head, n, m) : null;
  return ways ? retrace(ways, head, n, m) : [{ start: head, end: head + n, from: head, to: head + m }];
}

/**
 * How far each diagonal is reached with 0, 1, 2 … steps; null where they differ by too many.
 *
 * @param {string[]} a
 * @param {string[]} b
 * @param {number} head
 * @param {number} n
 * @param {number} m
 * @returns {Int32Array[] | null}
 */
function search(a, b, head, n, m) {
  const most = Math.min(n + m, STEPS_MAX);
  /** @type {Int32Array[]} */
  const ways = [];
  for (let d = 0; d <= most; d += 1) {
    const way = new Int32Array(2 * d + 1);
    const last = ways[d - 1];
    for (let k = -d; k <= d; k += 2) {
      let x = d === 0 ? 0 : isDown(last, k, d) ? last[k + d] : last[k + d - 2] + 1;
      while (x < n && x - k < m && a[head + x] === b[head + x - k]) x += 1;
      way[k + d] = x;
      if (x >= n && x - k >= m) return [...ways, way];
    }
    ways.push(way);
  }
  return null;
}

/** Is diagonal k reached in d steps by putting something in? `last` holds k-1 at k+d-2, k+1 at k+d. @param {Int32Array} last @param {number} k @param {number} d */
function isDown(last, k, d) {
  return k === -d || (k !== d && last[k + d - 2] < last[k + d]);
}

/** @param {Int32Array[]} ways @param {number} head @param {number} n @param {number} m */
function retrace(ways, head, n, m) {
  /** @type {Hunk[]} */
  const hunks = [];
  for (let d = ways.length - 1, x = n, y = m; d > 0; d -= 1) {
    const last = ways[d - 1];
    const k = x - y;
    const down = isDown(last, k, d);
    x = down ? last[k + d] : last[k + d - 2];
    y = x - (down ? k + 1 : k - 1);
    const hunk = { start: head + x, end: head + x + (down ? 0 : 1), from: head + y, to: head + y + (down ? 1 : 0) };
    const [next] = hunks;
    if (next && next.start === hunk.end && next.from === hunk.to) Object.assign(next, { start: hunk.start, from: hunk.from });
    else hunks.unshift(hunk);
  }
  return hunks;
}

/**
 * What two made of the same text, put together; null where both changed the same place.
 *
 * @param {string} base
 * @param {string} mine
 * @param {string} theirs
 * @returns {string | null}
 */
export function together(base, mine, theirs) {
  const lines = linesOf(base);
  const [a, b] = [mine, theirs].map(linesOf);
  const changes = [...hunksOf(lines, a).map(hunk => ({ ...hunk, by: a })), ...hunksOf(lines, b).map(hunk => ({ ...hunk, by: b }))]
    .sort((one, other) => one.start - other.start || one.end - other.end);
  let text = '';
  let at = 0;
  /** @type {(typeof changes)[number] | null} */
  let last = null;
  for (const change of changes) {
    const words = change.by.slice(change.from, change.to).join('');
    if (last && last.by !== change.by && change.start <= last.end) {
      const same = last.start === change.start && last.end === change.end && last.by.slice(last.from, last.to).join('') === words;
      if (!same) return null;
      continue;
    }
    text += lines.slice(at, change.start).join('') + words;
    at = change.end;
    last = change;
  }
  return text + lines.slice(at).join('');
}

/** Of a long unchanged stretch, so much is shown at each end. */
const CONTEXT = 120;

/**
 * The pieces as elements, with real <ins> and <del>.
 *
 * @param {Piece[]} pieces
 * @returns {DocumentFragment}
 */
export function showDifference(pieces) {
  const out = document.createDocumentFragment();
  pieces.forEach(({ kind, text }, i) => {
    if (kind === 'same') out.append(cut(text, i > 0, i < pieces.length - 1));
    else out.append(h(kind === 'out' ? 'del' : 'ins', null, text));
  });
  return out;
}

/** @param {string} text @param {boolean} keepsHead @param {boolean} keepsTail */
function cut(text, keepsHead, keepsTail) {
  const parts = [...text];
  const most = CONTEXT * (Number(keepsHead) + Number(keepsTail));
  if (parts.length <= most + CONTEXT) return text;
  const head = keepsHead ? parts.slice(0, CONTEXT).join('') : '';
  const tail = keepsTail ? parts.slice(-CONTEXT).join('') : '';
  return `${head} … ${tail}`;
}
