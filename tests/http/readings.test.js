// Independent first: by which rule a group reads a text, and how it is opened. What nobody is told
// meanwhile: blind.test.js.
import assert from 'node:assert/strict';
import test from 'node:test';
import { gloss, patience } from '../support/binary.js';
import { World, expect, refused } from '../support/people.js';

const world = await World.start();
const [alice, bob, carol] = await world.people3();
const dora = await world.person('dora');

const ESSAY = 'The mass of men lead lives of quiet desperation. What is called resignation is confirmed desperation.';

// A text that alice's group of four reads, by this rule.
async function reading(rule, { before } = {}) {
  const group = await world.group(alice, bob, carol, dora);
  const text = await alice.puts(ESSAY, { group: group.id });
  const path = `${group.path}/documents/${text.id}/reveal`;
  await before?.(text, group);
  if (rule) expect(await alice.put(path, rule), 200);
  return { group, text, path };
}

const state = async (who, path) => expect(await who.get(path), 200);
const bodies = async (who, text) => (await who.sees(text)).map((note) => note.body).sort();
const writes = (who, text, body, fields = {}) => who.annotates(text, { quote: 'quiet', body, ...fields });

test('before there is a rule everybody sees everybody, and asking for it says so', async () => {
  const { text, path } = await reading(null);
  await writes(bob, text, 'b');
  assert.deepEqual(await bodies(carol, text), ['b']);
  for (const who of [alice, bob]) refused(await who.get(path), 'no-reading');
  refused(await bob.post(`${path}/me`), 'no-reading');
  refused(await alice.post(`${path}/now`), 'no-reading');
});

test('until the reveal members see their own and the leaders’ annotations, leaders see all', async () => {
  const { text, path } = await reading({});
  await writes(alice, text, 'a');
  await writes(bob, text, 'b');
  await writes(carol, text, 'c');
  assert.deepEqual(await bodies(alice, text), ['a', 'b', 'c']);
  assert.deepEqual(await bodies(bob, text), ['a', 'b']);
  assert.deepEqual(await bodies(dora, text), ['a']);
  assert.deepEqual(await state(bob, path), {
    rule: { own_count: null, by_reader: false, due_at: null }, sealed: true, revealed_at: null, me: { revealed: false, own: 1, needed: null }, ready: null,
  });
});

test('a rule that comes late seals what members have written, replies and reactions too', async () => {
  let notes;
  const { text } = await reading({}, { before: async (on) => {
    notes = [await writes(alice, on, 'a'), await writes(bob, on, 'b')];
    await bob.replies(notes[0], 'b to a');
    await alice.replies(notes[1], 'a to b');
    await carol.reacts(notes[0], 'agree');
    await alice.reacts(notes[0], 'thanks');
    await carol.reacts(notes[1], 'agree');
  } });
  assert.deepEqual(await bodies(dora, text), ['a']);
  assert.deepEqual(await bodies(bob, text), ['a', 'b', 'b to a']);
  assert.deepEqual(await bodies(alice, text), ['a', 'a to b', 'b', 'b to a']);
  const seen = async (who, note) => { const { replies, reactions } = await who.reads(note); return [replies, reactions]; };
  assert.deepEqual(await seen(dora, notes[0]), [0, { thanks: 1 }]);
  assert.deepEqual(await seen(carol, notes[0]), [0, { agree: 1, thanks: 1 }]);
  assert.deepEqual(await seen(bob, notes[1]), [0, {}]);
  assert.deepEqual(await seen(alice, notes[0]), [1, { agree: 1, thanks: 1 }]);
  refused(await dora.get(notes[1].path), 'not-found');
  assert.equal((await dora.reads(text)).annotations, 1);
});

