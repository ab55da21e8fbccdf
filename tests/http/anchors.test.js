// Where annotations stand after edits: looked through, confirmed, placed by hand, left as gone; and lists
// as they were in an earlier revision.
import assert from 'node:assert/strict';
import test from 'node:test';
import { gloss } from '../support/binary.js';
import { World, expect, refused } from '../support/people.js';

const world = await World.start();
const [alice, bob, carol] = await world.people3();
const group = await world.group(alice, bob, carol);

const PARAGRAPHS = [
  'The mass of men lead lives of quiet desperation. What is called resignation is confirmed desperation.',
  'From the desperate city you go into the desperate country, and have to console yourself with the bravery of minks and muskrats.',
  'A stereotyped but unconscious despair is concealed even under what are called the games and amusements of mankind.',
];
const WALDEN = PARAGRAPHS.join('\n');

const revises = async (who, text, words) => {
  const { revision } = await who.reads(text);
  return expect(await who.post(`${text.path}/revisions`, { text: words }, { headers: { 'If-Match': `"${revision.id}"` } }), 201);
};
const restores = async (who, text, id) => {
  const { revision } = await who.reads(text);
  return expect(await who.post(`${text.path}/revisions`, { restore: id }, { headers: { 'If-Match': `"${revision.id}"` } }), 201);
};
const anchors = async (who, text, query = '') => expect(await who.get(`${text.path}/anchors${query}`), 200).data;
const wordsAt = (words, { start, end }) => [...words].slice(start, end).join('');
const puts = (who, note, json, options) => who.put(`${note.path}/anchor`, json, options);

async function scene() {
  const text = await alice.puts(WALDEN, { group: group.id });
  const notes = {
    mass: await bob.annotates(text, { quote: 'The mass of men', body: 'all of them?' }),
    minks: await bob.annotates(text, { quote: 'the bravery of minks and muskrats', body: 'minks!' }),
    games: await carol.annotates(text, { quote: 'the games and amusements of mankind', body: 'which?' }),
  };
  return { text, notes };
}

test('the list says how each stands, where it stood before, and what it read', async () => {
  const { text, notes } = await scene();
  const first = await anchors(bob, text);
  assert.deepEqual(first.map((row) => row.annotation), [notes.mass.id, notes.minks.id, notes.games.id]);
  for (const row of first) assert.deepEqual([row.state, row.confirmed, row.was, row.revision], ['exact', false, null, text.revision.id]);
  const edited = `${PARAGRAPHS[0].replace('mass of men', 'great mass of men')}\n${PARAGRAPHS[2]}`;
  const { revision, anchors: counts } = await revises(alice, text, edited);
  const rows = await anchors(bob, text);
  assert.equal(counts.exact + counts.moved + counts.changed + counts.ambiguous + counts.gone, 3);
  const of = (note) => rows.find((row) => row.annotation === note.id);
  const mass = of(notes.mass);
  assert.equal(mass.state, 'changed');
  assert.equal(mass.exact, 'The great mass of men');
  assert.equal(wordsAt(edited, mass), mass.exact);
  assert.deepEqual(mass.was, { revision: text.revision.id, start: 0, end: 15, exact: 'The mass of men' });
  assert.ok(mass.score > 0 && mass.score < 1);
  const minks = of(notes.minks);
  assert.deepEqual([minks.state, minks.start, minks.end, minks.exact, minks.score], ['gone', null, null, null, 0]);
  assert.equal(minks.was.exact, 'the bravery of minks and muskrats');
  assert.equal(of(notes.games).state, 'exact');
  assert.equal(rows.at(-1).annotation, notes.minks.id, 'what is gone comes last');
  for (const row of rows) assert.equal(row.revision, revision.id);
  assert.deepEqual((await anchors(bob, text, '?state=gone')).map((row) => row.annotation), [notes.minks.id]);
  assert.deepEqual((await anchors(bob, text, '?state=changed,gone&confirmed=false&author=me')).map((row) => row.annotation), [notes.mass.id, notes.minks.id]);
  assert.deepEqual(await anchors(carol, text, '?state=changed,ambiguous,gone&author=me'), []);
  assert.deepEqual(await anchors(bob, text, '?confirmed=true'), []);
  assert.deepEqual((await anchors(bob, text, `?revision=${text.revision.id}`)).map((row) => row.start), first.map((row) => row.start));
  const paged = [];
  for (let path = `${text.path}/anchors?limit=1`; path;) {
    const answer = await bob.get(path);
    paged.push(...expect(answer, 200).data);
    path = answer.next;
  }
  assert.deepEqual(paged, rows);
  const lines = (await bob.get(`${text.path}/anchors.ndjson`)).text.trim().split('\n');
  assert.equal(lines.length, 4);
});

