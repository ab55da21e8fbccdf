// What well-behaved clients never send. libmicrohttpd alone would take most of these, some of them as
// two requests: a proxy in front may have read the same bytes as one.
import assert from 'node:assert/strict';
import test from 'node:test';
import { World } from '../support/people.js';
import { raw } from '../support/raw.js';

const world = await World.start();
const send = (text) => raw(world.server.url, text);
const NEXT = 'GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n';

const AMBIGUOUS = {
  'two lengths that differ': 'POST /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nContent-Length: 35\r\n\r\n',
  'two lengths that agree': 'POST /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n',
  'a length and chunks': 'POST /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  'chunks and a length': 'POST /healthz HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n',
  'a space before the colon of Transfer-Encoding': 'POST /healthz HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n',
  'a space before the colon of Content-Length': 'POST /healthz HTTP/1.1\r\nHost: a\r\nContent-Length : 3\r\n\r\n',
  'an unknown coding': 'POST /healthz HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n',
  'a coding that only looks like chunked': 'POST /healthz HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n',
  'two codings': 'POST /healthz HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n',
  'chunks in HTTP/1.0': 'POST /healthz HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  'no host': 'GET /healthz HTTP/1.1\r\n\r\n',
  'two hosts': 'GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n',
  'two authorizations': 'GET /healthz HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer a\r\nAuthorization: Bearer b\r\n\r\n',
  'a bare carriage return in a value': 'GET /healthz HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n',
  'a control character in a value': 'GET /healthz HTTP/1.1\r\nHost: a\r\nX: a\x01b\r\n\r\n',
  'an absolute target': 'GET http://a/healthz HTTP/1.1\r\nHost: a\r\n\r\n',
  'U+0000 in the path': 'GET /healthz%00x HTTP/1.1\r\nHost: a\r\n\r\n',
  'dot segments': 'GET /api/../healthz HTTP/1.1\r\nHost: a\r\n\r\n',
  'hidden dot segments': 'GET /api/%2e%2e/healthz HTTP/1.1\r\nHost: a\r\n\r\n',
  'an escape that is none': 'GET /healthz%zz HTTP/1.1\r\nHost: a\r\n\r\n',
  'a length that is no number': 'POST /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: +3\r\n\r\nabc',
  'a length in base 16': 'POST /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 0x3\r\n\r\nabc',
  'a list of lengths': 'POST /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 3, 3\r\n\r\nabc',
};

for (const [what, request] of Object.entries(AMBIGUOUS)) {
  test(`${what}: refused, closed, and nothing after it is taken for a request`, async () => {
    const answer = await send(request + NEXT);
    assert.equal(answer.status, 400, answer.text);
    assert.ok(answer.closed, 'the connection stays open');
    assert.ok(!answer.statuses.includes(200), answer.text);
  });
}

test('requests sent one behind the other are answered in their order', async () => {
  const answer = await send(`GET /healthz HTTP/1.1\r\nHost: a\r\nX-Request-Id: one\r\n\r\nGET /api/v1 HTTP/1.1\r\nHost: a\r\nX-Request-Id: two\r\n\r\nGET /readyz HTTP/1.1\r\nHost: a\r\nX-Request-Id: three\r\n\r\n`);
  assert.deepEqual(answer.statuses, [200, 200, 200]);
  assert.deepEqual([...answer.text.matchAll(/X-Request-Id: (\w+)/g)].map((m) => m[1]), ['one', 'two', 'three']);
});

test('a body in chunks is a body', async () => {
  const answer = await send('GET /healthz HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n');
  assert.equal(answer.status, 200);
});

test('what libmicrohttpd refuses by itself closes the connection', async () => {
  for (const [request, status] of [
    [`GET /healthz HTTP/1.1\r\nHost: a\r\nX: ${'a'.repeat(65_000)}\r\n\r\n`, 431],
    [`GET /${'a'.repeat(40_000)} HTTP/1.1\r\nHost: a\r\n\r\n`, 414],
  ]) {
    const answer = await send(request);
    assert.equal(answer.status, status);
    assert.ok(answer.closed);
  }
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