test('who has written enough sees the others in the next answer', async () => {
  const { text, path } = await reading({ own_count: 2 });
  await writes(carol, text, 'c');
  const draft = await writes(bob, text, 'draft', { draft: true });
  await bob.replies(await writes(bob, text, 'b1'), 'no more than a reply');
  await writes(bob, text, 'private', { visibility: 'private' });
  assert.deepEqual((await state(bob, path)).me, { revealed: false, own: 1, needed: 1 });
  assert.ok(!(await bodies(bob, text)).includes('c'));
  expect(await bob.patch(draft.path, { draft: false }), 200);
  assert.ok((await bodies(bob, text)).includes('c'));
  assert.deepEqual((await state(bob, path)).me, { revealed: true, own: 2, needed: null });
  assert.deepEqual(await bodies(carol, text), ['c'], 'the others wait on');
});

test('who has seen the others goes on to see them when they take their own words back', async () => {
  const { text, path } = await reading({ own_count: 2 });
  await writes(carol, text, 'c');
  const own = [await writes(bob, text, 'b1'), await writes(bob, text, 'b2')];
  assert.equal((await state(bob, path)).me.revealed, true);
  for (const note of own) await bob.deletes(note);
  assert.deepEqual((await state(bob, path)).me, { revealed: true, own: 0, needed: null });
  assert.deepEqual(await bodies(bob, text), ['c']);
  expect(await alice.put(path, { own_count: 3 }), 200);
  assert.deepEqual(await bodies(bob, text), ['c'], 'nor does another rule close it');
});

test('a leader’s answer to a member’s annotation is read by its author at once, and by no other member before the reveal', async () => {
  const { text, path } = await reading({ by_reader: true });
  const note = await writes(bob, text, 'b');
  assert.equal((await bob.reads(note)).replies, 0);
  const answer = await alice.replies(note, 'a');
  assert.deepEqual(expect(await bob.get(`${note.path}/replies`), 200).data.map(({ body }) => body), ['a']);
  assert.equal((await bob.reads(note)).replies, 1);
  const below = await bob.replies(answer, 'b again');
  assert.deepEqual(await bodies(bob, text), ['a', 'b', 'b again']);
  expect(await dora.post(`${path}/me`), 200);
  for (const { path: of } of [answer, below]) refused(await dora.get(of), 'not-found');
  assert.equal((await dora.reads(note)).replies, 0);
  refused(await carol.get(note.path), 'not-found');
  refused(await carol.get(answer.path), 'not-found');
  expect(await alice.post(`${path}/now`), 200);
  for (const who of [bob, carol, dora]) assert.equal((await who.reads(note)).replies, 2);
  assert.equal((await carol.reads(answer)).body, 'a');
});

test('drafts that are published together open it together', async () => {
  const { text } = await reading({ own_count: 2 });
  await writes(carol, text, 'c');
  const ids = [];
  for (const body of ['x', 'y']) ids.push((await writes(bob, text, body, { draft: true })).id);
  assert.deepEqual(await bodies(bob, text), ['x', 'y']);
  expect(await bob.post('drafts/publish', { ids }), 200);
  assert.deepEqual(await bodies(bob, text), ['c', 'x', 'y']);
});

test('two annotations at once do not both miss the other', async () => {
  const { text, path } = await reading({ own_count: 2 });
  await writes(carol, text, 'c');
  await Promise.all([writes(bob, text, 'b1'), writes(bob, text, 'b2')]);
  assert.equal((await state(bob, path)).me.revealed, true);
  assert.ok((await bodies(bob, text)).includes('c'));
});

test('a batch opens it as well, whether line by line or as a whole', async () => {
  for (const query of ['', '?atomic=1']) {
    const { text } = await reading({ own_count: 2 });
    await writes(carol, text, 'c');
    const lines = ['x', 'y'].map((body) => JSON.stringify({ document: text.id, quote: 'quiet', body })).join('\n');
    expect(await bob.post(`annotations/batch${query}`, undefined, { body: lines, type: 'application/x-ndjson' }), 200);
    assert.deepEqual(await bodies(bob, text), ['c', 'x', 'y'], query);
  }
});