test('what it is asked for wrongly is named', async () => {
  const { text } = await scene();
  for (const [query, name] of [['state=lost', 'state'], ['state=', 'state'], ['state=exact,exact,exact,exact,exact,exact', 'state'], ['confirmed=maybe', 'confirmed'], ['author=bob', 'author'],
    ['revision=rev_1', 'revision'], ['revision=rev_01h00000000000000000000000', 'revision'], ['limit=0', 'limit']]) refused(await bob.get(`${text.path}/anchors?${query}`), 'invalid-query', `/query/${name}`);
  refused(await (await world.person()).get(`${text.path}/anchors`), 'not-found');
  const page = await alice.annotates('https://example.org/anchors', { body: 'a page' });
  refused(await alice.get(`documents/${page.document}/anchors`), 'not-found');
  refused(await alice.get('documents/walden/anchors'), 'not-found');
});

test('its author confirms a place, and it stays confirmed as long as its words do', async () => {
  const { text, notes } = await scene();
  const { revision } = await revises(alice, text, WALDEN.replace('mass of men', 'great mass of men'));
  const before = await bob.reads(notes.mass);
  const tag = (await bob.get(`annotations?document=${text.id}`)).etag;
  const kept = expect(await puts(bob, notes.mass, { revision: revision.id, keep: true }), 200);
  assert.deepEqual(kept.anchor, { ...before.anchor, confirmed: true });
  assert.equal(kept.quote.exact, 'The mass of men', 'the quote stays what was selected');
  assert.notEqual((await bob.get(`annotations?document=${text.id}`)).etag, tag);
  assert.deepEqual(await anchors(bob, text, '?state=changed&confirmed=false'), []);
  await revises(alice, text, `Once more.\n${WALDEN.replace('mass of men', 'great mass of men')}`);
  const later = await bob.reads(notes.mass);
  assert.deepEqual([later.anchor.state, later.anchor.confirmed], ['changed', true]);
  await revises(alice, text, `Once more.\n${WALDEN.replace('mass of men', 'very great mass of men')}`);
  assert.equal((await bob.reads(notes.mass)).anchor.confirmed, false, 'its words have changed since');
});

test('its author puts it elsewhere', async () => {
  const { text, notes } = await scene();
  const words = WALDEN.replace(PARAGRAPHS[1], 'You have to console yourself with weasels.');
  const { revision } = await revises(alice, text, words);
  const at = (quote) => ({ start: [...words.slice(0, words.indexOf(quote))].length, end: [...words.slice(0, words.indexOf(quote))].length + quote.length });
  const placed = expect(await puts(bob, notes.minks, { revision: revision.id, quote: 'with weasels' }), 200);
  assert.deepEqual(placed.anchor, { revision: revision.id, ...at('with weasels'), state: 'changed', score: 1, confirmed: true });
  const again = expect(await puts(bob, notes.minks, { revision: revision.id, ...at('weasels') }), 200);
  assert.equal(wordsAt(words, again.anchor), 'weasels');
  const selected = expect(await puts(bob, notes.minks, { revision: revision.id, selectors: [{ type: 'TextQuoteSelector', exact: 'console yourself' }] }), 200);
  assert.equal(wordsAt(words, selected.anchor), 'console yourself');
  const same = expect(await puts(bob, notes.mass, { revision: revision.id, quote: 'The mass of men' }), 200);
  assert.deepEqual([same.anchor.state, same.anchor.confirmed], ['exact', true]);
  const minimal = await puts(bob, notes.mass, { revision: revision.id, keep: true }, { headers: { Prefer: 'return=minimal' } });
  assert.equal(minimal.status, 204);
});

test('what its author leaves as gone is looked for no more', async () => {
  const { text, notes } = await scene();
  const { revision } = await revises(alice, text, `${PARAGRAPHS[0]}\n${PARAGRAPHS[2]}`);
  assert.equal((await bob.reads(notes.minks)).anchor.state, 'gone');
  refused(await puts(bob, notes.minks, { revision: revision.id, keep: true }), 'conflict');
  const left = expect(await puts(bob, notes.minks, { revision: revision.id, gone: true }), 200);
  assert.deepEqual(left.anchor, { revision: revision.id, start: null, end: null, state: 'gone', score: 0, confirmed: true });
  await restores(alice, text, text.revision.id);
  const { anchor } = await bob.reads(notes.minks);
  assert.deepEqual([anchor.state, anchor.confirmed], ['gone', true]);
});

