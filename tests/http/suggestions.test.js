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

// -- deciding ------------------------------------------------------------------------------------------

const tagOf = (text) => `"${text.revision.id}"`;
const accept = (who, note, tag, query = '') => who.request('POST', `${note.path}/accept${query}`, { headers: tag ? { 'If-Match': tag } : {} });
const acceptMany = (who, text, notes, { tag = tagOf(text), note } = {}) => who.post(`${text.path}/suggestions/accept`, { ids: notes.map(({ id }) => id), note }, { headers: { 'If-Match': tag } });
const reject = (who, note, reason, headers = {}) => who.post(`${note.path}/reject`, { reason }, { headers });
const revise = async (who, text, words) => expect(await who.post(`${text.path}/revisions`, { text: words }, { headers: { 'If-Match': tagOf(await who.reads(text)) } }), 201);
const place = (note) => [note.anchor.start, note.anchor.end, note.anchor.state];

test('an accepted suggestion is a revision with credit, and stands on the new words', async () => {
  const text = await alice.puts('One two three. Four.', { group: group.id });
  const note = await suggests(bob, text, 'two', 'twenty-two', { body: 'A typo.' });
  const other = await carol.annotates(text, { quote: 'Four', body: 'x' });
  const answer = await accept(alice, note, tagOf(text), '?note=one%20more');
  const made = expect(answer, 201);
  assert.deepEqual(made.accepted, [note.id]);
  assert.deepEqual([made.recoded, made.unchanged, made.revision.note, made.revision.number], [false, false, 'one more', 2]);
  assert.deepEqual(made.revision.suggestions, [{ annotation: note.id, author: bare(note.author) }]);
  assert.equal(answer.headers.etag, `"${made.revision.id}"`);
  assert.equal(await carol.textOf(text), 'One twenty-two three. Four.');
  const now = await carol.reads(note);
  assert.deepEqual(place(now), [4, 14, 'changed']);
  assert.deepEqual([now.status, now.version, now.quote.exact, now.body], ['settled', 2, 'two', 'A typo.']);
  const { at, ...suggestion } = now.suggestion;
  assert.ok(at > note.created_at);
  assert.deepEqual(suggestion, { replacement: 'twenty-two', state: 'accepted', by: bare(text.owner), reason: null, revision: made.revision.id });
  const [start, end, state] = place(await carol.reads(other));
  assert.deepEqual([start, end], [22, 26]);
  assert.match(state, /exact|moved/);
  const { data } = expect(await carol.get(`${text.path}/revisions`), 200);
  assert.deepEqual(data.map((revision) => revision.suggestions.map((credit) => credit.annotation)), [[note.id], []]);
  const { data: history } = expect(await carol.get(`${note.path}/history`), 200);
  assert.deepEqual(history.map((was) => [was.version, was.replacement]), [[2, 'twenty-two'], [1, 'twenty-two']]);
});

test('a text’s mark-up stays around what is accepted, and taken out is gone and stays so', async () => {
  const text = await alice.putsMarkdown('# A *fine* title\r\n\r\nSome `code` and [a link](https://example.org/).\r\n', { group: group.id });
  const notes = [await suggests(bob, text, 'fine', 'new_*'), await suggests(carol, text, 'a link', ''), await suggests(bob, text, 'code', '*x*')];
  const made = expect(await acceptMany(alice, text, notes, { note: 'all' }), 201);
  assert.deepEqual(made.accepted, notes.map(({ id }) => id));
  assert.deepEqual(made.revision.suggestions.map((credit) => credit.author.name).sort(), ['bob', 'bob', 'carol']);
  assert.equal(await bob.textOf(text), 'A new_* title\nSome *x* and .');
  assert.equal(expect(await bob.get(`${text.path}/original`), 200), '# A *new_** title\r\n\r\nSome `*x*` and .\r\n');
  const [first, out] = await Promise.all(notes.map((note) => bob.reads(note)));
  assert.deepEqual(place(first), [2, 7, 'changed']);
  assert.deepEqual(place(out), [null, null, 'gone']);
  await revise(alice, text, 'Some words and a link.');
  assert.equal((await bob.reads(out)).anchor.state, 'gone');
});

