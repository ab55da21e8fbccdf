// A text is edited: a new revision, and every annotation goes with its words.
import assert from 'node:assert/strict';
import test from 'node:test';
import { World, expect, refused } from '../support/people.js';

const world = await World.start();
const [alice, bob] = await world.people3();

const ESSAY = 'The mass of men lead lives of quiet desperation.\nWhat is called resignation is confirmed desperation.';
const tagOf = (text) => `"${text.revision.id}"`;
const revises = (who, text, json, { tag = tagOf(text), ...headers } = {}) =>
  who.post(`${text.path}/revisions`, json, { headers: { ...(tag && { 'If-Match': tag }), ...headers } });

test('a new revision takes the place of the one before', async () => {
  const text = await alice.puts(ESSAY);
  const answer = await revises(alice, text, { text: ESSAY.replace('mass of men', 'great mass of men'), note: 'great' });
  const { revision, anchors, unchanged, review } = expect(answer, 201);
  assert.equal(unchanged, false);
  assert.equal(revision.number, 2);
  assert.equal(revision.parent, text.revision.id);
  assert.equal(revision.note, 'great');
  assert.equal(revision.author.name, 'alice');
  assert.equal(review, `${text.path}/anchors?state=changed,ambiguous,gone`);
  assert.deepEqual(anchors, { exact: 0, moved: 0, changed: 0, ambiguous: 0, gone: 0 });
  assert.equal(answer.etag, `"${revision.id}"`);
  const now = await alice.reads(text);
  assert.equal(now.revision.id, revision.id);
  assert.equal(now.version, 2);
  assert.match(await alice.textOf(text), /great mass/);
  const [second, first] = expect(await alice.get(`${text.path}/revisions`), 200).data;
  assert.equal(second.id, revision.id);
  assert.equal(first.id, text.revision.id);
  assert.equal(expect(await alice.get(`/api/v1/revisions/${first.id}/text`), 200), ESSAY);
});

test('annotations go with their words', async () => {
  const text = await alice.puts(ESSAY);
  const note = await alice.annotates(text, { quote: 'quiet desperation', body: 'why quiet?' });
  const { anchors } = expect(await revises(alice, text, { text: `In Walden:\n${ESSAY}` }), 201);
  assert.equal(anchors.exact, 1);
  const seen = await alice.reads(note);
  assert.equal(seen.anchor.start, note.anchor.start + 11);
  assert.equal(seen.anchor.state, 'exact');
  assert.equal(seen.version, note.version);
});

test('If-Match is needed, and names the revision that there is', async () => {
  const text = await alice.puts(ESSAY);
  refused(await revises(alice, text, { text: 'Other.' }, { tag: null }), 'precondition-required');
  refused(await revises(alice, text, { text: 'Other.' }, { tag: '*' }), 'precondition-required');
  refused(await revises(alice, text, { text: 'Other.' }, { tag: `W/${tagOf(text)}` }), 'precondition-failed');
  const { revision } = expect(await revises(alice, text, { text: 'Faster.' }), 201);
  const answer = await revises(alice, text, { text: 'Slower.' });
  const problem = refused(answer, 'precondition-failed');
  assert.equal(problem.current.id, revision.id);
  assert.equal(problem.current.author.name, 'alice');
  assert.equal(answer.etag, `"${revision.id}"`);
  assert.equal(await alice.textOf(text), 'Faster.');
});

test('the same bytes are no new revision; other marks around the same words are', async () => {
  const text = await alice.putsMarkdown('The *mass* of men.');
  const same = await revises(alice, text, { markdown: 'The *mass* of men.', note: 'nothing' });
  assert.equal(expect(same, 200).unchanged, true);
  assert.equal(same.json.revision.id, text.revision.id);
  assert.equal((await alice.reads(text)).version, 1);
  const { revision } = expect(await revises(alice, text, { markdown: 'The **mass** of men.' }), 201);
  assert.equal(revision.number, 2);
  assert.equal(revision.sha256, text.revision.sha256);
});

