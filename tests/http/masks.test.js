// Who is behind a mask, asked of every way on which an author is named; and whom a reader has muted.
import assert from 'node:assert/strict';
import test from 'node:test';
import { World, expect } from '../support/people.js';

// With either lock switched off, the other alone must keep every test green: [lock, see leaders through?].
const OFF = (lock) => ({ GLOSS_TEST: '1', GLOSS_TEST_LOCKS: `${lock}=off` });
const CASES = [['both locks', true, {}], ['the door alone', true, OFF('statement')], ['the statement alone', true, OFF('door')],
  ['the statement alone', false, OFF('door')]];
const TEXT = 'The mass of men lead lives of quiet desperation.';

// bob and carol read under masks; alice leads, and sees through them or does not.
async function masked(env, leadersSeeThrough) {
  const world = await World.start({ env, workers: 1, expectsErrors: true });
  const alice = await world.person('alice');
  const bob = await world.person('bobcanary', { display_name: 'Bob Canary' });
  const carol = await world.person('carol');
  const group = await alice.founds('Masked readers', { anonymous: true, leaders_see_through: leadersSeeThrough });
  for (const member of [bob, carol]) await member.joins(group, alice);
  const essay = await alice.puts(TEXT, { group: group.id });
  const note = await bob.annotates(essay, { quote: 'mass', body: 'under a mask' });
  const reply = await carol.replies(note, 'who are you?');
  const answer = await bob.replies(reply, 'nobody');
  await bob.reacts(reply, 'thanks');
  await bob.reacts(reply, 'agree');
  // one text is put in under the mask, the other comes from elsewhere
  const put = await bob.puts('Put in under a mask.', { group: group.id });
  let listed = await bob.puts('From elsewhere.');
  expect(await bob.put(`groups/${group.id}/documents/${listed.id}`), 204);
  const { revision } = listed;
  expect(await bob.post(`documents/${listed.id}/revisions`, { text: 'From elsewhere, twice.' }, { headers: { 'If-Match': `"${revision.id}"` } }), 201);
  listed = { ...(await bob.reads(listed)), revision };
  return { alice, bob, carol, group, essay, note, reply, answer, put, listed };
}

const worlds = [];
for (const [lock, seesThrough, env] of CASES) worlds.push({ lock, seesThrough, ...await masked(env, seesThrough) });
const plain = await World.start();

const list = async (who, query = '') => expect(await who.get(`annotations?${query}`), 200).data;
const ids = async (who, query) => (await list(who, query)).map((n) => n.id).sort();

// Everything that names an author, as text.
async function everythingRead({ group, essay, note, reply, answer, put, listed }, who) {
  const paths = ['annotations', 'annotations?order=updated', `annotations?document=${essay.id}`, `annotations?document=${essay.id}&kind=comment`,
    `annotations?document=${essay.id}&order=updated&expand=replies`, 'annotations?author=bobcanary', `${note.path}?expand=replies`,
    ...[note, reply, answer].flatMap(({ path }) => ['', '/replies', '/history', '/reactions', '/reactions?limit=1'].map((part) => path + part)),
    ...['md', 'txt', 'html', 'csv', 'jsonld', 'ndjson'].map((format) => `documents/${essay.id}/export.${format}`),
    ...[put, listed].flatMap(({ id, revision }) => [...['', '/revisions', '/export.md', '/export.ndjson'].map((part) => `documents/${id}${part}`),
      ...['', `@${revision.id}`, '/history', '/diff'].map((part) => `/d/${id}${part}`)]),
    `revisions/${put.revision.id}`, `revisions/${listed.revision.id}`, 'documents', 'documents?order=updated', `groups/${group.id}/documents`, `documents?group=${group.id}`,
    '/', `/g/${group.id}`, `/d/${essay.id}`, `/n/${note.id}`];
  let text = '';
  for (const path of paths) {
    const heard = await who.get(path);
    assert.ok(heard.status < 400, `${path}: ${heard.text.slice(0, 300)}`);
    text += heard.text + JSON.stringify(heard.headers);
    if (heard.mediaType === 'application/json' && heard.json.next) text += Buffer.from(heard.json.next, 'base64url').toString('latin1');
  }
  return text;
}

// In a cursor an id would be bytes.
const bytesOf = (id) => [...id.slice(4)].reduce((n, c) => n * 32n + BigInt('0123456789abcdefghjkmnpqrstvwxyz'.indexOf(c)), 0n).toString(16).padStart(32, '0');