test('who may not edit the text decides nothing; who leads its group may', async () => {
  const own = await bob.founds('Led by bob');
  await alice.joins(own, bob);
  const text = await alice.puts('One two three.', { group: own.id });
  const note = await suggests(bob, text, 'two', '2');
  const again = await suggests(bob, text, 'three', '3');
  const other = await alice.puts('One two three.', { group: group.id });
  const theirs = await suggests(carol, other, 'two', '2');
  for (const answer of [await accept(carol, theirs, tagOf(other)), await acceptMany(carol, other, [theirs]), await reject(carol, theirs, 'no'), await accept(bob, theirs, tagOf(other))]) refused(answer, 'not-allowed');
  refused(await accept(world.anyone, note, tagOf(text)), 'unauthorized');
  expect(await accept(bob, note, tagOf(text)), 201);
  expect(await reject(bob, again, 'enough'), 200);
});

test('accepting says what it was made of', async () => {
  const text = await alice.puts('One two three.', { group: group.id });
  const note = await suggests(bob, text, 'two', '2');
  refused(await accept(alice, note), 'precondition-required');
  refused(await alice.post(`${text.path}/suggestions/accept`, { ids: [note.id] }), 'precondition-required');
  const { revision } = await revise(alice, text, 'One two three four.');
  for (const answer of [await accept(alice, note, tagOf(text)), await acceptMany(alice, text, [note])]) {
    assert.equal(refused(answer, 'precondition-failed').current.id, revision.id);
  }
  expect(await accept(alice, note, `"${revision.id}"`), 201);
  assert.equal(await alice.textOf(text), 'One 2 three four.');
});

test('what is no open suggestion here is refused, and nothing is done', async () => {
  const text = await alice.puts('One two three four.', { group: group.id });
  const fine = await suggests(bob, text, 'two', '2');
  const comment = await bob.annotates(text, { quote: 'two', body: 'x' });
  const secret = await suggests(bob, text, 'three', '3', { visibility: 'private' });
  const elsewhere = await suggests(bob, essay, 'quiet', 'loud');
  const gone = await suggests(bob, text, 'four', '4');
  await carol.replies(gone, 'x');
  await bob.deletes(gone);
  const no = await suggests(bob, text, 'One', '1');
  expect(await reject(alice, no, 'no'), 200);
  for (const [note, slug] of [[comment, 'conflict'], [secret, 'not-found'], [gone, 'not-found'], [no, 'conflict']]) {
    refused(await accept(alice, note, tagOf(text)), slug);
    refused(await reject(alice, note, 'x'), slug);
  }
  const many = await acceptMany(alice, text, [fine, comment, secret, elsewhere, gone]);
  refused(many, 'invalid-body');
  assert.deepEqual(many.problem.errors.map((e) => [e.pointer, e.code]), [['/ids/1', 'no-suggestion'], ['/ids/2', 'unknown'], ['/ids/3', 'unknown'], ['/ids/4', 'unknown']]);
  const late = refused(await acceptMany(alice, text, [fine, no]), 'conflict', '/ids/1');
  assert.equal(late.errors[0].code, 'rejected');
  for (const json of [{}, { ids: [] }, { ids: 'x' }, { ids: ['doc_x'] }, { ids: [fine.id], note: 7 }, { ids: [fine.id], why: 1 }]) {
    refused(await alice.post(`${text.path}/suggestions/accept`, json, { headers: { 'If-Match': tagOf(text) } }), 'invalid-body');
  }
  refused(await alice.post('documents/doc_01h00000000000000000000000/suggestions/accept', { ids: [fine.id] }), 'not-found');
  refused(await alice.post('annotations/ann_01h00000000000000000000000/accept'), 'not-found');
  refused(await alice.post('annotations/x/accept'), 'not-found');
  refused(await alice.post('documents/x/suggestions/accept', { ids: [fine.id] }), 'not-found');
  refused(await accept(alice, fine, tagOf(text), `?note=${'x'.repeat(1001)}`), 'invalid-query');
  refused(await reject(alice, fine, 'x'.repeat(2001)), 'invalid-body', '/reason');
  refused(await alice.post(`${fine.path}/reject`, { why: 'x' }), 'invalid-body', '/why');
  refused(await reject(alice, fine, 'x', { 'If-Match': '"7.x"' }), 'precondition-failed');
  assert.equal(await alice.textOf(text), 'One two three four.');
  assert.equal((await alice.reads(fine)).suggestion.state, 'open');
});

