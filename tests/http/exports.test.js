import assert from 'node:assert/strict';
import test from 'node:test';
import { World, expect, refused } from '../support/people.js';

const world = await World.start();
const [alice, bob, carol] = await world.people3();
const group = await world.group(alice, bob);
const essay = await alice.putsMarkdown('# Economy\n\nThe mass of men lead lives of quiet desperation.', { title: 'Walden: "Economy" / ch. 1\u2028', group: group.id });
const question = await bob.annotates(essay, { quote: 'mass of men', body: 'Is *this* fair?\n\nSecond paragraph.', kind: 'question', tags: ['irony'] });
const reply = await alice.replies(question, 'It is.');
await alice.reacts(question, 'agree');
const secret = await alice.annotates(essay, { quote: 'quiet', body: 'canary private', visibility: 'private' });
await bob.annotates(essay, { body: 'On the whole.' });

const lines = (text) => text.trimEnd().split('\n').map((line) => JSON.parse(line));

test('a document is exported line by line, and its last line counts them', async () => {
  const answer = await bob.get(`${essay.path}/export.ndjson`);
  const all = lines(expect(answer, 200));
  const end = all.pop();
  assert.deepEqual(end, { end: true, count: all.length });
  const of = (type) => all.filter((line) => line.type === type).map((line) => line.value);
  assert.deepEqual(of('document').map((d) => d.id), [essay.id]);
  assert.equal(of('revision')[0].id, essay.revision.id);
  assert.equal(of('revision')[0].text, await bob.textOf(essay));
  const notes = of('annotation');
  assert.equal(notes.length, 3);
  assert.deepEqual(notes.find((n) => n.id === question.id), await bob.reads(question));
  assert.ok(notes.findIndex((n) => n.id === question.id) < notes.findIndex((n) => n.id === reply.id), 'a reply stands before what it answers');
});

test('an export holds what its reader may see and nothing else', async () => {
  for (const kind of ['md', 'ndjson']) {
    const his = expect(await bob.get(`${essay.path}/export.${kind}`), 200);
    assert.ok(!his.includes('canary') && !his.includes(secret.id), kind);
    const hers = expect(await alice.get(`${essay.path}/export.${kind}`), 200);
    assert.ok(hers.includes('canary private'), kind);
    refused(await carol.get(`${essay.path}/export.${kind}`), 'not-found');
  }
});

test('a document as Markdown has its title, its passages and who said what', async () => {
  const answer = await bob.get(`${essay.path}/export.md`);
  const text = expect(answer, 200);
  assert.match(text, /^# Walden/m);
  for (const part of ['mass of men', 'Is *this* fair?', 'bob', 'alice', 'It is.', 'irony', 'On the whole.', `/n/${question.id}`]) assert.ok(text.includes(part), part);
});

test('the name of an exported file cannot break out of its header', async () => {
  for (const kind of ['md', 'ndjson']) {
    const name = (await bob.get(`${essay.path}/export.${kind}`)).headers['content-disposition'];
    assert.match(name, new RegExp(`^attachment; *filename="[^"\\r\\n\\/]+\\.${kind}"`));
  }
});

test('a document without annotations is exported too', async () => {
  const bare = await alice.puts('Nothing said.');
  const all = lines(expect(await alice.get(`${bare.path}/export.ndjson`), 200));
  assert.equal(all.at(-1).count, all.length - 1);
  assert.match(expect(await alice.get(`${bare.path}/export.md`), 200), /Untitled/);
});

test('all that one has said and put in is exported, and nothing of others but what it hangs on', async () => {
  const all = lines(expect(await bob.get('me/export.ndjson'), 200));
  assert.deepEqual(all.pop(), { end: true, count: all.length });
  const notes = all.filter((line) => line.type === 'annotation').map((line) => line.value);
  assert.deepEqual([...new Set(notes.map((n) => n.author.name))], ['bob']);
  assert.equal(notes.length, 2);
  assert.ok(!JSON.stringify(all).includes('canary'));
  const hers = expect(await alice.get('me/export.ndjson'), 200);
  assert.ok(hers.includes('canary private'));
  const text = expect(await bob.get('me/export.md'), 200);
  assert.ok(text.includes('Is *this* fair?') && !text.includes('canary'));
});

test('what one said in a group that one has left is in one’s export', async () => {
  const club = await world.group(alice, carol);
  const text = await alice.puts('Club text.', { group: club.id });
  await carol.annotates(text, { body: 'carol was here' });
  await carol.leaves(club);
  assert.ok(expect(await carol.get('me/export.ndjson'), 200).includes('carol was here'));
});

test('an export of thousands is whole', async () => {
  const text = await alice.puts('Popular.', { group: group.id });
  world.sql(`
    INSERT INTO gloss.annotation
    SELECT (jsonb_populate_record(NULL::gloss.annotation, to_jsonb(a) ||
              jsonb_build_object('id', n.id, 'thread_id', n.id, 'created_at', a.created_at + n.i * interval '1 ms'))).*
      FROM (SELECT * FROM gloss.annotation WHERE parent_id IS NULL AND body = 'On the whole.' LIMIT 1) a,
           (SELECT i, gen_random_uuid() AS id FROM generate_series(1, 3000) i) n`);
  const all = lines(expect(await bob.get(`${essay.path}/export.ndjson`), 200));
  assert.equal(all.at(-1).count, all.length - 1);
  assert.ok(all.length > 3000, `${all.length}`);
  assert.equal(new Set(all.filter((l) => l.type === 'annotation').map((l) => l.value.id)).size, all.filter((l) => l.type === 'annotation').length);
  assert.ok(text.id);
});
