import assert from 'node:assert/strict';
import test from 'node:test';
import { contract } from '../support/contract.js';
import { World, expect, refused } from '../support/people.js';

const world = await World.start();
const [alice, bob, carol] = await world.people3();
const group = await world.group(alice, bob);
const essay = await alice.puts('The mass of men lead lives of quiet desperation.', { group: group.id });
const again = (who, path, etag) => who.get(path, { headers: { 'If-None-Match': etag } });

test('every GET that has a tag answers 304 to it, and 200 to another', async () => {
  const circle = await alice.founds('A circle', { access: 'restricted' });
  const text = await alice.puts('The mass of men lead lives of quiet desperation.', { group: circle.id });
  const note = await alice.annotates(text, { quote: 'mass', body: 'x' });
  await alice.replies(note, 'y');
  expect(await alice.put(`${circle.path}/documents/${text.id}/reveal`, { by_reader: true }), 200);
  const { code } = await alice.invites(circle);
  const request = expect(await bob.post(`${circle.path}/requests`, {}), 201);
  const session = new alice.constructor(world, { cookie: alice.cookie });
  const job = expect(await alice.post(`${text.path}/revisions`, { text: 'The mass of men lead quiet lives.' }, { headers: { 'If-Match': `"${text.revision.id}"`, Prefer: 'respond-async' } }), 202);
  for (let state; state !== 'done';) ({ state } = expect(await alice.get(`jobs/${job.id}`), 200));
  const ids = { document: text.id, annotation: note.id, group: circle.id, revision: text.revision.id, slug: 'not-found', invitation: code, request: request.id, job: job.id };
  for (const [template, item] of Object.entries(contract.paths)) {
    if (!item.get?.responses['304'] || !template.startsWith('/api/')) continue;
    const path = template.replace(/\{(\w+)\}/g, (_, name) => ids[name]);
    const first = await session.get(path);
    expect(first, 200);
    for (const tags of [first.etag, `"other", ${first.etag}`, `W/${first.etag}`, '*']) {
      const second = await again(session, path, tags);
      assert.equal(second.status, 304, `${path} ${tags}`);
      assert.equal(second.etag, first.etag, path);
      assert.equal(second.bytes.length, 0);
    }
    assert.equal((await again(session, path, '"other"')).status, 200, path);
  }
});

test('personal answers are private, revisions of the text are for ever', async () => {
  for (const path of ['/api/v1/me', essay.path, '/api/v1/documents', '/api/v1/annotations']) {
    const { headers } = await alice.get(path);
    assert.match(headers['cache-control'], /private/, path);
    assert.match(headers['cache-control'], /no-cache|no-store/, path);
    for (const name of ['Authorization', 'Cookie']) assert.match(headers.vary, new RegExp(name, 'i'), path);
  }
  assert.match((await alice.get(`/api/v1/revisions/${essay.revision.id}/text`)).headers['cache-control'], /private.*max-age=31536000.*immutable/);
});

test('the tag of a text names its revision', async () => {
  assert.equal((await alice.get(`${essay.path}/text`)).etag, `"${essay.revision.id}"`);
  const text = await alice.puts('One.');
  const { etag } = await alice.get(`${text.path}/revisions`);
  assert.match(etag, new RegExp(`^"${text.revision.id}[.]`));
  expect(await alice.post(`${text.path}/revisions`, { text: 'Two.' }, { headers: { 'If-Match': etag } }), 201);
  refused(await alice.post(`${text.path}/revisions`, { text: 'Three.' }, { headers: { 'If-Match': etag } }), 'precondition-failed');
});

test('a list’s tag changes with what its reader sees, and with nothing else', async () => {
  const path = `/api/v1/annotations?document=${essay.id}`;
  const before = { alice: (await alice.get(path)).etag, bob: (await bob.get(path)).etag };
  const note = await alice.annotates(essay, { quote: 'quiet', body: 'mine', visibility: 'private' });
  assert.equal((await again(bob, path, before.bob)).status, 304);
  assert.equal((await again(alice, path, before.alice)).status, 200);
  await alice.edits(note, { visibility: 'group' });
  assert.equal((await again(bob, path, before.bob)).status, 200);
});