test('a raw body is a revision, with its note in the query', async () => {
  const text = await alice.puts(ESSAY);
  const raw = (body, type, query = '', tag = tagOf(text)) =>
    alice.request('POST', `${text.path}/revisions${query}`, { body, type, headers: { 'If-Match': tag } });
  const { revision } = expect(await raw('# A heading\n\nThe *mass*.', 'text/markdown', '?note=marked%20up'), 201);
  assert.equal(revision.format, 'text/markdown');
  assert.equal(revision.note, 'marked up');
  assert.equal(await alice.textOf(text), 'A heading\nThe mass.');
  const latin = expect(await raw(Buffer.from([0x63, 0x61, 0x66, 0xe9]), 'text/plain; charset=iso-8859-1', '', `"${revision.id}"`), 201);
  assert.equal(latin.revision.note, null);
  assert.equal(await alice.textOf(text), 'café');
  refused(await raw('x', 'application/pdf'), 'unsupported-media-type');
  refused(await raw('x', 'text/plain', `?note=${'x'.repeat(1001)}`, `"${latin.revision.id}"`), 'invalid-query', '/query/note');
});

test('what cannot be a text, or says it twice, is refused', async () => {
  const text = await alice.puts(ESSAY);
  for (const [json, pointer] of [
    [{}, ''], [{ text: 'a', markdown: 'b' }, ''], [{ text: 'a', restore: text.revision.id }, ''], [{ restore: 'rev_1' }, '/restore'],
    [{ text: 5 }, '/text'], [{ text: 'a', title: 'b' }, '/title'], [{ text: 'a', note: 'x'.repeat(1001) }, '/note'], [{ text: 'a', note: 'a\u0007b' }, '/note'],
    [{ restore: 'rev_01h00000000000000000000000' }, '/restore'],
  ]) refused(await revises(alice, text, json), 'invalid-body', pointer);
  refused(await revises(alice, text, { text: ' \n' }), 'unreadable-text', '/text');
  refused(await revises(alice, text, { markdown: '' }), 'unreadable-text', '/markdown');
  refused(await alice.request('POST', `${text.path}/revisions`, { body: 'a\0b', type: 'text/plain', headers: { 'If-Match': tagOf(text) } }), 'unreadable-text', '');
  refused(await alice.request('POST', `${text.path}/revisions`, { body: 'x'.repeat((8 << 20) + 1), type: 'text/plain', headers: { 'If-Match': tagOf(text) } }), 'body-too-large');
  refused(await alice.request('POST', `${text.path}/revisions?note=x`, { json: { text: 'a' }, headers: { 'If-Match': tagOf(text) } }), 'invalid-query', '/query/note');
  assert.equal((await alice.reads(text)).revision.number, 1);
});

test('an earlier revision comes back as a new one', async () => {
  const text = await alice.putsMarkdown('One *and* two.\n\nThree.');
  const note = await alice.annotates(text, { quote: 'Three', body: 'three?' });
  const second = expect(await revises(alice, text, { text: 'Something else altogether, of which nothing is left' }), 201);
  assert.equal(second.anchors.gone, 1);
  assert.equal((await alice.reads(note)).anchor.start, null);
  const third = expect(await revises(alice, text, { restore: text.revision.id, note: 'better before' }, { tag: `"${second.revision.id}"` }), 201);
  assert.equal(third.revision.number, 3);
  assert.equal(third.revision.format, 'text/markdown');
  assert.equal(third.revision.sha256, text.revision.sha256);
  assert.equal(third.revision.note, 'better before');
  assert.deepEqual(third.anchors, { exact: 1, moved: 0, changed: 0, ambiguous: 0, gone: 0 });
  const { anchor } = await alice.reads(note);
  assert.equal(anchor.start, note.anchor.start);
  assert.equal(anchor.state, 'exact');
  const same = await revises(alice, text, { restore: text.revision.id }, { tag: `"${third.revision.id}"` });
  assert.equal(expect(same, 200).unchanged, true);
});

test('its owner edits it, and who manages the texts of its home; nobody else', async () => {
  const group = await world.group(alice, bob);
  const text = await bob.puts(ESSAY, { group: group.id });
  assert.equal((await bob.reads(text)).may_edit, true);
  assert.equal((await alice.reads(text)).may_edit, true);
  const carol = await world.person();
  await carol.joins(group, alice);
  assert.equal((await carol.reads(text)).may_edit, false);
  refused(await revises(carol, text, { text: 'Mine now.' }), 'not-allowed');
  refused(await revises(await world.person(), text, { text: 'Mine now.' }), 'not-found');
  expect(await revises(alice, text, { text: 'A group owner\'s.' }), 201);
  refused(await revises(alice, { path: '/api/v1/documents/doc_01h00000000000000000000000' }, { text: 'a' }, { tag: '"rev_01h00000000000000000000000"' }), 'not-found');
});

