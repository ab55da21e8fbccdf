import assert from 'node:assert/strict';
import test from 'node:test';
import { World, expect, refused } from '../support/people.js';

const world = await World.start();
const [alice, bob, carol] = await world.people3();
const group = await world.group(alice, bob);
const TEXT = 'The mass of men lead lives of quiet desperation. What is called resignation is confirmed desperation.';
const essay = await alice.puts(TEXT, { title: 'Economy', group: group.id });
const NOWHERE = 'ann_01h00000000000000000000000';

test('a quote alone is enough', async () => {
  const note = await bob.annotates(essay, { quote: 'mass of men', body: 'Is *this* fair?' });
  assert.equal(note.document, essay.id);
  assert.equal(note.group, group.id);
  assert.equal(note.visibility, 'group');
  assert.equal(note.author.name, 'bob');
  assert.equal(note.kind, 'comment');
  assert.match(note.body_html, /<em>this<\/em>/);
  assert.deepEqual(note.quote, { exact: 'mass of men', prefix: 'The ', suffix: ' lead lives of quiet desperation' });
  assert.deepEqual(note.anchor, { revision: essay.revision.id, start: 4, end: 15, state: 'exact', score: 1, confirmed: false });
  assert.deepEqual([note.parent, note.thread, note.replies, note.status, note.draft, note.deleted, note.version], [null, note.id, 0, 'open', false, false, 1]);
  assert.deepEqual(await alice.reads(note), note);
});

test('a quote that stands twice is refused with the places, and nothing is stored', async () => {
  const before = (await alice.sees(essay)).length;
  const problem = refused(await alice.post('annotations', { document: essay.id, quote: 'desperation', body: 'x' }), 'quote-ambiguous', '/quote');
  assert.deepEqual(problem.places.map((place) => [place.start, place.end]), [[36, 47], [89, 100]]);
  assert.match(problem.detail, /"quote":\{"exact":"…","prefix":"…"\}/, 'it says where such words go');
  assert.ok('lives of quiet '.endsWith(problem.places[0].before.slice(-6)));
  assert.equal((await alice.sees(essay)).length, before);
});

test('prefix, suffix or a position says which of several it is', async () => {
  const start = async (fields) => (await alice.annotates(essay, fields)).anchor.start;
  assert.equal(await start({ quote: { exact: 'desperation', prefix: 'quiet ' } }), 36);
  assert.equal(await start({ quote: { exact: 'desperation', suffix: '. What' } }), 36);
  assert.equal(await start({ quote: { exact: 'desperation', prefix: 'confirmed ' } }), 89);
  assert.equal(await start({ quote: 'desperation', start: 85 }), 89);
  assert.equal(await start({ quote: 'desperation', start: 0 }), 36);
});

test('a quote that is nowhere is refused with the most similar passage', async () => {
  const problem = refused(await alice.post('annotations', { document: essay.id, quote: 'mess of men', body: 'x' }), 'quote-not-found', '/quote');
  assert.equal(problem.places[0].exact, 'mass of men');
  assert.ok(problem.places[0].score < 1);
  refused(await alice.post('annotations', { document: essay.id, quote: 'zebra crossing xylophone', body: 'x' }), 'quote-not-found');
});

test('positions make a place; 0 is one of them', async () => {
  const note = await alice.annotates(essay, { start: 0, end: 3, body: 'x' });
  assert.equal(note.quote.exact, 'The');
  assert.equal(note.anchor.start, 0);
  const last = await alice.annotates(essay, { start: TEXT.length - 1, end: TEXT.length });
  assert.equal(last.quote.exact, '.');
});

test('positions outside the text, turned round or empty are refused by their field', async () => {
  for (const [start, end] of [[0, TEXT.length + 1], [TEXT.length, TEXT.length + 1], [5, 4], [4, 4], [10 ** 15, 10 ** 15 + 1]]) {
    const answer = await alice.post('annotations', { document: essay.id, start, end, body: 'x' });
    assert.equal(answer.slug, 'invalid-body', `${start}–${end}: ${answer.text}`);
    assert.ok(answer.pointers.some((p) => ['/start', '/end'].includes(p)), answer.text);
  }
  refused(await alice.post('annotations', { document: essay.id, start: 0, end: 3, revision: 'rev_01h00000000000000000000000' }), 'invalid-body', '/revision');
});

