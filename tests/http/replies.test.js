import assert from 'node:assert/strict';
import test from 'node:test';
import { World, expect, refused } from '../support/people.js';

const world = await World.start();
const [alice, bob, carol] = await world.people3();
const group = await world.group(alice, bob);
const essay = await alice.puts('The mass of men lead lives of quiet desperation.', { group: group.id });
const NOWHERE = 'ann_01h00000000000000000000000';

test('a reply hangs on what it answers', async () => {
  const note = await alice.annotates(essay, { quote: 'mass', body: 'Fair?' });
  const reply = await bob.replies(note, 'No.');
  assert.deepEqual([reply.parent, reply.thread, reply.document, reply.group, reply.quote, reply.anchor], [note.id, note.id, essay.id, group.id, null, null]);
  const deeper = await alice.replies(reply, 'Why?');
  assert.deepEqual([deeper.parent, deeper.thread], [reply.id, note.id]);
  assert.equal((await alice.reads(note)).replies, 2);
  assert.equal((await alice.reads(reply)).replies, 1);
  assert.deepEqual(expect(await bob.get(`${note.path}/replies`), 200).data.map((r) => r.id), [reply.id, deeper.id]);
});

test('POST annotations with a parent is a reply too', async () => {
  const note = await alice.annotates(essay, { quote: 'mass', body: 'Fair?' });
  const reply = expect(await bob.post('annotations', { parent: note.id, body: 'Yes.' }), 201);
  assert.deepEqual([reply.parent, reply.document], [note.id, essay.id]);
  expect(await bob.post('annotations', { parent: note.id, document: essay.id, body: 'Yes.' }), 201);
  const elsewhere = await alice.puts('Another text.', { group: group.id });
  refused(await bob.post('annotations', { parent: note.id, document: elsewhere.id, body: 'x' }), 'invalid-body', '/document');
  refused(await bob.post('annotations', { parent: note.id, quote: 'mass', body: 'x' }), 'invalid-body', '/quote');
  refused(await bob.post('annotations', { parent: NOWHERE, body: 'x' }), 'invalid-body', '/parent');
});

test('a reply says something', async () => {
  const note = await alice.annotates(essay, { quote: 'mass', body: 'Fair?' });
  refused(await bob.post(`${note.path}/replies`, {}), 'invalid-body', '/body');
  refused(await bob.post(`${note.path}/replies`, { body: '' }), 'invalid-body', '/body');
  refused(await bob.post(`annotations/${NOWHERE}/replies`, { body: 'x' }), 'not-found');
});

test('nobody replies to what they may not see', async () => {
  const secret = await alice.annotates(essay, { quote: 'mass', body: 'mine', visibility: 'private' });
  refused(await bob.post(`${secret.path}/replies`, { body: 'x' }), 'not-found');
  refused(await bob.post('annotations', { parent: secret.id, body: 'x' }), 'invalid-body', '/parent');
  refused(await carol.post(`${secret.path}/replies`, { body: 'x' }), 'not-found');
  refused(await bob.get(`${secret.path}/replies`), 'not-found');
});

test('a private reply to a shared annotation stays private and uncounted', async () => {
  const note = await alice.annotates(essay, { quote: 'mass', body: 'Fair?' });
  const aside = await bob.replies(note, 'note to self', { visibility: 'private' });
  refused(await alice.get(aside.path), 'not-found');
  assert.equal((await alice.reads(note)).replies, 0);
  assert.equal((await bob.reads(note)).replies, 1);
  assert.deepEqual(expect(await alice.get(`${note.path}/replies`), 200).data, []);
});

test('a reply to one’s own private annotation is private, whatever it asks for', async () => {
  const note = await alice.annotates(essay, { quote: 'mass', body: 'mine', visibility: 'private' });
  const reply = await alice.replies(note, 'mine too', { visibility: 'group' });
  refused(await bob.get(reply.path), 'not-found');
  assert.ok(!(await bob.sees(essay)).some((n) => n.id === reply.id));
});

