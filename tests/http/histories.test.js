// Texts with a history: several notes are followed through every revision, and each of them reads, at each
// step, what its words have become, or says that they are gone.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import test from 'node:test';
import { gloss } from '../support/binary.js';
import { faults } from '../support/faults.js';
import { World, expect } from '../support/people.js';
import { Server } from '../support/server.js';

const world = await World.start();
const [alice, bob] = await world.people3();
const group = await world.group(alice, bob);

// A piece of the text: what was there, and what takes its place.
const changed = (text, from, to) => {
  assert.equal(text.split(from).length, 2, `${from} stands once`);
  return text.replace(from, () => to);
};

const LIGHTHOUSE = `# The keeper's year

The lamp is lit at dusk and put out at dawn. Nobody has ever asked me what I do in between 🕯.

## Winter

Ships pass far out, and I know them by their engines. When the fog comes I sound the horn every two minutes; it answers itself from the cliffs.

- oil: four barrels
- wicks: one dozen
- matches: kept dry in the tin

## Summer

Visitors climb the hundred and nine steps. They all say the same thing at the top, and I wait for it. When the fog comes I sound the horn every two minutes; it answers itself from the cliffs.

> The sea is never twice the same, and I have checked.

灯台守は毎晩ひとりで海を見ている。
`;

// Each step: what is done, and what becomes of the notes that it touches, as [state, words]; the others stay as they were.
const STORIES = {
  'a keeper’s notebook': {
    markdown: LIGHTHOUSE,
    notes: {
      dusk: 'lit at dusk', candle: 'in between 🕯', engines: 'I know them by their engines', matches: 'kept dry in the tin', steps: 'hundred and nine steps', checked: 'never twice the same, and I have checked',
      winterHorn: ['sound the horn every two minutes', 0], summerHorn: ['sound the horn every two minutes', 1], japanese: '毎晩ひとりで海を見ている', heading: 'Winter',
    },
    steps: [
      ['a word at the top', (t) => changed(t, '# The keeper', '# 🌊 The keeper'), {}],
      ['a word inside a quote', (t) => changed(t, 'hundred and nine steps', 'hundred and ninety-nine steps'), { steps: ['changed', 'hundred and ninety-nine steps'] }],
      ['a sentence before, and other ends of lines', (t) => changed(t, 'The lamp is lit', 'It goes like this.\n\nThe lamp is lit').replaceAll('\n', '\r\n'), {}],
      ['a paragraph taken out', (t) => changed(t.replaceAll('\r\n', '\n'), /Ships pass[^\n]*\n\n/.exec(t.replaceAll('\r\n', '\n'))[0], ''), { engines: ['gone'], winterHorn: ['gone'] }],
      ['its list turned round', (t) => changed(changed(t, '- matches: kept dry in the tin\n', ''), '- oil:', '- matches: kept dry in the tin\n- oil:'), { matches: ['moved', 'kept dry in the tin'] }],
      ['the paragraph again', (t) => changed(t, '## Winter\n\n', `## Winter\n\n${/Ships pass[^\n]*\n\n/.exec(LIGHTHOUSE)[0]}`), { engines: ['exact', 'I know them by their engines'], winterHorn: ['exact', 'sound the horn every two minutes'] }],
      ['a passage in another chapter', (t) => changed(changed(t, '> The sea is never twice the same, and I have checked.\n\n', ''), '## Winter\n\n', '## Winter\n\n> The sea is never twice the same, and I have checked.\n\n'), { checked: ['moved', 'never twice the same, and I have checked'] }],
      ['the steps as they were', (t) => changed(t, 'ninety-nine steps', 'nine steps'), { steps: ['exact', 'hundred and nine steps'] }],
      ['other signs around the same words', (t) => changed(t, 'Visitors climb', '**Visitors** climb'), {}],
      ['none of it', () => 'An empty notebook, found on the stairs.', null],
      ['all of it', () => LIGHTHOUSE, 'all'],
    ],
  },
  'minutes of a meeting': {
    text: 'Minutes of the third meeting.\r\n\r\nPresent: Ada, Ben, Cleo.\r\nAda reported on the roof.\tIt leaks.\r\nBen reported on the garden. It grows.\r\nIt was agreed that the roof comes first.\r\n\r\nNext meeting: on the 4th.\r\n',
    notes: { roof: 'Ada reported on the roof', leaks: 'It leaks', agreed: 'the roof comes first', next: 'on the 4th', present: 'Ada, Ben, Cleo' },
    steps: [
      ['a guest', (t) => changed(t, 'Cleo.', 'Cleo, and a guest.'), {}],
      ['other ends of lines', (t) => t.replaceAll('\r\n', '\n'), {}],
      ['a day later', (t) => changed(t, 'on the 4th', 'on the 5th'), { next: ['changed', 'on the 5th'] }],
      ['reports in another order', (t) => changed(changed(t, 'Ben reported on the garden. It grows.\n', ''), 'Ada reported', 'Ben reported on the garden. It grows.\nAda reported'), { roof: ['moved', 'Ada reported on the roof'], leaks: ['moved', 'It leaks'] }],
      ['a longer report', (t) => changed(t, 'It leaks.', 'It leaks in two places, and the attic smells of cats.'), {}],
      ['agreed otherwise', (t) => changed(t, 'It was agreed that the roof comes first.\n', ''), { agreed: ['gone'] }],
    ],
  },
};

