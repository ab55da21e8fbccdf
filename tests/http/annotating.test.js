// The owner of a text lets nobody, or only some groups, write on it.
import assert from 'node:assert/strict';
import test from 'node:test';
import { World, expect, refused } from '../support/people.js';

const world = await World.start();
const [alice, bob, carol] = await world.people3();
const TEXT = 'The mass of men lead lives of quiet desperation. What is called resignation is confirmed desperation.';
const [first, second] = [await world.group(alice, bob, carol), await world.group(alice, bob)];
const switches = async (document, allowed, groups, who = alice) => expect(await who.put(`${document.path}/annotating`, { allowed, ...(groups ? { groups: groups.map((g) => g.id) } : {}) }), 200);
const seen = async (who, note) => (await who.get(note.path)).status === 200;
const count = async (who, document) => (await who.reads(document)).annotations;

async function read() {
  const essay = await alice.puts(TEXT, { group: first.id });
  expect(await alice.put(`${second.path}/documents/${essay.id}`), 204);
  return essay;
}

test('switched off, what groups wrote is its authors’ alone, and comes back', async () => {
  const essay = await read();
  assert.deepEqual((await bob.reads(essay)).annotating, { allowed: 'all', groups: [] });
  const notes = [await bob.annotates(essay, { quote: 'mass', body: 'one', group: first.id }), await alice.annotates(essay, { quote: 'men', body: 'two', group: second.id })];
  const reply = await carol.replies(notes[0], 'three');
  await alice.reacts(notes[0], 'agree');
  const secret = await bob.annotates(essay, { quote: 'mass', body: 'mine', visibility: 'private', group: first.id });
  const own = await bob.annotates(essay, { quote: 'mass', body: 'in my own group', group: 'mine' });
  const off = await switches(essay, 'none');
  assert.deepEqual([off.annotating, off.version > essay.version], [{ allowed: 'none', groups: [] }, true]);
  assert.deepEqual(await Promise.all([seen(alice, notes[0]), seen(bob, notes[0]), seen(carol, notes[0]), seen(alice, reply), seen(carol, reply), seen(bob, notes[1]), seen(alice, notes[1])]),
    [false, true, false, false, true, false, true]);
  assert.deepEqual(await Promise.all([seen(bob, secret), seen(bob, own)]), [true, true]);
  assert.deepEqual(await Promise.all([alice, bob, carol].map((who) => count(who, essay))), [1, 3, 1]);
  assert.deepEqual((await alice.sees(essay)).map((n) => n.id), [notes[1].id]);
  await switches(essay, 'all');
  assert.deepEqual(await Promise.all([alice, bob, carol].map((who) => count(who, essay))), [3, 5, 2]);
  const back = await carol.reads(notes[0]);
  assert.deepEqual([back.replies, back.reactions, back.version], [1, { agree: 1 }, notes[0].version]);
});

test('where it is off nothing new is written, but what is private or one’s own', async () => {
  const essay = await read();
  const note = await bob.annotates(essay, { quote: 'mass', body: 'one', group: first.id });
  const hidden = await bob.annotates(essay, { quote: 'men', body: 'mine', visibility: 'private', group: first.id });
  await switches(essay, 'none');
  const say = (fields) => bob.post('annotations', { document: essay.id, quote: 'mass', body: 'two', ...fields });
  refused(await say({ group: first.id }), 'annotations-off');
  refused(await bob.post(`${note.path}/replies`, { body: 'to myself' }), 'annotations-off');
  refused(await bob.put(`${note.path}/reactions/agree`), 'annotations-off');
  refused(await bob.patch(hidden.path, { visibility: 'group' }), 'annotations-off');
  const batch = await bob.request('POST', 'annotations/batch', { body: `${JSON.stringify({ document: essay.id, quote: 'mass', body: 'x', group: first.id })}\n`, type: 'application/x-ndjson' });
  assert.match(batch.text, /"status":403.*annotations-off/);
  expect(await say({ group: first.id, visibility: 'private' }), 201);
  expect(await say({ group: 'mine' }), 201);
  // one may still mend what one has said, and take it away
  assert.equal((await bob.edits(note, { body: 'mended' })).body, 'mended');
  assert.equal(await seen(alice, note), false);
  await bob.deletes(note);
});