test('what others have answered is not taken away from them by making it private', async () => {
  const note = await alice.annotates(essay, { quote: 'mass', body: 'shared' });
  const reply = await bob.replies(note, 'seen');
  refused(await alice.patch(note.path, { visibility: 'private' }), 'conflict');
  assert.equal((await bob.reads(note)).visibility, 'group');
  await bob.deletes(reply);
  assert.equal((await alice.edits(note, { visibility: 'private' })).visibility, 'private');
});

test('made private, an annotation takes its author’s own replies along', async () => {
  const note = await alice.annotates(essay, { quote: 'mass', body: 'shared' });
  const reply = await alice.replies(note, 'and another thing');
  assert.equal((await alice.edits(note, { visibility: 'private' })).replies, 1);
  refused(await bob.get(note.path), 'not-found');
  refused(await bob.get(reply.path), 'not-found');
  assert.equal((await alice.reads(reply)).body, 'and another thing');
});

test('a deleted annotation with replies leaves an empty tombstone', async () => {
  const note = await alice.annotates(essay, { quote: 'mass', body: 'canary words', tags: ['canary-tag'] });
  await alice.edits(note, { body: 'more canary words' });
  const reply = await bob.replies(note, 'I was here.');
  await alice.deletes(note);
  const tombstone = await bob.get(note.path);
  assert.deepEqual((({ deleted, author, body, body_html, tags, quote }) => [deleted, author, body, body_html, tags, quote])(expect(tombstone, 200)), [true, null, null, null, [], null]);
  assert.ok(!tombstone.text.includes('canary') && !tombstone.text.includes('alice'));
  assert.equal((await bob.reads(reply)).body, 'I was here.');
  const history = await bob.get(`${note.path}/history`);
  assert.ok(!history.text.includes('canary'));
  refused(await alice.patch(note.path, { body: 'back' }), 'not-found');
  refused(await alice.delete(note.path), 'not-found');
  refused(await bob.post(`${note.path}/replies`, { body: 'to a grave' }), 'not-found');
  expect(await bob.post(`${reply.path}/replies`, { body: 'life goes on' }), 201);
});

test('when the last reply goes, the tombstone goes with it', async () => {
  const note = await alice.annotates(essay, { quote: 'mass', body: 'x' });
  const reply = await bob.replies(note, 'y');
  await alice.deletes(note);
  await bob.deletes(reply);
  refused(await alice.get(reply.path), 'not-found');
  refused(await alice.get(note.path), 'not-found');
});

test('replies are listed page by page, oldest first', async () => {
  const note = await alice.annotates(essay, { quote: 'mass', body: 'x' });
  const sent = [];
  for (let i = 0; i < 7; i++) sent.push((await bob.replies(note, `r${i}`)).id);
  const seen = [];
  let path = `${note.path}/replies?limit=3`;
  while (path) {
    const page = await alice.get(path);
    seen.push(...expect(page, 200).data.map((r) => r.id));
    path = page.next;
  }
  assert.deepEqual(seen, sent);
});

test('reactions count once per person and kind', async () => {
  const note = await alice.annotates(essay, { quote: 'mass', body: 'x' });
  await bob.reacts(note, 'agree');
  assert.deepEqual(await bob.reacts(note, 'agree'), { reactions: { agree: 1 }, my_reactions: ['agree'] });
  await alice.reacts(note, 'agree');
  assert.deepEqual((await alice.reacts(note, 'thanks')).reactions, { agree: 2, thanks: 1 });
  const seen = await bob.reads(note);
  assert.deepEqual([seen.reactions, seen.my_reactions, seen.version], [{ agree: 2, thanks: 1 }, ['agree'], 1]);
  const { data } = expect(await bob.get(`${note.path}/reactions`), 200);
  assert.deepEqual(data.map((r) => [r.reaction, r.user.name]), [['thanks', 'alice'], ['agree', 'alice'], ['agree', 'bob']]);
  assert.deepEqual(await bob.unreacts(note, 'agree'), { reactions: { agree: 1, thanks: 1 }, my_reactions: [] });
  await bob.unreacts(note, 'agree');
  assert.deepEqual((await alice.reads(note)).reactions, { agree: 1, thanks: 1 });
});