test('who reads a text no more is told no further word of it by what they wrote on it', async () => {
  const dan = await world.person();
  const closed = await world.group(alice, bob, dan);
  const text = await alice.puts(WALDEN, { group: closed.id });
  const notes = [await dan.annotates(text, { quote: 'quiet desperation', body: 'mine', group: closed.id }), await dan.annotates(text, { quote: 'minks', body: 'for me', group: closed.id, visibility: 'private' })];
  await dan.leaves(closed);
  const { revision } = await revises(alice, text, WALDEN.replace('quiet', 'whispered').replace('minks', 'weasels'));
  for (const note of notes) {
    for (const query of ['', `?revision=${text.revision.id}`, `?revision=${revision.id}`]) {
      const { quote, then, now } = expect(await dan.get(`${note.path}/context${query}`), 200);
      assert.deepEqual([quote.exact, then, now], [note.quote.exact, null, null]);
    }
    for (const place of [{ keep: true }, { quote: 'whispered' }, { quote: 'not a word of it' }, { start: 0, end: 200 }]) refused(await puts(dan, note, { revision: revision.id, ...place }), 'not-allowed');
  }
  await dan.joins(closed, alice);
  assert.equal((expect(await dan.get(`${notes[0].path}/context`), 200)).now.exact, 'whispered desperation');
  // nor where the group lists it no more
  const lent = await alice.puts(WALDEN, { group: group.id });
  const listed = `groups/${closed.id}/documents/${lent.id}`;
  expect(await alice.put(listed), 204);
  const note = await dan.annotates(lent, { quote: 'minks', body: 'lent', group: closed.id });
  expect(await alice.delete(listed), 204);
  const { then, now } = expect(await dan.get(`${note.path}/context`), 200);
  assert.deepEqual([then, now], [null, null]);
  refused(await puts(dan, note, { revision: lent.revision.id, keep: true }), 'not-allowed');
});

test('an anchor is its author\'s, about the current revision, and said in one way', async () => {
  const { text, notes } = await scene();
  const { revision } = await revises(alice, text, `First.\n${WALDEN}`);
  const now = revision.id;
  refused(await puts(alice, notes.mass, { revision: now, keep: true }), 'not-allowed');
  refused(await puts(await world.person(), notes.mass, { revision: now, keep: true }), 'not-found');
  refused(await puts(bob, notes.mass, { revision: text.revision.id, keep: true }), 'conflict');
  refused(await puts(bob, notes.mass, { revision: now, keep: true }, { headers: { 'If-Match': '"7.x"' } }), 'precondition-failed');
  expect(await puts(bob, notes.mass, { revision: now, keep: true }, { headers: { 'If-Match': (await bob.get(notes.mass.path)).etag } }), 200);
  for (const [json, pointer] of [
    [{ keep: true }, '/revision'], [{ revision: now }, ''], [{ revision: now, keep: true, gone: true }, ''], [{ revision: now, keep: true, quote: 'men' }, ''], [{ revision: now, keep: false }, '/keep'],
    [{ revision: now, start: 3 }, '/end'], [{ revision: now, start: 9, end: 4 }, '/end'], [{ revision: now, start: 0, end: 99999 }, '/end'], [{ revision: 'now', keep: true }, '/revision'], [{ revision: now, keep: true, body: 'x' }, '/body'],
  ]) refused(await puts(bob, notes.mass, json), 'invalid-body', pointer);
  assert.ok(refused(await puts(bob, notes.mass, { revision: now, quote: 'desperation' }), 'quote-ambiguous').places.length > 1);
  refused(await puts(bob, notes.mass, { revision: now, quote: 'the mass of elephants' }), 'quote-not-found');
  const reply = await carol.replies(notes.mass, 'no place');
  refused(await puts(carol, reply, { revision: now, keep: true }), 'conflict');
  await bob.deletes(notes.mass);
  refused(await puts(bob, notes.mass, { revision: now, keep: true }), 'not-found');
});

