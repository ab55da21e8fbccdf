// A long run of everything that readers do: memory, descriptors and connections stay as they were, and
// the log holds no error. SOAK_REQUESTS says how many requests (1,000,000), SOAK_SEED repeats a run.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import net from 'node:net';
import test from 'node:test';
import { send } from '../support/client.js';
import { World } from '../support/people.js';
import { chances } from './chances.js';

const REQUESTS = Number(process.env.SOAK_REQUESTS ?? 1_000_000);
const SEED = Number(process.env.SOAK_SEED ?? Date.now() % 1e9);
const LANES = 24;
const READERS = 8;
const TEXTS = 12;
const NOTES_MAX = 400;
const SLOPE_MAX_BYTES = 1 << 20; // for a million requests
const NOISE_BYTES = 512 << 10; // what a page more or less here and there makes

const dice = chances(SEED);
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
console.log(`# SOAK_SEED=${SEED} SOAK_REQUESTS=${REQUESTS}`);

const world = await World.start({ forgets: true });
const readers = [];
for (let i = 0; i < READERS; i++) readers.push(await world.person(`soaker${i}`));
const group = await world.group(...readers);
const texts = [];
for (let i = 0; i < TEXTS; i++) {
  const paragraph = `Part ${i}. The mass of men lead lives of quiet desperation. `.repeat(5);
  texts.push(await dice.one(readers).putsMarkdown(`# Essay ${i}\n\n${`${paragraph}\n\n`.repeat(4 + 6 * i)}`, { group: group.id, title: `Essay ${i}` }));
}

const notes = []; // { path, by, text }
const tally = { done: 0, aborted: 0, statuses: new Map() };

async function ask(reader, method, path, body, headers = {}) {
  const all = headers.Cookie ? { ...headers } : { Authorization: `Bearer ${reader.token}`, ...headers };
  if (body !== undefined) all['Content-Type'] = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
  const answer = await send(world.url, { method, path, headers: all, body: body === undefined ? undefined : JSON.stringify(body) });
  const what = `${method} ${answer.status}`;
  tally.statuses.set(what, (tally.statuses.get(what) ?? 0) + 1);
  tally.done++;
  return answer;
}

// Leaves in the middle: of the head, of the body, or of waiting for the answer.
function aborted(reader) {
  const body = JSON.stringify({ document: dice.one(texts).id, body: 'never heard of again' });
  const whole = `POST /api/v1/annotations HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${reader.token}\r\nContent-Type: application/json\r\nContent-Length: ${body.length + (dice.chance(0.5) ? 1 : 0)}\r\n\r\n${body}`;
  return new Promise((resolve) => {
    const socket = net.connect(world.server.port, '127.0.0.1', () => {
      socket.write(whole.slice(0, dice.below(whole.length + 1)));
      setTimeout(() => (dice.chance(0.5) ? socket.resetAndDestroy() : socket.destroy()), dice.below(8));
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      tally.done++;
      tally.aborted++;
      resolve();
    });
  });
}

async function write(reader) {
  const text = dice.one(texts);
  const answer = await ask(reader, 'POST', '/api/v1/annotations',
    { document: text.id, body: `Said *again* ${dice.below(1e9)} ${'and again '.repeat(dice.below(30))}`, ...(dice.chance(0.3) ? { visibility: 'private' } : {}) },
    dice.chance(0.5) ? { 'Idempotency-Key': `soak-${SEED}-${tally.done}-${dice.below(1e9)}` } : {});
  if (answer.status === 201) notes.push({ path: answer.json.links.self, by: reader, text });
}

// A weight, and what to do; who writes more than NOTES_MAX notes takes old ones back.
const deeds = [
  [36, (reader) => (notes.length ? ask(reader, 'GET', dice.one(notes).path) : write(reader))],
  [16, (reader) => ask(reader, 'GET', `/api/v1/annotations?document=${dice.one(texts).id}&limit=${dice.one([5, 20, 50])}`)],
  [4, (reader) => ask(reader, 'GET', `/api/v1/annotations?order=updated&limit=20`)],
  [8, (reader) => ask(reader, 'GET', `/d/${dice.one(texts).id}`, undefined, { Cookie: reader.cookie })],
  [4, (reader) => ask(reader, 'GET', dice.one(texts).links.self)],
  [10, write],
  [12, async (reader) => {
    if (notes.length < NOTES_MAX) return write(reader);
    const [note] = notes.splice(dice.below(notes.length), 1);
    return ask(note.by, 'DELETE', note.path);
  }],
  [5, (reader) => {
    if (!notes.length) return write(reader);
    const note = dice.one(notes);
    return ask(note.by, 'PATCH', note.path, { body: `Thought better of it, ${dice.below(1e9)}` });
  }],
  [2, (reader) => (notes.length ? ask(reader, dice.chance(0.6) ? 'PUT' : 'DELETE', `${dice.one(notes).path}/reactions/agree`) : write(reader))],
  [1.5, (reader) => ask(reader, 'GET', `${dice.one(texts).links.self}/export.md`)],
  [0.5, (reader) => ask(reader, 'GET', '/api/v1/me/export.ndjson')],
  [1, (reader) => ask(reader, 'POST', '/api/v1/annotations', { document: 'doc_none', body: 5 })],
  [1, (reader) => ask(reader, 'GET', `/api/v1/nothing/${dice.below(1e9)}`)],
  [0.5, () => ask({ token: 'gloss_wrong' }, 'GET', '/api/v1/me')],
  [0.4, (reader) => ask(reader, 'GET', '/assets/reader.js')],
  [0.1, async (reader) => {
    const answer = await ask(reader, 'POST', '/api/v1/session', { name: reader.name, password: reader.password });
    const cookie = answer.headers['set-cookie']?.[0].split(';')[0];
    if (cookie) await ask(reader, 'DELETE', '/api/v1/session', undefined, { Cookie: cookie, 'Sec-Fetch-Site': 'same-origin' });
  }],
  [1, aborted],
];
const weights = deeds.reduce((sum, [weight]) => sum + weight, 0);