test('a conflict is named with the passage now, and nothing is overwritten', async () => {
  const text = await alice.puts('The mass of men lead lives of quiet desperation. A second sentence stands here.', { group: group.id });
  const changed = await suggests(bob, text, 'quiet desperation', 'noise');
  const gone = await suggests(bob, text, 'A second sentence stands here.', 'x');
  const moved = await suggests(bob, text, 'mass of men', 'many');
  const { revision } = await revise(alice, text, 'Well then: the mass of men lead lives of quiet, deep desperation.');
  const tag = `"${revision.id}"`;
  const problem = refused(await acceptMany(alice, text, [changed, gone, moved], { tag }), 'suggestion-conflict', '/ids/0');
  assert.deepEqual(problem.conflicts.map((conflict) => [conflict.annotation, conflict.code, conflict.was, conflict.now?.exact]), [
    [changed.id, 'changed', 'quiet desperation', 'quiet, deep desperation'],
    [gone.id, 'gone', 'A second sentence stands here.', undefined],
  ]);
  const single = refused(await accept(alice, changed, tag), 'suggestion-conflict');
  assert.equal(single.conflicts[0].now.start, (await alice.textOf(text)).indexOf('quiet'));
  expect(await accept(alice, moved, tag), 201);
  assert.equal(await alice.textOf(text), 'Well then: the many lead lives of quiet, deep desperation.');
});

test('two that overlap are a conflict; one after the other the second is', async () => {
  const text = await alice.puts('One two three four five.', { group: group.id });
  const [first, second, apart] = [await suggests(bob, text, 'two three', '2 3'), await suggests(carol, text, 'three four', '3 4'), await suggests(bob, text, 'five', '5')];
  const problem = refused(await acceptMany(alice, text, [second, first, apart]), 'suggestion-conflict', '/ids/0');
  assert.deepEqual(problem.conflicts.map((conflict) => [conflict.annotation, conflict.code, conflict.now]), [[second.id, 'overlaps', { start: 8, end: 18, exact: 'three four' }]]);
  const made = expect(await acceptMany(alice, text, [first, apart]), 201);
  assert.equal(await alice.textOf(text), 'One 2 3 four 5.');
  refused(await accept(alice, second, `"${made.revision.id}"`), 'suggestion-conflict');
});

test('where the source cannot say it, the reason is said', async () => {
  const text = await alice.putsMarkdown('One *two* three.\n\nFour', { group: group.id });
  const cases = [[await suggests(bob, text, 'One two', '1 2'), 'crosses-markup'], [await suggests(bob, text, 'three.\nFo', '3'), 'crosses-markup']];
  for (const [note, code] of cases) {
    assert.equal(refused(await accept(alice, note, tagOf(text)), 'not-applicable').errors[0].code, code);
    assert.equal(refused(await acceptMany(alice, text, [await suggests(bob, text, 'ur', '4'), note]), 'not-applicable', '/ids/1').errors[0].code, code);
  }
  const code = await alice.putsMarkdown('Some `code` here.', { group: group.id });
  assert.equal(refused(await accept(alice, await suggests(bob, code, 'code', 'a ` b'), tagOf(code)), 'not-applicable').errors[0].code, 'reads-otherwise');
  const word = await alice.puts('Word', { group: group.id });
  assert.equal(refused(await accept(alice, await suggests(bob, word, 'Word', ' '), tagOf(word)), 'not-applicable').errors[0].code, 'empty');
  assert.equal(refused(await accept(alice, await suggests(bob, word, 'Word', 'Word\u0001'), tagOf(word)), 'not-applicable').errors[0].code, 'same');
});

