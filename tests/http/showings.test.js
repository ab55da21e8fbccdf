// One annotation in several groups: each reads it, answers it and counts it for itself.
import assert from 'node:assert/strict';
import test from 'node:test';
import { faults } from '../support/faults.js';
import { World, expect, refused } from '../support/people.js';

const world = await World.start();
const [alice, bob, carol] = await world.people3();
const [dan, eve] = [await world.person('dan'), await world.person('eve')];

// bob and carol are in the first group, dan and carol in the second; alice leads both, eve is in neither.
const first = await world.group(alice, bob, carol);
const second = await world.group(alice, dan, carol, bob);
await bob.leaves(second);
const essay = await alice.puts('The mass of men lead lives of quiet desperation.', { group: first.id });
expect(await alice.put(`${second.path}/documents/${essay.id}`), 204);

const show = (who, note, group) => who.put(`${note.path}/groups/${group.id ?? group}`);
const unshow = (who, note, group) => who.delete(`${note.path}/groups/${group.id ?? group}`);
const readByAll = async (name) => {
  const group = await eve.founds(name);
  world.sql(`UPDATE gloss.groups SET access = 'restricted' WHERE name = '${name}'`);
  return group;
};
const settled = () => assert.deepEqual(faults(world), []);
const bodies = (list) => list.map((n) => n.body).sort();
const repliesTo = async (who, note) => bodies(expect(await who.get(`${note.path}/replies`), 200).data);

test('what is shown in a further group is read there, listed there and counted there, once', async () => {
  const note = await carol.annotates(essay, { quote: 'mass', body: 'for both', group: first.id });
  refused(await dan.get(note.path), 'not-found');
  const [dans, carols] = [(await dan.reads(essay)).annotations, (await carol.reads(essay)).annotations];
  const tag = (await dan.get(`annotations?document=${essay.id}`)).etag;
  expect(await show(carol, note, second), 200);
  expect(await show(carol, note, second), 200);
  assert.equal((await dan.reads(note)).body, 'for both');
  assert.equal((await dan.reads(note)).group, second.id);
  assert.equal((await carol.reads(note)).group, first.id);
  assert.equal((await dan.reads(essay)).annotations, dans + 1);
  assert.equal((await carol.reads(essay)).annotations, carols);
  assert.notEqual((await dan.get(`annotations?document=${essay.id}`)).etag, tag);
  assert.equal((await dan.sees(essay)).filter((n) => n.id === note.id).length, 1);
  assert.equal((await carol.sees(essay)).filter((n) => n.id === note.id).length, 1);
  for (const group of [first, second]) assert.equal((await carol.sees(essay, `group=${group.id}`)).filter((n) => n.id === note.id).length, 1);
  refused(await eve.get(note.path), 'not-found');
  settled();
});

test('it goes from there again, and with it what was answered and reacted', async () => {
  const note = await carol.annotates(essay, { body: 'for a while', group: first.id });
  expect(await show(carol, note, second), 200);
  const reply = await dan.replies(note, 'from the second');
  await dan.reacts(note, 'thanks');
  assert.deepEqual((await carol.reads(note)).reactions, { thanks: 1 });
  const tag = (await dan.get(`annotations?document=${essay.id}`)).etag;
  expect(await unshow(carol, note, second), 204);
  expect(await unshow(carol, note, second), 204);
  refused(await dan.get(note.path), 'not-found');
  assert.notEqual((await dan.get(`annotations?document=${essay.id}`)).etag, tag);
  refused(await alice.get(reply.path), 'not-found');
  assert.equal((await dan.reads(reply)).body, 'from the second');
  const { replies, reactions } = await carol.reads(note);
  assert.deepEqual([replies, reactions], [0, {}]);
  settled();
  expect(await show(carol, note, second), 200);
  assert.equal((await alice.reads(reply)).body, 'from the second');
  assert.equal((await carol.reads(note)).replies, 1);
  settled();
});