for (const { lock, seesThrough, ...world } of worlds) {
  const { alice, bob, carol, essay, note, reply, put, listed } = world;
  const where = `${lock}, leaders ${seesThrough ? 'see' : 'do not see'} through`;

  test(`${where}: nothing tells another member who is behind a mask`, async () => {
    for (const who of seesThrough ? [carol] : [carol, alice]) {
      const read = await everythingRead(world, who);
      assert.ok(read.includes('under a mask'));
      for (const word of [bob.id, 'bobcanary', 'Bob Canary', Buffer.from(bytesOf(bob.id), 'hex').toString('latin1')]) assert.ok(!read.includes(word), word);
      const { author } = await who.reads(note);
      assert.deepEqual([author.name, author.masked, author.mask], [null, true, undefined]);
      assert.match(author.display_name, /^Reader /);
      assert.deepEqual(await ids(who, 'author=bobcanary'), []);
      assert.deepEqual(await ids(who, `author=${bob.id}&document=${essay.id}`), []);
      // a statement that takes everybody for a leader asks for who it is; the door shows none of them
      if (lock !== 'the door alone') for (const query of [`author=${author.id}`, `author=${author.id}&document=${essay.id}`, `author=${author.id}&order=updated`]) {
        assert.deepEqual(await ids(who, query), [note.id, world.answer.id].sort(), query);
      }
      const reactions = expect(await who.get(`${reply.path}/reactions`), 200).data;
      assert.deepEqual(reactions.map(({ user }) => user.id), [author.id, author.id]);
    }
  });

  test(`${where}: who puts a text in is shown by the mask there, and who lists one not at all`, async () => {
    const mask = (await carol.reads(note)).author;
    const revised = async (who, text) => expect(await who.get(`revisions/${text.revision.id}`), 200).author;
    for (const shown of [(await carol.reads(put)).owner, await revised(carol, put)]) assert.deepEqual(shown, mask);
    for (const shown of [(await carol.reads(listed)).owner, await revised(carol, listed)]) assert.equal(shown, null);
    for (const text of [put, listed]) assert.deepEqual([(await bob.reads(text)).owner.id, (await revised(bob, text)).name], [bob.id, 'bobcanary']);
    const told = (await alice.reads(put)).owner;
    assert.deepEqual(told, seesThrough ? { id: bob.id, name: 'bobcanary', display_name: 'Bob Canary', masked: true, mask: mask.display_name } : mask);
    assert.equal((await alice.reads(listed)).owner?.id, seesThrough ? bob.id : undefined);
  });

  test(`${where}: who wears a mask is shown themselves, and finds their own`, async () => {
    const { author } = await bob.reads(note);
    assert.deepEqual([author.id, author.name, author.masked], [bob.id, 'bobcanary', true]);
    assert.match(author.display_name, /^Reader /);
    assert.deepEqual(await ids(bob, 'author=me'), [note.id, world.answer.id].sort());
    assert.equal((await bob.edits(note, { tags: ['still-mine'] })).author.id, bob.id);
  });

  test(`${where}: leaders are told who it is where the group lets them`, async () => {
    const { author } = await alice.reads(note);
    assert.equal(author.id === bob.id, seesThrough);
    assert.equal(author.mask?.startsWith('Reader '), seesThrough || undefined);
    assert.deepEqual(await ids(alice, 'author=bobcanary'), seesThrough ? [note.id, world.answer.id].sort() : []);
  });
}

test('who reads a text through a group that has no masks is told who put it in, and a move goes by where it goes', async () => {
  const [alice, bob, carol] = await Promise.all(['agnes', 'basil', 'clara'].map((name) => plain.person(name)));
  const masks = await alice.founds('Masked', { anonymous: true, leaders_see_through: false });
  const open = await plain.group(alice, bob, carol);
  for (const member of [bob, carol]) await member.joins(masks, alice);
  const text = await bob.puts('Here and there.', { group: open.id });
  expect(await bob.put(`groups/${masks.id}/documents/${text.id}`), 204);
  assert.equal((await carol.reads(text)).owner.id, bob.id);
  assert.equal((await alice.reads(text)).owner.name, bob.name);
  expect(await bob.post(`documents/${text.id}/move`, { group: masks.id }), 200);
  const { owner } = await carol.reads(text);
  assert.deepEqual([owner.name, owner.masked], [null, true]);
  assert.match(expect(await carol.get(`/d/${text.id}`), 200), new RegExp(`put in by <span dir="auto">${owner.display_name}<`));
  expect(await bob.post(`documents/${text.id}/move`, { group: open.id }), 200);
  assert.equal((await carol.reads(text)).owner.id, bob.id);
});

