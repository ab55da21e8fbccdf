// What other systems fell into (shared wisdom of the field), asked of this one.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import test from 'node:test';
import { World, expect, refused } from '../support/people.js';

const world = await World.start();
const [alice, bob] = await world.people3();
const group = await world.group(alice, bob);
const essay = await alice.puts('0 is a position. The mass of men lead lives of quiet desperation.', { group: group.id });

test('a start of 0 is a position, in what is stored and in what is refused', async () => {
  const note = await alice.annotates(essay, { start: 0, end: 1 });
  assert.deepEqual([note.anchor.start, note.quote.exact], [0, '0']);
  assert.equal((await alice.annotates(essay, { quote: '0', start: 0 })).anchor.start, 0);
  const answer = await alice.post('annotations', { document: essay.id, start: 0, end: 0, body: 'x' });
  assert.doesNotMatch(answer.text, /missing/i);
  const selectors = await alice.annotates(essay, { selectors: [{ type: 'TextPositionSelector', start: 0, end: 4 }] });
  assert.equal(selectors.anchor.start, 0);
  assert.equal((await alice.sees(essay, 'from=0&to=1')).length, 3);
});

test('a POST sent again after its connection was cut makes one annotation', async () => {
  const { default: net } = await import('node:net');
  const key = randomUUID();
  const json = JSON.stringify({ document: essay.id, quote: 'mass', body: 'once' });
  const before = (await alice.sees(essay)).length;
  for (let i = 0; i < 5; i++) {
    await new Promise((resolve) => {
      const socket = net.connect(world.server.port, '127.0.0.1', () => {
        socket.write(`POST /api/v1/annotations HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${alice.token}\r\nContent-Type: application/json\r\nIdempotency-Key: ${key}\r\nContent-Length: ${json.length}\r\n\r\n${json}`, () => setTimeout(() => {
          socket.destroy();
          resolve();
        }, i * 3));
      });
    });
  }
  let answer;
  do answer = await alice.request('POST', 'annotations', { body: json, type: 'application/json', headers: { 'Idempotency-Key': key } });
  while (answer.slug === 'in-progress');
  expect(answer, 201);
  assert.equal((await alice.sees(essay)).length, before + 1);
});

test('of two tabs that edit, the second is told, and its words are not lost', async () => {
  const note = await alice.annotates(essay, { quote: 'mass', body: 'start' });
  const { etag } = await alice.get(note.path);
  expect(await alice.patch(note.path, { body: 'first tab' }, { headers: { 'If-Match': etag } }), 200);
  const problem = refused(await alice.patch(note.path, { body: 'second tab' }, { headers: { 'If-Match': etag } }), 'precondition-failed');
  assert.equal(problem.current.body, 'first tab');
  assert.ok(problem.current.version > note.version);
});

test('a tag, a name or a word with the signs of other languages is only text', async () => {
  for (const word of ["'; DROP TABLE gloss.annotation; --", '"quoted"', '%25', '$1', '\\', '{}', '<b>', '${x}', 'a:b/c.d', '../../etc/passwd', 'null', 'NaN']) {
    const note = await alice.annotates(essay, { body: word, tags: [word] });
    assert.deepEqual([note.body, note.tags], [word, [word]]);
    assert.deepEqual((await alice.sees(essay, `tag=${encodeURIComponent(word)}`)).map((n) => n.id), [note.id]);
  }
});

test('Markdown bombs are answered in time, others meanwhile', async () => {
  const bombs = ['['.repeat(50000), '*a '.repeat(30000), '`'.repeat(50000), '> '.repeat(20000), '- '.repeat(20000), '<'.repeat(50000), '[a]('.repeat(20000), '![['.repeat(20000), '_'.repeat(99999), '\\'.repeat(50000), '1. '.repeat(20000), '| a '.repeat(20000), '&'.repeat(90000)];
  for (const body of bombs) {
    const started = Date.now();
    const answers = await Promise.all([alice.post('annotations', { document: essay.id, body }), world.anyone.get('/healthz')]);
    assert.ok([201, 413, 422].includes(answers[0].status), `${body.slice(0, 8)}: ${answers[0].status}`);
    assert.ok(Date.now() - started < 5000, `${body.slice(0, 8)} took ${Date.now() - started} ms`);
    if (answers[0].status === 201) await alice.delete(answers[0].json.links.self);
  }
  for (const text of bombs.map((bomb) => bomb.repeat(4))) {
    const answer = await alice.request('POST', 'documents', { body: text, type: 'text/markdown' });
    assert.ok([201, 413, 422].includes(answer.status), `${text.slice(0, 8)}: ${answer.status} ${answer.text.slice(0, 200)}`);
  }
});

