// Each call that may fail, failing once while a request is served: memory of our own and of the
// libraries, libpq, libmicrohttpd, sockets. First it is counted how many there are, then the request is
// made again and again, each time with another of them failing, until it comes through untouched.
//
// What must hold whichever it was: the answer is the usual one, a 5xx that says so, or the end of the
// connection; what it was to change is changed wholly or not at all, and wholly if it was said to be;
// afterwards all connections to the database are there again, and nothing has leaked. Where memory ran
// out the process may end, if it says so: the next one finds everything in order.
//
// TORTURE=full tries every call; else a sample is drawn, repeatable with TORTURE_SEED=N.
// TORTURE_ONLY=WORDS picks cases by name, TORTURE_KIND=WORDS the calls, TORTURE_REQUESTS=N so many of the cases.
import assert from 'node:assert/strict';
import http from 'node:http';
import { chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { gloss, patience } from '../support/binary.js';
import { World } from '../support/people.js';
import { Session } from '../support/sql.js';
import { Board, KINDS } from './board.js';
import { makeCases } from './cases.js';

const full = process.env.TORTURE === 'full';
const seed = Number(process.env.TORTURE_SEED ?? (process.env.CI ? 20260301 : Math.floor(Math.random() * 2 ** 31)));
// How many of the requests, drawn; each where nothing is said.
const drawn = Number(process.env.TORTURE_REQUESTS ?? Infinity);
// How many calls of each kind fail for each request, in a sample.
const SAMPLE = { 'our own memory': 1, 'the libraries’ memory': 3, libpq: 3, libmicrohttpd: 1, sockets: 2 };
const ANSWER_LIMIT_MS = 15_000 * patience;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const folder = mkdtempSync(join(tmpdir(), 'gloss-torture-'));
chmodSync(folder, 0o755);
const board = new Board(join(folder, 'board'));
chmodSync(board.path, 0o666);
after(() => {
  board.close();
  rmSync(folder, { recursive: true, force: true });
});

const world = await World.start({ workers: 1, expectsErrors: true, env: { TORTURE_BOARD: board.path } });
// As the superuser, who alone sees what other connections do.
const judge = new Session(world.cluster, world.database, 'postgres');
after(() => judge.end());
world.cutsConnections = () => judge.run(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${OURS}`);

// -- what is looked at before and after ------------------------------------------------------------

const OURS = "datname = current_database() AND usename = 'gloss' AND application_name = 'gloss'";

const tables = (await judge.run(`SELECT c.relname AS name, array_agg(a.attname) AS columns FROM pg_class c
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
  WHERE c.relnamespace = 'gloss'::regnamespace AND c.relkind = 'r' AND c.relname NOT IN ('shelf', 'fold')
  GROUP BY 1 ORDER BY 1`.replace(/\n\s*/g, ' ')));
const COUNTED = { version: 'sum(version)', deleted_at: 'count(deleted_at)', failed_logins: 'sum(failed_logins)', tally: 'sum((SELECT sum(n) FROM unnest(tally) WITH ORDINALITY t (n, i) WHERE i % 3 = 0))', reads: 'sum(cardinality(reads))', revoked_at: 'count(revoked_at)', display_name: "count(*) FILTER (WHERE display_name = 'Ann Other')" };
const MEASURES = tables.flatMap(({ name, columns }) => ['count(*)', ...Object.keys(COUNTED).filter((column) => columns.slice(1, -1).split(',').includes(column)).map((column) => COUNTED[column])]
  .map((measure) => ({ table: name, measure, sql: `coalesce((SELECT ${measure} FROM gloss."${name}"), 0)` })));

// Everything that is stored, in numbers.
async function measure() {
  const [{ all }] = await judge.run(`SELECT ARRAY[${MEASURES.map(({ sql }) => sql).join(', ')}]::bigint[] AS all`);
  return all.slice(1, -1).split(',').map(Number);
}

const connections = async () => (await judge.run(`SELECT count(*) AS open, count(*) FILTER (WHERE state <> 'idle') AS busy FROM pg_stat_activity WHERE ${OURS}`))[0];
const POOL = await (async () => {
  let open = 0;
  for (let same = 0; same < 5; await pause(50)) {
    const now = Number((await connections()).open);
    same = now === open && now > 0 ? same + 1 : 0;
    open = now;
  }
  return open;
})();

const alive = () => world.server.child.exitCode === null && world.server.child.signalCode === null;
const openFiles = () => readdirSync(`/proc/${world.server.pid}/fd`).length;

// True once nobody is at work in the database and the pool is whole, as before.
async function settled() {
  const end = Date.now() + ANSWER_LIMIT_MS;
  while (Date.now() < end) {
    const { open, busy } = await connections();
    if (Number(open) === (alive() ? POOL : 0) && busy === '0') return true;
    await pause(10);
  }
  return false;
}

// -- one request -----------------------------------------------------------------------------------

// An answer may go out as it is where there is no memory to make it smaller.
function plain({ 'content-encoding': coding, ...headers }, bytes) {
  return { headers, text: (coding === 'gzip' ? gunzipSync(bytes) : bytes).toString() };
}

// On a connection of its own, so that being accepted and closed belongs to it.
function ask({ who, method, path, body, headers = {} }) {
  const { hostname, port } = new URL(world.url);
  const sent = { ...headers, Connection: 'close' };
  if (who.token) sent.Authorization = `Bearer ${who.token}`;
  else if (who.cookie) Object.assign(sent, { Cookie: who.cookie, 'Sec-Fetch-Site': 'same-origin' });
  else if (path === '/signin') sent['Sec-Fetch-Site'] = 'same-origin';
  if (body !== undefined) sent['Content-Length'] = Buffer.byteLength(body);
  const started = Date.now();
  return new Promise((resolve) => {
    let begun;
    const closed = (error) => resolve({ closed: String(error.code ?? error.message), begun, ms: Date.now() - started });
    const request = http.request({ host: hostname, port, method, path, headers: sent, agent: false }, (message) => {
      begun = message.statusCode;
      const parts = [];
      message.on('data', (part) => parts.push(part));
      message.on('end', () => (message.complete
        ? resolve({ status: message.statusCode, ...plain(message.headers, Buffer.concat(parts)), ms: Date.now() - started })
        : closed(new Error('cut'))));
      message.on('error', closed);
    });
    request.on('error', closed);
    request.setTimeout(ANSWER_LIMIT_MS, () => request.destroy(new Error('hang')));
    request.end(body);
  });
}

// What is the same each time: without ids, times and secrets.
function essence(answer) {
  if (answer.closed) return answer.closed;
  const text = answer.text.replace(/\b[a-z]{3}_[0-9a-z]{26}\b/g, 'ID').replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
    .replace(/gloss_[\w-]{43}/g, 'TOKEN').replace(/"code":"[^"]+"|\/join\/[\w-]+/g, 'CODE').replace(/\bt[0-9a-f]{12}\b/g, 'NAME')
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'UUID').replace(/\d+ seconds?/g, 'SECONDS')
    .replaceAll(world.url, 'BASE').replace(/invitations\/[0-9a-z]{26}/g, 'CODE').replace(/"request_id":"\w+"/g, 'REQUEST');
  return `${answer.status}\n${Object.keys(answer.headers).sort().join(' ')}\n${text}`;
}

function difference(got, wanted) {
  let at = 0;
  while (got[at] === wanted[at]) at++;
  const from = Math.max(0, at - 40);
  return `…${got.slice(from, at + 80)}… for …${wanted.slice(from, at + 80)}…`;
}

// -- one failure -----------------------------------------------------------------------------------

const minus = (a, b) => a.map((n, i) => n - b[i]);
const same = (a, b) => a.every((n, i) => n === b[i]);
const CLEAN_END = /^gloss: out of memory$/m;

// How long a process may take to end: our own code always ends where it finds no memory.
const endsWith = (kinds, answer) => (kinds === KINDS['our own memory'] ? 5000 * patience : answer.closed ? 100 : 10);

async function perform(torture, kinds, failAt) {
  await comesBack();
  const request = await torture.make();
  const before = await measure();
  board.arm(kinds, failAt);
  if (torture.spoil) await torture.spoil();
  const answer = await ask(request);
  // What comes after the answer counts as well; a process that ends has a moment to do so.
  await pause(2);
  const fault = board.disarm();
  if (fault.failed) await Promise.race([world.server.ended, pause(endsWith(kinds, answer))]);
  const whole = await settled();
  return { answer, fault, whole, change: minus(await measure(), before) };
}

const ALL = Object.values(KINDS).reduce((a, b) => a | b);

// The usual answer, the change that goes with it, and how many calls of each kind it takes.
async function usual(torture) {
  const [first, second] = [await perform(torture, 0, 0), await perform(torture, ALL, 0)];
  assert.equal(essence(second.answer), essence(first.answer), 'two answers that nothing disturbed differ');
  assert.deepEqual(second.change, first.change);
  return { essence: essence(first.answer), status: first.answer.status, change: first.change, counts: second.fault.counts };
}

function reports() {
  const where = process.env.GLOSS_TEST_REPORTS;
  return where ? readdirSync(where).map((name) => readFileSync(join(where, name), 'utf8')) : [];
}

let told = 0;

const saying = (change) => JSON.stringify(Object.fromEntries(change.map((n, i) => [`${MEASURES[i].table} ${MEASURES[i].measure}`, n]).filter(([, n]) => n)));

// What is wrong with how it went, or nothing.
function fault(kind, normal, { first = [], within, streams }, { answer, whole, change }) {
  const changed = change.some((n, i) => n !== 0 && !first.includes(MEASURES[i].table));
  const done = same(change, normal.change);
  if (reports().length > told) return `a sanitizer's report:\n${reports().slice(told).join('\n')}`;
  if (answer.closed === 'hang') return 'no answer';
  if (!whole) return 'the connections to the database did not come back';
  if (changed && !done) return `half done: ${saying(change)}, not ${saying(normal.change)}`;
  if (!alive()) {
    if (!/memory/.test(kind) && kind !== 'libmicrohttpd') return `the process ended:\n${world.server.err.slice(-2000)}`;
    return CLEAN_END.test(world.server.err) ? undefined : `the process ended without saying why:\n${world.server.err.slice(-2000)}`;
  }
  if (answer.closed) return kind === 'libpq' && !(streams && answer.begun === normal.status) ? `no answer: ${answer.closed}` : undefined;
  if (within?.test(answer.text)) return undefined;
  if (answer.status === normal.status) {
    if (essence(answer) !== normal.essence) return `another answer: ${difference(essence(answer), normal.essence)}`;
    return done ? undefined : 'the answer says that it was done';
  }
  return [500, 503].includes(answer.status) ? undefined : `a wrong answer: ${answer.status} ${answer.text.slice(0, 500)}`;
}

async function comesBack() {
  if (alive()) return;
  await world.server.ended;
  await world.server.launch();
  await settled();
}

async function endsWell() {
  await comesBack();
  await world.server.stop();
  await world.server.launch();
  await settled();
}

// -- which of them ---------------------------------------------------------------------------------

// Marsaglia's xorshift: the same seed, the same sample, on every machine.
let state = (seed || 1) >>> 0;
function random(below) {
  state ^= state << 13; state >>>= 0;
  state ^= state >>> 17;
  state ^= state << 5; state >>>= 0;
  return state % below;
}

function sample(count, size) {
  const chosen = new Set();
  while (chosen.size < Math.min(count, size)) chosen.add(1 + random(count));
  return [...chosen].sort((a, b) => a - b);
}

// Points that were tried, and what is wrong with them.
async function torment(torture, kind, normal) {
  const findings = [];
  let tried = 0;
  const count = normal.counts[kind];
  const points = full ? null : sample(count, SAMPLE[kind]);
  for (let k = 1; points ? k <= points.length : true; k++) {
    const at = points ? points[k - 1] : k;
    told = reports().length;
    const went = await perform(torture, KINDS[kind], at);
    if (!went.fault.failed) {
      if (points) continue;
      break;
    }
    tried++;
    const wrong = fault(kind, normal, torture, went);
    if (wrong) findings.push(`call ${at} of about ${count}, ${went.fault.what}: ${wrong}`);
  }
  return { count, tried, findings };
}

console.log(`# TORTURE_SEED=${seed}`);
const all = (await makeCases(world)).filter(({ name }) => name.includes(process.env.TORTURE_ONLY ?? ''));
const cases = sample(all.length, drawn).map((number) => all[number - 1]);
const kinds = Object.keys(KINDS).filter((kind) => kind.includes(process.env.TORTURE_KIND ?? ''));
const gentle = kinds.filter((kind) => kind !== 'our own memory');
const files = openFiles();

const outcome = (kind, { count, tried, findings }) => {
  assert.equal(findings.length, 0, `${kind}: ${findings.length} of ${tried} (TORTURE_SEED=${seed})\n${findings.join('\n\n')}`);
  return `${kind} ${tried} of ${count}`;
};

for (const torture of cases) {
  test(`${torture.name}: no call that fails does harm`, { timeout: 3_600_000 }, async (t) => {
    const tried = [];
    const wrong = [];
    const normal = await usual(torture);
    for (const kind of gentle) {
      try { tried.push(outcome(kind, await torment(torture, kind, normal))); } catch (error) { wrong.push(error.message); }
    }
    assert.ok(openFiles() <= files + 8, `${openFiles()} open files, at first ${files}`);
    if (full) await endsWell();
    t.diagnostic(tried.join(', '));
    assert.equal(wrong.length, 0, wrong.join('\n\n'));
  });
}

// The cluster of tests is not made to last, which the doctor says too.
function isInOrder() {
  const { stdout } = gloss(['doctor', ...world.cluster.options(world.database)], { status: null });
  assert.match(stdout, /^ok /m);
  assert.deepEqual(stdout.split('\n').filter((line) => /^FAULT (?!checksums|durability)/.test(line)), []);
}

test('nothing has leaked, and what is stored is in order', { timeout: 60_000 * patience }, async () => {
  await endsWell();
  isInOrder();
});

// Last: here each failure ends the process.
for (const torture of kinds.includes('our own memory') ? cases.filter(() => full || random(3) === 0) : []) {
  test(`${torture.name}: a process that finds no memory ends, and the next one goes on`, { timeout: 3_600_000 }, async (t) => {
    t.diagnostic(outcome('our own memory', await torment(torture, 'our own memory', await usual(torture))));
  });
}

test('what is stored is still in order', { timeout: 60_000 * patience }, async () => {
  await comesBack();
  isInOrder();
});