const revises = async (who, text, json) => expect(await who.post(`${text.path}/revisions`, json, { headers: { 'If-Match': `"${(await who.reads(text)).revision.id}"` } }), 201);

async function begins({ markdown, text: plain, notes: places }) {
  const text = markdown ? await alice.putsMarkdown(markdown, { group: group.id }) : await alice.puts(plain, { group: group.id });
  const words = await alice.textOf(text);
  const notes = {};
  for (const [name, place] of Object.entries(places)) {
    const [quote, nth] = [place].flat();
    const at = nth ? words.indexOf(quote, words.indexOf(quote) + 1) : words.indexOf(quote);
    assert.ok(at >= 0, quote);
    notes[name] = await bob.annotates(text, { quote, start: [...words.slice(0, at)].length, body: name });
    assert.equal(notes[name].anchor.start, [...words.slice(0, at)].length);
  }
  return { text, notes };
}

// Where each stands, and what is read there.
async function places(text, notes, query = '') {
  const seen = await bob.sees(text, query);
  const { revision } = query ? { revision: { id: query.split('=')[1] } } : await bob.reads(text);
  const words = [...expect(await bob.get(`revisions/${revision.id}/text`), 200)];
  return Object.fromEntries(Object.entries(notes).map(([name, { id }]) => {
    const { anchor } = seen.find((one) => one.id === id);
    assert.equal(anchor.revision, revision.id);
    return [name, { ...anchor, words: anchor.start === null ? null : words.slice(anchor.start, anchor.end).join('') }];
  }));
}

for (const [title, story] of Object.entries(STORIES)) {
  test(`${title}, step by step`, async () => {
    const { text, notes } = await begins(story);
    const due = Object.fromEntries(Object.entries(story.notes).map(([name, place]) => [name, ['exact', [place].flat()[0]]]));
    const history = [[text.revision.id, await places(text, notes)]];
    const first = history[0][1];
    let source = story.markdown ?? story.text;
    for (const [what, change, effects] of story.steps) {
      const before = source;
      source = change(source);
      const { revision, anchors } = await revises(alice, text, { [story.markdown ? 'markdown' : 'text']: source, note: what });
      for (const name of Object.keys(due)) {
        if (effects === null) due[name] = ['gone'];
        else if (effects === 'all') due[name] = ['exact', first[name].words];
        else if (effects[name]) due[name] = effects[name];
      }
      const now = await places(text, notes);
      for (const [name, [state, words]] of Object.entries(due)) {
        const { state: is, words: read, score } = now[name];
        // what once moved may be said to have moved, or to stand where the order has it again
        const states = effects === 'all' || state === 'moved' ? ['exact', 'moved'] : [state];
        assert.ok(states.includes(is) && read === (words ?? null), `${title}, ${what}: ${name} is ${is} “${read}” (${score}), not ${state} “${words}”`);
      }
      assert.deepEqual(Object.values(now).reduce((sum, { state }) => ({ ...sum, [state]: sum[state] + 1 }), { exact: 0, moved: 0, changed: 0, ambiguous: 0, gone: 0 }), anchors);
      history.push([revision.id, now]);
      assert.notEqual(before, source);
    }
    // what was true of each revision is still said of it
    for (const [id, then] of history) assert.deepEqual(await places(text, notes, `revision=${id}`), then);
    for (const [id] of history) {
      const rows = expect(await bob.get(`${text.path}/anchors?revision=${id}&limit=200`), 200).data;
      assert.equal(rows.length, Object.keys(notes).length);
      for (const { revision } of rows) assert.equal(revision, id);
    }
  });
}

test('what was taken out is gone, and back when its words are; what was left as gone stays so', async () => {
  const words = 'One stays. The keeper counts the waves at night. Three stays.';
  const text = await alice.puts(words, { group: group.id });
  const [note, left] = [await bob.annotates(text, { quote: 'counts the waves at night', body: 'does he?' }), await bob.annotates(text, { quote: 'The keeper', body: 'who?' })];
  const shorter = words.replace('The keeper counts the waves at night. ', '');
  const seen = [text.revision.id];
  const next = async (json) => seen.push((await revises(alice, text, json)).revision.id);
  await next({ text: shorter });
  for (const one of [note, left]) assert.deepEqual([(await bob.reads(one)).anchor.state, (await bob.reads(one)).anchor.start], ['gone', null]);
  expect(await bob.put(`${left.path}/anchor`, { revision: seen.at(-1), gone: true }), 200);
  // gone through several revisions
  for (let i = 1; i < 5; i++) await next({ text: `${'Before. '.repeat(i)}${shorter}` });
  assert.equal((await bob.reads(note)).anchor.state, 'gone');
  await next({ text: `Before. ${words}` });
  const back = (await bob.reads(note)).anchor;
  assert.deepEqual([back.state, back.start, back.confirmed], ['exact', note.anchor.start + 8, false]);
  const stays = (await bob.reads(left)).anchor;
  assert.deepEqual([stays.state, stays.start, stays.confirmed], ['gone', null, true]);
  await next({ restore: seen[1] });
  await next({ restore: seen[0] });
  assert.deepEqual((await bob.reads(note)).anchor, { ...note.anchor, revision: seen.at(-1) });
  assert.equal((await bob.reads(left)).anchor.state, 'gone');
  const states = [];
  for (const id of seen) states.push((await bob.sees(text, `revision=${id}`)).find(({ id: one }) => one === note.id).anchor.state);
  assert.deepEqual(states, ['exact', 'gone', 'gone', 'gone', 'gone', 'gone', 'exact', 'gone', 'exact']);
  // and its author may have it back all the same
  const kept = expect(await bob.put(`${left.path}/anchor`, { revision: seen.at(-1), quote: 'The keeper' }), 200);
  assert.deepEqual([kept.anchor.state, kept.anchor.start], ['moved', left.anchor.start]);
});