test('nobody reacts to what they may not see, nor in ways there are not', async () => {
  const note = await alice.annotates(essay, { quote: 'mass', body: 'x' });
  refused(await carol.put(`${note.path}/reactions/agree`), 'not-found');
  refused(await carol.delete(`${note.path}/reactions/agree`), 'not-found');
  refused(await carol.get(`${note.path}/reactions`), 'not-found');
  refused(await bob.put(`${note.path}/reactions/shrug`), 'not-found');
  refused(await bob.put(`annotations/${NOWHERE}/reactions/agree`), 'not-found');
});

test('history shows every version, newest first', async () => {
  const note = await alice.annotates(essay, { quote: 'mass', body: 'one', tags: ['t'] });
  await alice.edits(note, { body: 'two' });
  await alice.edits(note, { tags: ['t', 'u'], kind: 'question' });
  const { data } = expect(await bob.get(`${note.path}/history`), 200);
  assert.deepEqual(data.map((v) => [v.version, v.body, v.tags, v.kind]), [
    [3, 'two', ['t', 'u'], 'question'], [2, 'two', ['t'], 'comment'], [1, 'one', ['t'], 'comment'],
  ]);
  refused(await carol.get(`${note.path}/history`), 'not-found');
});

test('the history of what was private begins where it was shown', async () => {
  const note = await alice.annotates(essay, { quote: 'mass', body: 'canary secret', visibility: 'private' });
  await alice.edits(note, { body: 'fit to be seen' });
  await alice.edits(note, { visibility: 'group' });
  const shown = await bob.get(`${note.path}/history`);
  assert.ok(!shown.text.includes('canary'));
  assert.deepEqual(expect(shown, 200).data.map((v) => v.body), ['fit to be seen']);
});

test('of a reply and a deletion at once, either may win, and nothing is half done', async () => {
  for (let round = 0; round < 10; round++) {
    const note = await alice.annotates(essay, { quote: 'mass', body: `round ${round}` });
    const [gone, reply] = await Promise.all([alice.delete(note.path), bob.post(`${note.path}/replies`, { body: 'wait' })]);
    expect(gone, 204);
    if (reply.status === 201) {
      assert.equal((await bob.reads(note)).deleted, true);
      assert.equal((await alice.get(reply.json.links.self)).json.parent, note.id);
    } else {
      refused(reply, 'not-found');
      refused(await bob.get(note.path), 'not-found');
    }
  }
});

test('of a reply and hiding at once, the reply is never seen where its parent is not', async () => {
  for (let round = 0; round < 10; round++) {
    const note = await alice.annotates(essay, { quote: 'mass', body: `round ${round}` });
    const [hidden, reply] = await Promise.all([alice.patch(note.path, { visibility: 'private' }), bob.post(`${note.path}/replies`, { body: 'wait' })]);
    assert.ok([200, 409].includes(hidden.status), hidden.text);
    if (hidden.status === 200) {
      refused(reply, 'not-found');
      refused(await bob.get(note.path), 'not-found');
    } else {
      expect(reply, 201);
      assert.equal((await bob.reads(note)).replies, 1);
    }
  }
});

test('reactions and replies of many at once are all counted', async () => {
  const note = await alice.annotates(essay, { quote: 'mass', body: 'popular' });
  await Promise.all([alice, bob].flatMap((who) => [
    ...['agree', 'thanks', 'question'].map((reaction) => who.reacts(note, reaction)),
    ...[1, 2, 3, 4].map((n) => who.replies(note, `${n}`)),
  ]));
  const seen = await alice.reads(note);
  assert.deepEqual(seen.reactions, { agree: 2, question: 2, thanks: 2 });
  assert.equal(seen.replies, 8);
  assert.deepEqual(expect(await bob.get(`${note.path}/replies`), 200).data.length, 8);
});

test('a thread grows a hundred replies deep, and then sideways', async () => {
  let last = await alice.annotates(essay, { quote: 'mass', body: 'deep' });
  const first = last;
  for (let i = 0; i < 100; i++) last = await alice.replies(last, `${i}`);
  refused(await alice.post(`${last.path}/replies`, { body: 'one too many' }), 'conflict');
  assert.equal((await bob.reads(first)).replies, 100);
});