test('the charset of a file stays, or the answer says that it does not', async () => {
  const upload = () => alice.request('POST', `documents?group=${group.id}`, { body: Buffer.from('caf\xe9 noir\r\nau lait', 'latin1'), type: 'text/plain; charset=windows-1252' });
  const text = expect(await upload(), 201);
  Object.defineProperty(text, 'path', { value: text.links.self });
  const kept = expect(await accept(alice, await suggests(bob, text, 'noir', 'crème'), tagOf(text)), 201);
  assert.equal(kept.recoded, false);
  const changed = expect(await accept(alice, await suggests(bob, text, 'lait', 'λ'), `"${kept.revision.id}"`), 201);
  assert.equal(changed.recoded, true);
  assert.equal(await alice.textOf(text), 'café crème\nau λ');
  assert.equal(expect(await alice.get(`${text.path}/original`), 200), 'café crème\r\nau λ');
});

test('sent again with its key it is accepted once', async () => {
  const text = await alice.puts('One two three.', { group: group.id });
  const [one, two] = [await suggests(bob, text, 'two', '2'), await suggests(bob, text, 'three', '3')];
  const single = () => alice.request('POST', `${one.path}/accept`, { headers: { 'If-Match': tagOf(text), 'Idempotency-Key': 'accept-one' } });
  const first = expect(await single(), 201);
  const second = expect(await single(), 201);
  assert.deepEqual([second.revision, second.accepted], [first.revision, [one.id]]);
  const many = () => alice.post(`${text.path}/suggestions/accept`, { ids: [two.id] }, { headers: { 'If-Match': `"${first.revision.id}"`, 'Idempotency-Key': 'accept-two' } });
  const made = expect(await many(), 201);
  assert.deepEqual(expect(await many(), 201).accepted, [two.id]);
  assert.equal(made.revision.number, 3);
});

test('of two who accept at once one does, the other hears of it', async () => {
  for (let round = 0; round < 5; round++) {
    const text = await alice.puts('One two three.', { group: group.id });
    const [one, two] = [await suggests(bob, text, 'two', '2'), await suggests(bob, text, 'three', '3')];
    const answers = await Promise.all([accept(alice, one, tagOf(text)), accept(alice, two, tagOf(text)), acceptMany(alice, text, [one, two])]);
    assert.deepEqual(answers.map((answer) => answer.status).sort(), [201, 412, 412]);
    const made = answers.find((answer) => answer.status === 201).json;
    for (const note of [one, two]) assert.equal((await carol.reads(note)).suggestion.state, made.accepted.includes(note.id) ? 'accepted' : 'open');
    assert.equal(expect(await carol.get(`${text.path}/revisions`), 200).data.length, 2);
  }
});

