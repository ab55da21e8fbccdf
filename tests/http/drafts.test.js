// Drafts: one's own until they are published together, all or none.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import test from 'node:test';
import { faults } from '../support/faults.js';
import { World, expect, refused } from '../support/people.js';

const world = await World.start();
const [alice, bob, carol] = await world.people3();
const group = await world.group(alice, bob, carol);
const essay = await alice.puts('The mass of men lead lives of quiet desperation.', { group: group.id });
const other = await alice.puts('What is called resignation is confirmed desperation.', { group: group.id });

const drafts = (who, document, ...bodies) => Promise.all(bodies.map((body) => who.annotates(document, { body, draft: true })));
const publish = (who, json, headers = {}) => who.post('drafts/publish', json, { headers });
const idsOf = (notes) => notes.map(({ id }) => id);
const uuid = (group_) => world.sql(`SELECT id FROM gloss.groups WHERE name = '${group_}'`);
const faultless = () => assert.deepEqual(faults(world), []);

test('drafts on several texts are seen by others when they are published, and not before', async () => {
  const mine = [...await drafts(bob, essay, 'one', 'two'), ...await drafts(bob, other, 'three')];
  for (const note of mine) refused(await alice.get(note.path), 'not-found');
  const before = (await alice.reads(essay)).annotations;
  const { published } = expect(await publish(bob, { ids: idsOf(mine) }), 200);
  assert.deepEqual(idsOf(published), idsOf(mine));
  for (const note of published) {
    assert.deepEqual([note.draft, note.visibility, note.version], [false, 'group', 2]);
    assert.equal((await alice.reads(note)).body, note.body);
  }
  assert.equal((await alice.reads(essay)).annotations, before + 2);
  faultless();
});

test('a list that somebody has read is another one after a publication', async () => {
  const [note] = await drafts(bob, essay, 'soon');
  const seen = (await alice.get(`annotations?document=${essay.id}`)).etag;
  assert.equal((await alice.get(`annotations?document=${essay.id}`, { headers: { 'If-None-Match': seen } })).status, 304);
  expect(await publish(bob, { ids: [note.id] }), 200);
  assert.equal((await alice.get(`annotations?document=${essay.id}`, { headers: { 'If-None-Match': seen } })).status, 200);
});

test('all or none: a single one that is no draft keeps back the others, and is named', async () => {
  const [first, second] = await drafts(bob, essay, 'a', 'b');
  const open = await bob.annotates(essay, { body: 'said' });
  const theirs = (await drafts(carol, essay, 'hers'))[0];
  const answer = await publish(bob, { ids: [first.id, open.id, theirs.id, second.id, 'ann_01h00000000000000000000000'] });
  refused(answer, 'invalid-body', '/ids/1');
  assert.deepEqual(answer.problem.errors.map((e) => [e.pointer, e.code]), [['/ids/1', 'no-draft'], ['/ids/2', 'unknown'], ['/ids/4', 'unknown']]);
  for (const note of [first, second]) {
    assert.equal((await bob.reads(note)).draft, true);
    refused(await alice.get(note.path), 'not-found');
  }
  assert.equal((await carol.reads(theirs)).draft, true);
});

test('what cannot be published as things are is a conflict that names the draft', async () => {
  const left = await world.group(alice, bob);
  const text = await alice.puts('For a while.', { group: left.id });
  const [gone] = await drafts(bob, text, 'too late');
  const [fine] = await drafts(bob, essay, 'in time');
  await bob.leaves(left);
  const answer = await publish(bob, { ids: [fine.id, gone.id] });
  refused(answer, 'conflict');
  assert.deepEqual(answer.problem.errors.map((e) => [e.pointer, e.code]), [['/ids/1', 'not-allowed']]);
  assert.equal((await bob.reads(fine)).draft, true);
});

test('a draft of a text that its group does not read any more stays a draft', async () => {
  const second = await world.group(alice, bob);
  const text = await alice.puts('Listed for a while.', { group: group.id });
  expect(await alice.put(`${second.path}/documents/${text.id}`), 204);
  const draft = await bob.annotates(text, { body: 'here', group: second.id, draft: true });
  expect(await alice.delete(`${second.path}/documents/${text.id}`), 204);
  const answer = await publish(bob, { ids: [draft.id] });
  refused(answer, 'conflict');
  assert.equal(answer.problem.errors[0].code, 'elsewhere');
});

