// The native API from the page: cookies, JSON, problem documents, and a retry that cannot double
// what it does.

const BASE = '/api/v1';
const PAUSES_MS = [400, 1200, 3000];

/** An answer that was no success, with words for the reader. */
export class Problem extends Error {
  /**
   * @param {number} status 0 when the server was not reached
   * @param {any} problem the problem document, or {}
   */
  constructor(status, problem) {
    super(wordsFor(status, problem));
    this.status = status;
    this.problem = problem;
    this.slug = slugOf(problem);
  }
}

/** Problems whose detail only says what to do: what went wrong is in the title. */
const TITLED = new Set(['wrong-password', 'name-taken', 'last-owner', 'too-many-requests', 'cross-site']);

/** @param {any} problem */
function slugOf(problem) {
  return String(problem.type ?? '').split('/').pop() ?? '';
}

/** @param {number} status @param {any} problem */
function wordsFor(status, problem) {
  if (status === 0) return 'The server cannot be reached. What you wrote is kept here.';
  const faults = (problem.errors ?? []).map((/** @type {any} */ e) => e.detail).filter(Boolean);
  const title = TITLED.has(slugOf(problem)) ? `${problem.title}.` : '';
  return [title, problem.detail || problem.title || `The server answered ${status}.`, ...faults]
    .filter((text, i, all) => text && all.indexOf(text) === i).join(' ');
}

/**
 * @typedef {object} Answer
 * @property {number} status
 * @property {any} data
 * @property {string | null} etag
 */

/**
 * @typedef {object} Call
 * @property {any} [json] a body
 * @property {string} [type] content type of the body, where it is not plain JSON
 * @property {string} [text] a body that is not JSON
 * @property {string | null} [match] If-Match
 * @property {string | null} [unless] If-None-Match; a 304 is then an answer, with data null
 * @property {string} [key] Idempotency-Key; a POST makes one for itself
 * @property {string} [prefer] Prefer
 * @property {boolean} [once] no retry
 * @property {AbortSignal} [signal]
 */

/**
 * Sends a request. A network fault and a 503 are tried again, a POST under the same
 * Idempotency-Key. Anything that is not a success throws a Problem.
 *
 * @param {string} method
 * @param {string} path below /api/v1, or a whole path
 * @param {Call} [call]
 * @returns {Promise<Answer>}
 */
export async function request(method, path, call = {}) {
  const headers = headersOf(method, call);
  const body = call.text ?? (call.json === undefined ? undefined : JSON.stringify(call.json));
  const url = path.startsWith('/api/') ? path : BASE + path;

  for (let turn = 0; ; turn += 1) {
    const more = !call.once && turn < PAUSES_MS.length;
    let response;
    try {
      response = await fetch(url, { method, headers, body, credentials: 'same-origin', signal: call.signal });
    } catch (fault) {
      if (call.signal?.aborted) throw fault;
      if (!more) throw new Problem(0, {});
    }
    if (response && !(response.status === 503 && more)) return read(response);
    await pause(PAUSES_MS[turn]);
  }
}

/** @param {string} method @param {Call} call */
function headersOf(method, call) {
  /** @type {Record<string, string>} */
  const headers = { Accept: 'application/json' };
  if (call.json !== undefined)
    headers['Content-Type'] = call.type ?? (method === 'PATCH' ? 'application/merge-patch+json' : 'application/json');
  if (call.text !== undefined) headers['Content-Type'] = call.type ?? 'text/plain';
  if (call.match) headers['If-Match'] = call.match;
  if (call.unless) headers['If-None-Match'] = call.unless;
  if (call.prefer) headers.Prefer = call.prefer;
  if (method === 'POST' && call.key !== '') headers['Idempotency-Key'] = call.key ?? newKey();
  return headers;
}

/** @param {Response} response @returns {Promise<Answer>} */
async function read(response) {
  const etag = response.headers.get('ETag');
  if (response.status === 304) return { status: 304, data: null, etag };
  const isJson = /json/.test(response.headers.get('Content-Type') ?? '');
  const data = isJson ? await response.json().catch(() => null) : null;
  if (!response.ok) throw new Problem(response.status, data ?? {});
  return { status: response.status, data, etag };
}

/** A key for one deed, however often it is sent. */
export function newKey() {
  // randomUUID() is missing where the page is served without TLS from another machine
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map(byte => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * Every page of a list, in order.
 *
 * @param {string} path
 * @param {(items: any[]) => boolean | void} [onPage] answers false to stop early
 * @returns {Promise<any[]>}
 */
export async function all(path, onPage) {
  const items = [];
  const join = path.includes('?') ? '&' : '?';
  for (let cursor = null, first = true; first || cursor; first = false) {
    const { data } = await request('GET', cursor ? `${path}${join}cursor=${encodeURIComponent(cursor)}` : path);
    items.push(...data.data);
    if (onPage?.(data.data) === false) break;
    cursor = data.next;
  }
  return items;
}

/** @param {number} ms */
function pause(ms) {
  return new Promise(done => setTimeout(done, ms * (0.8 + Math.random() * 0.4)));
}