const revises = async (text, words) => expect(await alice.post(`${text.path}/revisions`, { text: words }, { headers: { 'If-Match': `"${(await alice.reads(text)).revision.id}"` } }), 201);
// How it stands, and what is read there.
const stands = async (note) => {
  const { anchor } = await bob.reads(note);
  const words = [...expect(await bob.get(`revisions/${anchor.revision}/text`), 200)];
  return [anchor.state, anchor.start === null ? null : words.slice(anchor.start, anchor.end).join('')];
};

const CHAPTERS = ['Chapter one.\nI went to the woods because I wished to live deliberately.\nThe hills were quiet that year.',
  'Chapter two.\nThe cost of a thing is the amount of life which is required to be exchanged for it.\nSnow fell in March.'];
const BOOK = CHAPTERS.join('\n\n');

test('a word at the top, in the middle, inside the quote: the state is right, and never silently wrong', async () => {
  const text = await alice.puts(BOOK, { group: group.id });
  const quote = 'The cost of a thing is the amount of life';
  const note = await bob.annotates(text, { quote, body: 'is it?' });
  await revises(text, `Again. ${BOOK}`);
  assert.deepEqual(await stands(note), ['exact', quote]);
  await revises(text, `Again. ${BOOK.replace('were quiet', 'were very quiet')}`);
  assert.deepEqual(await stands(note), ['exact', quote]);
  await revises(text, `Again. ${BOOK.replace('were quiet', 'were very quiet').replace('the amount of life', 'the exact amount of life')}`);
  assert.deepEqual(await stands(note), ['changed', 'The cost of a thing is the exact amount of life']);
});

test('a paragraph that is taken out is gone, and back when it is there again', async () => {
  const text = await alice.puts(BOOK, { group: group.id });
  const note = await bob.annotates(text, { quote: 'to live deliberately', body: 'how?' });
  await revises(text, BOOK.replace('I went to the woods because I wished to live deliberately.\n', ''));
  assert.deepEqual(await stands(note), ['gone', null]);
  await revises(text, BOOK);
  assert.deepEqual(await stands(note), ['exact', 'to live deliberately']);
});

test('of two identical paragraphs each note stays with one or says that it is not known, and a passage goes to another chapter', async () => {
  const same = 'It rained all day and nobody came.';
  const words = `${same}\nA page between.\n${same}\nThe end.`;
  const text = await alice.puts(words, { group: group.id });
  const notes = [];
  for (const start of [0, words.lastIndexOf(same)]) notes.push(await bob.annotates(text, { quote: same, start, body: `at ${start}` }));
  refused(await bob.post('annotations', { document: text.id, quote: same, body: 'which?' }), 'quote-ambiguous');
  for (const later of [`Two days.\n${words}`, `Two days.\n${same}\n${same}\nA page between.\nThe end.`]) {
    await revises(text, later);
    const places = [];
    for (const note of notes) {
      const [state, read] = await stands(note);
      assert.equal(read, state === 'gone' ? null : same);
      if (state !== 'gone' && state !== 'ambiguous') places.push((await bob.reads(note)).anchor.start);
    }
    assert.ok(places.length > 0);
    assert.equal(new Set(places).size, places.length);
  }
  const book = await alice.puts(BOOK, { group: group.id });
  const moved = await bob.annotates(book, { quote: 'The hills were quiet that year', body: 'when?' });
  await revises(book, `${CHAPTERS[0].replace('The hills were quiet that year.', '')}\n${CHAPTERS[1]}\nThe hills were quiet that year.`);
  assert.deepEqual(await stands(moved), ['moved', 'The hills were quiet that year']);
});

test('of twenty equal quotes none is guessed: which is asked, and after an edit what is around them decides, or it is said to be in doubt', async () => {
  const line = (i) => `Entry ${i}: the same words again, on day ${i * 7}.`;
  const words = Array.from({ length: 20 }, (_, i) => line(i)).join('\n');
  const text = await alice.puts(words, { group: group.id });
  const quote = 'the same words again';
  const { places } = refused(await bob.post('annotations', { document: text.id, quote, body: 'which?' }), 'quote-ambiguous');
  assert.ok(places.length > 1);
  for (const { start, exact } of places) assert.equal(words.slice(start, start + quote.length), exact);
  const starts = Array.from({ length: 20 }, (_, i) => words.indexOf(quote, words.indexOf(line(i))));
  const notes = [];
  for (const start of starts) notes.push(await bob.annotates(text, { quote, start, body: 'this one' }));
  assert.deepEqual(notes.map(({ anchor }) => anchor.start), starts);
  // by their day each is known still, though some are taken out and others go round
  const lines = words.split('\n').filter((_, i) => i !== 3 && i !== 11);
  const later = [...lines.slice(9), 'Somebody else wrote this line.', ...lines.slice(0, 9)].join('\n');
  await revises(text, later);
  for (const [i, note] of notes.entries()) {
    const { anchor } = await bob.reads(note);
    if (i === 3 || i === 11) assert.ok(anchor.state !== 'exact' && anchor.state !== 'moved', `${i} is ${anchor.state}`);
    else if (anchor.state !== 'ambiguous' && anchor.state !== 'gone') assert.equal(anchor.start, later.indexOf(quote, later.indexOf(line(i))), `${i} is ${anchor.state}`);
  }
});

