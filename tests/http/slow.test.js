// Clients that take their time: each is cut off by its deadline, and nobody else notices. The server
// is in a hurry here: its deadlines pass as many times faster.
import assert from 'node:assert/strict';
import net from 'node:net';
import test from 'node:test';
import { patience, sanitized } from '../support/binary.js';
import { World, expect } from '../support/people.js';

const HURRY = sanitized ? 3 : 10;
const world = await World.start({ env: { GLOSS_TEST: '1', GLOSS_TEST_HURRY: String(HURRY) } });
const alice = await world.person('alice');
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const limit = (seconds) => (seconds * 1000) / HURRY;
const GRACE_MS = 2000 * patience;
const MANY = 60;

const book = expect(await alice.post('documents?title=Long', undefined, { body: 'abcdefgh ijkl mnop\n'.repeat(440_000), type: 'text/plain' }), 201);
// Once, so that it is in memory when many ask for it.
expect(await alice.get(`documents/${book.id}/text`), 200);
const asks = (id, what = 'text') => `GET /api/v1/documents/${book.id}/${what} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${alice.token}\r\nX-Request-Id: ${id}\r\n\r\n`;

// A connection from an address of its own kind that writes `first`, then `drip` again and again.
function dribbles(address, first, drip) {
  const started = Date.now();
  return new Promise((resolve) => {
    let heard = '';
    let timer;
    const socket = net.connect({ port: world.server.port, host: '127.0.0.1', localAddress: address }, () => {
      if (first) socket.write(first);
      if (drip) timer = setInterval(() => socket.write(drip), 100);
    });
    socket.on('data', (part) => { heard += part; });
    socket.on('error', () => {});
    socket.on('close', () => { clearInterval(timer); resolve({ ms: Date.now() - started, heard }); });
  });
}

const KINDS = {
  'says nothing': { seconds: 10, first: '' },
  'sends its head drop by drop': { seconds: 10, first: 'GET /healthz HTTP/1.1\r\nHost: a\r\n', drip: 'X: y\r\n', words: '408' },
  'stops in its head': { seconds: 10, first: 'GET /healthz HTTP/1.1\r\nHo', words: '408' },
  'sends its body drop by drop': { seconds: 30, first: 'POST /api/v1/session HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n', drip: ' ', words: '408' },
  'sends its chunks drop by drop': { seconds: 30, first: 'POST /api/v1/session HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n', drip: '1\r\n \r\n', words: '408' },
  'sends a trailer drop by drop': { seconds: 30, first: 'GET /healthz HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n', drip: 'X: y\r\n', words: '408' },
  'has been answered and says nothing more': { seconds: 75, first: 'GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n', words: '200' },
};

const others = [];
let watching = true;
const watcher = (async () => {
  while (watching) {
    const started = performance.now();
    const { status } = await alice.get('me');
    others.push({ status, ms: performance.now() - started });
    await pause(20);
  }
})();

test('slow clients', { concurrency: true, timeout: 200_000 * patience }, (t) => Promise.all(Object.entries(KINDS).map(([what, { seconds, first, drip, words }], kind) =>
  t.test(`who ${what} is cut off by the deadline`, { timeout: 120_000 * patience }, async () => {
    const ends = await Promise.all(Array.from({ length: MANY }, () => dribbles(`127.0.0.${10 + kind}`, first, drip)));
    for (const { ms, heard } of ends) {
      assert.ok(ms > limit(seconds) * 0.8 && ms < limit(seconds) + GRACE_MS, `${ms} ms, not ${limit(seconds)}: ${heard}`);
      assert.equal(/^HTTP\/1\.1 (\d+)/.exec(heard)?.[1], words);
    }
  })).concat([['text', MANY], ['html', 6]].map(([form, many], kind) =>
  t.test(`who does not read an answer (${form}) is cut off by the deadline`, { timeout: 120_000 * patience }, async () => {
    const started = Date.now();
    const sockets = Array.from({ length: many }, (_, i) => {
      const socket = net.connect({ port: world.server.port, host: '127.0.0.1', localAddress: `127.0.0.${30 + kind}` }, () => socket.write(asks(`${form}-${i}`, form)));
      socket.on('error', () => {});
      return socket.pause();
    });
    const ends = () => world.server.log().filter((line) => line.event === 'request' && line.id.startsWith(`${form}-`));
    while (ends().length < many && Date.now() - started < limit(60 + 100) + GRACE_MS) await pause(50);
    const took = Date.now() - started;
    for (const socket of sockets) socket.destroy();
    assert.equal(ends().length, many);
    assert.ok(ends().some((line) => line.end === 'cut'), 'all was sent: the answer is too small for this test');
    assert.ok(ends().every((line) => line.status === 200 || line.status === 503), JSON.stringify(ends()[0]));
    // The client's own kernel takes some of it, which gives it time.
    assert.ok(took < limit(60 + 100) + GRACE_MS, `${took} ms`);
  }))).concat([
  t.test('who reads slowly, but steadily, gets all of it', { timeout: 120_000 * patience }, async () => {
    const socket = net.connect({ port: world.server.port, host: '127.0.0.1', localAddress: '127.0.0.40' }, () => socket.write(asks('steady')));
    let bytes = 0;
    const started = Date.now();
    socket.on('error', () => {});
    const closed = new Promise((resolve) => { socket.on('close', resolve); });
    socket.pause();
    const size = 440_000 * 19;
    const pace = Math.max(50, 1.5 * limit(60) / (size / 50_000));
    while (bytes < size && !socket.destroyed && Date.now() - started < 60_000 * patience) {
      await pause(pace);
      bytes += socket.read(50_000)?.length ?? socket.read()?.length ?? 0;
    }
    socket.destroy();
    await closed;
    assert.ok(bytes >= size, `${bytes} bytes`);
    assert.ok(Date.now() - started > limit(60), 'it was not slow enough to tell');
  }),
])));

test('meanwhile others are answered at once', async () => {
  watching = false;
  await watcher;
  const times = others.map(({ ms }) => ms).sort((a, b) => a - b);
  assert.ok(others.every(({ status }) => status === 200));
  assert.ok(times.length > 20, `${times.length}`);
  const median = times[times.length >> 1];
  assert.ok(median < 100 * patience, `half of them took more than ${median} ms`);
});