function deed() {
  let at = dice.fraction() * weights;
  for (const [weight, act] of deeds) {
    at -= weight;
    if (at < 0) return act;
  }
  return write;
}

const inStatus = (name) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${world.server.pid}/status`, 'utf8'))[1]);
const rss = () => inStatus('VmRSS') * 1024;

function sample() {
  return {
    done: tally.done,
    threads: inStatus('Threads'),
    fds: readdirSync(`/proc/${world.server.pid}/fd`).length,
    connections: Number(world.sql("SELECT count(*) FROM pg_stat_activity WHERE usename = 'gloss' AND datname = current_database()")),
  };
}

// Bytes for each request more: the straight line nearest to the samples.
function slope(samples) {
  const mean = (of) => samples.reduce((sum, one) => sum + of(one), 0) / samples.length;
  const x = mean((one) => one.done);
  const y = mean((one) => one.rss);
  return mean((one) => (one.done - x) * (one.rss - y)) / mean((one) => (one.done - x) ** 2);
}

test('memory, descriptors and connections are flat over the whole run', async () => {
  const samples = [];
  const started = Date.now();
  const lanes = Array.from({ length: LANES }, async () => {
    while (tally.done < REQUESTS) await deed()(dice.one(readers));
  });
  let over = false;
  const running = Promise.all(lanes).finally(() => { over = true; });
  const every = Math.max(1, Math.floor(REQUESTS / 100));
  for (let next = every, least = Infinity; !over;) {
    await Promise.race([pause(200), running]);
    // A password that is being hashed takes 64 MiB for a moment: the least of each stretch counts.
    least = Math.min(least, rss());
    if (tally.done < next) continue;
    next = tally.done + every;
    const now = { ...sample(), rss: least };
    least = Infinity;
    samples.push(now);
    if (samples.length % 10 === 0) console.log(`# ${now.done} requests, ${((Date.now() - started) / 1000).toFixed(0)} s: ${(now.rss / 1048576).toFixed(2)} MiB, ${now.fds} descriptors, ${now.connections} connections`);
  }
  await running;
  const answers = [...tally.statuses].sort((a, b) => b[1] - a[1]).map(([what, count]) => `${what}: ${count}`).join(', ');
  console.log(`# ${tally.done} requests in ${((Date.now() - started) / 1000).toFixed(0)} s, ${tally.aborted} aborted; ${answers}`);
  for (const what of tally.statuses.keys()) assert.ok(!/ 5\d\d$/.test(what), answers);

  // What is made on first use, and grows to its bound, has done so by half of the run.
  const warm = samples.slice(Math.floor(samples.length / 2));
  const perMillion = slope(warm) * 1e6;
  const over_run = slope(warm) * (warm.at(-1).done - warm[0].done);
  console.log(`# slope ${(perMillion / 1048576).toFixed(3)} MiB a million, ${(over_run / 1024).toFixed(0)} KiB over the run, at ${(warm.at(-1).rss / 1048576).toFixed(2)} MiB`);
  assert.ok(perMillion < SLOPE_MAX_BYTES || over_run < NOISE_BYTES, `${(perMillion / 1048576).toFixed(2)} MiB more for a million requests`);
  await pause(1500);
  const end = sample();
  assert.ok(Math.max(...warm.map(({ connections }) => connections)) <= 10, 'more connections than a pool has');
  assert.equal(end.connections, 10);
  assert.ok(end.fds <= warm[0].fds + LANES, `${end.fds} descriptors, after the warm-up ${warm[0].fds}`);
  assert.ok(Math.max(...warm.map(({ threads }) => threads)) <= warm[0].threads, 'more threads than at the start');
});
