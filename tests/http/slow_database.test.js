// The database is slow, falls silent, sends crumbs: requests are answered in time, right or with a 503,
// nothing stays stuck, and all is well again soon after.
import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { patience } from '../support/binary.js';
import { send } from '../support/client.js';
import { cluster } from '../support/cluster.js';
import { proxied } from '../support/fault_proxy.js';
import { World, expect } from '../support/people.js';

const { proxy, behind } = await proxied(await cluster());
const world = await World.start({ expectsErrors: true, cluster: behind });
after(() => proxy.close());
const alice = await world.person('alice');
const essay = await alice.puts('The mass of men lead lives of quiet desperation.');
const note = await alice.annotates(essay, { quote: 'quiet', body: 'Is it?' });

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
// Beside the machine's own slowness under sanitizers.
const LATE_MS = 6000 + 1000 * (patience - 1);
const BACK_MS = 3000 * patience;
const SILENCE_MS = 9000;

const as = { Authorization: `Bearer ${alice.token}` };
const json = (method, path, body) => ({ method, path, headers: { ...as, 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
const get = (path) => ({ path, headers: as });

// One of each way into the database: short and slow reads, pages, writes small and large, sign-in.
const requests = () => ({
  'a note': get(note.path),
  'a list': get(`/api/v1/annotations?document=${essay.id}`),
  'a text': get(`${essay.path}/html`),
  'an export': get(`${essay.path}/export.md`),
  'everything of mine': get('/api/v1/me/export.ndjson'),
  'the page': { path: `/d/${essay.id}`, headers: { Cookie: alice.cookie } },
  'a new note': json('POST', '/api/v1/annotations', { document: essay.id, body: 'written in silence' }),
  'a new text': json('POST', '/api/v1/documents', { title: 'Large', text: 'word '.repeat(80_000) }),
  'a sign-in': json('POST', '/api/v1/session', { name: 'alice', password: alice.password }),
});

async function timed(request) {
  const started = Date.now();
  const { status, headers, text } = await send(world.url, request);
  return { status, headers, text, ms: Date.now() - started };
}

async function until(what, limitMs, ask) {
  const end = Date.now() + limitMs;
  for (;;) {
    if (await ask()) return;
    assert.ok(Date.now() < end, what);
    await pause(50);
  }
}

// Reads and writes have connections of their own.
async function backWithin(limitMs) {
  await Promise.all([get(note.path), json('POST', '/api/v1/annotations', { document: essay.id, body: 'back' }), get(`${essay.path}/export.md`), get('/readyz')]
    .map((request) => until(`${request.method ?? 'GET'} ${request.path} works again`, limitMs, async () => (await timed(request)).status < 300)));
}

test('half a second more for each question is waited for', async () => {
  proxy.delay(250);
  for (const [what, request] of Object.entries(requests())) {
    const { status, text } = await timed(request);
    assert.ok(status < 300, `${what}: ${status} ${text.slice(0, 300)}`);
  }
  proxy.heal();
});

test('a database that falls silent is a 503 within six seconds, and back within three', { timeout: 120_000 * patience }, async () => {
  const faults = [];
  const asked = [];
  const ask = async (what, request) => {
    const { status, headers, ms } = await timed(request);
    if (status !== 503) faults.push(`${what}: ${status}`);
    if (!(headers['retry-after'] > 0)) faults.push(`${what}: no Retry-After`);
    if (ms > LATE_MS) faults.push(`${what}: ${ms} ms`);
  };
  await pause(1100); // nobody's rights are remembered any more
  proxy.drop();
  const silentSince = Date.now();
  const unready = until('/readyz says so', LATE_MS, async () => (await timed({ path: '/readyz' })).status === 503);
  while (Date.now() - silentSince < SILENCE_MS) {
    for (const [what, request] of Object.entries(requests())) asked.push(ask(`${what} at ${Date.now() - silentSince} ms`, request));
    const { status, ms } = await timed({ path: '/healthz' });
    if (status !== 200 || ms > 1000 * patience) faults.push(`/healthz: ${status} in ${ms} ms`);
    await pause(1000);
  }
  await unready;
  proxy.heal();
  await backWithin(BACK_MS);
  await Promise.all(asked);
  assert.deepEqual(faults, []);
});

test('known readers are told within six seconds too', { timeout: 60_000 * patience }, async () => {
  const faults = [];
  // Known for a second, to each worker.
  await Promise.all(Array.from({ length: 8 }, () => timed(get(note.path))));
  proxy.drop();
  await Promise.all(Object.entries(requests()).map(async ([what, request]) => {
    const { status, ms } = await timed(request);
    if (status !== 503 || ms > LATE_MS) faults.push(`${what}: ${status} in ${ms} ms`);
  }));
  proxy.heal();
  await backWithin(BACK_MS);
  assert.deepEqual(faults, []);
});

// Asked until it is not a 503: the other worker may not have its connections yet.
async function answered(request, what = `${request.method ?? 'GET'} ${request.path}`) {
  let answer;
  await until(`${what} is answered`, 10_000 * patience, async () => {
    answer = await timed(request);
    return answer.status !== 503;
  });
  return answer;
}

function noted(body, key) {
  const request = json('POST', '/api/v1/annotations', { document: essay.id, body });
  request.headers['Idempotency-Key'] = key;
  return request;
}

// What is read and written through such a connection is what was sent.
async function reads_and_writes_are_right(what, count) {
  const bodies = Array.from({ length: count }, (_, i) => `${what} ${i} – ${'ä𝒳'.repeat(10 * i)}`);
  const made = await Promise.all(bodies.map(async (body, i) => JSON.parse((await answered(noted(body, `${what}-${i}`))).text)));
  made.forEach((one, i) => assert.equal(one.body, bodies[i]));
  const read = await Promise.all(made.map(async (one) => JSON.parse((await answered(get(one.links.self))).text)));
  read.forEach((one, i) => assert.deepEqual([one.id, one.body], [made[i].id, bodies[i]]));
  const list = JSON.parse((await answered(get(`/api/v1/annotations?document=${essay.id}&limit=200`))).text);
  const seen = list.data.filter((one) => bodies.includes(one.body));
  assert.deepEqual(seen.map((one) => one.id).sort(), made.map((one) => one.id).sort());
}

test('answers that come in crumbs of a byte are put together right', async () => {
  proxy.split(1);
  await reads_and_writes_are_right('crumb', 6);
  proxy.heal();
});

test('pauses inside messages change nothing', async () => {
  proxy.split(777, 15);
  await reads_and_writes_are_right('paused', 6);
  proxy.reset(); // with the pauses in what connecting says, too
  await backWithin(BACK_MS * 2);
  await reads_and_writes_are_right('anew', 4);
  proxy.heal();
});

test('wherever the connection is cut, a write with a key is done once', { timeout: 60_000 * patience }, async () => {
  for (let cut = 1; cut < 1500; cut = Math.ceil(cut * 1.7)) {
    const body = `cut after ${cut}`;
    const request = noted(body, `cut-${cut}`);
    proxy.cutAfter(cut);
    const first = await timed(request);
    proxy.heal();
    const answer = first.status === 503 ? await answered(request, body) : first;
    assert.equal(answer.status, 201, answer.text);
    const list = JSON.parse((await answered(get(`/api/v1/annotations?document=${essay.id}&limit=200`))).text);
    assert.deepEqual(list.data.filter((one) => one.body === body).map((one) => one.id), [JSON.parse(answer.text).id]);
  }
});

test('when the answer of a commit is lost, its key gives what was made', async () => {
  for (const then of ['reset', 'silence']) {
    const body = `unheard, then ${then}`;
    const request = noted(body, `unheard-${then}`);
    const swallowed = proxy.swallowed;
    proxy.swallowCommit({ then });
    const first = await timed(request);
    proxy.heal();
    assert.equal(first.status, 503, first.text);
    assert.ok(proxy.swallowed > swallowed);
    const again = await answered(request, body);
    assert.equal(again.status, 201, again.text);
    const list = JSON.parse((await answered(get(`/api/v1/annotations?document=${essay.id}&limit=200`))).text);
    assert.deepEqual(list.data.filter((one) => one.body === body).map((one) => one.id), [JSON.parse(again.text).id]);
  }
});

test('of two hosts the second is taken when the first falls silent', { timeout: 60_000 * patience }, async () => {
  const direct = await cluster();
  const first = await proxied(direct, (folder) => `${folder},${direct.folder} target_session_attrs=read-write`);
  after(() => first.proxy.close());
  const two = await World.start({ expectsErrors: true, cluster: first.behind });
  const bob = await two.person('bob');
  const text = await bob.puts('On two hosts.');
  assert.ok(first.proxy.links.size >= 10, 'reads and writes go by the first');
  first.proxy.drop();
  await until('the second serves', LATE_MS + BACK_MS, async () => {
    const round = () => [bob.get(text.path), bob.post('annotations', { document: text.id, body: 'still here' }), bob.get(`${text.path}/export.md`)];
    const answers = await Promise.all([...round(), ...round(), ...round()]);
    return answers.every(({ status }) => status < 300);
  });
  // What is silent cannot be spoken to at the end either.
  first.proxy.heal();
});