test('who says that they have read it sees the others, where the rule lets them', async () => {
  const { text, path } = await reading({ by_reader: true });
  await writes(carol, text, 'c');
  for (let i = 0; i < 2; i++) assert.deepEqual(expect(await bob.post(`${path}/me`), 200).me, { revealed: true, own: 0, needed: null });
  assert.deepEqual(await bodies(bob, text), ['c']);
  await writes(bob, text, 'b');
  assert.deepEqual(await bodies(carol, text), ['c'], 'what the revealed write is sealed too');
  const other = await reading({ own_count: 9 });
  refused(await bob.post(`${other.path}/me`), 'conflict');
  assert.equal(expect(await alice.post(`${other.path}/me`), 200).me.revealed, true, 'a leader sees it anyway');
});

test('at its time it is open to all', async () => {
  const due = Date.now() + 1500;
  const { text, path } = await reading({ due_at: new Date(due).toISOString() });
  await writes(carol, text, 'c');
  assert.deepEqual(await bodies(bob, text), []);
  const end = due + 3000 * patience;
  while (!(await bodies(bob, text)).length && Date.now() < end) await new Promise((done) => { setTimeout(done, 50); });
  assert.deepEqual(await bodies(bob, text), ['c']);
  assert.ok(Date.now() >= due, 'not before');
  const { revealed_at: at, sealed } = await state(bob, path);
  assert.ok(!sealed && Date.parse(at) >= due);
});

test('its leader reveals it to all, once and for good', async () => {
  const { text, path } = await reading({ own_count: 5 });
  const note = await writes(carol, text, 'c');
  const answer = await alice.replies(note, 'a to c');
  refused(await bob.post(`${path}/now`), 'not-allowed');
  const open = expect(await alice.post(`${path}/now`), 200);
  assert.ok(!open.sealed && open.revealed_at);
  assert.deepEqual(await bodies(bob, text), ['a to c', 'c']);
  assert.equal((await carol.reads(note)).replies, 1);
  assert.equal((await bob.reads(answer)).body, 'a to c');
  assert.equal(expect(await alice.post(`${path}/now`), 200).revealed_at, open.revealed_at);
  refused(await alice.put(path, { own_count: 2 }), 'already-revealed');
  await writes(dora, text, 'd');
  assert.deepEqual(await bodies(bob, text), ['a to c', 'c', 'd']);
});

test('a rule may change while it is sealed, and opens it for those whom the new one lets in', async () => {
  const { text, path } = await reading({ own_count: 5 });
  await writes(bob, text, 'b');
  await writes(carol, text, 'c');
  expect(await alice.put(path, { own_count: 1, by_reader: true }), 200);
  assert.deepEqual(await bodies(bob, text), ['b', 'c']);
  assert.deepEqual(await bodies(dora, text), []);
  assert.equal((await state(dora, path)).rule.by_reader, true);
  expect(await alice.put(path, { own_count: 1, by_reader: true }), 200);
});

test('only leaders learn who is ready', async () => {
  const { text, path } = await reading({ own_count: 1 });
  await writes(bob, text, 'b');
  const { ready } = await state(alice, path);
  assert.deepEqual(ready.map(({ user, revealed, own }) => [user.name, revealed, own]), [['bob', true, 1], ['carol', false, 0], ['dora', false, 0]]);
  assert.equal((await state(bob, path)).ready, null);
  const before = await carol.get(path);
  await writes(dora, text, 'd');
  assert.equal((await carol.get(path, { headers: { 'If-None-Match': before.etag } })).status, 304);
});

test('a rule is a rule', async () => {
  const { path } = await reading(null);
  for (const [field, value] of [['own_count', 0], ['own_count', 1001], ['own_count', '3'], ['by_reader', 'yes'], ['due_at', 'soon'], ['due_at', '2020-01-01T00:00:00Z'], ['after', 3]]) {
    refused(await alice.put(path, { [field]: value }), 'invalid-body', `/${field}`);
  }
  refused(await alice.get(path), 'no-reading');
});

