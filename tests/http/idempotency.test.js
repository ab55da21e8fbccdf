import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import test from 'node:test';
import { World, expect, refused } from '../support/people.js';

const world = await World.start();
const [alice, bob] = await world.people3();
const group = await world.group(alice, bob);
const essay = await alice.puts('The mass of men lead lives of quiet desperation.', { group: group.id });
const withKey = (key = randomUUID()) => ({ headers: { 'Idempotency-Key': key } });
const note = (body = 'x') => ({ document: essay.id, quote: 'mass', body });

test('the same request with the same key is done once', async () => {
  const key = withKey();
  const first = await alice.post('annotations', note(), key);
  const second = await alice.post('annotations', note(), key);
  assert.equal(expect(second, 201).id, expect(first, 201).id);
  assert.equal(second.headers.location, first.headers.location);
  assert.equal((await alice.sees(essay)).length, 1);
});

test('another request with the same key is refused, and the first is still answered', async () => {
  const key = withKey();
  const first = expect(await alice.post('annotations', note('a'), key), 201);
  refused(await alice.post('annotations', note('b'), key), 'key-reused');
  refused(await alice.post('groups', { name: 'x' }, key), 'key-reused');
  assert.equal(expect(await alice.post('annotations', note('a'), key), 201).id, first.id);
});

test('twenty at once make one', async () => {
  const key = withKey();
  const before = (await alice.sees(essay)).length;
  const answers = await Promise.all(Array.from({ length: 20 }, () => alice.post('annotations', note('racing'), key)));
  const ids = new Set(answers.filter((a) => a.status === 201).map((a) => a.json.id));
  assert.equal(ids.size, 1);
  for (const answer of answers) assert.ok(answer.status === 201 || answer.slug === 'in-progress', answer.text);
  assert.equal((await alice.sees(essay)).length, before + 1);
});

test('keys belong to one person', async () => {
  const key = withKey();
  const one = expect(await alice.post('annotations', note(), key), 201);
  const two = expect(await bob.post('annotations', note(), key), 201);
  assert.notEqual(one.id, two.id);
});

test('a request that was refused may be sent again with its key', async () => {
  const key = withKey();
  refused(await alice.post('annotations', { document: essay.id, body: 7 }, key), 'invalid-body');
  expect(await alice.post('annotations', note(), key), 201);
});

test('every creation of a thing takes a key', async () => {
  const first = (await alice.annotates(essay, { quote: 'quiet', body: 'root' })).path;
  for (const [path, body] of [['documents', { text: 'once' }], ['groups', { name: 'once' }], [`${first}/replies`, { body: 'once' }]]) {
    const key = withKey();
    const one = expect(await alice.post(path, body, key), 201);
    assert.equal(expect(await alice.post(path, body, key), 201).id, one.id, path);
    refused(await alice.post(path, { ...body, [Object.keys(body)[0]]: 'other' }, key), 'key-reused');
  }
  const raw = withKey();
  const upload = () => alice.request('POST', 'documents?title=Raw', { body: 'As it lies.', type: 'text/plain', ...raw });
  assert.equal(expect(await upload(), 201).id, expect(await upload(), 201).id);
});

test('a join link that is asked for twice with a key is one link', async () => {
  const key = withKey();
  const path = `${group.path}/invitations`;
  const one = expect(await alice.post(path, { uses: 3 }, key), 201);
  const two = expect(await alice.post(path, { uses: 3 }, key), 201);
  assert.deepEqual([two.id, two.code], [one.id, one.code]);
  refused(await alice.post(path, { uses: 4 }, key), 'key-reused');
  expect(await alice.delete(`invitations/${one.id}`), 204);
  refused(await alice.post(path, { uses: 3 }, key), 'not-found');
});

test('leaving that is sent again with its key is done once', async () => {
  const club = await alice.founds('Club');
  await bob.joins(club, alice);
  const key = withKey();
  expect(await bob.post(`${club.path}/leave`, undefined, key), 204);
  expect(await bob.post(`${club.path}/leave`, undefined, key), 204);
  refused(await bob.post(`${club.path}/leave`), 'not-found');
});

test('the answer to a repeat is what is there now', async () => {
  const key = withKey();
  const made = expect(await alice.post('annotations', note('before'), key), 201);
  await alice.patch(made.links.self, { body: 'after' });
  const again = expect(await alice.post('annotations', note('before'), key), 201);
  assert.equal(again.id, made.id);
});

test('a key that could not be one is refused', async () => {
  const answer = await alice.post('annotations', note(), withKey('x'.repeat(256)));
  assert.equal(answer.status, 400, answer.text);
  assert.equal((await alice.post('annotations', note(), withKey(''))).status, 400);
});