test('what was put in under a name before its group hid names has none from then on', async () => {
  const [alice, bob] = await Promise.all(['anton', 'berta'].map((name) => plain.person(name)));
  const group = await alice.founds('Becomes anonymous');
  await bob.joins(group, alice);
  const text = await alice.puts('Alice’s.', { group: group.id });
  assert.equal((await bob.reads(text)).owner.id, alice.id);
  expect(await alice.patch(`groups/${group.id}`, { anonymous: true }), 200);
  assert.equal((await bob.reads(text)).owner, null);
  assert.ok(expect(await bob.get(`/d/${text.id}`), 200).includes('put in by <span dir="auto">a member<'));
});

// What is told of who made and changed a text, in every place where that is said.
async function toldOf(who, text, revision) {
  const [document, one, { data: [newest] }, page, old, history, diff] = await Promise.all([text.path, `revisions/${revision.id}`, `${text.path}/revisions`, `/d/${text.id}`,
    `/d/${text.id}@${revision.id}`, `/d/${text.id}/history`, `/d/${text.id}/diff`].map(async (path) => expect(await who.get(path), 200)));
  assert.deepEqual(newest.author, one.author);
  return { owner: document.owner, author: one.author, all: [document, one, newest, page, old, history, diff].map((part) => JSON.stringify(part)).join('') };
}

test('a mask holds wherever the text is read, whoever lists it there', async () => {
  const [alice, bob, carol, dan] = await Promise.all(['adele', 'boris', 'celia', 'dario'].map((name) => plain.person(name)));
  const masks = await alice.founds('Masked once more', { anonymous: true, leaders_see_through: false });
  for (const member of [bob, carol]) await member.joins(masks, alice);
  const text = await bob.puts('Put in under a mask.', { group: masks.id });
  const open = await plain.group(alice, carol, dan);
  expect(await alice.put(`groups/${open.id}/documents/${text.id}`), 204);
  for (const who of [alice, carol, dan]) {
    const { owner, author, all } = await toldOf(who, text, text.revision);
    for (const one of [owner, author]) assert.deepEqual([one?.name ?? null, one?.masked ?? null], who === dan ? [null, null] : [null, true]);
    for (const word of [bob.id, 'boris']) assert.ok(!all.includes(word), word);
  }
});

for (const seesThrough of [true, false]) test(`who changes another's text under a mask is shown by it, leaders ${seesThrough ? 'see' : 'do not see'} through`, async () => {
  const [alice, bob, carol, dan] = await Promise.all(['a', 'b', 'c', 'd'].map((name) => plain.person(`${name}-${seesThrough}`)));
  const masks = await plain.group(alice, bob, carol);
  expect(await alice.patch(`groups/${masks.id}/members/${bob.id}`, { role: 'admin' }), 200);
  expect(await alice.patch(`groups/${masks.id}`, { anonymous: true, leaders_see_through: seesThrough }), 200);
  const text = await alice.puts('Put in by its founder.', { group: masks.id });
  const suggestion = await carol.annotates(text, { quote: 'founder', replacement: 'owner' });
  const { revision } = expect(await bob.post(`${suggestion.path}/accept`, undefined, { headers: { 'If-Match': `"${text.revision.id}"` } }), 201);
  const open = await plain.group(alice, carol, dan);
  expect(await alice.put(`groups/${open.id}/documents/${text.id}`), 204);
  const { display_name: mask } = (await carol.reads(await bob.annotates(text, { body: 'by the same' }))).author;
  assert.match(mask, /^Reader /);
  for (const who of [carol, dan, alice]) {
    const sees = who === alice && seesThrough;
    const { author, all } = await toldOf(who, text, revision);
    if (who === dan) assert.equal(author, null);
    else assert.deepEqual([author.name, author.masked, sees ? author.mask : author.display_name], [sees ? bob.name : null, true, mask]);
    if (who !== dan) assert.ok(all.includes(`<bdi>${sees ? bob.name : mask}</bdi>`));
    if (!sees) for (const word of [bob.id, bob.name]) assert.ok(!all.includes(word), `${who.name} read ${word}`);
    if (who !== dan) assert.equal((await who.reads(suggestion)).suggestion.by?.name ?? null, sees ? bob.name : null);
  }
  assert.deepEqual((await toldOf(bob, text, revision)).author, { id: bob.id, name: bob.name, display_name: mask, masked: true });
  assert.equal((await bob.reads(suggestion)).suggestion.by.id, bob.id);
  expect(await new bob.constructor(plain, { cookie: bob.cookie }).post('me/erase', { password: bob.password }), 204);
  for (const who of [carol, dan, alice]) assert.equal((await toldOf(who, text, revision)).author, null);
});