test('a dump has every revision, and is told from in the same way where it is restored', async () => {
  const { text, notes } = await begins(STORIES['a keeper’s notebook']);
  let source = LIGHTHOUSE;
  for (const [, change] of STORIES['a keeper’s notebook'].steps.slice(0, 4)) {
    source = change(source);
    await revises(alice, text, { markdown: source });
  }
  const suggestion = await bob.annotates(text, { quote: 'one dozen', replacement: 'twelve' });
  expect(await alice.post(`${suggestion.path}/accept`, undefined, { headers: { 'If-Match': `"${(await alice.reads(text)).revision.id}"` } }), 201);
  const { data } = expect(await bob.get(`${text.path}/revisions`), 200);
  assert.equal(data.length, 6);
  const list = `/api/v1/annotations?document=${text.id}`;
  const paths = [text.path, `${text.path}/revisions`, `${text.path}/diff`, `${text.path}/anchors`, list, `${list}&order=updated`, suggestion.path, notes.engines.path,
    ...data.flatMap(({ id }) => [`/api/v1/revisions/${id}`, `/api/v1/revisions/${id}/text`, `/api/v1/revisions/${id}/html`, `${list}&revision=${id}`, `${text.path}/anchors?revision=${id}`,
      `${text.path}/diff?from=${id}`, `${notes.engines.path}/context?revision=${id}`])];
  const before = [];
  for (const path of paths) before.push(await bob.get(path));
  await world.server.stop();
  const dump = spawnSync('pg_dump', ['-h', world.cluster.folder, '-U', 'postgres', world.database], { encoding: 'utf8', maxBuffer: 1 << 28 });
  assert.equal(dump.status, 0, dump.stderr);
  world.database = world.cluster.newDatabase('template0');
  world.sql(dump.stdout);
  world.args = [...world.cluster.options(world.database), ...world.args.slice(world.cluster.options(world.database).length)];
  world.server = await Server.start(world.args);
  for (const [i, path] of paths.entries()) {
    const answer = await bob.get(path);
    assert.equal(answer.text, before[i].text, path);
    assert.equal(answer.etag, before[i].etag, path);
  }
  // and it goes on from there: what is gone is looked for in revisions of before
  source = LIGHTHOUSE;
  await revises(alice, text, { markdown: source });
  assert.equal((await places(text, notes)).engines.words, 'I know them by their engines');
});

const doctor = () => gloss(['doctor', ...world.cluster.options(world.database)], { status: null });

test('the doctor finds a place that is outside its text in an old revision, and one that is not there now', async () => {
  const text = await alice.puts('One two three four.', { group: group.id });
  const [note, other] = [await bob.annotates(text, { quote: 'two', body: 'x' }), await bob.annotates(text, { quote: 'four', body: 'y' })];
  await revises(alice, text, { text: 'Zero one two three four.' });
  assert.match(doctor().stdout, /^ok +anchors/m);
  assert.deepEqual(faults(world, ['anchors']), []);
  const of = ({ id }, revision) => `annotation_id IN (SELECT annotation_id FROM gloss.anchor a JOIN gloss.annotation n ON n.document_id = a.document_id AND n.id = a.annotation_id
      WHERE n.body = '${id === note.id ? 'x' : 'y'}') AND revision_id ${revision} (SELECT current_revision_id FROM gloss.document d WHERE d.id = document_id)`;
  world.sql(`UPDATE gloss.anchor SET end_chars = 1000 WHERE ${of(note, '<>')}`);
  const { stdout, status } = doctor();
  assert.notEqual(status, 0);
  assert.match(stdout, /^[^\n]*anchors[^\n]*stands outside revision/m);
  world.sql(`UPDATE gloss.anchor SET end_chars = 7 WHERE ${of(note, '<>')}; DELETE FROM gloss.anchor WHERE ${of(other, '=')}`);
  assert.match(doctor().stdout, /^[^\n]*anchors[^\n]*was not looked for in the current revision/m);
});