test('W3C selectors make a place, and come back with what was unknown in them', async () => {
  const quote = { type: 'TextQuoteSelector', exact: 'resignation', 'ex:mood': { sad: [1.50, true, null] } };
  const note = await alice.annotates(essay, { selectors: [quote], body: 'x' });
  assert.equal(note.quote.exact, 'resignation');
  assert.deepEqual(note.selectors.find((s) => s.type === 'TextQuoteSelector')['ex:mood'], quote['ex:mood']);
  const position = await alice.annotates(essay, { selectors: [{ type: 'TextPositionSelector', start: 4, end: 8 }] });
  assert.equal(position.quote.exact, 'mass');
  const both = await alice.annotates(essay, { selectors: [{ type: 'TextQuoteSelector', exact: 'desperation' }, { type: 'TextPositionSelector', start: 89, end: 100 }] });
  assert.equal(both.anchor.start, 89);
  refused(await alice.post('annotations', { document: essay.id, selectors: [{ exact: 'x' }] }), 'invalid-body', '/selectors/0/type');
  refused(await alice.post('annotations', { document: essay.id, selectors: [{ type: 'TextPositionSelector', start: 'a', end: 3 }] }), 'invalid-body', '/selectors/0/start');
});

test('selectors of kinds that we cannot place are refused on a text that we hold', async () => {
  refused(await alice.post('annotations', { document: essay.id, selectors: [{ type: 'SvgSelector', value: '<svg/>' }], body: 'x' }), 'invalid-body');
});

test('without a place it is about the whole document', async () => {
  const note = await alice.annotates(essay, { body: 'A fine text.' });
  assert.deepEqual([note.quote, note.anchor, note.selectors], [null, null, []]);
});

test('without a body it is a highlight; with an empty one too', async () => {
  const note = await alice.annotates(essay, { quote: 'quiet' });
  assert.deepEqual([note.kind, note.body, note.body_html], ['highlight', null, null]);
  refused(await alice.post('annotations', { document: essay.id, quote: 'quiet', kind: 'comment' }), 'invalid-body', '/body');
});

test('every kind is kept', async () => {
  for (const kind of ['comment', 'question', 'claim', 'objection']) {
    assert.equal((await alice.annotates(essay, { quote: 'quiet', body: 'x', kind })).kind, kind);
  }
  assert.equal((await alice.annotates(essay, { quote: 'quiet', replacement: 'loud', kind: 'suggestion' })).kind, 'suggestion');
});

test('what readers write is kept to the letter', async () => {
  for (const body of ['👍', 'x'.repeat(100000), ' leading and trailing \n', 'IÃ¡m damaged â€œ\u009d', 'e\u0301', '\u202eabc', 'tab\there', 'א\u05b0 mixed العربية', '👩‍👩‍👧‍👦'.repeat(50)]) {
    const note = await alice.annotates(essay, { quote: 'quiet', body });
    assert.equal(note.body, body);
    assert.equal((await bob.reads(note)).body, body);
  }
  refused(await alice.post('annotations', { document: essay.id, body: 'x'.repeat(100001) }), 'invalid-body', '/body');
});

test('the same remark twice is two remarks', async () => {
  const one = await alice.annotates(essay, { quote: 'quiet', body: 'twice' });
  const two = await alice.annotates(essay, { quote: 'quiet', body: 'twice' });
  assert.notEqual(one.id, two.id);
});

test('a body’s HTML does nothing', async () => {
  const body = '<script>alert(1)</script> [x](javascript:alert(1)) ![y](https://example.org/t.png) <img src=x onerror=alert(1)> [z](data:text/html,x) [ok](https://example.org)';
  const { body_html: html } = await alice.annotates(essay, { body });
  assert.doesNotMatch(html, /<script|<img|href="(javascript|data):/i);
  assert.match(html, /<a [^>]*href="https:\/\/example\.org"[^>]*rel="[^"]*noopener/);
});

test('tags are kept in order, once each, to the letter', async () => {
  const tags = ['irony', 'Ironie', '皮肉', 'two words'];
  assert.deepEqual((await alice.annotates(essay, { body: 'x', tags })).tags, tags);
  refused(await alice.post('annotations', { document: essay.id, body: 'x', tags: Array.from({ length: 10000 }, (_, i) => `t${i}`) }), 'invalid-body', '/tags');
  refused(await alice.post('annotations', { document: essay.id, body: 'x', tags: ['x'.repeat(101)] }), 'invalid-body', '/tags/0');
});