test('leaders set it, on texts that their group reads', async () => {
  const { group, text, path } = await reading(null);
  refused(await bob.put(path, {}), 'not-allowed');
  const eve = await world.person();
  refused(await eve.put(path, {}), 'not-found');
  refused(await eve.get(path), 'not-found');
  const elsewhere = await alice.puts('Elsewhere.');
  for (const document of [elsewhere.id, 'doc_01h00000000000000000000000', 'nonsense']) {
    const at = `${group.path}/documents/${document}/reveal`;
    refused(await alice.put(at, {}), 'not-found');
    refused(await alice.get(at), 'not-found');
    refused(await alice.post(`${at}/now`), 'not-found');
    refused(await alice.post(`${at}/me`), 'not-found');
  }
  expect(await alice.put(path, {}), 200);
  assert.equal((await alice.put(path, { by_reader: true }, { headers: { Prefer: 'return=minimal' } })).status, 204);
  const { etag } = await bob.get(path);
  assert.equal((await bob.get(path, { headers: { 'If-None-Match': etag } })).status, 304);
  assert.equal((await bob.reads(text)).annotations, 0);
});

test('what is asked twice with a key is done once', async () => {
  const { path } = await reading({ by_reader: true });
  const headers = { 'Idempotency-Key': 'read-it' };
  for (let i = 0; i < 2; i++) assert.equal(expect(await bob.post(`${path}/me`, undefined, { headers }), 200).me.revealed, true);
  const now = { 'Idempotency-Key': 'show-them' };
  const [first, second] = [await alice.post(`${path}/now`, undefined, { headers: now }), await alice.post(`${path}/now`, undefined, { headers: now })];
  assert.equal(expect(second, 200).revealed_at, expect(first, 200).revealed_at);
});

test('a text read in two groups is sealed in one of them alone', async () => {
  const { text } = await reading({});
  const other = await world.group(alice, bob, carol);
  expect(await alice.put(`${other.path}/documents/${text.id}`), 204);
  await writes(carol, text, 'here', { group: text.group });
  await writes(carol, text, 'there', { group: other.id });
  assert.deepEqual(await bodies(bob, text), ['there']);
});

// -- where they looked alike -----------------------------------------------------------------------

const OPEN = { by_reader: true };
const compare = async (who, path, query = '') => expect(await who.get(`${path.replace('/reveal', '/compare')}${query}`), 200);
const marks = (who, text, quote, fields = {}) => who.annotates(text, { quote, ...fields });

test('once it is revealed one sees where readers looked alike, and where only one looked', async () => {
  const { text, path } = await reading(OPEN);
  const notes = [await marks(bob, text, 'The mass of men'), await marks(carol, text, 'mass of men lead lives'), await marks(alice, text, 'resignation', { body: 'hm' }),
    await marks(dora, text, 'confirmed'), await marks(dora, text, 'confirmed desperation')];
  await bob.replies(notes[2], 'no mark');
  await marks(bob, text, 'quiet', { visibility: 'private' });
  await bob.annotates(text, { body: 'on the whole' });
  for (const who of [bob, carol]) refused(await who.get(path.replace('/reveal', '/compare')), 'not-revealed');
  expect(await bob.post(`${path}/me`), 200);
  const { passages, readers, ...rest } = await compare(bob, path);
  const name = (id) => readers.find((r) => r.user.id === id).user.name;
  assert.deepEqual(passages.map((p) => [p.exact, p.readers.map(name).sort(), p.annotations.map((id) => notes.findIndex((n) => n.id === id))]), [
    ['mass of men', ['bob', 'carol'], [0, 1]],
    ['resignation', ['alice'], [2]],
    ['confirmed desperation', ['dora'], [3, 4]],
  ]);
  assert.deepEqual(passages.map(({ start, end }) => ESSAY.slice(start, end)), passages.map((p) => p.exact));
  assert.deepEqual(rest, { revision: text.revision.id, alike: 1, alone: 2, complete: true });
  assert.deepEqual(readers.map((r) => [r.user.name, r.annotations, r.alike, r.alone]).sort(), [['alice', 1, 0, 1], ['bob', 1, 1, 0], ['carol', 1, 1, 0], ['dora', 2, 0, 1]]);
  assert.deepEqual((await compare(alice, path)).passages, passages, 'a leader sees it at any time');
  refused(await carol.get(path.replace('/reveal', '/compare')), 'not-revealed');
});