test('accepted while somebody replies within the replaced words: note and reply live', async () => {
  for (let round = 0; round < 5; round++) {
    const text = await alice.puts('The mass of men lead lives of quiet desperation.', { group: group.id });
    const note = await suggests(bob, text, 'lives of quiet desperation', 'quiet lives');
    const inside = await carol.annotates(text, { quote: 'quiet', body: 'Why?' });
    const [accepted, ...said] = await Promise.all([
      accept(alice, note, tagOf(text)),
      bob.replies(inside, 'Why not?'), carol.replies(note, 'Better.'),
      carol.annotates(text, { quote: 'mass of men', body: 'Meanwhile.', revision: text.revision.id }),
    ]);
    expect(accepted, 201);
    const seen = await alice.sees(text);
    for (const one of [note, inside, ...said]) assert.ok(seen.find(({ id }) => id === one.id), `${one.body} is there`);
    assert.deepEqual([(await alice.reads(inside)).replies, (await alice.reads(note)).replies], [1, 1]);
    for (const one of seen.filter(({ parent }) => !parent)) assert.equal(one.anchor.revision, accepted.json.revision.id);
  }
});

test('changed or rejected by another meanwhile, it is not accepted as it was', async () => {
  for (let round = 0; round < 5; round++) {
    const text = await alice.puts('One two three.', { group: group.id });
    const note = await suggests(bob, text, 'two', '2');
    const [accepted, edited] = await Promise.all([accept(alice, note, tagOf(text)), bob.patch(note.path, { replacement: 'deux' })]);
    expect(accepted, 201);
    const now = await alice.reads(note);
    assert.equal(await alice.textOf(text), `One ${now.suggestion.replacement} three.`);
    assert.equal(edited.status === 200, now.suggestion.replacement === 'deux');
    const other = await suggests(bob, text, 'three', '3');
    const [yes, no] = await Promise.all([accept(alice, other, `"${accepted.json.revision.id}"`), reject(alice, other, 'no')]);
    assert.deepEqual([yes.status, no.status].sort(), yes.status === 201 ? [201, 409] : [200, 409]);
  }
});

test('rejected, it says why, is settled, and stays what it was', async () => {
  const text = await alice.puts('One two three.', { group: group.id });
  const note = await suggests(bob, text, 'two', '2');
  const answer = await reject(alice, note, 'It is *quoted*.', { 'If-Match': (await alice.get(note.path)).etag });
  const { at, ...suggestion } = expect(answer, 200).suggestion;
  assert.deepEqual(suggestion, { replacement: '2', state: 'rejected', by: bare(text.owner), reason: 'It is *quoted*.', revision: null });
  const now = await bob.reads(note);
  assert.deepEqual([now.status, now.version, now.suggestion.at], ['settled', 2, at]);
  assert.deepEqual(expect(await alice.post(`${(await suggests(bob, text, 'One', '1')).path}/reject`, {}), 200).suggestion.reason, null);
  refused(await bob.patch(note.path, { replacement: '22' }), 'conflict');
  refused(await bob.patch(note.path, { kind: 'comment', body: 'x' }), 'conflict');
  assert.equal((await bob.edits(note, { body: 'As you like.' })).suggestion.state, 'rejected');
  assert.match(expect(await bob.get(`${text.path}/export.md`), 200), /Rejected: It is \\\*quoted\\\*\./);
  assert.match(expect(await bob.get(`${text.path}/export.txt`), 200), /\(rejected: It is \*quoted\*\.\)/);
  assert.match(expect(await bob.get(`${text.path}/export.html`), 200), /<p class="by">rejected: It is \*quoted\*\.<\/p>/);
  assert.match(expect(await bob.get(`${text.path}/export.csv`), 200), /,2,rejected,It is \*quoted\*\.\r\n/);
});

// -- who is told what ----------------------------------------------------------------------------------

