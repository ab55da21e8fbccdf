// Suggestions: other words for a passage, what others see of them, and what becomes of them.
import assert from 'node:assert/strict';
import test from 'node:test';
import { faults } from '../support/faults.js';
import { World, expect, refused } from '../support/people.js';

const world = await World.start();
const [alice, bob, carol] = await world.people3();
const group = await world.group(alice, bob, carol);
const TEXT = 'The mass of men lead lives of quiet desperation. What is called resignation is confirmed desperation.';
const essay = await alice.puts(TEXT, { group: group.id });

const suggests = (who, document, quote, replacement, fields = {}) => who.annotates(document, { kind: 'suggestion', quote, replacement, ...fields });
const OPEN = { state: 'open', by: null, at: null, reason: null, revision: null };
const bare = ({ id, name, display_name }) => ({ id, name, display_name });

// -- making them ---------------------------------------------------------------------------------------

test('a suggestion has other words for its passage, and needs no others', async () => {
  const note = await suggests(bob, essay, 'mass of men', 'many');
  assert.deepEqual([note.kind, note.body, note.status, note.quote.exact], ['suggestion', null, 'open', 'mass of men']);
  assert.deepEqual(note.suggestion, { replacement: 'many', ...OPEN });
  assert.deepEqual(await alice.reads(note), note);
  const both = await bob.annotates(essay, { start: 4, end: 8, replacement: '', body: 'Not needed.' });
  assert.deepEqual([both.kind, both.body, both.suggestion.replacement], ['suggestion', 'Not needed.', '']);
  assert.equal((await bob.annotates(essay, { quote: 'quiet', body: 'x' })).suggestion, null);
});

test('what is suggested is kept to the letter', async () => {
  for (const replacement of [' ', '\n', '*a*\r\n\tb', '<b>"', '👩‍👩‍👧‍👦', 'x'.repeat(65536), '{"NULL","a,b"}', '\\']) {
    const note = await suggests(bob, essay, 'quiet', replacement);
    assert.equal(note.suggestion.replacement, replacement);
    assert.equal((await alice.reads(note)).suggestion.replacement, replacement);
    await bob.deletes(note);
  }
});

test('what is no suggestion is refused by its field', async () => {
  const cases = [
    [{ quote: 'quiet', kind: 'suggestion' }, '/replacement'],
    [{ quote: 'quiet', kind: 'suggestion', body: 'loud' }, '/replacement'],
    [{ quote: 'quiet', kind: 'comment', body: 'x', replacement: 'loud' }, '/replacement'],
    [{ quote: 'quiet', kind: 'highlight', replacement: 'loud' }, '/replacement'],
    [{ quote: 'quiet', replacement: null }, '/replacement'],
    [{ quote: 'quiet', replacement: 7 }, '/replacement'],
    [{ quote: 'quiet', replacement: 'x'.repeat(65537) }, '/replacement'],
    [{ quote: 'quiet', replacement: 'é'.repeat(40000) }, '/replacement'],
    [{ quote: 'quiet', replacement: 'quiet' }, '/replacement'],
    [{ replacement: 'loud' }, '/quote'],
  ];
  for (const [fields, pointer] of cases) refused(await bob.post('annotations', { document: essay.id, ...fields }), 'invalid-body', pointer);
  const note = await suggests(bob, essay, 'quiet', 'loud');
  refused(await carol.post('annotations', { parent: note.id, replacement: 'x' }), 'invalid-body', '/kind');
  refused(await carol.post(`${note.path}/replies`, { body: 'x', kind: 'suggestion' }), 'invalid-body', '/kind');
  refused(await carol.post(`${note.path}/replies`, { body: 'x', replacement: 'x' }), 'invalid-body', '/replacement');
});

