import assert from 'node:assert/strict';
import test from 'node:test';
import { patience } from '../support/binary.js';
import { World, expect, refused } from '../support/people.js';

const world = await World.start();
const alice = await world.person('alice');

const TEXTS = {
  plain: 'The mass of men lead lives of quiet desperation.',
  emoji: '😀 The 👩‍👩‍👧‍👦 mass 🏳️‍🌈 of men 😀',
  combining: 'e\u0301le\u0300ve a\u030a\u0327 z\u0301\u0302\u0303 naïve',
  hebrew: 'בְּרֵאשִׁית בָּרָא אֱלֹהִים and English between',
  thai: 'สวัสดีชาวโลก ที่นี่',
  cjk: '漢字とかな交じり文。𠮷野家で𩸽を食べる。',
  lines: 'one\r\ntwo\rthree\n\nfour\u2028five\u0085six',
  marks: '\ufeffbom first, “quotes” — dashes… and\u00a0spaces\u200b',
};

// A fixed sequence, so that a failure can be repeated.
function numbers(seed) {
  let state = seed;
  return (below) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return Math.floor((state / 2147483648) * below);
  };
}

for (const [name, source] of Object.entries(TEXTS)) {
  test(`positions in ${name} text agree in both units`, async () => {
    const essay = await alice.puts(source, { title: name });
    const text = await alice.textOf(essay);
    const chars = [...text];
    assert.equal(essay.revision.chars, chars.length);
    const random = numbers(name.length);
    for (let i = 0; i < 12; i++) {
      const start = random(chars.length);
      const end = start + 1 + random(chars.length - start);
      const exact = chars.slice(start, end).join('');
      const utf16 = { start: chars.slice(0, start).join('').length, end: chars.slice(0, end).join('').length };
      assert.equal(expect(await alice.get(`${essay.path}/text?from=${start}&to=${end}`), 200), exact);
      assert.equal(expect(await alice.get(`${essay.path}/text?from=${utf16.start}&to=${utf16.end}&unit=utf16`), 200), exact);
      const note = await alice.annotates(essay, { ...utf16, unit: 'utf16' });
      // The place may be widened to whole characters as readers see them, never narrowed or moved.
      const there = (await alice.reads(note)).anchor;
      assert.ok(there.start <= start && there.end >= end, `${start}–${end} became ${there.start}–${there.end}`);
      assert.equal(chars.slice(there.start, there.end).join(''), note.quote.exact);
      const same = await alice.annotates(essay, { start, end });
      assert.deepEqual(same.anchor, there);
      const seen = expect(await alice.get(`${note.path}?unit=utf16`), 200);
      assert.equal(text.slice(seen.anchor.start, seen.anchor.end), note.quote.exact);
    }
  });
}

test('a list answers in the unit that was asked for', async () => {
  const essay = await alice.puts('😀😀 word');
  await alice.annotates(essay, { quote: 'word' });
  assert.deepEqual((await alice.sees(essay)).map((n) => n.anchor.start), [3]);
  assert.deepEqual((await alice.sees(essay, 'unit=utf16')).map((n) => n.anchor.start), [5]);
});

test('places in an error are in the unit of the question', async () => {
  const essay = await alice.puts('😀 word 😀 word');
  const problem = refused(await alice.post('annotations', { document: essay.id, quote: 'word', body: 'x' }), 'quote-ambiguous');
  assert.deepEqual(problem.places.map((p) => p.start), [2, 9]);
  const utf16 = refused(await alice.post('annotations', { document: essay.id, quote: 'word', body: 'x', unit: 'utf16' }), 'quote-ambiguous');
  assert.deepEqual(utf16.places.map((p) => p.start), [3, 11]);
});

test('a position inside a surrogate pair is refused by its field', async () => {
  const essay = await alice.puts('😀😀');
  for (const [start, end, pointer] of [[1, 4, '/start'], [0, 3, '/end']]) {
    refused(await alice.post('annotations', { document: essay.id, start, end, unit: 'utf16', body: 'x' }), 'invalid-body', pointer);
  }
});

test('twenty equal quotes: it is ambiguous, a position or context decides', async () => {
  const essay = await alice.puts(Array.from({ length: 20 }, (_, i) => `verse ${i} amen`).join('\n'));
  const problem = refused(await alice.post('annotations', { document: essay.id, quote: 'amen', body: 'x' }), 'quote-ambiguous');
  assert.equal(problem.places.length, 20);
  const note = await alice.annotates(essay, { quote: { exact: 'amen', prefix: 'verse 13 ' } });
  assert.equal(note.quote.prefix.endsWith('verse 13 '), true);
  for (const place of problem.places) {
    assert.equal((await alice.annotates(essay, { quote: 'amen', start: place.start })).anchor.start, place.start);
  }
});

test('more than twenty places: their number is told, the first twenty are shown', async () => {
  const essay = await alice.puts('amen '.repeat(300));
  const problem = refused(await alice.post('annotations', { document: essay.id, quote: 'amen', body: 'x' }), 'quote-ambiguous');
  assert.ok(problem.places.length <= 20);
  assert.match(problem.detail, /300/);
});

test('overlapping matches are all places', async () => {
  const essay = await alice.puts('aaaa');
  assert.equal(expect(await alice.post(`${essay.path}/resolve-quote`, { quote: 'aa' }), 200).total >= 2, true);
});

test('a quote with other spaces, quotation marks or normal form is found and kept as the text has it', async () => {
  const essay = await alice.puts('He said “don’t go”\nto the cafe\u0301 — twice.');
  for (const [quote, exact] of [['"don\'t go"', '“don’t go”'], ['go" to the', 'go”\nto the'], ['café', 'cafe\u0301'], ['café - twice', 'cafe\u0301 — twice']]) {
    assert.equal((await alice.annotates(essay, { quote })).quote.exact, exact, quote);
  }
});

test('a quote of a whole long text, and one of a single character', async () => {
  const text = `${'All of it. '.repeat(2000)}§`;
  const essay = await alice.puts(text);
  const one = await alice.annotates(essay, { quote: '§' });
  assert.equal(one.anchor.end, [...await alice.textOf(essay)].length);
  const all = await alice.annotates(essay, { start: 0, end: essay.revision.chars });
  assert.equal(all.anchor.end, essay.revision.chars);
});

test('in a text of 8 MiB a quote is found, and the server answers others meanwhile', async () => {
  const filler = 'lorem ipsum dolor sit amet consectetur\n'.repeat(200000);
  const essay = expect(await alice.request('POST', 'documents?title=Long', { body: `${filler}the needle in it\n`, type: 'text/plain' }), 201);
  const finding = alice.post('annotations', { document: essay.id, quote: 'the needle', body: 'found' });
  const started = Date.now();
  await world.anyone.get('/healthz');
  assert.ok(Date.now() - started < 5000 * patience);
  assert.equal(expect(await finding, 201).anchor.start, filler.length);
  refused(await alice.post('annotations', { document: essay.id, quote: 'lorem ipsum', body: 'x' }), 'quote-ambiguous');
  refused(await alice.post('annotations', { document: essay.id, quote: 'no such words anywhere at all', body: 'x' }), 'quote-not-found');
});