test('the passage then and now', async () => {
  const { text, notes } = await scene();
  const words = `${PARAGRAPHS[0].replace('mass of men', 'great mass of men')}\n${PARAGRAPHS[2]}`;
  const { revision } = await revises(alice, text, words);
  const seen = expect(await bob.get(`${notes.mass.path}/context`), 200);
  assert.equal(seen.annotation, notes.mass.id);
  assert.equal(seen.quote.exact, 'The mass of men');
  assert.deepEqual([seen.then.revision, seen.then.before, seen.then.exact, seen.then.after], [text.revision.id, '', 'The mass of men', WALDEN.slice(15, 215)]);
  assert.deepEqual([seen.now.revision, seen.now.state, seen.now.before, seen.now.exact, seen.now.after], [revision.id, 'changed', '', 'The great mass of men', words.slice(21, 221)]);
  const gone = expect(await carol.get(`${notes.minks.path}/context`), 200);
  assert.equal(gone.then.exact, 'the bravery of minks and muskrats');
  assert.deepEqual([gone.now.state, gone.now.start, gone.now.before, gone.now.exact, gone.now.after], ['gone', null, null, null, null]);
  const first = expect(await bob.get(`${notes.minks.path}/context?revision=${text.revision.id}`), 200);
  assert.equal(first.now.exact, 'the bravery of minks and muskrats');
  const late = await bob.annotates(text, { quote: 'resignation', body: 'later' });
  assert.equal(expect(await bob.get(`${late.path}/context?revision=${text.revision.id}`), 200).now, null);
  const whole = await bob.annotates(text, { body: 'about all of it' });
  const { quote, then, now } = expect(await bob.get(`${whole.path}/context`), 200);
  assert.deepEqual([quote, then, now], [null, null, null]);
  refused(await bob.get(`${notes.mass.path}/context?revision=x`), 'invalid-query', '/query/revision');
  refused(await (await world.person()).get(`${notes.mass.path}/context`), 'not-found');
  await bob.deletes(late);
  refused(await bob.get(`${late.path}/context`), 'not-found');
});

test('a list of annotations as they stood in an earlier revision', async () => {
  const { text, notes } = await scene();
  await carol.replies(notes.mass, 'an answer');
  const whole = await bob.annotates(text, { body: 'about all of it' });
  await revises(alice, text, `First.\n${PARAGRAPHS[0]}`);
  const late = await bob.annotates(text, { quote: 'resignation', body: 'later' });
  await carol.replies(late, 'an answer to that');
  const then = await bob.sees(text, `revision=${text.revision.id}`);
  assert.deepEqual(new Set(then.map((a) => a.id)).size, 5);
  const placed = Object.fromEntries(then.map((a) => [a.id, a.anchor]));
  for (const note of Object.values(notes)) assert.deepEqual(placed[note.id], note.anchor);
  assert.equal(placed[whole.id], null);
  assert.equal(placed[late.id], undefined, 'it was not there then');
  assert.equal((await bob.sees(text)).length, 7);
  const range = await bob.sees(text, `revision=${text.revision.id}&from=0&to=10&order=updated`);
  assert.deepEqual(range.map((a) => a.id), [notes.mass.id]);
  assert.deepEqual((await bob.sees(text, `revision=${text.revision.id}&unit=utf16`)).map((a) => a.anchor?.start), then.map((a) => a.anchor?.start));
  refused(await bob.get(`annotations?document=${text.id}&revision=x`), 'invalid-query', '/query/revision');
  refused(await bob.get(`annotations?revision=${text.revision.id}`), 'invalid-query', '/query/revision');
});

test('an anchor put on the base of an edit under way goes along', async () => {
  const { text, notes } = await scene();
  let { revision } = await alice.reads(text);
  for (let i = 0; i < 5; i++) {
    const [answer, put] = await Promise.all([
      alice.post(`${text.path}/revisions`, { text: `${'Before. '.repeat(i + 1)}\n${WALDEN}` }, { headers: { 'If-Match': `"${revision.id}"` } }),
      puts(bob, notes.mass, { revision: revision.id, quote: i % 2 ? 'The mass of men' : 'quiet desperation' }),
    ]);
    const words = await alice.textOf(text);
    const { anchor } = await bob.reads(notes.mass);
    if (put.status === 200) assert.equal(wordsAt(words, anchor), i % 2 ? 'The mass of men' : 'quiet desperation');
    else refused(put, 'conflict');
    revision = expect(answer, 201).revision;
  }
});

test('everything with a place has one in the current revision afterwards', () => {
  const { stdout } = gloss(['doctor', ...world.cluster.options(world.database)], { status: null });
  for (const check of ['anchors', 'shelves']) assert.match(stdout, new RegExp(`^ok +${check}`, 'm'));
});