test('a page elsewhere is annotated by its address, and the next one lands on the same page', async () => {
  const one = await alice.annotates('https://example.org/shared', { body: 'mine', group: group.id });
  const two = await bob.annotates('https://example.org/shared', { body: 'mine too', group: group.id, selectors: [{ type: 'TextQuoteSelector', exact: 'some words' }] });
  assert.equal(one.document, two.document);
  assert.equal(two.quote.exact, 'some words');
  assert.equal(two.anchor, null);
  assert.deepEqual((await alice.sees('https://example.org/shared')).map((n) => n.id), [two.id, one.id]);
  for (const document of ['ftp://example.org', 'javascript:alert(1)', 'not an address', 'http://', 'doc_x', '']) {
    const answer = await alice.post('annotations', { document, body: 'x' });
    assert.ok(['invalid-body', 'not-found'].includes(answer.slug), `${document}: ${answer.text}`);
  }
});

test('without a group an annotation elsewhere is one’s own', async () => {
  const note = await alice.annotates('https://example.org/private', { body: 'mine' });
  assert.equal(note.group, expect(await alice.get('me'), 200).mine);
  refused(await bob.get(note.path), 'not-found');
});

test('it goes to the one group through which its author reads the text, else to their own', async () => {
  const other = await world.group(alice, bob);
  const text = await alice.puts('In two groups.', { group: group.id });
  assert.equal((await bob.annotates(text, { body: 'x' })).group, group.id);
  expect(await alice.put(`${other.path}/documents/${text.id}`), 204);
  assert.equal((await bob.annotates(text, { body: 'x' })).group, expect(await bob.get('me'), 200).mine);
  assert.equal((await bob.annotates(text, { body: 'x', group: other.id })).group, other.id);
  const foreign = await world.group(bob);
  refused(await bob.post('annotations', { document: text.id, body: 'x', group: foreign.id }), 'invalid-body', '/group');
  refused(await carol.post('annotations', { document: text.id, body: 'x', group: group.id }), 'not-found');
});

test('one’s words change; the version counts', async () => {
  const note = await bob.annotates(essay, { quote: 'quiet', body: 'Before', tags: ['a'] });
  const edited = await bob.edits(note, { body: 'After' });
  assert.deepEqual([edited.body, edited.tags, edited.version, edited.created_at], ['After', ['a'], 2, note.created_at]);
  assert.ok(edited.updated_at > note.updated_at);
  const bare = await bob.edits(note, { tags: null, body: null, kind: 'highlight' });
  assert.deepEqual([bare.tags, bare.body, bare.kind], [[], null, 'highlight']);
  refused(await bob.patch(note.path, { quote: 'mass' }), 'invalid-body', '/quote');
  refused(await bob.patch(note.path, { kind: 'shout' }), 'invalid-body', '/kind');
  refused(await bob.patch(`annotations/${NOWHERE}`, { body: 'x' }), 'not-found');
});

test('a change that changes nothing makes no version', async () => {
  const note = await bob.annotates(essay, { quote: 'quiet', body: 'Same' });
  assert.equal((await bob.edits(note, { body: 'Same' })).version, 1);
  assert.equal((await bob.edits(note, {})).version, 1);
});

test('only its author edits or deletes an annotation', async () => {
  const note = await bob.annotates(essay, { quote: 'quiet', body: 'Mine' });
  refused(await alice.patch(note.path, { body: 'Yours' }), 'not-allowed');
  refused(await alice.delete(note.path), 'not-allowed');
  refused(await carol.patch(note.path, { body: 'Yours' }), 'not-found');
  refused(await carol.delete(note.path), 'not-found');
});

test('a deleted annotation is gone', async () => {
  const note = await bob.annotates(essay, { quote: 'quiet', body: 'Going' });
  await bob.deletes(note);
  refused(await bob.get(note.path), 'not-found');
  refused(await bob.delete(note.path), 'not-found');
  refused(await bob.patch(note.path, { body: 'x' }), 'not-found');
  assert.ok(!(await alice.sees(essay)).some((n) => n.id === note.id));
});

test('an id that was never given out is not there', async () => {
  refused(await alice.get(`annotations/${NOWHERE}`), 'not-found');
  refused(await alice.delete(`annotations/${NOWHERE}`), 'not-found');
  for (const part of ['replies', 'history', 'reactions']) refused(await alice.get(`annotations/${NOWHERE}/${part}`), 'not-found');
  refused(await alice.post('annotations', { document: 'doc_01h00000000000000000000000', body: 'x' }), 'not-found');
});

