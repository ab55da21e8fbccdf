// From which address a request comes, when proxies stand before the server.
import assert from 'node:assert/strict';
import test from 'node:test';
import { patience } from '../support/binary.js';
import { send } from '../support/client.js';
import { World } from '../support/people.js';
import { raw } from '../support/raw.js';

const TRUSTED = '127.0.0.1, 10.0.0.0/8, fd00::/8';
const trusting = await World.start({ args: ['--trust-proxy', TRUSTED, '--metrics-from', '192.0.2.9,127.0.0.1'] });
const plain = await World.start({ workers: 1 });
const forwarded = await World.start({ workers: 1, args: ['--trust-proxy', TRUSTED, '--proxy-header', 'Forwarded'] });
let number = 0;

// The address that the log has for a request with these header lines.
async function clientOf(world, lines, { from } = {}) {
  const id = `proxied-${++number}`;
  if (from) await send(world.url, { path: '/api/v1/me', headers: { 'X-Request-Id': id, ...lines }, localAddress: from });
  else await raw(world.url, `GET /api/v1/me HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-Request-Id: ${id}\r\n${lines.map((line) => `${line}\r\n`).join('')}\r\n`);
  for (const end = Date.now() + 10_000 * patience; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 10))) {
    const line = world.server.log().find((one) => one.id === id);
    if (line) return line.client;
  }
  throw new Error(`${id} is not in the log`);
}

const rows = [
  // what the proxy sends, what the client's address is
  [[], '127.0.0.1'],
  [['X-Forwarded-For: 192.0.2.1'], '192.0.2.1'],
  [['x-forwarded-for:192.0.2.1'], '192.0.2.1'],
  // What stands left of the last address that is no proxy's anybody can have written.
  [['X-Forwarded-For: 198.51.100.7, 192.0.2.1'], '192.0.2.1'],
  [['X-Forwarded-For: 127.0.0.1, 192.0.2.1'], '192.0.2.1'],
  [['X-Forwarded-For: 198.51.100.7, 192.0.2.1, 10.1.2.3'], '192.0.2.1'],
  [['X-Forwarded-For: 198.51.100.7, 192.0.2.1, 10.1.2.3, 127.0.0.1'], '192.0.2.1'],
  [['X-Forwarded-For: 10.0.0.1, 10.0.0.2'], '10.0.0.1'],
  // A proxy that adds a line instead of an item.
  [['X-Forwarded-For: 198.51.100.7', 'X-Forwarded-For: 192.0.2.1'], '192.0.2.1'],
  [['X-Forwarded-For: 192.0.2.1', 'X-Other: x', 'X-Forwarded-For: 10.0.0.5'], '192.0.2.1'],
  // IPv6, ports, mapped addresses, empty items.
  [['X-Forwarded-For: 2001:db8::7'], '2001:db8::7'],
  [['X-Forwarded-For: 192.0.2.1, fd00::1'], '192.0.2.1'],
  [['X-Forwarded-For: [2001:db8::7]:4711'], '2001:db8::7'],
  [['X-Forwarded-For: "[2001:db8::7]"'], '2001:db8::7'],
  [['X-Forwarded-For: 192.0.2.1:4711'], '192.0.2.1'],
  [['X-Forwarded-For: ::ffff:192.0.2.1, ::ffff:10.0.0.1'], '192.0.2.1'],
  [['X-Forwarded-For: , 192.0.2.1,, 10.0.0.1 ,'], '192.0.2.1'],
  // What is no address hides whatever stands left of it: the last proxy is all that is known.
  [['X-Forwarded-For: 192.0.2.1, unknown'], '127.0.0.1'],
  [['X-Forwarded-For: 192.0.2.1, unix:, 10.0.0.3'], '10.0.0.3'],
  [['X-Forwarded-For: 192.0.2.1 198.51.100.7'], '127.0.0.1'],
  [['X-Forwarded-For: 1.2.3, 10.0.0.3'], '10.0.0.3'],
  [['X-Forwarded-For: [2001:db8::7'], '127.0.0.1'],
  [['X-Forwarded-For: [192.0.2.1]:80'], '127.0.0.1'],
  [['X-Forwarded-For: 192.0.2.1;'], '127.0.0.1'],
  [[`X-Forwarded-For: ${'10.0.0.1, '.repeat(300)}192.0.2.1`], '192.0.2.1'],
  // The other header is not the one that these proxies write.
  [['Forwarded: for=192.0.2.1', 'X-Real-IP: 192.0.2.1'], '127.0.0.1'],
  [['Forwarded: for=198.51.100.7', 'X-Forwarded-For: 192.0.2.1'], '192.0.2.1'],
];

for (const [lines, client] of rows) {
  test(`a trusted proxy’s ${JSON.stringify(lines).slice(0, 100)} comes from ${client}`, async () => {
    assert.equal(await clientOf(trusting, lines), client);
  });
}

