// Words, sentences and characters as readers count them, by the browser's own rules for every
// script (Thai has no spaces, Chinese no words that spaces show). Pure; positions are code points.

import { charsIn } from './offsets.js';

/** @typedef {{ start: number, end: number }} Span */

const hasSegmenter = typeof Intl !== 'undefined' && 'Segmenter' in Intl;
const SAYS_SOMETHING = /[\p{L}\p{N}\p{S}]/u;

/** What stands in for Intl.Segmenter where there is none: right for scripts that write spaces. */
const PLAIN = {
  word: /[\p{L}\p{N}\p{M}]+(?:['’][\p{L}\p{N}\p{M}]+)*|\s+|./gsu,
  sentence: /.+?(?:[.!?…。！？]+["'”’)\]]*(?=\s|$)\s*|$|\n+)/gsu,
  grapheme: /\P{M}\p{M}*/gsu,
};

/**
 * The words (with something in them to be read) or the sentences (without white space around them)
 * of a text.
 *
 * @param {string} text
 * @param {'word' | 'sentence'} kind
 * @param {string} [language]
 * @returns {Span[]}
 */
export function unitsOf(text, kind, language) {
  const units = [];
  let at = 0;
  for (const piece of cut(text, kind, language)) {
    const end = at + charsIn(piece);
    const bare = piece.trim();
    if (kind === 'word' ? SAYS_SOMETHING.test(piece) : bare !== '') {
      const before = charsIn(piece.slice(0, piece.length - piece.trimStart().length));
      units.push({ start: at + before, end: at + before + charsIn(bare) });
    }
    at = end;
  }
  return units;
}

/**
 * A span that cuts no character as readers see it: 👩‍👩‍👧 is one, and so is e with an accent.
 *
 * @param {string} text
 * @param {Span} span
 * @returns {Span}
 */
export function snap(text, { start, end }) {
  let at = 0;
  let from = start;
  let to = end;
  for (const piece of cut(text, 'grapheme')) {
    const next = at + charsIn(piece);
    if (at < start && start < next) from = at;
    if (at < end && end < next) to = next;
    if (next >= end) break;
    at = next;
  }
  return { start: from, end: to };
}

/** @param {string} text @param {'word' | 'sentence' | 'grapheme'} kind @param {string} [language] */
function cut(text, kind, language) {
  if (!hasSegmenter) return text.match(PLAIN[kind]) ?? [];
  const segmenter = new Intl.Segmenter(known(language), { granularity: kind });
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** A language that the browser's rules can be asked for, else its own. @param {string} [language] */
function known(language) {
  try {
    return language ? Intl.getCanonicalLocales(language) : undefined;
  } catch {
    return undefined;
  }
}
