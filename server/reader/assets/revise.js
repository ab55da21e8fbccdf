// Makes a new revision of a text, and what is told of it when the reader is back at the text.

import { Problem, newKey, request } from './api.js';
import { count } from './words.js';

/** @typedef {{ exact: number, moved: number, changed: number, ambiguous: number, gone: number }} Tally */
/** @typedef {{ revision: any, anchors: Tally, unchanged?: boolean, accepted?: string[] }} Revised */

/** @typedef {{ id: string, state: string, stage: string, done: number, total: number, result: Revised | null, problem: any }} Job */

/** How often a job is looked at: often at first, for most are short. */
const LOOKS_MS = [150, 300, 600, 1000];

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

/**
 * The same without keeping a request open for it: the server goes on whatever becomes of the page.
 *
 * @param {string} path
 * @param {import('./api.js').Call} call
 * @param {string} base
 * @param {(job: Job) => void} tell how far it is; the first time, that it has begun
 * @returns {Promise<Revised>}
 */
export async function reviseLater(path, call, base, tell) {
  const { status, data } = await request('POST', path, { key: newKey(), match: `"${base}"`, prefer: 'respond-async', ...call });
  return status === 202 ? follow(data, tell) : data;
}

/** Looks at a job until it has ended. @param {Job} job @param {(job: Job) => void} tell @returns {Promise<Revised>} */
export async function follow(job, tell) {
  let now = job;
  for (let turn = 0; now.state !== 'done' && now.state !== 'failed'; turn += 1) {
    tell(now);
    await new Promise(done => setTimeout(done, LOOKS_MS[Math.min(turn, LOOKS_MS.length - 1)]));
    now = await look(job.id);
  }
  if (!now.result) throw new Problem(now.problem?.status ?? 500, now.problem ?? {});
  return now.result;
}

/** @param {string} id @returns {Promise<Job>} */
export async function look(id) {
  return (await request('GET', `/jobs/${id}`)).data;
}

/** What a job is at, for people. @param {Job} job */
export function stageInWords({ state, stage, done, total }) {
  if (state === 'waiting') return 'Saving: it waits for its turn…';
  if (stage === 'read') return 'Saving: reading the text…';
  if (stage === 'align') return 'Saving: comparing it with the text before…';
  if (stage === 'write') return 'Saving: storing it…';
  return `Saving: carrying ${done.toLocaleString('en')} of ${total.toLocaleString('en')} ${total === 1 ? 'note' : 'notes'} over…`;
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