test('a list of suggestions alone has their words', async () => {
  const text = await alice.puts('One two three.', { group: group.id });
  await bob.annotates(text, { quote: 'One', body: 'x' });
  await suggests(bob, text, 'two', '2');
  const seen = await carol.sees(text, 'kind=suggestion');
  assert.deepEqual(seen.map((note) => note.suggestion.replacement), ['2']);
  assert.deepEqual((await carol.sees(text)).map((note) => note.suggestion?.replacement), ['2', undefined]);
});

test('a batch takes suggestions', async () => {
  const lines = [{ document: essay.id, quote: 'quiet', replacement: 'loud' }, { document: essay.id, quote: 'quiet', kind: 'suggestion' }];
  for (const query of ['', '?atomic=1']) {
    const answer = await bob.request('POST', `annotations/batch${query}`, { type: 'application/x-ndjson', body: lines.map((line) => JSON.stringify(line)).join('\n') });
    if (query) {
      assert.equal(refused(answer, 'batch-refused').lines[0].line, 2);
      continue;
    }
    const [first, second] = expect(answer, 200).trimEnd().split('\n').map((line) => JSON.parse(line));
    assert.equal((await alice.reads(`/api/v1/annotations/${first.id}`)).suggestion.replacement, 'loud');
    assert.equal(second.problem.errors[0].pointer, '/replacement');
  }
});

test('sent again with its key it is one suggestion', async () => {
  const again = () => bob.post('annotations', { document: essay.id, quote: 'confirmed', replacement: 'sealed' }, { headers: { 'Idempotency-Key': 'again' } });
  const first = expect(await again(), 201);
  assert.deepEqual(expect(await again(), 201), first);
});

// -- changing them -------------------------------------------------------------------------------------

test('its author changes what it suggests, and its history says so', async () => {
  const note = await suggests(bob, essay, 'quiet', 'silent');
  const changed = await bob.edits(note, { replacement: 'mute', body: 'Shorter.' });
  assert.deepEqual([changed.suggestion.replacement, changed.body, changed.version], ['mute', 'Shorter.', 2]);
  assert.equal((await bob.edits(note, { replacement: 'mute' })).version, 2);
  assert.equal((await bob.edits(note, { body: null })).suggestion.replacement, 'mute');
  const { data } = expect(await carol.get(`${note.path}/history`), 200);
  assert.deepEqual(data.map((was) => [was.version, was.replacement]), [[3, 'mute'], [2, 'mute'], [1, 'silent']]);
  refused(await carol.patch(note.path, { replacement: 'x' }), 'not-allowed');
});

test('what is no suggestion becomes one, and the other way round', async () => {
  const note = await bob.annotates(essay, { quote: 'quiet', body: 'Rather: loud.' });
  refused(await bob.patch(note.path, { kind: 'suggestion' }), 'invalid-body', '/replacement');
  refused(await bob.patch(note.path, { replacement: 'loud' }), 'invalid-body', '/replacement');
  refused(await bob.patch(note.path, { replacement: null }), 'invalid-body', '/replacement');
  const one = await bob.edits(note, { kind: 'suggestion', replacement: 'loud' });
  assert.deepEqual([one.kind, one.suggestion], ['suggestion', { replacement: 'loud', ...OPEN }]);
  refused(await bob.patch(note.path, { kind: 'question', replacement: 'x' }), 'invalid-body', '/replacement');
  const none = await bob.edits(note, { kind: 'question' });
  assert.deepEqual([none.kind, none.suggestion], ['question', null]);
  const { data } = expect(await bob.get(`${note.path}/history`), 200);
  assert.deepEqual(data.map((was) => was.replacement), [null, 'loud', null]);
  const whole = await bob.annotates(essay, { body: 'x' });
  refused(await bob.patch(whole.path, { kind: 'suggestion', replacement: 'x' }), 'invalid-body', '/kind');
});

