// How many connections are held, and what is said to those that are too many.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import net from 'node:net';
import test from 'node:test';
import { patience, sanitized } from '../support/binary.js';
import { World, expect } from '../support/people.js';
import { raw } from '../support/raw.js';

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const ASK = 'GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n';
const residentKB = (pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);
const cpuMs = (pid) => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
};

// A connection; asks: it has been answered once and stays open.
function opens(port, { address = '127.0.0.1', asks = false } = {}) {
  return new Promise((resolve) => {
    const socket = net.connect({ port, host: '127.0.0.1', localAddress: address }, () => {
      if (asks) socket.write(ASK);
      else resolve(socket);
    });
    socket.heard = '';
    socket.on('data', (part) => { socket.heard += part; resolve(socket); });
    socket.on('error', () => {});
    socket.on('close', () => { socket.gone = true; resolve(socket); });
  });
}

async function until(what, claim) {
  for (let i = 0; i < 200 * patience; i++) {
    if (await claim()) return;
    await pause(50);
  }
  assert.fail(what);
}

test('with few file descriptors it says so to those that are too many, and recovers', { timeout: 60_000 * patience }, async () => {
  const world = await World.start({ under: ['prlimit', '--nofile=128:128'] });
  const alice = await world.person('alice');
  const silent = await Promise.all(Array.from({ length: 150 }, () => opens(world.server.port)));
  await pause(300);
  const told = await Promise.all(Array.from({ length: 10 }, () => raw(world.url, ASK, { idleMs: 5000 * patience })));
  const refused = told.filter(({ status }) => status === 503);
  assert.ok(refused.length > 0, `nobody was refused: ${told.map(({ status }) => status)}`);
  for (const { text, closed } of refused) {
    assert.match(text, /retry-after: \d/i);
    assert.match(text, /as many connections as it can hold/);
    assert.ok(closed);
  }
  assert.ok(readdirSync(`/proc/${world.server.pid}/fd`).length <= 128);
  for (const socket of silent) socket.destroy();
  await until('it does not recover', async () => (await raw(world.url, ASK)).status === 200);
  expect(await alice.get('me'), 200);
});

test('who is silent makes room for who is not', { timeout: 60_000 * patience }, async () => {
  const world = await World.start({ under: ['prlimit', '--nofile=160:160'] });
  const idle = await Promise.all(Array.from({ length: 200 }, () => opens(world.server.port, { asks: true })));
  const { status } = await raw(world.url, ASK, { idleMs: 5000 * patience });
  assert.equal(status, 200);
  assert.ok(idle.some((socket) => socket.gone), 'none was closed');
  for (const socket of idle) socket.destroy();
});

test('one address cannot take the connections of all', { timeout: 60_000 * patience }, async () => {
  const world = await World.start({ under: ['prlimit', '--nofile=1000:1000'] });
  const greedy = await Promise.all(Array.from({ length: 600 }, () => opens(world.server.port, { address: '127.0.0.9', asks: true })));
  const refused = greedy.filter(({ heard }) => heard.startsWith('HTTP/1.1 429'));
  assert.ok(refused.length > 200 && refused.length < 500, `${refused.length}`);
  for (const { heard } of refused) assert.match(heard, /retry-after: \d/i);
  const others = await Promise.all(Array.from({ length: 30 }, () => raw(world.url, ASK, { idleMs: 3000 * patience })));
  assert.deepEqual(new Set(others.map(({ status }) => status)), new Set([200]));
  for (const socket of greedy) socket.destroy();
});

test('when the system gives no more descriptors the loop does not spin, and goes on afterwards', { timeout: 60_000 * patience }, async () => {
  // It believes that it may have more than the system gives.
  const world = await World.start({ under: ['prlimit', '--nofile=128:128'], env: { GLOSS_TEST: '1', GLOSS_TEST_CONNECTIONS: '1000' } });
  const alice = await world.person('alice');
  const kept = await opens(world.server.port, { asks: true });
  const more = await Promise.all(Array.from({ length: 300 }, () => opens(world.server.port)));
  await pause(200);
  assert.ok(readdirSync(`/proc/${world.server.pid}/fd`).length >= 127, 'there are descriptors left');
  const before = cpuMs(world.server.pid);
  await pause(2000);
  const used = cpuMs(world.server.pid) - before;
  assert.ok(used < 600, `${used} ms of CPU in two seconds`);
  kept.heard = '';
  kept.write(ASK);
  await until('a connection that was there is not served', () => kept.heard.startsWith('HTTP/1.1 200'));
  for (const socket of more) socket.destroy();
  kept.destroy();
  await until('it does not recover', async () => (await raw(world.url, ASK)).status === 200);
  expect(await alice.get('me'), 200);
});

test('a worker that gets no descriptor for even one client does not spin', { timeout: 60_000 * patience }, async () => {
  const descriptors = (world) => readdirSync(`/proc/${world.server.pid}/fd`).length;
  const first = await World.start({ workers: 8 });
  const enough = descriptors(first) + 3;
  await first.server.stop();
  const world = await World.start({ workers: 8, under: ['prlimit', `--nofile=${enough}:${enough}`], env: { GLOSS_TEST: '1', GLOSS_TEST_CONNECTIONS: '1000' } });
  // Three workers at most have a connection.
  const more = await Promise.all(Array.from({ length: 60 }, () => opens(world.server.port)));
  await pause(200);
  assert.ok(descriptors(world) >= enough);
  const before = cpuMs(world.server.pid);
  await pause(2000);
  const used = cpuMs(world.server.pid) - before;
  assert.ok(used < 600, `${used} ms of CPU in two seconds`);
  for (const socket of more) socket.destroy();
  await until('it does not recover', async () => (await raw(world.url, ASK)).status === 200);
});

test('a connection that waits costs no more than nine kilobytes', { timeout: 60_000 * patience }, async () => {
  const world = await World.start({ workers: 1 });
  const warm = await Promise.all(Array.from({ length: 200 }, () => opens(world.server.port, { asks: true })));
  const before = residentKB(world.server.pid);
  const idle = await Promise.all(Array.from({ length: 1000 }, () => opens(world.server.port, { asks: true })));
  assert.ok(idle.every((socket) => socket.heard.startsWith('HTTP/1.1 200') && !socket.gone));
  const each = (residentKB(world.server.pid) - before) / idle.length;
  // What a sanitizer keeps beside it is not ours.
  assert.ok(each <= 9.5 || sanitized, `${each} KiB`);
  for (const socket of [...warm, ...idle]) socket.destroy();
});