test('a list does not tell whether somebody else has written about a page, nor whether a name is taken', async () => {
  const [known, unknown] = ['known', 'unknown'].map((name) => `https://example.org/${name}-to-the-server`);
  expect(await alice.post('annotations', { document: known, body: 'mine', visibility: 'private' }), 201);
  const seen = async (query, options) => {
    const { status, etag, text } = await bob.get(query, options);
    return { status, etag, text };
  };
  for (const [one, other] of [
    [`annotations?document=${known}`, `annotations?document=${unknown}`],
    [`annotations?document=${known}&unit=utf16`, `annotations?document=${unknown}&unit=utf16`],
    [`annotations?document=${known}&kind=comment`, `annotations?document=${unknown}&kind=comment`],
    [`documents?uri=${known}`, `documents?uri=${unknown}`],
    [`annotations?author=${carol.name}`, 'annotations?author=nobody-at-all'],
    [`annotations?document=${essay.id}&author=${carol.name}`, `annotations?document=${essay.id}&author=nobody-at-all`],
  ]) {
    const there = await seen(one);
    assert.deepEqual(await seen(other), there, one);
    const headers = { 'If-None-Match': there.etag };
    assert.deepEqual(await seen(other, { headers }), await seen(one, { headers }), one);
  }
});

test('a list is new when somebody in it has taken another name', async () => {
  await alice.annotates(essay, { quote: 'lives', body: 'here' });
  const path = `/api/v1/annotations?document=${essay.id}`;
  const before = (await bob.get(path)).etag;
  await alice.isCalled('Alice of the Thursdays');
  const after = expect(await again(bob, path, before), 200);
  assert.ok(after.data.some((note) => note.author?.display_name === 'Alice of the Thursdays'));
});

test('what somebody may not see does not move the tag of the document', async () => {
  const before = (await bob.get(essay.path)).etag;
  const note = await alice.annotates(essay, { quote: 'quiet', body: 'mine', visibility: 'private' });
  await alice.edits(note, { body: 'still mine' });
  await alice.reacts(note, 'agree');
  await alice.replies(note, 'to myself');
  await alice.deletes(note);
  assert.equal((await bob.get(essay.path)).etag, before);
  await alice.annotates(essay, { quote: 'quiet', body: 'ours' });
  assert.notEqual((await bob.get(essay.path)).etag, before);
});

test('each change of an annotation is in its tag: words, reactions, replies', async () => {
  const note = await alice.annotates(essay, { quote: 'mass', body: 'x' });
  const tags = [(await bob.get(note.path)).etag];
  const sees = async () => {
    const { etag } = await bob.get(note.path);
    assert.ok(!tags.includes(etag));
    tags.push(etag);
  };
  await alice.edits(note, { body: 'y' });
  await sees();
  await alice.reacts(note, 'agree');
  await sees();
  await bob.replies(note, 'z');
  await sees();
});

test('a change with the tag of an old version is refused with what is there now', async () => {
  const note = await alice.annotates(essay, { quote: 'mass', body: 'one' });
  const { etag } = await alice.get(note.path);
  const change = (tag, body) => alice.patch(note.path, { body }, { headers: { 'If-Match': tag } });
  const changed = await change(etag, 'two');
  expect(changed, 200);
  const problem = refused(await change(etag, 'three'), 'precondition-failed');
  assert.equal(problem.current.body, 'two');
  refused(await alice.delete(note.path, { headers: { 'If-Match': etag } }), 'precondition-failed');
  expect(await change(changed.etag, 'three'), 200);
  expect(await change('*', 'four'), 200);
  expect(await change(`"x", ${(await alice.get(note.path)).etag}`, 'five'), 200);
  refused(await change(`W/${(await alice.get(note.path)).etag}`, 'six'), 'precondition-failed');
});