test('deleted, or its author erased, nothing is left of its words', async () => {
  const leaving = await world.person();
  await leaving.joins(group, alice);
  const notes = [];
  for (const who of [bob, leaving]) {
    const note = await suggests(who, essay, 'lives', `canary ${who.name}`);
    await who.edits(note, { replacement: `canary twice ${who.name}` });
    await carol.replies(note, 'Why?');
    notes.push(note, await suggests(who, essay, 'lives', `canary alone ${who.name}`));
  }
  await bob.deletes(notes[0]);
  await bob.deletes(notes[1]);
  const signedIn = new leaving.constructor(world, { cookie: leaving.cookie });
  expect(await signedIn.post('me/erase', { password: leaving.password }), 204);
  for (const note of [notes[0], notes[2]]) {
    const left = await carol.reads(note);
    assert.deepEqual([left.deleted, left.suggestion], [true, null]);
  }
  for (const table of ['suggestion', 'annotation_past', 'annotation']) {
    assert.equal(world.sql(`SELECT count(*) FROM gloss.${table} t WHERE t::text LIKE '%canary%'`), '0', table);
  }
});

test('a draft’s and a private one’s words are its author’s, until it is published', async () => {
  const draft = await suggests(bob, essay, 'men', 'people', { draft: true });
  const secret = await suggests(bob, essay, 'men', 'secret', { visibility: 'private' });
  refused(await alice.get(draft.path), 'not-found');
  assert.equal(JSON.stringify(await alice.sees(essay)).includes('secret'), false);
  const { published } = expect(await bob.post('drafts/publish', { ids: [draft.id] }), 200);
  assert.deepEqual(published[0].suggestion, { replacement: 'people', ...OPEN });
  assert.equal((await alice.reads(draft)).suggestion.replacement, 'people');
  const shown = await bob.edits(secret, { visibility: 'group' });
  assert.equal((await alice.reads(shown)).suggestion.replacement, 'secret');
});

// -- taking them out -----------------------------------------------------------------------------------

test('every export has what is suggested', async () => {
  const text = await alice.puts('One two three.', { group: group.id });
  await suggests(bob, text, 'two', '=2 "<b>\n3', { body: 'Better.', tags: ['typo'] });
  await suggests(bob, text, 'three', '');
  const of = async (format) => expect(await carol.get(`${text.path}/export.${format}`), 200);
  assert.match(await of('md'), /> two\n\n\*\*bob\*\* · suggestion[^\n]*\n\nInstead:\n\n> =2 "\\<b\\>\n> 3\n\nBetter\./);
  assert.match(await of('md'), /> three\n\n[^\n]*\n\nTake it out\.\n/);
  assert.match(await of('txt'), /“two”\n[^\n]*\n\nInstead: “=2 "<b>\n3”\n\nBetter\./);
  assert.match(await of('html'), /<p>Instead:<\/p>\n<blockquote><ins>=2 &quot;&lt;b&gt;\n3<\/ins><\/blockquote>/);
  assert.match(await of('csv'), /,"'=2 ""<b>\n3",open,\r\n/);
  const jsonld = JSON.parse(await (await carol.get(`${text.path}/export.jsonld`)).text);
  const [item, out] = jsonld.first.items;
  assert.equal(item.motivation, 'editing');
  assert.deepEqual(item.body, [
    { type: 'TextualBody', value: '=2 "<b>\n3', format: 'text/plain', purpose: 'editing' },
    { type: 'TextualBody', value: 'Better.', format: 'text/markdown', purpose: 'commenting' },
    { type: 'TextualBody', value: 'typo', purpose: 'tagging' },
  ]);
  assert.deepEqual(out.body, [{ type: 'TextualBody', value: '', format: 'text/plain', purpose: 'editing' }]);
  const lines = (await of('ndjson')).trimEnd().split('\n').map((line) => JSON.parse(line));
  assert.deepEqual(lines.filter((line) => line.type === 'annotation').map((line) => line.value.suggestion.replacement), ['=2 "<b>\n3', '']);
});

test('nothing went wrong on the way', () => assert.deepEqual(faults(world), []));
