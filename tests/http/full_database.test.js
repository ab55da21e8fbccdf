// A full disk, and a PostgreSQL that takes no more connections: told so in time, nothing is promised
// that is not kept, and all is well again once there is room.
import assert from 'node:assert/strict';
import test from 'node:test';
import { patience } from '../support/binary.js';
import { Cluster } from '../support/cluster.js';
import { fullableCluster } from '../support/full_disk.js';
import { World, expect } from '../support/people.js';
import { takeSeats } from '../support/seats.js';

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function until(what, limitMs, ask) {
  const end = Date.now() + limitMs * patience;
  for (;;) {
    const got = await ask();
    if (got) return got;
    assert.ok(Date.now() < end, what);
    await pause(50);
  }
}

test('a full disk takes no note that it loses, lets people read, and is written to again when there is space', { timeout: 120_000 * patience }, async () => {
  const disk = await fullableCluster({ durable: true });
  const world = await World.start({ expectsErrors: true, cluster: disk.cluster });
  const alice = await world.person('alice');
  const essay = await alice.puts('Where all is full.');
  const large = 'too much '.repeat(1500);
  const taken = [];
  const writes = async () => {
    const body = `${taken.length} ${large}`;
    const answer = await alice.post('annotations', { document: essay.id, body });
    if (answer.status === 201) taken.push(answer.json.id);
    return answer;
  };
  expect(await writes(), 201);

  disk.dataFull();
  const refused = await until('the disk is full', 30_000, async () => {
    const answer = await writes();
    return answer.status !== 201 && answer;
  });
  assert.equal(refused.status, 507, refused.text);
  assert.equal(refused.slug, 'storage-full');
  for (let i = 0; i < 5; i++) assert.equal((await alice.post('documents', { text: large.repeat(20), title: 'Larger' })).status, 507);
  for (const path of [essay.path, `${essay.path}/html`, '/api/v1/annotations']) expect(await alice.get(path), 200);
  disk.space();
  await until('there is space again', 5000, async () => (await writes()).status === 201);

  // Without room for its log PostgreSQL panics, and cannot recover while that lasts.
  disk.logFull();
  const during = [];
  for (const end = Date.now() + 4000; Date.now() < end;) {
    during.push(await writes());
    await pause(50);
  }
  for (const { status, text } of during) assert.equal(status, 503, text);
  assert.equal((await alice.get(essay.path)).status, 503);
  expect(await world.anyone.get('/healthz'), 200);
  assert.equal((await world.anyone.get('/readyz')).status, 503);
  disk.space();
  // It ends when recovery fails: then whoever looks after it starts it again.
  if (!await disk.cluster.ready()) await disk.cluster.launch();
  await until('it is back', 5000, async () => (await writes()).status === 201);
  const there = new Set((await alice.sees(essay)).map(({ id }) => id));
  for (const id of taken) assert.ok(there.has(id), `${id} is lost`);
  assert.equal(there.size, taken.length);
});

test('out of connections: the log says why, reading and writing come back by themselves', { timeout: 60_000 * patience }, async () => {
  const own = await Cluster.start({ settings: ['max_connections=25'] });
  const world = await World.start({ expectsErrors: true, cluster: own });
  const alice = await world.person('alice');
  const essay = await alice.puts('Where all seats are taken.');
  const leave = await takeSeats(own, world.database, 22);
  await until('the log says why', 10_000, () => world.server.log().some(({ event, said }) => event === 'database.connection_lost' && /too many|reserved/.test(said)));
  const started = Date.now();
  const answer = await alice.get(essay.path);
  assert.equal(answer.status, 503, answer.text);
  assert.ok(Number(answer.headers['retry-after']) > 0);
  assert.ok(Date.now() - started < 6000 * patience);
  assert.equal((await world.anyone.get('/readyz')).status, 503);
  await leave();
  await until('reading works', 5000, async () => (await alice.get(essay.path)).status === 200);
  await until('writing works', 5000, async () => (await alice.post('annotations', { document: essay.id, body: 'a seat' })).status === 201);
});