test('a reaction or a reply does not stand in the way of an edit', async () => {
  const note = await alice.annotates(essay, { quote: 'mass', body: 'one' });
  const { etag } = await alice.get(note.path);
  await bob.reacts(note, 'agree');
  await bob.replies(note, 'hm');
  expect(await alice.patch(note.path, { body: 'two' }, { headers: { 'If-Match': etag } }), 200);
});

test('documents and groups take If-Match too', async () => {
  const mine = await alice.puts('Tagged.', { group: group.id });
  const { etag } = await alice.get(mine.path);
  const changed = await alice.patch(mine.path, { title: 'a' }, { headers: { 'If-Match': etag } });
  expect(changed, 200);
  const old = { headers: { 'If-Match': etag } };
  assert.equal(refused(await alice.patch(mine.path, { title: 'b' }, old), 'precondition-failed').current.title, 'a');
  refused(await alice.post(`${mine.path}/move`, { group: 'mine' }, old), 'precondition-failed');
  refused(await alice.delete(mine.path, old), 'precondition-failed');
  expect(await alice.delete(mine.path, { headers: { 'If-Match': changed.etag } }), 204);
  const club = await alice.founds('Club');
  const tag = (await alice.get(club.path)).etag;
  expect(await alice.patch(club.path, { name: 'Clubs' }, { headers: { 'If-Match': tag } }), 200);
  refused(await alice.patch(club.path, { name: 'Club' }, { headers: { 'If-Match': tag } }), 'precondition-failed');
  refused(await alice.delete(club.path, { headers: { 'If-Match': tag } }), 'precondition-failed');
});

test('an annotation on a text does not stand in the way of changing its title', async () => {
  const mine = await alice.puts('Tagged.', { group: group.id });
  const { etag } = await alice.get(mine.path);
  await bob.annotates(mine, { body: 'hello' });
  expect(await alice.patch(mine.path, { title: 'Still possible' }, { headers: { 'If-Match': etag } }), 200);
});

test('the answer to a write has the tag that a GET would have', async () => {
  const made = await alice.post('annotations', { document: essay.id, quote: 'quiet', body: 'x' });
  const path = expect(made, 201).links.self;
  assert.equal(made.etag, (await alice.get(path)).etag);
  const edited = await alice.patch(path, { body: 'y' });
  assert.equal(edited.etag, (await alice.get(path)).etag);
});

test('of two edits at once with the same tag, one is refused and nothing is lost', async () => {
  const note = await alice.annotates(essay, { quote: 'mass', body: 'zero' });
  const headers = { 'If-Match': (await alice.get(note.path)).etag };
  const answers = await Promise.all(['one', 'two', 'three', 'four'].map((body) => alice.patch(note.path, { body }, { headers })));
  assert.deepEqual(answers.map((a) => a.status).sort(), [200, 412, 412, 412]);
  const now = await alice.reads(note);
  assert.equal(now.version, 2);
  assert.equal(now.body, answers.find((a) => a.status === 200).json.body);
});

test('edits without a tag all happen, one after the other', async () => {
  const note = await alice.annotates(essay, { quote: 'mass', body: 'zero' });
  const answers = await Promise.all(Array.from({ length: 8 }, (_, i) => alice.patch(note.path, { body: `n${i}` })));
  for (const answer of answers) expect(answer, 200);
  assert.equal((await alice.reads(note)).version, 9);
  assert.equal(expect(await alice.get(`${note.path}/history`), 200).data.length, 9);
});

test('a stranger’s tag of the same address differs from mine only in what they may know', async () => {
  refused(await again(carol, essay.path, (await alice.get(essay.path)).etag), 'not-found');
});

test('two groups\' shelves that change together never leave the tag of a list as it was', async () => {
  const other = await world.group(alice, bob);
  const text = await alice.puts('Read by two groups.', { group: group.id });
  expect(await alice.put(`${other.links.self}/documents/${text.id}`), 204);
  const tags = new Set();
  for (let i = 0; i < 16; i++) {
    for (const one of [group, other]) await alice.annotates(text, { body: `${i}`, group: one.id });
    tags.add((await bob.get(`annotations?document=${text.id}&limit=1`)).etag);
  }
  assert.equal(tags.size, 16);
});