test('a page elsewhere has no revisions of ours', async () => {
  const note = await alice.annotates('https://example.org/elsewhere', { body: 'a page' });
  refused(await revises(alice, { path: `/api/v1/documents/${note.document}` }, { text: 'a' }, { tag: '"rev_01h00000000000000000000000"' }), 'not-allowed');
});

test('sent again with its key it is done once', async () => {
  const text = await alice.puts(ESSAY);
  const send = () => revises(alice, text, { text: 'Once.' }, { 'Idempotency-Key': 'a-revision' });
  const first = await send(), again = await send();
  assert.equal(expect(first, 201).revision.id, expect(again, 201).revision.id);
  assert.deepEqual(again.json, first.json);
  assert.equal((await alice.reads(text)).revision.number, 2);
});

test('sent several times at once with its key it is done once, and each hears of that', async () => {
  for (let i = 0; i < 5; i++) {
    const text = await alice.puts(ESSAY);
    const answers = await Promise.all(Array.from({ length: 6 }, () => revises(alice, text, { text: `At once, ${i}.` }, { 'Idempotency-Key': `at-once-${i}` })));
    assert.equal(new Set(answers.map((answer) => expect(answer, 201).revision.id)).size, 1);
    assert.equal((await alice.reads(text)).revision.number, 2);
    const other = await revises(alice, text, { text: 'Another.' }, { 'Idempotency-Key': `another-${i}` });
    assert.equal(refused(other, 'precondition-failed').current.number, 2);
  }
});

test('an id of noughts is no id', async () => {
  const text = await alice.puts(ESSAY);
  const nought = `rev_${'0'.repeat(26)}`;
  refused(await revises(alice, text, { restore: nought }), 'invalid-body', '/restore');
  for (const path of [`${text.path}/diff?from=${nought}`, `${text.path}/diff?to=${nought}`, `${text.path}/anchors?revision=${nought}`, `annotations?document=${text.id}&revision=${nought}`])
    refused(await alice.get(path), 'invalid-query');
  refused(await alice.get(`revisions/${nought}`), 'not-found');
});

test('an annotation on an old revision stands in the current one, too', async () => {
  const text = await alice.puts(ESSAY);
  expect(await revises(alice, text, { text: `In Walden:\n${ESSAY}` }), 201);
  const note = await alice.annotates(text, { revision: text.revision.id, start: 4, end: 15, body: 'men?' });
  assert.equal(note.quote.exact, 'mass of men');
  assert.equal(note.anchor.start, 15);
  assert.equal(note.anchor.state, 'exact');
  assert.notEqual(note.anchor.revision, text.revision.id);
});

test('what is written while the text is edited is carried, whoever is first', async () => {
  const group = await world.group(alice, bob);
  const text = await alice.puts(ESSAY, { group: group.id });
  let revision = text.revision;
  const written = [];
  let editing = true;
  const writing = (async () => {
    while (editing) written.push(...await Promise.all([1, 2, 3].map(() => bob.annotates(text, { quote: 'quiet desperation', body: 'while it changes' }))));
  })();
  for (let i = 0; i < 12; i++) {
    const answer = await revises(alice, text, { text: `${i} times edited.\n`.repeat(i + 1) + ESSAY }, { tag: `"${revision.id}"` });
    revision = expect(answer, 201).revision;
  }
  editing = false;
  await writing;
  const words = await alice.textOf(text);
  const seen = await bob.sees(text);
  assert.equal(seen.length, written.length);
  for (const { anchor } of seen) {
    assert.equal(anchor.revision, revision.id);
    assert.equal([...words].slice(anchor.start, anchor.end).join(''), 'quiet desperation');
  }
});

test('of two that edit one revision, one is told what the other made of it', async () => {
  const text = await alice.puts(ESSAY);
  const answers = await Promise.all(['One.', 'Two.', 'Three.', 'Four.'].map((words) => revises(alice, text, { text: words })));
  const made = answers.filter((answer) => answer.status === 201);
  assert.equal(made.length, 1);
  for (const answer of answers) if (answer !== made[0]) assert.equal(refused(answer, 'precondition-failed').current.id, made[0].json.revision.id);
});

