// From passages that overlap to pieces that do not, each with one class of paint. Pure.

/**
 * A passage to be painted.
 *
 * @typedef {object} Passage
 * @property {number} start
 * @property {number} end
 * @property {boolean} [mine] written by who is reading
 * @property {boolean} [hidden] only its author sees it
 * @property {boolean} [doubtful] its words were edited, or its place is not certain
 */

/** @typedef {{ start: number, end: number, paint: string }} Segment */

/** Every class of paint there is; the style sheet has one rule for each. */
export const PAINTS = ['heat-1', 'heat-2', 'heat-3', 'heat-4', 'heat-5', 'mine', 'private', 'doubtful',
  'hover', 'focus', 'pending'];

/** How many passages make which heat. */
const HEAT = [1, 2, 3, 5];

/**
 * @param {number} n passages in one place, at least one
 * @returns {string}
 */
export function heat(n) {
  const step = HEAT.findIndex(most => n <= most);
  return `heat-${step < 0 ? 5 : step + 1}`;
}

/**
 * Sweeps over the ends of all passages once. Segments come in order, do not overlap, and two that
 * touch differ in their paint.
 *
 * @param {Passage[]} passages
 * @returns {Segment[]}
 */
export function segments(passages) {
  /** @type {{ at: number, by: 1 | -1, passage: Passage }[]} */
  const ends = [];
  for (const passage of passages)
    if (passage.start < passage.end)
      ends.push({ at: passage.start, by: 1, passage }, { at: passage.end, by: -1, passage });
  ends.sort((a, b) => a.at - b.at);

  const here = { all: 0, mine: 0, hidden: 0, doubtful: 0 };
  /** @type {Segment[]} */
  const found = [];
  let from = 0;
  for (const { at, by, passage } of ends) {
    if (here.all > 0 && at > from) add(found, from, at, paintOf(here));
    from = at;
    here.all += by;
    if (passage.mine) here.mine += by;
    if (passage.hidden) here.hidden += by;
    if (passage.doubtful) here.doubtful += by;
  }
  return found;
}

/** @param {{ all: number, mine: number, hidden: number, doubtful: number }} here */
function paintOf(here) {
  if (here.hidden === here.all) return 'private';
  if (here.doubtful === here.all) return 'doubtful';
  if (here.all === 1 && here.mine === 1) return 'mine';
  return heat(here.all);
}

/** @param {Segment[]} found @param {number} start @param {number} end @param {string} paint */
function add(found, start, end, paint) {
  const last = found.at(-1);
  if (last && last.end === start && last.paint === paint) last.end = end;
  else found.push({ start, end, paint });
}
