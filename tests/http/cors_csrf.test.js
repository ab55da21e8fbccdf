import assert from 'node:assert/strict';
import test from 'node:test';
import { Person, World, expect, refused } from '../support/people.js';

const world = await World.start();
const alice = await world.person('alice');
const session = new Person(world, { cookie: alice.cookie });
const elsewhere = 'https://elsewhere.example';

test('a page elsewhere may use the API with a token, and read the headers it needs', async () => {
  const answer = await alice.get('me', { headers: { Origin: elsewhere } });
  expect(answer, 200);
  assert.equal(answer.headers['access-control-allow-origin'], '*');
  assert.equal(answer.headers['access-control-allow-credentials'], undefined);
  for (const name of ['ETag', 'Link', 'Location', 'X-Request-Id']) assert.match(answer.headers['access-control-expose-headers'], new RegExp(name, 'i'));
});

test('a preflight is answered without signing in', async () => {
  const answer = await world.anyone.request('OPTIONS', '/api/v1/annotations', { headers: { Origin: elsewhere, 'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Headers': 'authorization, content-type, idempotency-key, if-match' } });
  assert.equal(answer.status, 204);
  assert.equal(answer.headers['access-control-allow-origin'], '*');
  assert.match(answer.headers['access-control-allow-methods'], /POST/);
  for (const name of ['authorization', 'content-type', 'idempotency-key', 'if-match']) assert.match(answer.headers['access-control-allow-headers'], new RegExp(name, 'i'));
  assert.equal(answer.headers['access-control-allow-credentials'], undefined);
});

test('an error can be read from elsewhere too', async () => {
  assert.equal((await world.anyone.get('me', { headers: { Origin: elsewhere } })).headers['access-control-allow-origin'], '*');
});

test('a cookie changes nothing for a page elsewhere', async () => {
  for (const headers of [{ 'Sec-Fetch-Site': 'cross-site' }, { 'Sec-Fetch-Site': 'same-site' }, { Origin: elsewhere }, { Origin: 'null' }, { Origin: elsewhere, 'Sec-Fetch-Site': 'cross-site' }]) {
    refused(await session.post('groups', { name: 'forged' }, { headers }), 'cross-site');
    refused(await session.delete('session', { headers }), 'cross-site');
  }
  const { data } = expect(await session.get('groups'), 200);
  assert.ok(!data.some((group) => group.name === 'forged'));
});

test('the page itself is not refused', async () => {
  expect(await session.post('groups', { name: 'own' }, { headers: { 'Sec-Fetch-Site': 'same-origin' } }), 201);
  expect(await session.post('groups', { name: 'own' }, { headers: { Origin: world.url } }), 201);
});

test('signing in from a page elsewhere is refused', async () => {
  const answer = await world.anyone.post('session', { name: 'alice', password: alice.password }, { headers: { 'Sec-Fetch-Site': 'cross-site', Origin: elsewhere } });
  refused(answer, 'cross-site');
  assert.equal(answer.headers['set-cookie'], undefined);
});

test('a token needs no such care', async () => {
  expect(await alice.post('groups', { name: 'from elsewhere' }, { headers: { Origin: elsewhere, 'Sec-Fetch-Site': 'cross-site' } }), 201);
});

test('every answer tells browsers not to guess, and pages have a strict policy', async () => {
  for (const path of ['/api/v1', '/signin', '/healthz', '/nothing']) {
    const { headers } = await world.anyone.get(path, { contract: false });
    assert.equal(headers['x-content-type-options'], 'nosniff', path);
  }
  const page = await world.anyone.get('/signin');
  const policy = page.headers['content-security-policy'];
  assert.match(policy, /default-src 'none'/);
  assert.match(policy, /frame-ancestors 'none'/);
  assert.doesNotMatch(policy, /unsafe/);
  assert.match(page.headers['referrer-policy'] ?? '', /no-referrer|same-origin/);
});