test('a draft that answers a draft is published with it, whatever the order, and not without it', async () => {
  const [root] = await drafts(bob, essay, 'a thought');
  const reply = expect(await bob.post('annotations', { parent: root.id, body: 'a second one', draft: true }), 201);
  const answer = await publish(bob, { ids: [reply.id] });
  refused(answer, 'conflict');
  assert.equal(answer.problem.errors[0].code, 'parent-private');
  expect(await publish(bob, { ids: [reply.id, root.id] }), 200);
  assert.equal((await alice.reads(root)).replies, 1);
  assert.equal((await alice.reads(`/api/v1/annotations/${reply.id}`)).body, 'a second one');
  faultless();
});

test('a draft that answers what is gone since stays a draft', async () => {
  const note = await alice.annotates(essay, { body: 'fleeting' });
  await carol.replies(note, 'keeps it as a tombstone');
  const reply = expect(await bob.post('annotations', { parent: note.id, body: 'too late', draft: true }), 201);
  await alice.deletes(note);
  const answer = await publish(bob, { ids: [reply.id] });
  refused(answer, 'conflict');
  assert.equal(answer.problem.errors[0].code, 'parent-gone');
});

test('all that one has on a text is published by its name, or what is in one group of it', async () => {
  const second = await world.group(alice, bob);
  const text = await alice.puts('Read by two groups.', { group: group.id });
  expect(await alice.put(`${second.path}/documents/${text.id}`), 204);
  const here = await bob.annotates(text, { body: 'here', group: group.id, draft: true });
  const there = await bob.annotates(text, { body: 'there', group: second.id, draft: true });
  await drafts(carol, text, 'hers');
  const some = expect(await publish(bob, { document: text.id, group: second.id }), 200);
  assert.deepEqual(idsOf(some.published), [there.id]);
  const rest = expect(await publish(bob, { document: text.id }), 200);
  assert.deepEqual(idsOf(rest.published), [here.id]);
  assert.deepEqual(expect(await publish(bob, { document: text.id }), 200), { published: [] });
  assert.equal((await alice.sees(text)).length, 2);
});

test('drafts on a page elsewhere are published by its address', async () => {
  const draft = await bob.annotates('https://example.org/drafts', { body: 'there', group: group.id, draft: true });
  const { published } = expect(await publish(bob, { document: 'https://example.org/drafts' }), 200);
  assert.deepEqual(idsOf(published), [draft.id]);
  assert.equal((await alice.reads(draft)).body, 'there');
});

test('a publication that is sent again with its key is answered again and done once', async () => {
  const mine = await drafts(bob, other, 'x', 'y');
  const [first, second] = [{ 'Idempotency-Key': randomUUID() }, { 'Idempotency-Key': randomUUID() }];
  const once = expect(await publish(bob, { ids: idsOf(mine) }, first), 200);
  assert.deepEqual(expect(await publish(bob, { ids: idsOf(mine) }, first), 200), once);
  refused(await publish(bob, { ids: idsOf(mine) }), 'invalid-body', '/ids/0');
  const more = await drafts(bob, other, 'z');
  const whole = expect(await publish(bob, { document: other.id }, second), 200);
  assert.deepEqual(idsOf(whole.published), idsOf(more));
  assert.deepEqual(expect(await publish(bob, { document: other.id }, second), 200), whole);
  refused(await publish(bob, { document: essay.id }, second), 'key-reused');
});

test('a refused publication leaves its key for the next try', async () => {
  const [draft] = await drafts(bob, other, 'patience');
  const key = { 'Idempotency-Key': randomUUID() };
  const ids = [draft.id, 'ann_01h00000000000000000000000'];
  refused(await publish(bob, { ids }, key), 'invalid-body', '/ids/1');
  refused(await publish(bob, { ids }, key), 'invalid-body', '/ids/1');
  assert.equal((await bob.reads(draft)).draft, true);
  expect(await publish(bob, { ids: [draft.id] }, key), 200);
});

test('what a draft said before it was published is nobody’s to read', async () => {
  const [draft] = await drafts(bob, essay, 'unwise canary');
  await bob.edits(draft, { body: 'wise' });
  expect(await publish(bob, { ids: [draft.id] }), 200);
  const { data } = expect(await alice.get(`${draft.path}/history`), 200);
  assert.ok(!JSON.stringify(data).includes('canary'));
});

