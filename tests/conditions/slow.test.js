// A thousand slow clients of each kind, by slowhttptest, with the deadlines as they are.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import test from 'node:test';
import { quantile } from '../support/load.js';
import { World, expect } from '../support/people.js';

const world = await World.start({ args: ['--public', 'on'] });
const alice = await world.person('alice');
const book = expect(await alice.post('documents?title=Long&group=everyone', undefined, { body: 'abcdefgh ijkl mnop\n'.repeat(440_000), type: 'text/plain' }), 201);
expect(await alice.get(`documents/${book.id}/text`), 200);
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const open = () => readdirSync(`/proc/${world.server.pid}/fd`).length;

// How many connections the server had, until when, and how long others took meanwhile.
async function attack(args) {
  const before = open();
  const began = performance.now();
  const child = spawn('slowhttptest', ['-c', '1000', '-r', '250', '-p', '5', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let over = false;
  for (const stream of [child.stdout, child.stderr]) stream.resume();
  once(child, 'close').then(() => { over = true; });
  const times = [];
  let most = 0;
  let seconds;
  while (!over && seconds === undefined) {
    const started = performance.now();
    expect(await alice.get('me'), 200);
    times.push(performance.now() - started);
    const more = open() - before;
    most = Math.max(most, more);
    if (most > 900 && more < 10) seconds = (performance.now() - began) / 1000;
    await pause(20);
  }
  if (!over) child.kill();
  return { most, seconds, p50: quantile(times, 0.5), p99: quantile(times, 0.99) };
}

const KINDS = {
  'heads (-H)': { deadline: 10, args: ['-H', '-i', '1', '-x', '10', '-l', '30', '-u', `${world.url}/healthz`] },
  'bodies (-B)': { deadline: 30, args: ['-B', '-i', '1', '-s', '8000', '-x', '10', '-l', '50', '-u', `${world.url}/api/v1/session`] },
  'readers (-X)': { deadline: 60, args: ['-X', '-w', '1', '-y', '1', '-n', '5', '-z', '5', '-l', '85', '-u', `${world.url}/api/v1/documents/${book.id}/text`] },
};

for (const [kind, { deadline, args }] of Object.entries(KINDS)) {
  test(`a thousand slow ${kind} are cut off by the deadline, and others are answered meanwhile`, async (t) => {
    const measured = await attack(args);
    t.diagnostic(JSON.stringify(measured));
    assert.ok(measured.most >= 990 && measured.seconds, JSON.stringify(measured));
    // It opens 250 connections a second.
    assert.ok(measured.seconds <= deadline + 4 + 2, JSON.stringify(measured));
    assert.ok(measured.p99 < 100, JSON.stringify(measured));
  });
}
