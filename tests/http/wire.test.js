// Connections and what is on them: order, halves, slowness. What nobody should send is in corpus.test.js.
import assert from 'node:assert/strict';
import test from 'node:test';
import { World } from '../support/people.js';
import { raw } from '../support/raw.js';

const world = await World.start();
const send = (text) => raw(world.server.url, text);
const NEXT = 'GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n';

test('requests sent one behind the other are answered in their order', async () => {
  const answer = await send(`GET /healthz HTTP/1.1\r\nHost: a\r\nX-Request-Id: one\r\n\r\nGET /api/v1 HTTP/1.1\r\nHost: a\r\nX-Request-Id: two\r\n\r\nGET /readyz HTTP/1.1\r\nHost: a\r\nX-Request-Id: three\r\n\r\n`);
  assert.deepEqual(answer.statuses, [200, 200, 200]);
  assert.deepEqual([...answer.text.matchAll(/X-Request-Id: (\w+)/g)].map((m) => m[1]), ['one', 'two', 'three']);
});

test('half a request is no request, and holds nobody else up', async () => {
  const half = raw(world.server.url, 'GET /healthz HTTP/1.1\r\nHo', { idleMs: 300 });
  const whole = await send(NEXT);
  assert.equal(whole.status, 200);
  assert.deepEqual((await half).statuses, []);
});

test('a head that dribbles in is cut off, however lively it looks', { timeout: 60_000 }, async () => {
  const { connect } = await import('node:net');
  const started = Date.now();
  const closed = await new Promise((resolve) => {
    const socket = connect(world.server.port, '127.0.0.1', () => socket.write('GET /healthz HTTP/1.1\r\nHost: a\r\n'));
    const drip = setInterval(() => socket.write('X: y\r\n'), 500);
    socket.on('error', () => {});
    socket.on('close', () => { clearInterval(drip); resolve(true); });
    setTimeout(() => { clearInterval(drip); socket.destroy(); resolve(false); }, 25_000).unref();
  });
  assert.ok(closed);
  assert.ok(Date.now() - started < 20_000, `${Date.now() - started} ms`);
});
