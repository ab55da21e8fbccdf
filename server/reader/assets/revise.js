// Makes a new revision of a text, and what is told of it when the reader is back at the text.

import { newKey, request } from './api.js';
import { count } from './words.js';

/** @typedef {{ exact: number, moved: number, changed: number, ambiguous: number, gone: number }} Tally */
/** @typedef {{ revision: any, anchors: Tally, unchanged?: boolean, accepted?: string[] }} Revised */

/**
 * @param {string} path below /api/v1
 * @param {import('./api.js').Call} call its body
 * @param {string} base the revision that it was made from
 * @returns {Promise<Revised>}
 */
export async function revise(path, call, base) {
  const { data } = await request('POST', path, { key: newKey(), match: `"${base}"`, ...call });
  return data;
}

/** @param {string} document_ */
const keyOf = document_ => `gloss:revised:${document_}`;

/** For the reading page, in this tab alone. @param {string} document_ @param {string} from @param {Revised} revised */
export function keepReport(document_, from, { revision, anchors, accepted }) {
  try {
    sessionStorage.setItem(keyOf(document_), JSON.stringify({ from, to: revision.id, number: revision.number, anchors, accepted: accepted?.length ?? 0 }));
  } catch {
    // a private window: nothing is told, and nothing else depends on it
  }
}

/** Once. @param {string} document_ @returns {{ from: string, to: string, number: number, anchors: Tally, accepted: number } | null} */
export function takeReport(document_) {
  try {
    const kept = sessionStorage.getItem(keyOf(document_));
    sessionStorage.removeItem(keyOf(document_));
    return JSON.parse(kept ?? 'null');
  } catch {
    return null;
  }
}

/** "214 notes stayed, 2 moved, 1 needs a look". @param {Tally} anchors */
export function inWords({ exact, moved, changed, ambiguous, gone }) {
  const doubtful = changed + ambiguous;
  const rest = [
    moved ? `${moved} moved` : '',
    doubtful ? `the words of ${doubtful} changed` : '',
    gone ? `${gone} ${gone === 1 ? 'is' : 'are'} no longer in the text` : '',
  ].filter(Boolean);
  const all = exact + moved + doubtful + gone;
  if (all === 0) return 'There were no notes to carry over.';
  if (rest.length === 0) return all === 1 ? 'Its one note stayed where it was.' : `All ${all} notes stayed where they were.`;
  return `${[`${count(exact, 'note')} stayed`, ...rest].join(', ')}.`;
}
