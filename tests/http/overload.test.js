// Much at once: whatever is asked, everybody gets an answer, and small requests are not held up.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import test from 'node:test';
import { patience, shadowed } from '../support/binary.js';
import { World, expect } from '../support/people.js';
import { Session } from '../support/sql.js';

const world = await World.start();
const alice = await world.person('alice');

const megabytes = (bytes) => Math.round(bytes / 2 ** 20);
const residentMB = (pid = world.server.pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
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

test('a text that many want at once is loaded once', { timeout: 120_000 * patience }, async () => {
  const cold = await World.start({ workers: 1 });
  const dora = await cold.person('dora');
  const text = expect(await dora.post('documents?title=Cold', undefined, { body: 'abcdefgh ijkl mnop\n'.repeat(430_000), type: 'text/plain' }), 201);
  await cold.server.stop();
  await cold.server.launch();
  expect(await dora.get('me'), 200);
  const before = residentMB(cold.server.pid);
  const answers = await Promise.all(Array.from({ length: 60 }, (_, i) => dora.get(`documents/${text.id}/text?from=${i}&to=${i + 9}`)));
  for (const [i, answer] of answers.entries()) assert.equal(expect(answer, 200), 'abcdefgh ijkl mnop\n'.repeat(5).slice(i, i + 9));
  const grown = residentMB(cold.server.pid) - before;
  assert.ok(grown < 120 * patience, `${Math.round(grown)} MB more`);
});

test('who waits for a text that cannot be loaded is told so', { timeout: 60_000 * patience }, async () => {
  const cold = await World.start({ workers: 1, expectsErrors: true });
  const dora = await cold.person('dora');
  const text = await dora.puts('Held up.');
  await cold.server.stop();
  await cold.server.launch();
  expect(await dora.get('me'), 200);
  const owner = new Session(cold.cluster, cold.database, 'postgres');
  try {
    await owner.run('BEGIN');
    await owner.run('LOCK TABLE gloss.revision_text IN ACCESS EXCLUSIVE MODE');
    const answers = await Promise.all(Array.from({ length: 20 }, () => dora.get(`documents/${text.id}/text`)));
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([503]));
  } finally {
    owner.psql.stdin.end();
    await owner.ended;
  }
  for (let i = 0; i < 100 * patience && (await dora.get(`documents/${text.id}/text`)).status !== 200; i++) await pause(50);
  expect(await dora.get(`documents/${text.id}/text`), 200);
});

// A body of which all but the last bytes are sent: it is still being read.
function sendsMost(size, { address, token }) {
  const part = Buffer.alloc(2 ** 20, 'a');
  const sign = token ? `Authorization: Bearer ${token}\r\n` : '';
  return new Promise((resolve) => {
    const socket = net.connect({ port: world.server.port, host: '127.0.0.1', localAddress: address });
    const upload = { socket, heard: '' };
    socket.on('data', (bytes) => { upload.heard += bytes; });
    socket.on('error', () => resolve(upload));
    socket.write(`POST /api/v1/documents HTTP/1.1\r\nHost: x\r\n${sign}Content-Type: text/plain\r\nContent-Length: ${size}\r\n\r\n`);
    let left = size - 10;
    const more = () => {
      if (left === 0) return resolve(upload);
      const piece = part.subarray(0, Math.min(left, part.length));
      left -= piece.length;
      socket.write(piece, more);
    };
    more();
  });
}

// What each is told once its last bytes have come.
async function endAll(uploads) {
  for (const { socket } of uploads) socket.write('aaaaaaaaaa');
  const told = () => uploads.map(({ heard }) => /^HTTP\/1\.1 (\d+)/.exec(heard)?.[1]);
  for (let i = 0; i < 100 * patience && told().includes(undefined); i++) await pause(50);
  for (const { socket } of uploads) socket.destroy();
  return told();
}

const LARGE = 24 * 2 ** 20 - 1000;

test('large bodies of nobody are not even kept', { timeout: 120_000 * patience }, async () => {
  const before = residentMB();
  const uploads = await Promise.all(Array.from({ length: 16 }, () => sendsMost(LARGE, { address: '127.0.0.5' })));
  const grown = residentMB() - before;
  assert.ok(grown < 60 * patience, `${Math.round(grown)} MB more`);
  assert.deepEqual(new Set(await endAll(uploads)), new Set(['401']));
});

test('large bodies from one address leave room for those of others', { timeout: 120_000 * patience }, async () => {
  const before = residentMB();
  const token = `gloss_${'x'.repeat(43)}`;
  const uploads = await Promise.all(Array.from({ length: 16 }, () => sendsMost(LARGE, { address: '127.0.0.6', token })));
  const grown = residentMB() - before;
  // 64 MiB for each of two workers, and what memory that grows is copied from.
  assert.ok(grown < 300, `${Math.round(grown)} MB more`);
  expect(await alice.post('documents?title=Large', undefined, { body: 'abcdefgh ijkl mnop\n'.repeat(300_000), type: 'text/plain' }), 201);
  const told = await endAll(uploads);
  assert.ok(told.includes('503') && told.includes('401'), `${told}`);
});

test('large bodies of all together take a bounded part of the memory, and small ones have room', { timeout: 120_000 * patience }, async () => {
  const before = residentMB();
  const token = `gloss_${'x'.repeat(43)}`;
  const uploads = await Promise.all(Array.from({ length: 24 }, (_, i) => sendsMost(LARGE, { address: `127.0.0.${50 + i}`, token })));
  const grown = residentMB() - before;
  assert.ok(grown < (shadowed ? 2000 : 850), `${Math.round(grown)} MB more for ${megabytes(uploads.length * LARGE)} MB of bodies`);
  expect(await alice.post('annotations', { document: 'https://example.org/', body: 'small' }), 201);
  const told = await endAll(uploads);
  assert.ok(told.includes('503'), `${told}`);
  expect(await alice.get('me'), 200);
});

test('when the database answers nobody, a thousand wait and the rest are told at once', { timeout: 120_000 * patience }, async () => {
  const held = await World.start({ expectsErrors: true, workers: 1 });
  const dora = await held.person('dora');
  const text = await dora.puts('Held up.');
  const agent = new http.Agent({ maxSockets: 1500 });
  const ask = () => new Promise((resolve, reject) => {
    const started = performance.now();
    http.get(`${held.url}${text.path}`, { agent, headers: { Authorization: `Bearer ${dora.token}` } }, (answer) => {
      answer.resume().on('end', () => resolve({ status: answer.statusCode, retry: answer.headers['retry-after'], ms: performance.now() - started }));
    }).on('error', reject);
  });
  const owner = new Session(held.cluster, held.database, 'postgres');
  let answers;
  try {
    await owner.run('BEGIN');
    await owner.run('LOCK TABLE gloss.document IN ACCESS EXCLUSIVE MODE');
    answers = await Promise.all(Array.from({ length: 1400 }, ask));
  } finally {
    owner.psql.stdin.end();
    await owner.ended;
  }
  for (const { status, retry } of answers) {
    assert.equal(status, 503);
    assert.match(retry, /^[12]$/);
  }
  assert.ok(Math.max(...answers.map(({ ms }) => ms)) < 10_000 * patience, 'somebody waited too long');
  for (let i = 0; i < 100 * patience && (await dora.get(text.path)).status !== 200; i++) await pause(50);
  expect(await dora.get(text.path), 200);
});
