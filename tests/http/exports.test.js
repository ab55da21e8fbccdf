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

const KINDS = ['md', 'txt', 'html', 'csv', 'jsonld', 'ndjson'];
const lines = (text) => text.trimEnd().split('\n').map((line) => JSON.parse(line));

// -- judges -------------------------------------------------------------------------------------------

// RFC 4180, strictly: the rows as objects.
function csv(text) {
  const rows = [];
  let row = [];
  for (let at = 0; at < text.length;) {
    const cell = /^(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/.exec(text.slice(at, at + 300_000));
    assert.ok(cell, `not CSV at ${at}: ${text.slice(at, at + 80)}`);
    row.push(cell[1] === undefined ? cell[2] : cell[1].replaceAll('""', '"'));
    if (cell[3] === '\r\n') {
      rows.push(row);
      row = [];
    }
    at += cell[0].length;
  }
  assert.equal(row.length, 0, 'the last row has no end');
  const [names, ...values] = rows;
  for (const cells of values) assert.equal(cells.length, names.length);
  return values.map((cells) => Object.fromEntries(cells.map((cell, i) => [names[i], cell])));
}

const IRI = /^[a-z][a-z0-9+.-]*:[^\s<>"]+$/i;
const MOTIVATIONS = ['assessing', 'bookmarking', 'classifying', 'commenting', 'describing', 'editing', 'highlighting', 'identifying', 'linking', 'moderating', 'questioning', 'replying', 'tagging'];

// The MUSTs of the Web Annotation Data Model that concern what we write: 3.1, 3.2.4, 3.3.1, 3.3.5, 4, 4.2.4,
// 4.2.5, 5.1, 5.2.
function checkCollection(answer) {
  assert.equal(answer.status, 200);
  assert.match(answer.headers['content-type'], /^application\/ld\+json; *profile="http:\/\/www\.w3\.org\/ns\/anno\.jsonld"$/);
  const all = JSON.parse(answer.text);
  assert.equal(all['@context'], 'http://www.w3.org/ns/anno.jsonld');
  assert.match(all.id, IRI);
  assert.equal(all.type, 'AnnotationCollection');
  assert.equal(typeof all.label, 'string');
  assert.ok(Number.isInteger(all.total) && all.total >= 0);
  if (!all.first) return all;
  const page = all.first;
  assert.match(page.id, IRI);
  assert.equal(page['@context'], undefined);
  assert.equal(page.type, 'AnnotationPage');
  assert.equal(page.partOf, all.id);
  assert.equal(page.startIndex, 0);
  assert.equal(page.items.length, all.total);
  assert.equal(new Set(page.items.map((item) => item.id)).size, all.total);
  for (const item of page.items) {
    assert.match(item.id, IRI);
    assert.equal(item.type, 'Annotation');
    assert.ok(MOTIVATIONS.includes(item.motivation), item.motivation);
    for (const time of [item.created, item.modified]) assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
    assert.equal(item.creator.type, 'Person');
    for (const body of item.body ?? []) {
      assert.equal(body.type, 'TextualBody');
      assert.equal(typeof body.value, 'string');
      assert.ok(MOTIVATIONS.includes(body.purpose));
    }
    if (typeof item.target === 'string') {
      assert.match(item.target, IRI);
      continue;
    }
    assert.match(item.target.source, IRI);
    assert.ok(item.target.selector.length > 0);
    for (const selector of item.target.selector) {
      if (selector.type === 'TextQuoteSelector') {
        assert.equal(typeof selector.exact, 'string');
      } else {
        assert.equal(selector.type, 'TextPositionSelector');
        assert.ok(Number.isInteger(selector.start) && Number.isInteger(selector.end) && selector.start >= 0 && selector.end >= selector.start);
      }
    }
  }
  return all;
}

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
  for (const kind of KINDS) {
    const his = (await bob.get(`${essay.path}/export.${kind}`)).text;
    assert.ok(!his.includes('canary') && !his.includes(secret.id), kind);
    const hers = (await alice.get(`${essay.path}/export.${kind}`)).text;
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
  for (const kind of KINDS) {
    const name = (await bob.get(`${essay.path}/export.${kind}`)).headers['content-disposition'];
    assert.match(name, new RegExp(`^attachment; *filename="[^"\\r\\n\\/]+\\.${kind}"`));
  }
});

test('a document without annotations is exported too', async () => {
  const bare = await alice.puts('Nothing said.');
  const all = lines(expect(await alice.get(`${bare.path}/export.ndjson`), 200));
  assert.equal(all.at(-1).count, all.length - 1);
  for (const kind of ['md', 'txt', 'html']) assert.match(expect(await alice.get(`${bare.path}/export.${kind}`), 200), /Untitled/);
  assert.deepEqual(csv(expect(await alice.get(`${bare.path}/export.csv`), 200)), []);
  const empty = checkCollection(await alice.get(`${bare.path}/export.jsonld`));
  assert.equal(empty.total, 0);
  assert.equal(empty.first, undefined);
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

test('as JSON-LD it is an annotation collection of the W3C, with positions in code points', async () => {
  const text = await alice.puts('\u{1F600} emoji before the words', { group: group.id, title: 'Emoji' });
  const note = await alice.annotates(text, { quote: 'words', body: 'after *two* units', tags: ['t1', 't2'] });
  const answer = await bob.replies(note, 'replied');
  const page = await alice.annotates('https://example.org/elsewhere', { quote: 'far away', body: 'there' });
  const [first, second] = checkCollection(await bob.get(`${text.path}/export.jsonld`)).first.items;
  const canonical = await bob.textOf(text);
  const [quote, position] = first.target.selector;
  assert.equal(quote.exact, 'words');
  assert.equal([...canonical].slice(position.start, position.end).join(''), 'words');
  assert.equal(position.start, 19);
  assert.ok(first.target.source.endsWith(`/d/${text.id}`));
  assert.deepEqual(first.body.map((b) => [b.value, b.purpose]), [['after *two* units', 'commenting'], ['t1', 'tagging'], ['t2', 'tagging']]);
  assert.ok(second.id.endsWith(answer.id));
  assert.equal(second.motivation, 'replying');
  assert.equal(second.target, first.id);
  const mine = checkCollection(await alice.get('me/export.jsonld')).first.items.find((item) => item.id.endsWith(page.id));
  assert.equal(mine.target.source, 'https://example.org/elsewhere');
  assert.deepEqual(mine.target.selector.map((s) => s.type), ['TextQuoteSelector']);
});

test('as a table it has a row for each, and no cell is a formula', async () => {
  const text = await alice.puts('=SUM(A1) is what he wrote', { group: group.id, title: '=HYPERLINK("http://x")' });
  const note = await bob.annotates(text, { quote: '=SUM(A1)', body: '@cmd, "quoted"\nsecond line', tags: ['+plus', 'b'] });
  const reply2 = await alice.replies(note, '-1');
  const [one, two] = csv(expect(await alice.get(`${text.path}/export.csv`), 200));
  assert.deepEqual([one.id, one.title, one.quote, one.body, one.tags], [note.id, '\'=HYPERLINK("http://x")', "'=SUM(A1)", '\'@cmd, "quoted"\nsecond line', "'+plus;b"]);
  assert.deepEqual([one.start, one.end, one.state, one.author, one.replies], ['0', '8', 'exact', 'bob', '1']);
  assert.deepEqual([two.id, two.parent, two.thread, two.body], [reply2.id, note.id, note.id, "'-1"]);
});

test('as a page it is whole, and nothing in it runs', async () => {
  const text = await alice.puts('some words', { group: group.id, title: '<script>alert(1)</script>' });
  await bob.annotates(text, { quote: 'words', body: '<img src=x onerror=alert(1)> *em*', tags: ['<b>'] });
  const page = expect(await alice.get(`${text.path}/export.html`), 200);
  assert.match(page, /^<!doctype html>/);
  assert.match(page, /<\/html>\n$/);
  for (const part of ['<script', '<img', '<b><b>', ' · <b>']) assert.ok(!page.includes(part), part);
  assert.ok(page.includes('<em>em</em>'));
  assert.ok(page.includes('&lt;script&gt;'));
});

test('replies stand below what they answer, in every form, however long the thread', async () => {
  const text = await alice.puts('one two three', { group: group.id, title: 'Long thread' });
  const third = await alice.annotates(text, { quote: 'three', body: 'on three' });
  const firstOne = await alice.annotates(text, { quote: 'one', body: 'on one' });
  const second = await alice.annotates(text, { quote: 'two', body: 'on two' });
  const inside = await bob.replies(second, 'in two');
  const replies = [];
  for (let i = 0; i < 70; i++) replies.push(await bob.replies(i === 40 ? replies[3] : firstOne, `reply ${i}`));
  await alice.annotates(text, { body: 'on all' });
  const wanted = 75;
  const notes = lines(expect(await bob.get(`${text.path}/export.ndjson`), 200)).filter((l) => l.type === 'annotation').map((l) => l.value);
  assert.equal(notes.length, wanted);
  assert.equal(new Set(notes.map((n) => n.id)).size, wanted);
  const at = (id) => notes.findIndex((n) => n.id === id);
  assert.ok(at(firstOne.id) === 0 && at(second.id) === 71 && at(inside.id) === 72 && at(third.id) === 73 && at(notes.at(-1).id) === 74);
  for (const note of notes.filter((n) => n.parent)) assert.ok(at(note.parent) < at(note.id));
  assert.equal(csv(expect(await bob.get(`${text.path}/export.csv`), 200)).length, wanted);
  assert.equal(checkCollection(await bob.get(`${text.path}/export.jsonld`)).total, wanted);
  const plain = expect(await bob.get(`${text.path}/export.txt`), 200);
  assert.equal(plain.match(/^ +reply \d+$/gm).length, 70);
  assert.equal(plain.match(/^On the whole text$/gm).length, 1);
});

test('a reply to what one may not see any more is there, once', async () => {
  const club = await world.group(alice, carol);
  const text = await alice.puts('Words of a club.', { group: club.id, title: 'Club' });
  const root = await alice.annotates(text, { body: 'root' });
  const hers = await carol.replies(root, 'hers');
  await carol.replies(hers, 'below hers');
  await carol.leaves(club);
  for (const kind of KINDS) {
    const { status, text: written } = await carol.get(`me/export.${kind}`);
    assert.equal(status, 200);
    assert.equal(written.match(kind === 'ndjson' ? /"body":"below hers"/g : /below hers/g)?.length, 1, kind);
    assert.ok(!/\broot\b/.test(written), kind);
  }
});

test('an export is read while it is made: a right that ends cuts it', async () => {
  const session = new bob.constructor(world, { cookie: bob.cookie });
  const token = await bob.makesToken(['export']);
  const reader = new bob.constructor(world, { ...bob, token: token.token });
  assert.equal((await reader.get(`${essay.path}/export.csv`)).status, 200);
  expect(await session.delete(`tokens/${token.id}`), 204);
  refused(await reader.get(`${essay.path}/export.csv`), 'unauthorized');
});

test('who asks for a format that there is not is told which there are', async () => {
  for (const path of [`documents/${essay.id}/export.pdf`, 'me/export.docx']) {
    const { detail } = refused(await bob.get(path), 'not-found');
    for (const name of ['export.md', 'export.txt', 'export.html', 'export.csv', 'export.jsonld', 'export.ndjson']) assert.ok(detail.includes(name), detail);
  }
  assert.doesNotMatch(refused(await bob.get(`documents/${essay.id}/import.pdf`), 'not-found').detail ?? '', /export/);
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
  assert.equal(csv(expect(await bob.get(`${essay.path}/export.csv`), 200)).length, all.length - 3);
  assert.equal(checkCollection(await bob.get(`${essay.path}/export.jsonld`)).total, all.length - 3);
  assert.ok(text.id);
});
