// Much at once: whatever is asked, everybody gets an answer, and small requests are not held up.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import net from 'node:net';
import test from 'node:test';
import { patience, shadowed } from '../support/binary.js';
import { World, expect } from '../support/people.js';

const world = await World.start();
const alice = await world.person('alice');

const megabytes = (bytes) => Math.round(bytes / 2 ** 20);
const residentMB = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${world.server.pid}/status`, 'utf8'))[1]) / 1024;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

test('who waits too long for a turn is told so, and the server goes on', { timeout: 120_000 * patience }, async () => {
  const book = expect(await alice.post('documents?title=Long', undefined, { body: 'abcdefgh ijkl mnop\n'.repeat(440_000), type: 'text/plain' }), 201);
  const ask = () => alice.post(`documents/${book.id}/resolve-quote`, { quote: 'é'.repeat(500) });
  expect(await ask(), 200);
  const started = Date.now();
  const asks = Array.from({ length: 60 }, () => ask().then((answer) => ({ answer, ms: Date.now() - started })));
  await pause(500);
  const small = Date.now();
  expect(await alice.get('me'), 200);
  assert.ok(Date.now() - small < 3000 * patience, 'a small request was held up');
  for (const { answer, ms } of await Promise.all(asks)) {
    assert.ok([200, 503].includes(answer.status), `${answer.status}`);
    if (answer.status === 503) assert.match(answer.headers['retry-after'], /^[1-9]\d*$/);
    assert.ok(ms < 25_000 * patience, `answered after ${ms} ms`);
  }
  expect(await alice.get('me'), 200);
});

test('large bodies from anybody take a bounded part of the memory, and small ones have room', { timeout: 120_000 * patience }, async () => {
  const before = residentMB();
  const size = 24 * 2 ** 20 - 1000;
  const part = Buffer.alloc(2 ** 20, 'a');
  // Everything but the last bytes: a request that is still being read, by nobody in particular.
  const sends = () => new Promise((resolve, reject) => {
    const socket = net.connect(world.server.port, '127.0.0.1');
    let heard = '';
    socket.on('data', (bytes) => { heard += bytes; });
    socket.on('error', reject);
    socket.write(`POST /api/v1/documents HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: ${size}\r\n\r\n`);
    let left = size - 10;
    const more = () => {
      if (left === 0) return resolve({ socket, heard: () => heard });
      const piece = part.subarray(0, Math.min(left, part.length));
      left -= piece.length;
      socket.write(piece, more);
    };
    more();
  });
  const held = await Promise.all(Array.from({ length: 48 }, sends));
  await pause(300);
  const grown = residentMB() - before;
  assert.ok(grown < (shadowed ? 1700 : 850), `${Math.round(grown)} MB more for ${megabytes(held.length * size)} MB of bodies`);
  expect(await alice.post('annotations', { document: 'https://example.org/', body: 'small' }), 201);
  for (const { socket } of held) socket.write('aaaaaaaaaa');
  await pause(500 * patience);
  const statuses = held.map(({ heard }) => /^HTTP\/1\.1 (\d+)/.exec(heard())?.[1]);
  assert.ok(statuses.includes('503'), `${statuses}`);
  for (const { socket } of held) socket.destroy();
  expect(await alice.get('me'), 200);
});
