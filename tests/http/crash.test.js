// kill -9 of the server and of PostgreSQL under load; afterwards every writer's own history is compared
// with what is there: nothing acknowledged is lost, nothing is there twice.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { gloss, patience } from '../support/binary.js';
import { Cluster } from '../support/cluster.js';
import { send } from '../support/client.js';
import { Person, World, expect } from '../support/people.js';
import { Server } from '../support/server.js';

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// Writes until told to stop, each note with a key of its own, and again until it is answered.
async function writer(world, alice, essay, state) {
  while (!state.stop) {
    const key = randomUUID();
    state.sent.add(key);
    for (;;) {
      try {
        const answer = await send(world.url, {
          method: 'POST', path: '/api/v1/annotations', body: JSON.stringify({ document: essay.id, body: key }),
          headers: { Authorization: `Bearer ${alice.token}`, 'Content-Type': 'application/json', 'Idempotency-Key': key },
        });
        state.statuses.set(answer.status, (state.statuses.get(answer.status) ?? 0) + 1);
        if (answer.status === 201) {
          const { id, body } = answer.json;
          assert.equal(body, key, 'an answer to somebody else');
          if (state.acked.has(key)) assert.equal(state.acked.get(key), id);
          state.acked.set(key, id);
          break;
        }
        assert.ok([409, 500, 503].includes(answer.status), answer.text);
      } catch (error) {
        if (error.code === 'ERR_ASSERTION') throw error;
      }
      if (state.giveUp) return;
      await pause(20);
    }
  }
}

async function underLoad(world, act) {
  const alice = await world.person();
  const essay = await alice.puts('Under load.');
  const state = { sent: new Set(), acked: new Map(), statuses: new Map(), stop: false, giveUp: false };
  const writers = Array.from({ length: 6 }, () => writer(world, alice, essay, state));
  await act(state);
  await pause(300);
  state.stop = true;
  setTimeout(() => { state.giveUp = true; }, 20000 * patience).unref();
  await Promise.all(writers);
  const there = new Map();
  for (const note of await alice.sees(essay)) {
    assert.ok(!there.has(note.body), `${note.body} is there twice`);
    there.set(note.body, note.id);
  }
  for (const [key, id] of state.acked) assert.equal(there.get(key), id, `${key} was acknowledged and is lost`);
  for (const key of there.keys()) assert.ok(state.sent.has(key), `${key} was never sent`);
  assert.equal(expect(await alice.get(essay.path), 200).annotations, there.size);
  assert.equal(Number(world.sql("SELECT count(*) FROM gloss.event e WHERE kind = 'annotation.created'")) >= there.size, true);
  return { ...state, there };
}

test('nothing acknowledged is lost and nothing is there twice when the server is killed', async () => {
  const world = await World.start({ expectsErrors: true });
  const { acked } = await underLoad(world, async () => {
    for (let i = 0; i < 3; i++) {
      await pause(400 * patience);
      await world.server.kill('SIGKILL');
      await world.server.launch();
    }
    await pause(300);
  });
  assert.ok(acked.size > 50, `only ${acked.size} were written`);
});

test('the server answers 503 while PostgreSQL is away, and goes on by itself', async () => {
  // A cluster of its own, as safe as a real one: what is killed here must not lose what it promised.
  const own = await Cluster.start({ durable: true });
  const world = await World.start({ expectsErrors: true, cluster: own });
  const pid = world.server.pid;
  const { acked, statuses } = await underLoad(world, async () => {
    for (let i = 0; i < 2; i++) {
      await pause(400 * patience);
      await own.kill();
      const away = Date.now();
      let answer;
      do {
        await pause(50);
        answer = await send(world.url, { path: '/readyz' });
      } while (answer.status === 200 && Date.now() - away < 6000);
      assert.equal(answer.status, 503);
      assert.equal((await world.anyone.get('/readyz')).status, 503);
      assert.equal((await world.anyone.get('/healthz')).status, 200);
      await own.launch();
      const back = Date.now();
      do {
        await pause(50);
        answer = await send(world.url, { path: '/readyz' });
      } while (answer.status !== 200 && Date.now() - back < 10000 * patience);
      assert.equal(answer.status, 200, 'the server did not come back');
    }
    await pause(300);
  });
  assert.ok(acked.size > 30, `only ${acked.size} were written`);
  assert.ok(statuses.get(503) > 0);
  assert.equal(world.server.pid, pid);
});

test('a server and its private PostgreSQL are killed, each alone and both at once', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gloss-crash-'));
  chmodSync(folder, 0o755);
  after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 }));
  const data = join(folder, 'data');
  const world = Object.assign(new World(), { people: 0 });
  world.server = await Server.start(['--data', data, '--signup', 'open', '--rate-limit', 'off', '--workers', '2'], { expectsErrors: true });
  world.anyone = new Person(world);
  world.sql = (text) => execFileSync('psql', ['-XAtq', '-h', data, '-U', 'postgres', '-c', text, 'gloss'], { encoding: 'utf8' }).trim();
  const postmaster = () => Number(readFileSync(join(data, 'postgres/postmaster.pid'), 'utf8').split('\n')[0]);
  const backend = () => Number(world.sql("SELECT pid FROM pg_stat_activity WHERE usename = 'gloss' LIMIT 1"));
  const back = async () => {
    const end = Date.now() + 15_000 * patience;
    for (;;) {
      const status = await send(world.url, { path: '/readyz' }).then((answer) => answer.status, () => 0);
      if (status === 200) return;
      assert.ok(Date.now() < end, 'it does not come back');
      await pause(50);
    }
  };
  const faults = [
    () => process.kill(postmaster(), 'SIGKILL'),
    () => process.kill(backend(), 'SIGKILL'),
    () => world.server.kill('SIGKILL').then(() => world.server.launch()),
    () => {
      process.kill(postmaster(), 'SIGKILL');
      return world.server.kill('SIGKILL').then(() => world.server.launch());
    },
  ];
  const { acked } = await underLoad(world, async () => {
    for (const strike of faults) {
      await pause(500 * patience);
      await strike();
      await pause(100);
      await back();
    }
    await pause(500);
  });
  assert.ok(acked.size > 30, `only ${acked.size} were written`);
  // Passes, tallies and shelves agree with what they are counted from.
  gloss(['doctor', '--data', data]);
  await world.server.stop();
});