test('a suggestion that is sealed, hidden or waits is accepted by who sees it, and shown to nobody else by that', async () => {
  const dan = await world.person();
  await dan.joins(group, alice);
  const text = await alice.puts('One two three four.', { group: group.id });
  const hidden = await suggests(bob, text, 'two', 'canary2');
  expect(await alice.put(`${hidden.path}/moderation`, { state: 'hidden', note: null }), 200);
  const own = await suggests(alice, text, 'three', '3', { visibility: 'private' });
  const made = expect(await acceptMany(alice, text, [hidden, own]), 201);
  assert.equal(made.revision.suggestions.length, 2);
  refused(await dan.get(hidden.path), 'not-found');
  refused(await dan.get(own.path), 'not-found');
  assert.deepEqual([(await bob.reads(hidden)).moderation.state, (await alice.reads(own)).visibility], ['hidden', 'private']);
  for (const path of [`revisions/${made.revision.id}`, `${text.path}/revisions`]) {
    const mine = expect(await alice.get(path), 200), theirs = expect(await dan.get(path), 200), bobs = expect(await bob.get(path), 200);
    const credits = (answer) => (answer.data ? answer.data[0] : answer).suggestions.map((credit) => credit.annotation);
    assert.deepEqual([credits(mine).sort(), credits(theirs), credits(bobs)], [[hidden.id, own.id].sort(), [], [hidden.id]]);
  }
  const counted = expect(await dan.get(`annotations?document=${text.id}`), 200).data;
  assert.deepEqual(counted, []);
});

test('who put a text in decides about what they see of it, and learns of nothing else by trying', async () => {
  const dan = await world.person();
  const sealed = await alice.founds('Apart'), watched = await alice.founds('Watched');
  for (const one of [sealed, watched]) for (const member of [bob, dan]) await member.joins(one, alice);
  expect(await alice.patch(watched.path, { premoderated: true }), 200);
  const texts = { sealed: await dan.puts('One two three.', { group: sealed.id }), watched: await dan.puts('One two three.', { group: watched.id }) };
  expect(await alice.put(`${sealed.path}/documents/${texts.sealed.id}/reveal`, { by_reader: true }), 200);
  const secrets = {
    sealed: [texts.sealed, await suggests(bob, texts.sealed, 'two', 'a canary'), () => dan.post(`${sealed.path}/documents/${texts.sealed.id}/reveal/me`)],
    waiting: [texts.watched, await suggests(bob, texts.watched, 'two', 'a canary'), (note) => alice.put(`${note.path}/moderation`, { state: 'approved', note: null })],
    private: [texts.watched, await suggests(bob, texts.watched, 'three', 'a canary', { visibility: 'private' }), (note) => bob.patch(note.path, { visibility: 'group' }), (note) => alice.put(`${note.path}/moderation`, { state: 'approved', note: null })],
    draft: [texts.watched, await suggests(bob, texts.watched, 'One', 'a canary', { draft: true }), (note) => bob.post('drafts/publish', { ids: [note.id] }), (note) => alice.put(`${note.path}/moderation`, { state: 'approved', note: null })],
  };
  const nothing = '01h00000000000000000000000';
  for (const [what, [text, note, ...opens]] of Object.entries(secrets)) {
    const tag = tagOf(await dan.reads(text));
    const plain = ({ text: said }) => said.replaceAll(note.id, `ann_${nothing}`).replace(/"request_id":"[^"]*"/, '');
    const tries = [(id) => dan.post(`annotations/${id}/accept`, undefined, { headers: { 'If-Match': tag } }), (id) => dan.post(`annotations/${id}/reject`, { reason: 'no' }),
      (id) => dan.post(`${text.path}/suggestions/accept`, { ids: [id] }, { headers: { 'If-Match': tag } })];
    for (const one of tries) {
      const [there, not] = [await one(note.id), await one(`ann_${nothing}`)];
      assert.ok([404, 422].includes(there.status), `${what}: ${there.status}`);
      assert.deepEqual([there.status, plain(there)], [not.status, plain(not)], what);
    }
    // carried, and not counted
    const { anchors, revision } = expect(await dan.post(`${text.path}/revisions`, { text: `${await dan.textOf(text)} Four.` }, { headers: { 'If-Match': tag } }), 201);
    assert.deepEqual(Object.values(anchors), [0, 0, 0, 0, 0], what);
    assert.equal((await bob.reads(note)).anchor.revision, revision.id);
    for (const path of [`${text.path}/anchors`, `annotations?document=${text.id}`, `${text.path}/export.md`, `${text.path}/revisions`, `/d/${text.id}`, `/d/${text.id}/history`]) assert.doesNotMatch(expect(await dan.get(path), 200) && (await dan.get(path)).text, /canary/, path);
    for (const open of opens) assert.ok((await open(await bob.reads(note))).status < 300, what);
    const made = expect(await accept(dan, note, `"${revision.id}"`), 201);
    assert.match(await dan.textOf(text), /a canary/);
    assert.deepEqual(made.revision.suggestions.map((credit) => credit.annotation), [note.id]);
    // the words are the text's own now, and no secret of the next one
    expect(await dan.post(`${text.path}/revisions`, { restore: text.revision.id }, { headers: { 'If-Match': `"${made.revision.id}"` } }), 201);
    await bob.deletes(note);
  }
});