test('replies in a further group are its readers’, and those at home are not theirs', async () => {
  const note = await carol.annotates(essay, { body: 'two conversations', group: first.id });
  expect(await show(carol, note, second), 200);
  const here = await bob.replies(note, 'in the first');
  const there = await dan.replies(note, 'in the second');
  assert.deepEqual([here.group, there.group], [first.id, second.id]);
  assert.deepEqual(await repliesTo(bob, note), ['in the first']);
  assert.deepEqual(await repliesTo(dan, note), ['in the second']);
  for (const who of [alice, carol]) assert.deepEqual(await repliesTo(who, note), ['in the first', 'in the second']);
  assert.deepEqual([(await bob.reads(note)).replies, (await dan.reads(note)).replies, (await carol.reads(note)).replies], [1, 1, 2]);
  refused(await bob.get(there.path), 'not-found');
  refused(await dan.get(here.path), 'not-found');
  assert.equal((await carol.replies(there, 'below the second')).group, second.id);
  assert.deepEqual(await repliesTo(dan, note), ['below the second', 'in the second']);
  assert.equal((await carol.replies(note, 'hers')).group, first.id);
  assert.equal((await carol.replies(note, 'hers there', { group: second.id })).group, second.id);
  refused(await bob.post(`${note.path}/replies`, { body: 'x', group: second.id }), 'invalid-body', '/group');
  refused(await carol.post(`${here.path}/replies`, { body: 'x', group: second.id }), 'invalid-body', '/group');
  refused(await carol.post(`${here.path}/replies`, { body: 'x', group: 'nonsense' }), 'invalid-body', '/group');
  const expanded = expect(await dan.get(`${note.path}?expand=replies`), 200);
  assert.ok(!JSON.stringify(expanded).includes('in the first'));
  settled();
});

test('a reply in a further group that was private for a while comes back there', async () => {
  const note = await carol.annotates(essay, { body: 'patience', group: first.id });
  expect(await show(carol, note, second), 200);
  const reply = await dan.replies(note, 'not yet', { visibility: 'private' });
  refused(await carol.get(reply.path), 'not-found');
  await dan.edits(reply, { visibility: 'group' });
  assert.equal((await carol.reads(reply)).body, 'not yet');
  refused(await bob.get(reply.path), 'not-found');
  settled();
  await dan.edits(reply, { visibility: 'private' });
  expect(await unshow(carol, note, second), 204);
  await dan.edits(reply, { visibility: 'group' });
  refused(await carol.get(reply.path), 'not-found');
  settled();
});

test('reactions in a further group are its readers’', async () => {
  const note = await carol.annotates(essay, { body: 'agreed?', group: first.id });
  expect(await show(carol, note, second), 200);
  await bob.reacts(note, 'agree');
  await dan.reacts(note, 'agree');
  await dan.reacts(note, 'thanks');
  assert.deepEqual((await bob.reads(note)).reactions, { agree: 1 });
  assert.deepEqual((await dan.reads(note)).reactions, { agree: 1, thanks: 1 });
  assert.deepEqual((await carol.reads(note)).reactions, { agree: 2, thanks: 1 });
  assert.equal(expect(await bob.get(`${note.path}/reactions`), 200).data.length, 1);
  settled();
});

test('only its author says where it is shown, and only where they may write', async () => {
  const note = await carol.annotates(essay, { body: 'mine', group: first.id });
  refused(await show(alice, note, second), 'not-allowed');
  refused(await unshow(alice, note, second), 'not-allowed');
  refused(await show(eve, note, second), 'not-found');
  const foreign = await eve.founds('Not theirs');
  refused(await show(carol, note, foreign), 'not-found');
  refused(await show(carol, note, 'nonsense'), 'not-found');
  refused(await unshow(carol, note, 'nonsense'), 'not-found');
  const third = await carol.founds('Does not read it');
  refused(await show(carol, note, third), 'conflict');
  const read = await readByAll('Read by all');
  await alice.joins(read, eve);
  expect(await alice.put(`${read.path}/documents/${essay.id}`), 204);
  refused(await show(carol, note, read), 'not-allowed');
  expect(await show(carol, note, first), 200);
  refused(await unshow(carol, note, first), 'conflict');
  assert.deepEqual(await repliesTo(carol, note), []);
});

test('what is private, a draft, a reply or deleted is shown nowhere else', async () => {
  const secret = await carol.annotates(essay, { body: 's', group: first.id, visibility: 'private' });
  const draft = await carol.annotates(essay, { body: 'd', group: first.id, draft: true });
  const note = await carol.annotates(essay, { body: 'n', group: first.id });
  const reply = await carol.replies(note, 'r');
  for (const it of [secret, draft, reply]) refused(await show(carol, it, second), 'conflict');
  await bob.replies(note, 'keeps it');
  await carol.deletes(note);
  refused(await show(carol, note, second), 'not-found');
});