const forwardedRows = [
  [['Forwarded: for=192.0.2.1'], '192.0.2.1'],
  [['forwarded: proto=https;For="192.0.2.1:80";by=10.0.0.1'], '192.0.2.1'],
  [['Forwarded: for=198.51.100.7, for="[2001:db8::7]:4711", for=10.0.0.1'], '2001:db8::7'],
  [['Forwarded: for=198.51.100.7', 'Forwarded: for=192.0.2.1;proto=http'], '192.0.2.1'],
  [['Forwarded: for=192.0.2.1, for=_hidden, for=10.0.0.1'], '10.0.0.1'],
  [['Forwarded: for=192.0.2.1, proto=http'], '127.0.0.1'],
  [['Forwarded: for=192.0.2.1, for="unknown"'], '127.0.0.1'],
  [['X-Forwarded-For: 192.0.2.1'], '127.0.0.1'],
];

for (const [lines, client] of forwardedRows) {
  test(`with --proxy-header Forwarded, ${JSON.stringify(lines)} comes from ${client}`, async () => {
    assert.equal(await clientOf(forwarded, lines), client);
  });
}

test('whom nobody trusts is not believed', async () => {
  assert.equal(await clientOf(plain, ['X-Forwarded-For: 192.0.2.1', 'Forwarded: for=192.0.2.1']), '127.0.0.1');
  assert.equal(await clientOf(trusting, { 'X-Forwarded-For': '192.0.2.1' }, { from: '127.0.0.2' }), '127.0.0.2');
});

test('an address is in the log only where somebody was turned away', async () => {
  const alice = await trusting.person('alice');
  const headers = { 'X-Request-Id': 'welcome-1', 'X-Forwarded-For': '192.0.2.77' };
  assert.equal((await alice.get('me', { headers })).status, 200);
  await clientOf(trusting, []); // whatever came before it is in the log
  const line = trusting.server.log().find((one) => one.id === 'welcome-1');
  assert.ok(line && !('client' in line), JSON.stringify(line));
  assert.doesNotMatch(trusting.server.err, /192\.0\.2\.77/);
});

test('each client behind a proxy has a rate of its own, whatever it writes itself', async () => {
  const world = await World.start({ workers: 2, rateLimit: 'on', args: ['--trust-proxy', '127.0.0.1'] });
  const ask = (address) => send(world.url, { path: '/api/v1/problems/x/y', headers: { 'X-Forwarded-For': address } })
    .then(() => send(world.url, { path: '/api/v1', headers: { 'X-Forwarded-For': address } }));
  const greedy = await Promise.all(Array.from({ length: 90 }, (_, i) => ask(`198.51.100.${i}, 192.0.2.1`)));
  assert.ok(greedy.some(({ status }) => status === 429), 'nobody was refused');
  assert.equal((await ask('192.0.2.2')).status, 200);
  // All of a /64 are one subscriber's, its neighbour is not.
  const six = await Promise.all(Array.from({ length: 90 }, (_, i) => ask(`2001:db8:1:2::${i.toString(16)}`)));
  assert.ok(six.some(({ status }) => status === 429), 'nobody was refused');
  assert.equal((await ask('2001:db8:1:3::1')).status, 200);
});

test('passwords are tried by addresses, not by the proxy they come through', async () => {
  const world = await World.start({ workers: 1, rateLimit: 'on', args: ['--trust-proxy', '127.0.0.1'] });
  const guess = (address) => send(world.url, { method: 'POST', path: '/api/v1/session', headers: { 'Content-Type': 'application/json', 'X-Forwarded-For': address },
    body: JSON.stringify({ name: `nobody${++number}`, password: 'guess-guess' }) });
  const guesses = [];
  // some at once: a slow machine gives back as many as it takes one by one
  for (let i = 0; i < 12 && !guesses.includes(429); i++) {
    guesses.push(...(await Promise.all(Array.from({ length: 5 }, (_, k) => guess(`203.0.113.${5 * i + k}, 192.0.2.1`)))).map(({ status }) => status));
  }
  assert.ok(guesses.includes(429), guesses.join(' '));
  assert.equal((await guess('192.0.2.2')).status, 401);
});

test('/metrics is for the addresses that were named, behind a proxy too', async () => {
  const status = async (lines) => (await raw(trusting.url, `GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${lines.map((line) => `${line}\r\n`).join('')}\r\n`)).status;
  assert.equal(await status(['X-Forwarded-For: 192.0.2.9']), 200);
  assert.equal(await status(['X-Forwarded-For: 192.0.2.9, 192.0.2.10']), 401);
  assert.equal(await status(['X-Forwarded-For: 192.0.2.10']), 401);
  assert.equal(await status([]), 200);
  // The proxy's own address is named as well: not for those of whom it says nothing.
  assert.equal(await status(['X-Forwarded-For: unknown']), 401);
  assert.equal(await status(['Via: 1.1 x']), 401);
});

test('a proxy that is trusted holds as many connections as it likes', { timeout: 60_000 * patience }, async () => {
  const world = await World.start({ workers: 1, args: ['--trust-proxy', '127.0.0.1'], env: { GLOSS_TEST: '1', GLOSS_TEST_CONNECTIONS: '100' } });
  const { default: http } = await import('node:http');
  const agent = new http.Agent({ keepAlive: true, maxSockets: 95 });
  const statuses = await Promise.all(Array.from({ length: 95 }, () => new Promise((resolve, reject) => {
    http.get(`${world.url}/healthz`, { agent }, (message) => message.resume().on('end', () => resolve(message.statusCode))).on('error', reject);
  })));
  agent.destroy();
  assert.deepEqual([...new Set(statuses)], [200]);
});
