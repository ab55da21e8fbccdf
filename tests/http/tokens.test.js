import assert from 'node:assert/strict';
import test from 'node:test';
import { Person, World, expect, refused } from '../support/people.js';

const world = await World.start();
const [alice, bob] = await world.people3();
const session = (person) => new Person(world, { cookie: person.cookie });
const settle = () => new Promise((resolve) => setTimeout(resolve, 1100));

test('a token is shown once and lists without its text', async () => {
  const made = expect(await session(alice).post('tokens', { name: 'laptop', scopes: ['annotations:read'] }), 201);
  assert.match(made.token, /^gloss_[A-Za-z0-9_-]{43}$/);
  const { data } = expect(await session(alice).get('tokens'), 200);
  const listed = data.find((token) => token.id === made.id);
  assert.equal(listed.name, 'laptop');
  assert.ok(!JSON.stringify(data).includes(made.token));
});

test('a token is renamed, and revoked at once', async () => {
  const made = await alice.makesToken(['annotations:read']);
  const person = new Person(world, { token: made.token });
  expect(await person.get('me'), 200);
  assert.equal(expect(await session(alice).patch(`tokens/${made.id}`, { name: 'renamed' }), 200).name, 'renamed');
  expect(await session(alice).delete(`tokens/${made.id}`), 204);
  await settle();
  refused(await person.get('me'), 'unauthorized');
  refused(await session(alice).delete(`tokens/${made.id}`), 'not-found');
  refused(await session(alice).patch(`tokens/${made.id}`, { name: 'again' }), 'not-found');
});

test('nobody touches the tokens of somebody else', async () => {
  const made = await alice.makesToken(['annotations:read']);
  refused(await session(bob).delete(`tokens/${made.id}`), 'not-found');
  refused(await session(bob).patch(`tokens/${made.id}`, { name: 'mine now' }), 'not-found');
  const { data } = expect(await session(bob).get('tokens'), 200);
  assert.ok(!data.some((token) => token.id === made.id));
});

test('a token makes no tokens and changes neither password nor name', async () => {
  refused(await alice.patch('me', { display_name: 'Somebody else' }), 'missing-scope');
  refused(await alice.post('tokens', { name: 'child' }), 'missing-scope');
  refused(await alice.put('me/password', { current: alice.password, new: 'another password' }), 'missing-scope');
});

test('an expired token is worth nothing', async () => {
  const made = await alice.makesToken(['annotations:read'], { expires_at: new Date(Date.now() + 1500).toISOString() });
  const person = new Person(world, { token: made.token });
  expect(await person.get('me'), 200);
  await new Promise((resolve) => setTimeout(resolve, 2700));
  refused(await person.get('me'), 'unauthorized');
});

test('what a token cannot be is refused by its field', async () => {
  const tries = [
    [{}, '/name'], [{ name: '' }, '/name'], [{ name: 'x', scopes: [] }, '/scopes'], [{ name: 'x', scopes: ['everything'] }, '/scopes/0'],
    [{ name: 'x', expires_at: 'tomorrow' }, '/expires_at'], [{ name: 'x', expires_at: '2001-01-01T00:00:00Z' }, '/expires_at'],
  ];
  for (const [fields, pointer] of tries) refused(await session(alice).post('tokens', fields), 'invalid-body', pointer);
  const made = await alice.makesToken(['feed']);
  refused(await session(alice).patch(`tokens/${made.id}`, { name: '' }), 'invalid-body', '/name');
});

test('nobody gives a token a right they do not have', async () => {
  refused(await session(alice).post('tokens', { name: 'x', scopes: ['admin'] }), 'not-allowed');
});

test('a token reads only what its scopes name', async () => {
  const essay = await alice.puts('Words.');
  const reader = await alice.withScopes('documents:read');
  expect(await reader.get(essay.path), 200);
  refused(await reader.patch(essay.path, { title: 'x' }), 'missing-scope');
  refused(await reader.get('annotations'), 'missing-scope');
  refused(await reader.get(`${essay.path}/export.md`), 'missing-scope');
  assert.deepEqual(expect(await reader.get('me'), 200).scopes, ['documents:read']);
});

test('the tokens list goes page by page', async () => {
  const carl = await world.person('carl');
  for (let i = 0; i < 4; i++) await carl.makesToken(['feed'], { name: `t${i}` });
  const names = [];
  let path = '/api/v1/tokens?limit=2';
  while (path) {
    const page = await session(carl).get(path);
    names.push(...expect(page, 200).data.map((token) => token.name));
    path = page.next;
  }
  assert.deepEqual(names, ['t3', 't2', 't1', 't0', 'test']);
});