test('made private it is private everywhere', async () => {
  const note = await carol.annotates(essay, { body: 'too much', group: first.id });
  expect(await show(carol, note, second), 200);
  await dan.reacts(note, 'thanks');
  await carol.edits(note, { visibility: 'private' });
  assert.deepEqual((await carol.reads(note)).reactions, {});
  refused(await dan.get(note.path), 'not-found');
  assert.equal((await carol.edits(note, { visibility: 'group' })).visibility, 'group');
  refused(await dan.get(note.path), 'not-found');
  settled();
});

test('edited it is edited everywhere, and its readers’ lists are others', async () => {
  const note = await carol.annotates(essay, { body: 'before', group: first.id });
  expect(await show(carol, note, second), 200);
  const tag = (await dan.get(`annotations?document=${essay.id}&order=updated`)).etag;
  await carol.edits(note, { body: 'after' });
  const list = await dan.get(`annotations?document=${essay.id}&order=updated`);
  assert.notEqual(list.etag, tag);
  assert.equal(list.json.data[0].body, 'after');
  settled();
});

test('deleted it is deleted everywhere; where others answered, a tombstone stays for those who saw it', async () => {
  const note = await carol.annotates(essay, { body: 'gone soon', group: first.id });
  expect(await show(carol, note, second), 200);
  const reply = await dan.replies(note, 'pity');
  const before = (await dan.reads(essay)).annotations;
  await carol.deletes(note);
  const stone = await dan.reads(note);
  assert.deepEqual([stone.deleted, stone.author, stone.replies], [true, null, 1]);
  assert.equal((await dan.reads(reply)).body, 'pity');
  refused(await bob.get(note.path), 'not-found');
  assert.equal((await dan.reads(essay)).annotations, before - 1);
  settled();
});

test('a note is stored and shown in further groups at once, or not at all', async () => {
  const note = await carol.annotates(essay, { quote: 'quiet', body: 'at once', group: first.id, groups: [second.id] });
  assert.equal(note.group, first.id);
  assert.equal((await dan.reads(note)).body, 'at once');
  const before = (await carol.sees(essay)).length;
  const foreign = await eve.founds('Not theirs either');
  const third = await carol.founds('Does not read it either');
  const says = (fields) => carol.post('annotations', { document: essay.id, body: 'x', group: first.id, ...fields });
  for (const [fields, pointer] of [
    [{ groups: [second.id, foreign.id] }, '/groups/1'], [{ groups: [third.id] }, '/groups/0'], [{ groups: 'x' }, '/groups'], [{ groups: ['nonsense'] }, '/groups/0'],
    [{ groups: [second.id], draft: true }, '/groups'], [{ groups: [second.id], visibility: 'private' }, '/groups'], [{ groups: [second.id], parent: note.id, group: undefined }, '/groups'],
    [{ groups: Array(21).fill(second.id) }, '/groups'],
  ]) refused(await says(fields), 'invalid-body', pointer);
  const read = await readByAll('Read by all too');
  await alice.joins(read, eve);
  expect(await alice.put(`${read.path}/documents/${essay.id}`), 204);
  const answer = await says({ groups: [second.id, read.id] });
  refused(answer, 'not-allowed');
  assert.equal(answer.problem.errors[0].pointer, '/groups/1');
  assert.equal((await carol.sees(essay)).length, before);
  const twice = expect(await carol.post('annotations', { document: 'https://example.org/several', body: 'a page', group: first.id, groups: [second.id, second.id, first.id] }), 201);
  assert.equal((await dan.reads(`/api/v1/annotations/${twice.id}`)).body, 'a page');
  const many = await carol.post('annotations/batch?atomic=1', undefined, { type: 'application/x-ndjson', body: `${JSON.stringify({ document: 'https://example.org/in-a-batch', body: 'of many', group: first.id, groups: [second.id] })}\n` });
  expect(many, 200);
  assert.ok((await dan.get('annotations?limit=5')).text.includes('of many'));
  settled();
});