test('what differs between two revisions, word by word', async () => {
  const text = await alice.puts(ESSAY);
  const first = expect(await alice.get(`${text.path}/diff`), 200);
  assert.deepEqual([first.from.id, first.to.id, first.changes], [text.revision.id, text.revision.id, []]);
  const words = ESSAY.replace('quiet desperation', 'loud desperation');
  const { revision } = expect(await revises(alice, text, { text: words }), 201);
  const answer = await alice.get(`${text.path}/diff`);
  const { from, to, changes } = expect(answer, 200);
  assert.deepEqual([from.id, to.id], [text.revision.id, revision.id]);
  assert.deepEqual(changes, [{ from: { start: 30, end: 35, exact: 'quiet' }, to: { start: 30, end: 34, exact: 'loud' } }]);
  assert.equal((await alice.get(`${text.path}/diff`, { headers: { 'If-None-Match': answer.etag } })).status, 304);
  const back = expect(await alice.get(`${text.path}/diff?from=${revision.id}&to=${text.revision.id}`), 200);
  assert.deepEqual(back.changes, [{ from: changes[0].to, to: changes[0].from }]);
  const other = await alice.puts('Another.');
  for (const [query, name] of [['from=x', 'from'], ['to=x', 'to'], [`to=${other.revision.id}`, 'to'], [`from=${other.revision.id}`, 'from']]) refused(await alice.get(`${text.path}/diff?${query}`), 'invalid-query', `/query/${name}`);
  refused(await bob.get(`${text.path}/diff`), 'not-found');
  refused(await alice.get('documents/x/diff'), 'not-found');
});

test('what was edited or decided last is first where the latest is', async () => {
  const group = await world.group(alice, bob);
  const texts = [await alice.puts(ESSAY, { group: group.id }), await alice.puts(ESSAY, { group: group.id })];
  const notes = [await bob.annotates(texts[0], { quote: 'mass', replacement: 'lot' }), await bob.annotates(texts[0], { quote: 'quiet', body: 'x' })];
  const first = async (path) => expect(await bob.get(`${path}${path.includes('?') ? '&' : '?'}order=updated`), 200).data[0].id;
  assert.equal(await first(`documents?group=${group.id}`), texts[1].id);
  assert.equal(await first(`annotations?document=${texts[0].id}`), notes[1].id);
  expect(await alice.post(`${notes[0].path}/accept`, undefined, { headers: { 'If-Match': tagOf(texts[0]) } }), 201);
  assert.equal(await first(`documents?group=${group.id}`), texts[0].id);
  for (const path of [`annotations?document=${texts[0].id}`, `annotations?group=${group.id}`]) assert.equal(await first(path), notes[0].id);
  assert.equal(JSON.parse((await bob.get(`${texts[0].path}/export.ndjson`)).text.split('\n')[0]).value.revision.number, 2);
});

test('what differs is the same in JSON and on the page', async () => {
  const text = await alice.putsMarkdown('# Walden\n\nOne bright morning in the middle of the night.\n\nTwo dead boys got up to fight.\n\nThe end & <more>.', { title: 'Same' });
  expect(await revises(alice, text, { markdown: '# Walden\n\nOne fine morning at the end of the night.\n\nThe end & <more>. Or is it?' }), 201);
  const { changes } = expect(await alice.get(`${text.path}/diff`), 200);
  assert.ok(changes.length > 2);
  const page = expect(await alice.get(`/d/${text.id}/diff`), 200).replace(/^.*?<section/s, '');
  const told = (tag) => [...page.matchAll(new RegExp(`<${tag}>(.*?)</${tag}>`, 'g'))].map(([, words]) => words.replace('¶', '\n').replaceAll('&amp;', '&').replaceAll('&lt;', '<').replaceAll('&gt;', '>')).join('');
  assert.equal(told('del'), changes.map(({ from }) => from.exact).join(''));
  assert.equal(told('ins'), changes.map(({ to }) => to.exact).join(''));
  const words = [...await alice.textOf(text)];
  for (const { to } of changes) assert.equal(words.slice(to.start, to.end).join(''), to.exact);
});

test('an anchor outside its own text, which only a damaged database has, stands nowhere and stops nothing', async () => {
  const text = await alice.puts(ESSAY);
  const note = await alice.annotates(text, { quote: 'quiet desperation', body: 'why quiet?' });
  world.sql(`UPDATE gloss.anchor SET end_chars = 100000 WHERE document_id IN (SELECT id FROM gloss.document WHERE current_revision_id IN
    (SELECT revision_id FROM gloss.anchor ORDER BY revision_id DESC LIMIT 1))`);
  const { anchors } = expect(await revises(alice, text, { text: `In Walden:\n${ESSAY}` }), 201);
  assert.equal(anchors.gone, 1);
  assert.equal((await alice.reads(note)).anchor.state, 'gone');
});