test('where nothing tells equal quotes apart, one that is left is in doubt and says so', async () => {
  const line = 'the same words again';
  const text = await alice.puts(Array.from({ length: 20 }, () => line).join('\n'), { group: group.id });
  const note = await bob.annotates(text, { quote: line, start: 10 * (line.length + 1), body: 'this one' });
  await revises(text, Array.from({ length: 12 }, () => line).join('\n'));
  const { anchor } = await bob.reads(note);
  assert.ok(['ambiguous', 'gone'].includes(anchor.state), `${anchor.state} at ${anchor.start}`);
  const [row] = expect(await bob.get(`${text.path}/anchors?state=changed,ambiguous,gone&author=me`), 200).data;
  assert.equal(row.annotation, note.id);
});

test('with emoji before the passage code points and UTF-16 agree, before an edit and after', async () => {
  const words = 'A 🕯 and a 👩‍👩‍👧 stood by the 🏳️‍🌈, and naïve café readers 𝒬uoted.';
  const text = await alice.puts(words, { group: group.id });
  const quote = 'café readers 𝒬uoted';
  const inUtf16 = (all) => ({ start: all.indexOf(quote), end: all.indexOf(quote) + quote.length });
  const inChars = (all) => ({ start: [...all.slice(0, all.indexOf(quote))].length, end: [...all.slice(0, all.indexOf(quote) + quote.length)].length });
  const one = await bob.annotates(text, { ...inUtf16(words), unit: 'utf16', body: 'as a browser counts' });
  const other = await bob.annotates(text, { ...inChars(words), body: 'as the W3C counts' });
  for (const later of [null, `👨‍🚀 says: ${words}`, words.replace('stood', '🧍 stood')]) {
    if (later) await revises(text, later);
    const all = later ?? words;
    for (const note of [one, other]) {
      const { anchor, quote: { exact } } = await bob.reads(note);
      assert.deepEqual([{ start: anchor.start, end: anchor.end }, anchor.state, exact], [inChars(all), 'exact', quote]);
    }
    for (const { anchor: { start, end } } of await bob.sees(text, 'unit=utf16')) assert.deepEqual({ start, end }, inUtf16(all));
    assert.deepEqual((await bob.sees(text, `unit=utf16&from=${inUtf16(all).start}&to=${inUtf16(all).end}`)).length, 2);
  }
});

test('a suggestion is taken up while somebody answers a note inside its words: note and answer live', async () => {
  for (let i = 0; i < 4; i++) {
    const text = await alice.puts(BOOK, { group: group.id });
    const suggestion = await bob.annotates(text, { quote: 'the woods because I wished to live deliberately', replacement: 'live deliberately' });
    const note = await bob.annotates(text, { quote: 'because I wished', body: 'why?' });
    const deeds = [alice.post(`${suggestion.path}/accept`, undefined, { headers: { 'If-Match': `"${text.revision.id}"` } }), bob.post(`${note.path}/replies`, { body: 'because' })];
    const [accepted, reply] = await Promise.all(i % 2 ? deeds : deeds.reverse()).then((answers) => (i % 2 ? answers : answers.reverse()));
    expect(accepted, 201);
    assert.equal((await bob.reads(`/api/v1/annotations/${expect(reply, 201).id}`)).body, 'because');
    const [state, read] = await stands(note);
    assert.ok(state === 'gone' ? read === null : state !== 'exact', `${state} ${read}`);
    assert.equal((await bob.reads(note)).replies, 1);
  }
});

test('a dump restored elsewhere has the same addresses and the same tags', async () => {
  const note = await bob.annotates(essay, { quote: 'quiet', body: 'kept' });
  await alice.reacts(note, 'agree');
  const paths = [essay.path, note.path, `/api/v1/annotations?document=${essay.id}&limit=3`, `${essay.path}/text`, '/api/v1/me'];
  const before = [];
  for (const path of paths) before.push(await bob.get(path));
  const { spawnSync } = await import('node:child_process');
  await world.server.stop();
  const copy = world.cluster.newDatabase('template0');
  const dump = spawnSync('pg_dump', ['-h', world.cluster.folder, '-U', 'postgres', world.database], { encoding: 'utf8', maxBuffer: 1 << 28 });
  assert.equal(dump.status, 0, dump.stderr);
  world.cluster.sql(copy, dump.stdout);
  const { Server } = await import('../support/server.js');
  const args = world.args.map((arg) => arg.replace(`dbname=${world.database}`, `dbname=${copy}`));
  world.server = await Server.start(args);
  for (const [i, path] of paths.entries()) {
    const after = await bob.get(path);
    assert.equal(after.text, before[i].text, path);
    assert.equal(after.etag, before[i].etag, path);
  }
});