test('a suffix says the form, behind an id too', async () => {
  const note = await alice.annotates(essay, { quote: 'quiet', body: 'x' });
  for (const path of [`${note.path}.json`, `${essay.path}.json`]) assert.equal((await alice.get(path)).status, 200, path);
});

test('white space alone says nothing', async () => {
  refused(await alice.post('annotations', { document: essay.id, quote: 'quiet', body: ' \n\t' }), 'invalid-body', '/body');
});

test('a list is filtered by author, tag, kind, group and time', async () => {
  const text = await alice.puts('Filter me please.', { group: group.id });
  const one = await alice.annotates(text, { quote: 'Filter', body: 'a', tags: ['red'], kind: 'question' });
  const two = await bob.annotates(text, { quote: 'me', body: 'b', tags: ['red', 'blue'] });
  const three = await bob.annotates(text, { quote: 'please' });
  const ids = async (query) => (await alice.sees(text, query)).map((n) => n.id);
  assert.deepEqual(await ids(''), [three.id, two.id, one.id]);
  assert.deepEqual(await ids('author=bob'), [three.id, two.id]);
  assert.deepEqual(await ids(`author=${bob.id}`), [three.id, two.id]);
  assert.deepEqual(await ids('author=me'), [one.id]);
  assert.deepEqual(await ids('author=nobody'), []);
  assert.deepEqual(await ids('tag=red'), [two.id, one.id]);
  assert.deepEqual(await ids('tag=Red'), []);
  assert.deepEqual(await ids('tag=red&author=me'), [one.id]);
  assert.deepEqual(await ids('kind=highlight'), [three.id]);
  assert.deepEqual(await ids(`group=${group.id}`), [three.id, two.id, one.id]);
  assert.deepEqual(await ids('group=mine'), []);
  assert.deepEqual(await ids(`since=${two.created_at}`), [three.id, two.id]);
  assert.deepEqual(await ids(`until=${two.created_at}`), [one.id]);
  await alice.edits(one, { body: 'changed' });
  assert.deepEqual(await ids('order=updated'), [one.id, three.id, two.id]);
});

test('a list is cut to a range of the text', async () => {
  const text = await alice.puts('0123456789 abcdefghij');
  const one = await alice.annotates(text, { start: 0, end: 5 });
  const two = await alice.annotates(text, { start: 4, end: 8 });
  await alice.annotates(text, { body: 'whole' });
  const ids = async (query) => (await alice.sees(text, query)).map((n) => n.id).sort();
  assert.deepEqual(await ids('from=0&to=4'), [one.id]);
  assert.deepEqual(await ids('from=4&to=5'), [one.id, two.id].sort());
  assert.deepEqual(await ids('from=5'), [two.id]);
  assert.deepEqual(await ids('from=8&to=20'), []);
  refused(await alice.get('annotations?from=1'), 'invalid-query');
});

test('a document counts what its reader may see', async () => {
  const text = await alice.puts('Count me.', { group: group.id });
  await alice.annotates(text, { body: 'one' });
  await alice.annotates(text, { body: 'two', visibility: 'private' });
  const three = await bob.annotates(text, { body: 'three' });
  assert.equal((await alice.reads(text)).annotations, 3);
  assert.equal((await bob.reads(text)).annotations, 2);
  await bob.deletes(three);
  assert.equal((await alice.reads(text)).annotations, 2);
});

test('a private annotation becomes the group’s, and private again', async () => {
  const note = await alice.annotates(essay, { quote: 'quiet', body: 'secret for now', visibility: 'private' });
  refused(await bob.get(note.path), 'not-found');
  await alice.edits(note, { visibility: 'group' });
  assert.equal((await bob.reads(note)).visibility, 'group');
  await alice.edits(note, { visibility: 'private' });
  refused(await bob.get(note.path), 'not-found');
});

test('a draft is its author’s until it is published', async () => {
  const note = await alice.annotates(essay, { quote: 'quiet', body: 'not yet', draft: true });
  assert.equal(note.draft, true);
  refused(await bob.get(note.path), 'not-found');
  assert.equal((await alice.edits(note, { draft: false })).draft, false);
  assert.equal((await bob.reads(note)).body, 'not yet');
});