test('it is compared in the units that are asked for', async () => {
  const group = await world.group(alice, bob);
  const text = await alice.puts('𝄞 and 𝄞 again', { group: group.id });
  const path = `${group.path}/documents/${text.id}/reveal`;
  expect(await alice.put(path, OPEN), 200);
  await marks(bob, text, 'again');
  const at = async (query) => { const [{ start, end }] = (await compare(alice, path, query)).passages; return [start, end]; };
  assert.deepEqual([await at(''), await at('?unit=utf16')], [[8, 13], [10, 15]]);
  refused(await alice.get(path.replace('/reveal', '/compare?unit=bytes')), 'invalid-query', '/query/unit');
});

test('there is nothing to compare where there is no rule, no text, or nothing written', async () => {
  const bare = await reading(null);
  refused(await alice.get(bare.path.replace('/reveal', '/compare')), 'no-reading');
  const { group, path } = await reading({});
  assert.deepEqual((await compare(alice, path)).passages, []);
  refused(await alice.get(`${group.path}/documents/doc_01h00000000000000000000000/compare`), 'not-found');
  refused(await alice.get(`${group.path}/documents/nonsense/compare`), 'not-found');
});

test('what has been taken back, or was said in another group, is not compared; what is shown here is', async () => {
  const { group, text, path } = await reading(OPEN);
  const other = await world.group(alice, bob, carol);
  expect(await alice.put(`${other.path}/documents/${text.id}`), 204);
  await bob.deletes(await marks(bob, text, 'quiet', { group: group.id }));
  await marks(bob, text, 'lead', { group: other.id });
  const shown = await marks(carol, text, 'lives', { group: other.id });
  expect(await carol.put(`${shown.path}/groups/${group.id}`), 200);
  assert.deepEqual((await compare(alice, path)).passages.map((p) => p.annotations), [[shown.id]]);
});

test('behind a mask one is compared, and ready, under it', async () => {
  const group = await alice.founds('Masked', { anonymous: true, leaders_see_through: false });
  for (const who of [bob, carol]) await who.joins(group, alice);
  const text = await alice.puts(ESSAY, { group: group.id });
  const path = `${group.path}/documents/${text.id}/reveal`;
  expect(await alice.put(path, { own_count: 1 }), 200);
  await marks(bob, text, 'quiet');
  await marks(bob, text, 'lives');
  const { ready } = await state(alice, path);
  const bobs = ready.find((r) => r.own === 2);
  assert.ok(bobs.user.masked && bobs.user.name === null && bobs.revealed);
  assert.ok(!JSON.stringify(ready).includes(bob.id) && ready.every((r) => r.user.masked));
  const { readers, passages } = await compare(alice, path);
  assert.deepEqual([readers.map((r) => r.user), passages.length], [[bobs.user], 2]);
  assert.equal((await compare(bob, path)).readers[0].user.id, bob.id);
  world.sql("INSERT INTO gloss.mute (user_id, muted_id) SELECT u.id, k.id FROM gloss.users u, gloss.mask k JOIN gloss.users w ON w.id = k.user_id WHERE u.name = 'alice' AND w.name = 'bob'");
  const end = Date.now() + 3000 * patience;
  while ((await compare(alice, path)).passages.length && Date.now() < end) await new Promise((done) => { setTimeout(done, 50); });
  assert.deepEqual((await compare(alice, path)).passages, [], 'whom one has muted is left out');
});

test('passes, shelves and tallies are as they should be afterwards', () => {
  const { stdout } = gloss(['doctor', ...world.cluster.options(world.database)], { status: null });
  for (const check of ['passes', 'shelves', 'tallies', 'audiences']) assert.match(stdout, new RegExp(`^ok +${check}`, 'm'));
});