test('where leaders look first, what is shown waits for them; in a sealed reading it is sealed', async () => {
  const note = await carol.annotates(essay, { body: 'waiting', group: first.id });
  const other = await carol.annotates(essay, { body: 'apart', group: first.id });
  const uuid = world.sql(`SELECT m.group_id FROM gloss.member m JOIN gloss.users u ON u.id = m.user_id JOIN gloss.groups g ON g.id = m.group_id
    WHERE u.name = 'dan' AND g.kind = 'group'`);
  world.sql(`UPDATE gloss.groups SET premoderated = true WHERE id = '${uuid}'`);
  expect(await show(carol, note, second), 200);
  refused(await dan.get(note.path), 'not-found');
  assert.equal((await alice.reads(note)).body, 'waiting');
  assert.equal(world.sql(`SELECT moderation || count(*) FROM gloss.showing WHERE base_id IS NOT NULL GROUP BY moderation`), 'pending1');
  world.sql(`UPDATE gloss.groups SET premoderated = false WHERE id = '${uuid}'`);
  world.sql(`INSERT INTO gloss.audience (group_id, class, document_id) SELECT '${uuid}', 3, id FROM gloss.document WHERE kind = 'text' LIMIT 1`);
  world.sql(`INSERT INTO gloss.reading (group_id, document_id, by_reader, sealed_id) SELECT group_id, document_id, true, id FROM gloss.audience WHERE class = 3`);
  expect(await show(carol, other, second), 200);
  refused(await dan.get(other.path), 'not-found');
  settled();
  world.sql(`DELETE FROM gloss.reading`);
});

test('nothing that is written under a mask is shown elsewhere, and nothing elsewhere under one', async () => {
  const masked = await alice.founds('Masked');
  await carol.joins(masked, alice);
  expect(await alice.put(`${masked.path}/documents/${essay.id}`), 204);
  const plain = await carol.annotates(essay, { body: 'as myself', group: first.id });
  world.sql(`UPDATE gloss.groups SET anonymous = true WHERE name = 'Masked'`);
  refused(await show(carol, plain, masked), 'masked-elsewhere');
  const answer = await carol.post('annotations', { document: essay.id, body: 'x', group: first.id, groups: [masked.id] });
  refused(answer, 'masked-elsewhere');
  assert.equal(answer.problem.errors[0].pointer, '/groups/0');
  const owl = await carol.annotates(essay, { body: 'as an owl', group: masked.id });
  if (world.sql(`SELECT mask_id IS NOT NULL FROM gloss.annotation WHERE body = 'as an owl'`) === 't') refused(await show(carol, owl, second), 'masked-elsewhere');
});

test('of many that show it and show it no more at once, the last one counts', async () => {
  const note = await carol.annotates(essay, { body: 'to and fro', group: first.id });
  await Promise.all(Array.from({ length: 12 }, (_, i) => (i % 2 ? unshow(carol, note, second) : show(carol, note, second)).then((answer) => assert.ok(answer.status < 300, answer.text))));
  settled();
  expect(await unshow(carol, note, second), 204);
  refused(await dan.get(note.path), 'not-found');
  settled();
});

test('what leaders have taken away does not come back by taking it back and showing it again', async () => {
  const note = await carol.annotates(essay, { quote: 'quiet', body: 'unwelcome', group: first.id });
  expect(await show(carol, note, second), 200);
  expect(await alice.put(`${note.path}/moderation`, { state: 'hidden', group: second.id, note: 'not here' }), 200);
  refused(await dan.get(note.path), 'not-found');
  expect(await unshow(carol, note, second), 204);
  refused(await show(carol, note, second), 'not-allowed');
  refused(await dan.get(note.path), 'not-found');
  assert.equal((await bob.reads(note)).body, 'unwelcome');
  settled();
});

test('who was removed from the group that they wrote in shows their words to no further one', async () => {
  const gwen = await world.person('gwen');
  for (const group of [first, second]) await gwen.joins(group, alice);
  const [note, shown] = [await gwen.annotates(essay, { body: 'from the first', group: first.id }), await gwen.annotates(essay, { body: 'in both', group: first.id, groups: [second.id] })];
  expect(await alice.delete(`${first.path}/members/${gwen.id}`), 204);
  refused(await show(gwen, note, second), 'not-allowed');
  refused(await dan.get(note.path), 'not-found');
  assert.equal((await gwen.reads(note)).body, 'from the first');
  // what was shown before stays hers to take back
  assert.equal((await dan.reads(shown)).body, 'in both');
  expect(await unshow(gwen, shown, second), 204);
  refused(await show(gwen, shown, second), 'not-allowed');
  settled();
});
