// Every change writes its row into the event log, in its own transaction: ids, never words.
import assert from 'node:assert/strict';
import test from 'node:test';
import { World, expect } from '../support/people.js';

const world = await World.start();
const alice = await world.person('alice');
const bob = await world.person('bob');
const group = await world.group(alice, bob);
const essay = await alice.puts('The mass of men lead lives of quiet desperation.', { group: group.id });
const note = await bob.annotates(essay, { quote: 'quiet desperation', body: 'Is it quiet?' });

const kindsSince = (mark) => world.sql(`SELECT string_agg(kind, ' ' ORDER BY xid, ordinal) FROM gloss.event WHERE at > '${mark}'`).split(' ').filter(Boolean);
const now = () => world.sql('SELECT clock_timestamp()');

const revises = async (text, words) => expect(await alice.post(`${text.path}/revisions`, { text: words }, { headers: { 'If-Match': `"${(await alice.reads(text)).revision.id}"` } }), 201);

const WRITES = {
  'putting a text in': ['document.created', () => alice.puts('Another text.', { group: group.id })],
  'changing a text': ['document.updated', async () => expect(await alice.patch(essay.path, { title: 'On Walking' }), 200)],
  'editing a text': ['document.revised anchors.carried', () => revises(essay, 'The great mass of men lead lives of quiet desperation.')],
  'bringing an earlier text back': ['document.revised anchors.carried', async () => {
    const { data } = expect(await alice.get(`${essay.path}/revisions`), 200);
    expect(await alice.post(`${essay.path}/revisions`, { restore: data.at(-1).id }, { headers: { 'If-Match': `"${data[0].id}"` } }), 201);
  }],
  'saying where an annotation stands': ['annotation.anchored', async () => expect(await bob.put(`${note.path}/anchor`, { revision: (await alice.reads(essay)).revision.id, keep: true }), 200)],
  'taking a suggestion up': ['document.revised anchors.carried annotation.updated', async () => {
    const suggestion = await bob.annotates(essay, { quote: 'lead', replacement: 'live' });
    expect(await alice.post(`${suggestion.path}/accept`, undefined, { headers: { 'If-Match': `"${(await alice.reads(essay)).revision.id}"` } }), 201);
  }],
  'rejecting a suggestion': ['annotation.updated', async () => expect(await alice.post(`${(await bob.annotates(essay, { quote: 'men', replacement: 'people' })).path}/reject`, { reason: 'quiet' }), 200)],
  'deleting and restoring a text': ['document.deleted document.restored', async () => {
    const text = await alice.puts('For a moment.');
    await alice.deletes(text);
    expect(await alice.post(`${text.path}/restore`), 200);
  }],
  'moving a text': ['document.moved', async () => {
    const text = await alice.puts('To be moved.');
    expect(await alice.post(`${text.path}/move`, { group: group.id }), 200);
  }],
  'annotating': ['annotation.created', () => alice.annotates(essay, { quote: 'mass of men', body: 'all of them?' })],
  'replying': ['annotation.created', () => alice.replies(note, 'I read it otherwise.')],
  'editing an annotation': ['annotation.updated', () => bob.edits(note, { body: 'Is it *quiet*?' })],
  'reacting and taking it back': ['reaction', async () => {
    await alice.reacts(note, 'agree');
    await alice.unreacts(note, 'agree');
  }],
  'deleting an annotation': ['annotation.deleted', async () => alice.deletes(await alice.annotates(essay, { quote: 'lives', body: 'gone soon' }))],
  'founding a group': ['group.created', () => alice.founds('Another group')],
  'renaming a group': ['group.updated', async () => expect(await alice.patch(group.path, { name: 'Friday readers' }), 200)],
  'inviting and joining': ['invitation.created member.joined', async () => {
    const other = await alice.founds('For two');
    await bob.joins(other, alice);
  }],
  'leaving': ['member.left', async () => {
    const other = await alice.founds('For a while');
    await bob.joins(other, alice);
    await bob.leaves(other);
  }],
  'making a token': ['token.created', () => alice.makesToken(['annotations:read'])],
};

for (const [what, [kinds, deed]] of Object.entries(WRITES)) {
  test(`${what} is in the event log`, async () => {
    const mark = now();
    await deed();
    const seen = kindsSince(mark);
    for (const kind of kinds.split(' ')) assert.ok(seen.some((k) => k.startsWith(kind)), `${kind} is not among ${seen.join(' ')}`);
  });
}

test('what was refused, and what changes nothing, is not in the event log', async () => {
  const mark = now();
  assert.equal((await alice.patch(note.path, { body: 'not mine' })).status, 403);
  assert.equal((await bob.post('annotations', { document: essay.id, quote: 'nowhere at all', body: 'x' })).status, 422);
  assert.equal((await bob.patch(group.path, { name: 'mine now' })).status, 403);
  assert.deepEqual(kindsSince(mark), []);
});

test('the event log holds ids and no words', () => {
  const rows = world.sql('SELECT row_to_json(e) FROM gloss.event e');
  for (const word of ['desperation', 'quiet', 'Friday', 'otherwise', 'Another', 'alice']) assert.ok(!rows.includes(word), word);
});
