// The database goes away under the server: requests are told so in time, and it is back by itself.
import assert from 'node:assert/strict';
import test from 'node:test';
import { World, expect } from '../support/people.js';

const world = await World.start({ expectsErrors: true });
const alice = await world.person('alice');
const essay = await alice.puts('The mass of men lead lives of quiet desperation.');

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function until(what, limitMs, ask) {
  const end = Date.now() + limitMs;
  for (;;) {
    if (await ask()) return;
    assert.ok(Date.now() < end, what);
    await pause(50);
  }
}

const backends = () => world.cluster.sql('postgres', `SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '${world.database}'`);
const allow = (yes) => world.cluster.sql('postgres', `ALTER DATABASE ${world.database} ALLOW_CONNECTIONS ${yes}`);

test('connections that end are made again, and readers notice nothing but a pause', async () => {
  for (let round = 0; round < 5; round++) {
    backends();
    await until('reading works again', 5000, async () => (await alice.get(essay.path)).status === 200);
    await until('writing works again', 5000, async () =>
      (await alice.post('annotations', { document: essay.id, quote: 'quiet', body: `round ${round}` })).status === 201);
  }
});

test('without a database there is a 503 that says when to come back, and then it works again', async () => {
  allow(false);
  try {
    backends();
    const started = Date.now();
    const answer = await alice.get(essay.path);
    assert.equal(answer.status, 503, answer.text);
    assert.ok(Number(answer.headers['retry-after'] ?? answer.headers.get?.('retry-after')) > 0);
    assert.ok(Date.now() - started < 6000);
    expect(await world.anyone.get('/healthz'), 200);
    assert.equal((await world.anyone.get('/readyz')).status, 503);
  } finally {
    allow(true);
  }
  await until('it is back', 10_000, async () => (await alice.get(essay.path)).status === 200);
  await until('it is ready', 5000, async () => (await world.anyone.get('/readyz')).status === 200);
});

test('what was acknowledged while connections ended is there, once', { timeout: 120_000 }, async () => {
  const acknowledged = [];
  let stop = false;
  const writers = Array.from({ length: 4 }, async (_, w) => {
    for (let i = 0; !stop; i++) {
      const key = `w${w}-${i}`;
      for (;;) {
        const answer = await alice.post('annotations', { document: essay.id, quote: 'desperation', body: key }, { headers: { 'Idempotency-Key': key } });
        if (answer.status === 201) break;
        assert.ok([409, 503].includes(answer.status), answer.text);
        await pause(20);
      }
      acknowledged.push(key);
    }
  });
  for (let round = 0; round < 8; round++) {
    await pause(250);
    backends();
  }
  stop = true;
  await Promise.all(writers);
  const seen = (await alice.sees(essay)).map((note) => note.body).filter((body) => /^w\d-/.test(body)).sort();
  assert.ok(acknowledged.length > 20, `${acknowledged.length} writes`);
  assert.deepEqual(seen, acknowledged.sort());
});