test('masks hold: of who suggested, and of who decided', async () => {
  const masked = await alice.founds('Masked', { anonymous: true, leaders_see_through: false, access: 'private' });
  for (const member of [bob, carol]) await member.joins(masked, alice);
  const text = await bob.puts('One two three four.', { group: masked.id });
  const [first, second] = [await suggests(carol, text, 'two', '2'), await suggests(carol, text, 'three', '3')];
  const { revision } = expect(await accept(bob, await bob.reads(first), `"${text.revision.id}"`), 201);
  expect(await reject(bob, await bob.reads(second), 'no'), 200);
  for (const who of [alice, carol]) {
    for (const note of [first, second]) {
      const { suggestion } = await who.reads(note);
      assert.equal(suggestion.by, null);
      assert.match(suggestion.at, /^2/);
    }
    assert.doesNotMatch(JSON.stringify(await who.sees(text)), new RegExp(`"bob"|${bob.id}`));
  }
  assert.equal((await bob.reads(second)).suggestion.by.name, 'bob');
  const [credit] = expect(await alice.get(`revisions/${revision.id}`), 200).suggestions;
  assert.deepEqual([credit.author.name, credit.author.masked], [null, true]);
  assert.notEqual(credit.author.id, carol.id);
  assert.deepEqual(expect(await carol.get(`revisions/${revision.id}`), 200).suggestions[0].author.name, 'carol');
});

test('what an erased reader suggested is credited to nobody, and why one rejected is forgotten', async () => {
  const own = await bob.founds('For a while');
  const leaving = await world.person();
  await leaving.joins(own, bob);
  await alice.joins(own, bob);
  const text = await leaving.puts('One two three.', { group: own.id });
  const [note, mine] = [await suggests(alice, text, 'two', '2'), await suggests(leaving, text, 'three', '3')];
  expect(await reject(leaving, note, 'a canary'), 200);
  const { revision } = expect(await accept(leaving, mine, tagOf(text)), 201);
  const signedIn = new leaving.constructor(world, { cookie: leaving.cookie });
  expect(await signedIn.post('me/erase', { password: leaving.password }), 204);
  const { suggestion } = await alice.reads(note);
  assert.deepEqual([suggestion.state, suggestion.by, suggestion.reason], ['rejected', null, null]);
  assert.deepEqual(expect(await alice.get(`revisions/${revision.id}`), 200).suggestions, []);
  assert.equal(world.sql("SELECT count(*) FROM gloss.suggestion s WHERE s::text LIKE '%canary%' AND s.decided_by IS NOT NULL AND s.state = 'rejected'"), '0');
});

test('a page elsewhere is changed there', async () => {
  const note = await bob.annotates('https://example.org/page', { quote: 'two', replacement: '2' });
  refused(await accept(bob, note, '"rev_01h00000000000000000000000"'), 'not-allowed');
  refused(await reject(bob, note, 'x'), 'not-allowed');
});

test('nothing went wrong on the way', () => assert.deepEqual(faults(world), []));