test('whom one has muted is in no list and no count, but still read by their address', async () => {
  const [alice, bob, carol] = await plain.people3();
  const group = await plain.group(alice, bob, carol);
  const essay = await alice.puts(TEXT, { group: group.id });
  const note = await bob.annotates(essay, { quote: 'mass', body: 'loud' });
  const kept = await alice.annotates(essay, { quote: 'lives', body: 'calm' });
  await bob.replies(kept, 'louder');
  await bob.reacts(kept, 'agree');
  await alice.reacts(kept, 'agree');
  await bob.reacts(kept, 'thanks');
  const before = await carol.get(`annotations?document=${essay.id}`);
  expect(await carol.put(`me/mutes/${bob.id}`), 204);
  for (const query of ['', `document=${essay.id}`, `document=${essay.id}&order=updated`, 'order=updated', `group=${group.id}`]) {
    assert.deepEqual(await ids(carol, query), [kept.id], query);
  }
  assert.deepEqual(await ids(carol, `author=${bob.id}`), []);
  assert.equal((await carol.get(`annotations?document=${essay.id}`, { headers: { 'If-None-Match': before.headers.etag } })).status, 200);
  assert.equal((await list(carol, `document=${essay.id}`))[0].replies, 0);
  assert.equal((await carol.reads(kept)).replies, 0);
  const reactions = async () => [(await carol.reads(kept)).reactions, (await list(carol, `document=${essay.id}`)).find(({ id }) => id === kept.id).reactions,
    expect(await carol.get(`${kept.path}/reactions`), 200).data.length];
  assert.deepEqual(await reactions(), [{ agree: 1 }, { agree: 1 }, 1]);
  assert.deepEqual(expect(await carol.get(`${kept.path}/replies`), 200).data, []);
  assert.equal((await carol.reads(essay)).annotations, 1);
  assert.equal(expect(await carol.get(`documents?group=${group.id}`), 200).data[0].annotations, 1);
  assert.equal((await carol.reads(note)).body, 'loud');
  assert.equal((await alice.reads(essay)).annotations, 3);
  expect(await carol.delete(`me/mutes/${bob.id}`), 204);
  assert.equal((await ids(carol, `document=${essay.id}`)).length, 3);
  assert.deepEqual(await reactions(), [{ agree: 2, thanks: 1 }, { agree: 2, thanks: 1 }, 3]);
});

test('muting a user leaves their masks to be read, muting a mask the user', async () => {
  const { alice, bob, carol, note, answer, reply, essay } = worlds[0];
  expect(await carol.put(`me/mutes/${bob.id}`), 204);
  assert.equal((await ids(carol, `document=${essay.id}`)).length, 3);
  expect(await carol.delete(`me/mutes/${bob.id}`), 204);
  const mask = (await carol.reads(note)).author.id;
  expect(await carol.put(`me/mutes/${mask}`), 204);
  assert.deepEqual(await ids(carol, `document=${essay.id}`), [reply.id]);
  assert.equal((await carol.reads(essay)).annotations, 1);
  assert.equal((await carol.reads(answer)).body, 'nobody');
  assert.equal((await alice.reads(essay)).annotations, 3);
  expect(await carol.delete(`me/mutes/${mask}`), 204);
});

test('several groups are read in one view, and drafts alone', async () => {
  const dora = await plain.person('dora');
  const groups = [await dora.founds('One'), await dora.founds('Two'), await dora.founds('Three')];
  const texts = [];
  const notes = [];
  for (const group of groups) {
    const text = await dora.puts(TEXT, { group: group.id });
    texts.push(text.id);
    notes.push((await dora.annotates(text, { quote: 'mass', body: group.name, group: group.id })).id);
  }
  const draft = await dora.annotates(texts[0], { quote: 'men', body: 'not yet', group: groups[0].id, draft: true });
  const both = `${groups[0].id},${groups[2].id}`;
  assert.deepEqual(await ids(dora, `group=${both}&draft=false`), [notes[0], notes[2]].sort());
  assert.deepEqual(await ids(dora, `group=${both}&order=updated&draft=true`), [draft.id]);
  assert.deepEqual(await ids(dora, 'draft=true'), [draft.id]);
  assert.deepEqual(await ids(dora, `document=${texts[2]}&group=${both}`), [notes[2]]);
  assert.deepEqual(await ids(dora, `document=${texts[1]}&group=${both}`), []);
  for (const order of ['created', 'updated']) {
    const found = expect(await dora.get(`documents?group=${both}&order=${order}`), 200).data.map((d) => d.id);
    assert.deepEqual(found.sort(), [texts[0], texts[2]].sort());
  }
  for (const path of ['annotations?group=grp_x', `annotations?group=${both},`, 'documents?group=,', 'annotations?draft=maybe']) {
    assert.equal((await dora.get(path)).status, 400, path);
  }
});