test('some groups may: the others’ words go, theirs stay', async () => {
  const essay = await read();
  const [one, two] = [await bob.annotates(essay, { quote: 'mass', body: 'one', group: first.id }), await bob.annotates(essay, { quote: 'men', body: 'two', group: second.id })];
  assert.deepEqual((await switches(essay, 'groups', [second])).annotating, { allowed: 'groups', groups: [second.id] });
  assert.deepEqual(await Promise.all([seen(alice, one), seen(alice, two), seen(bob, one)]), [false, true, true]);
  refused(await bob.post('annotations', { document: essay.id, body: 'x', group: first.id }), 'annotations-off');
  expect(await bob.post('annotations', { document: essay.id, body: 'x', group: second.id }), 201);
  // who does not know of a group is not told of it
  assert.deepEqual((await carol.reads(essay)).annotating, { allowed: 'groups', groups: [] });
  assert.deepEqual((await bob.reads(essay)).annotating, { allowed: 'groups', groups: [second.id] });
  await switches(essay, 'groups', [first]);
  assert.deepEqual(await Promise.all([seen(alice, one), seen(alice, two)]), [true, false]);
  await switches(essay, 'all');
  assert.deepEqual(await Promise.all([seen(alice, one), seen(alice, two)]), [true, true]);
});

test('what is hidden, or shown in a further group, is so after the switch as before', async () => {
  const essay = await read();
  const [held, shown] = [await bob.annotates(essay, { quote: 'mass', body: 'one', group: first.id }), await bob.annotates(essay, { quote: 'men', body: 'two', group: first.id, groups: [second.id] })];
  expect(await alice.put(`${held.path}/moderation`, { state: 'hidden' }), 200);
  await switches(essay, 'groups', [second]);
  assert.equal(await seen(alice, held), false);
  assert.deepEqual([(await alice.reads(shown)).group, await seen(carol, shown)], [second.id, false]);
  await switches(essay, 'all');
  assert.deepEqual(await Promise.all([seen(alice, held), seen(carol, held), seen(carol, shown)]), [true, false, true]);
  expect(await alice.put(`${held.path}/moderation`, { state: 'approved' }), 200);
  assert.equal(await seen(carol, held), true);
});

test('its owner says so, and says it clearly', async () => {
  const essay = await read();
  const put = (body, who = alice, options) => who.put(`${essay.path}/annotating`, body, options);
  refused(await put({}), 'invalid-body', '/allowed');
  refused(await put({ allowed: 'some' }), 'invalid-body', '/allowed');
  refused(await put({ allowed: 'groups' }), 'invalid-body', '/groups');
  refused(await put({ allowed: 'none', groups: [first.id] }), 'invalid-body', '/groups');
  refused(await put({ allowed: 'groups', groups: ['nonsense'] }), 'invalid-body', '/groups/0');
  refused(await put({ allowed: 'groups', groups: ['grp_01h00000000000000000000000'] }), 'invalid-body', '/groups');
  refused(await put({ allowed: 'groups', groups: [(await carol.founds('Carol’s')).id] }), 'invalid-body', '/groups');
  refused(await put({ allowed: 'none', why: 'x' }), 'invalid-body', '/why');
  refused(await put({ allowed: 'none' }, bob), 'not-allowed');
  refused(await put({ allowed: 'none' }, await world.person('stranger')), 'not-found');
  refused(await alice.put('documents/nonsense/annotating', { allowed: 'none' }), 'not-found');
  refused(await put({ allowed: 'none' }, alice, { headers: { 'If-Match': '"99.x"' } }), 'precondition-failed');
  assert.equal((await put({ allowed: 'none' }, alice, { headers: { Prefer: 'return=minimal' } })).status, 204);
  const page = await alice.annotates('https://example.org/walking', { body: 'elsewhere' });
  refused(await alice.put(`documents/${page.document}/annotating`, { allowed: 'none' }), 'not-allowed');
  assert.deepEqual((await alice.reads(`/api/v1/documents/${page.document}`)).annotating, { allowed: 'all', groups: [] });
});

test('a draft is not published where the text’s owner has switched notes off, and is told so', async () => {
  const essay = await read();
  const draft = await bob.annotates(essay, { body: 'not yet', draft: true, group: first.id });
  await switches(essay, 'none');
  const { errors } = refused(await bob.post('drafts/publish', { ids: [draft.id] }), 'conflict');
  assert.deepEqual(errors.map(({ pointer, code }) => [pointer, code]), [['/ids/0', 'annotations-off']]);
  await switches(essay, 'all');
  expect(await bob.post('drafts/publish', { ids: [draft.id] }), 200);
});