test('a draft reply is nobody else’s and counts for nobody else, until it is published', async () => {
  const note = await alice.annotates(essay, { quote: 'mass', body: 'Fair?' });
  const draft = expect(await bob.post('annotations', { parent: note.id, body: 'hm', draft: true }), 201);
  assert.deepEqual([draft.draft, draft.visibility], [true, 'group']);
  refused(await alice.get(draft.links.self), 'not-found');
  assert.deepEqual([(await alice.reads(note)).replies, (await bob.reads(note)).replies], [0, 1]);
  const before = (await alice.get(`annotations?document=${essay.id}`)).etag;
  assert.equal((await bob.edits(draft, { draft: false })).draft, false);
  assert.equal((await alice.reads(note)).replies, 1);
  assert.notEqual((await alice.get(`annotations?document=${essay.id}`)).etag, before);
  refused(await bob.patch(draft.links.self, { draft: true }), 'invalid-body', '/draft');
});

test('a draft that is made private is no draft any more', async () => {
  const note = await alice.annotates(essay, { quote: 'mass', body: 'Fair?', draft: true });
  const kept = await alice.edits(note, { visibility: 'private' });
  assert.deepEqual([kept.draft, kept.visibility], [false, 'private']);
  assert.equal((await alice.edits(note, { draft: false })).visibility, 'private');
});

test('annotations come with the replies below them where that is asked for, and only those that one may see', async () => {
  const text = await alice.puts('Expanded.', { group: group.id });
  const first = await alice.annotates(text, { quote: 'Expanded', body: 'first' });
  const answer = await bob.replies(first, 'one');
  const below = await alice.replies(answer, 'two');
  const secret = await bob.replies(first, 'three', { visibility: 'private' });
  const ids = (note) => note.expanded.replies.map((reply) => reply.id);
  const single = async (who, note) => expect(await who.get(`${note.path}?expand=replies`), 200);
  assert.deepEqual(ids(await single(alice, first)), [answer.id, below.id]);
  assert.deepEqual(ids(await single(bob, first)), [answer.id, below.id, secret.id]);
  assert.deepEqual(ids(await single(alice, answer)), [below.id]);
  assert.deepEqual((await single(alice, below)).expanded, { replies: [], more: false });
  const plain = await alice.reads(first);
  assert.equal(plain.expanded, undefined);
  assert.deepEqual({ ...await single(alice, first), expanded: undefined }, { ...plain, expanded: undefined });

  const list = async (who, query = '') => expect(await who.get(`annotations?document=${text.id}&expand=author,replies${query}`), 200).data;
  assert.deepEqual((await list(alice)).map((note) => [note.id, ids(note)]), [[below.id, []], [answer.id, [below.id]], [first.id, [answer.id, below.id]]]);
  assert.deepEqual(ids((await list(bob, '&order=updated')).find((note) => note.id === first.id)), [answer.id, below.id, secret.id]);
  const page = await alice.get(`annotations?document=${text.id}&expand=replies&limit=2`);
  assert.match(page.next, /expand=replies/);
  assert.deepEqual(ids(expect(await alice.get(page.next), 200).data[0]), [answer.id, below.id]);
  refused(await alice.get(`annotations?expand=replies&limit=51`), 'invalid-query', '/query/limit');
  refused(await alice.get(`${first.path}?expand=everything`), 'invalid-query', '/query/expand');
});

test('of many replies the first come along, and the tag tells of a new one', async () => {
  const first = await alice.annotates(essay, { quote: 'mass', body: 'many' });
  const made = [];
  for (let i = 0; i < 20; i++) made.push((await bob.replies(first, `${i}`)).id);
  const path = `${first.path}?expand=replies`;
  const before = await alice.get(path);
  assert.deepEqual([before.json.expanded.replies.map((r) => r.id), before.json.expanded.more], [made, false]);
  assert.equal((await alice.get(path, { headers: { 'If-None-Match': before.etag } })).status, 304);
  await bob.edits({ links: { self: before.json.expanded.replies[3].links.self } }, { body: 'other' });
  const after = await alice.get(path, { headers: { 'If-None-Match': before.etag } });
  assert.equal(expect(after, 200).expanded.replies[3].body, 'other');
  await bob.replies(first, 'one too many');
  const { expanded } = expect(await alice.get(path), 200);
  assert.deepEqual([expanded.replies.map((r) => r.id), expanded.more], [made, true]);
});