test('where leaders look first, what is published waits for them', async () => {
  const slow = await alice.founds('Looked at first');
  await bob.joins(slow, alice);
  await carol.joins(slow, alice);
  const text = await alice.puts('Slowly.', { group: slow.id });
  const [draft] = await drafts(bob, text, 'may I?');
  const [leaders] = await drafts(alice, text, 'of course');
  world.sql(`UPDATE gloss.groups SET premoderated = true WHERE id = '${uuid('Looked at first')}'`);
  expect(await publish(bob, { ids: [draft.id] }), 200);
  expect(await publish(alice, { ids: [leaders.id] }), 200);
  assert.equal((await alice.reads(draft)).body, 'may I?');
  refused(await carol.get(draft.path), 'not-found');
  assert.equal((await carol.reads(leaders)).body, 'of course');
  assert.equal(world.sql(`SELECT a.moderation || x.class FROM gloss.annotation a JOIN gloss.audience x ON x.id = a.base_id WHERE a.body = 'may I?'`), 'pending0');
  faultless();
});

test('in a reading that is sealed, what is published is sealed', async () => {
  const apart = await alice.founds('Apart');
  await bob.joins(apart, alice);
  await carol.joins(apart, alice);
  const text = await alice.puts('Each for themselves.', { group: apart.id, title: 'Sealed' });
  const [draft] = await drafts(bob, text, 'my own view');
  world.sql(`INSERT INTO gloss.audience (group_id, class, document_id) SELECT group_id, 3, id FROM gloss.document WHERE title = 'Sealed'`);
  world.sql(`INSERT INTO gloss.reading (group_id, document_id, by_reader, sealed_id) SELECT group_id, document_id, true, id FROM gloss.audience WHERE class = 3`);
  expect(await publish(bob, { ids: [draft.id] }), 200);
  // what was put into the database past the servers is known to them within a second
  await new Promise((resolve) => { setTimeout(resolve, 1100); });
  refused(await carol.get(draft.path), 'not-found');
  assert.equal((await carol.reads(text)).annotations, 0);
  assert.equal((await alice.reads(draft)).body, 'my own view');
  assert.equal((await bob.reads(draft)).draft, false);
});

test('up to 200 at once, and no more', async () => {
  const text = await alice.puts('Much to say.', { group: group.id });
  const lines = Array.from({ length: 201 }, (_, i) => JSON.stringify({ document: text.id, body: `n${i}`, draft: true })).join('\n');
  expect(await bob.post('annotations/batch?atomic=1', undefined, { body: lines, type: 'application/x-ndjson' }), 200);
  const refusal = await publish(bob, { document: text.id });
  refused(refusal, 'invalid-body', '/document');
  const all = world.sql(`SELECT count(*) FROM gloss.annotation WHERE draft AND body LIKE 'n%'`);
  assert.equal(all, '201');
  refused(await publish(bob, { ids: Array.from({ length: 201 }, (_, i) => `ann_01h0000000000000000000${String(i).padStart(3, '0')}`) }), 'invalid-body', '/ids');
  const mine = (await bob.sees(text)).slice(0, 200);
  assert.equal(expect(await publish(bob, { ids: idsOf(mine) }), 200).published.length, 200);
  assert.equal((await alice.reads(text)).annotations, 200);
  faultless();
});

test('a body that says nothing, or too much, is told what is wrong', async () => {
  for (const [json, pointer] of [[{}, '/ids'], [{ ids: [], document: essay.id }, '/document'], [{ ids: 'x' }, '/ids'], [{ ids: [3] }, '/ids/0'],
    [{ ids: ['doc_01h00000000000000000000000'] }, '/ids/0'], [{ ids: [], group: 'mine' }, '/group'], [{ document: 'doc_01h00000000000000000000000' }, '/document'],
    [{ document: 'nonsense' }, '/document'], [{ document: essay.id, group: 'nonsense' }, '/group'], [{ ids: [], groups: [] }, '/groups']]) {
    refused(await publish(bob, json), 'invalid-body', pointer);
  }
});

test('drafts that two requests publish at once are published once', async () => {
  const mine = await drafts(bob, essay, 'p', 'q', 'r');
  const answers = await Promise.all([publish(bob, { ids: idsOf(mine) }), publish(bob, { ids: idsOf([...mine].reverse()) }), publish(bob, { ids: [mine[1].id] })]);
  assert.equal(answers.filter((a) => a.status === 200).length >= 1, true);
  for (const note of mine) assert.equal((await bob.reads(note)).version <= 2, true);
  assert.ok((await Promise.all(mine.map((note) => bob.reads(note)))).some((note) => !note.draft));
  faultless();
});
