// A text is edited while something else is done to it: both have begun before either can write. Whichever
// gets through first, afterwards all is as if they had been done one after the other.
import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { patience } from '../support/binary.js';
import { faults } from '../support/faults.js';
import { World, expect, refused } from '../support/people.js';
import { parseMetrics, total } from '../support/prometheus.js';
import { Session, literal } from '../support/sql.js';
import { uuidOf } from '../support/access_scene.js';

const world = await World.start({ workers: 2, args: ['--metrics-from', '127.0.0.1'] });
const [alice, bob, carol] = await world.people3();
const holder = new Session(world.cluster, world.database, 'postgres'), watcher = new Session(world.cluster, world.database, 'postgres');
after(() => Promise.all([holder.end(), watcher.end()]));

const WORDS = 'The mass of men lead lives of quiet desperation.\nWhat is called resignation is confirmed desperation.';
const LATER = `In Walden:\n${WORDS}`;

// A text of the group's with a note, an answer to it, a suggestion, and somebody who may be about to go.
async function scene({ leaving = false } = {}) {
  const group = await world.group(alice, bob, carol);
  const who = leaving ? await (await world.person()).joins(group, alice) : bob;
  const text = await alice.puts(WORDS, { group: group.id });
  const note = await who.annotates(text, { quote: 'quiet desperation', body: 'a canary' });
  const lonely = await who.annotates(text, { quote: 'resignation', body: 'a canary, too' });
  await carol.replies(note, 'why not?');
  const suggestion = await who.annotates(text, { quote: 'mass of men', replacement: 'canaries' });
  return { group, who, text, note, lonely, suggestion };
}

async function until(holds, what) {
  for (const end = Date.now() + 10_000 * patience; !await holds();) {
    assert.ok(Date.now() < end, what);
    await new Promise((resolve) => { setTimeout(resolve, 5); });
  }
}

const locked = async () => Number((await watcher.run(`SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`))[0].n);
// Where both came to the same worker, the second waits behind the first, on its way to the database.
async function writing() {
  const families = parseMetrics(expect(await world.anyone.get('/metrics'), 200));
  return ['write', 'large'].reduce((sum, name) => sum + total(families, 'gloss_database_in_flight', { class: name }) + total(families, 'gloss_database_waiting', { class: name }), 0);
}
async function waiting() {
  const count = await locked();
  return count > 0 ? Math.max(count, await writing()) : 0;
}

// Both are begun while nobody may write on the text, the second once the first waits there.
async function overtaken(text, first, second) {
  await holder.run('BEGIN');
  await holder.run(`SELECT FROM gloss.document WHERE id = ${literal(uuidOf(text.id))} FOR UPDATE`);
  let answers;
  try {
    answers = [];
    for (const begin of [first, second]) {
      let answered = false;
      answers.push(begin().finally(() => { answered = true; }));
      await until(async () => answered || await waiting() >= answers.length, 'it waits, or is answered');
    }
  } finally {
    await holder.run('COMMIT');
  }
  return Promise.all(answers);
}

// Everything that is there stands where its words are, in the revision that there is.
async function adds(text, who = alice) {
  const { revision, annotations } = await who.reads(text);
  const words = [...await who.textOf(text)];
  const seen = await who.sees(text);
  assert.equal(seen.filter((one) => !one.deleted).length, annotations);
  for (const { anchor, quote, body } of seen) {
    if (!anchor) continue;
    assert.equal(anchor.revision, revision.id, body);
    if (anchor.state === 'exact') assert.equal(words.slice(anchor.start, anchor.end).join(''), quote?.exact ?? words.slice(anchor.start, anchor.end).join(''));
  }
  const { data } = expect(await who.get(`${text.path}/revisions`), 200);
  assert.deepEqual(data.map(({ number }) => number), data.map((_, i) => data.length - i));
  assert.deepEqual(data.map(({ parent }) => parent), [...data.slice(1).map(({ id }) => id), null]);
  return { revision, words: words.join(''), seen };
}

const revises = (who, text, words) => who.post(`${text.path}/revisions`, { text: words }, { headers: { 'If-Match': `"${text.revision.id}"` } });
const accepts = (who, text, note) => who.post(`${note.path}/accept`, undefined, { headers: { 'If-Match': `"${text.revision.id}"` } });
const erases = (who) => new who.constructor(world, { cookie: who.cookie }).post('me/erase', { password: who.password });

// what: [the scene's, what else is done, the statuses that the edit and it may end with, what holds
// afterwards, what goes before]
const CASES = {
  'another edit': [{}, ({ text }) => revises(alice, text, 'Otherwise.'), ['201 412', '412 201']],
  'an edit by who manages the group’s texts': [{}, async ({ text }) => revises(bob, text, 'Otherwise.'), ['201 412', '412 201'], null, async ({ group }) => expect(await alice.patch(`${group.path}/members/${bob.id}`, { role: 'admin' }), 200)],
  'a suggestion accepted': [{}, ({ text, suggestion }) => accepts(alice, text, suggestion), ['201 412', '412 201'], async ({ suggestion }, [, other]) => {
    assert.equal((await alice.reads(suggestion)).suggestion.state, other.status === 201 ? 'accepted' : 'open');
  }],
  'a suggestion rejected': [{}, ({ suggestion }) => alice.post(`${suggestion.path}/reject`, { reason: 'no' }), ['201 200'], async ({ suggestion }) => assert.equal((await bob.reads(suggestion)).suggestion.state, 'rejected')],
  'an annotation': [{}, ({ text }) => carol.post('annotations', { document: text.id, quote: 'confirmed', body: 'meanwhile' }), ['201 201'], async ({ text }) => assert.equal((await carol.sees(text)).length, 5)],
  'an annotation on the words of before': [{}, ({ text }) => carol.post('annotations', { document: text.id, revision: text.revision.id, start: 0, end: 8, body: 'meanwhile' }), ['201 201'], async ({ text }) => {
    assert.deepEqual((await carol.sees(text)).filter(({ body }) => body === 'meanwhile').map(({ anchor }) => anchor.start), [11]);
  }],
  'an answer': [{}, ({ note }) => carol.post(`${note.path}/replies`, { body: 'meanwhile' }), ['201 201'], async ({ note }) => assert.equal((await bob.reads(note)).replies, 2)],
  'an annotation deleted': [{}, ({ lonely }) => bob.delete(lonely.path), ['201 204'], async ({ lonely }) => refused(await bob.get(lonely.path), 'not-found')],
  'an annotation deleted that was answered': [{}, ({ note }) => bob.delete(note.path), ['201 204'], async ({ note }) => assert.equal((await carol.reads(note)).deleted, true)],
  'an annotation hidden': [{}, ({ note }) => alice.put(`${note.path}/moderation`, { state: 'hidden', note: null }), ['201 200'], async ({ note }) => refused(await carol.get(note.path), 'not-found')],
  'a place put by hand': [{}, ({ text, note }) => bob.put(`${note.path}/anchor`, { revision: text.revision.id, quote: 'What is called' }), ['201 200', '201 409'], async ({ note }, [, put]) => {
    assert.equal((await bob.reads(note)).anchor.start, LATER.indexOf(put.status === 200 ? 'What is called' : 'quiet desperation'));
  }],
  'the text deleted': [{}, ({ text }) => alice.delete(text.path), ['201 204', '404 204', '412 204'], async ({ text }) => {
    refused(await carol.get(text.path), 'not-found');
    expect(await alice.post(`${text.path}/restore`), 200);
  }],
  'the text moved': [{}, async ({ text }) => alice.post(`${text.path}/move`, { group: 'mine' }), ['201 200', '412 200']],
  'its author erased': [{ leaving: true }, ({ who }) => erases(who), ['201 204'], async ({ note }) => {
    const left = await carol.reads(note);
    assert.deepEqual([left.deleted, left.author, left.quote], [true, null, null]);
    for (const table of ['annotation', 'annotation_past', 'suggestion', 'anchor']) assert.equal((await watcher.run(`SELECT count(*) AS n FROM gloss.${table} t JOIN gloss.users u ON u.state = 'erased' WHERE t::text LIKE '%canar%' AND t::text LIKE '%' || u.id || '%'`))[0].n, '0', table);
  }],
  'who edits put out of those who may': [{ as: 'bob' }, async ({ group }) => alice.patch(`${group.path}/members/${bob.id}`, { role: 'member' }), ['201 200', '403 200'], null, async ({ group }) => expect(await alice.patch(`${group.path}/members/${bob.id}`, { role: 'admin' }), 200)],
};

for (const [what, [options, other, allowed, claim, before]] of Object.entries(CASES)) for (const i of [0, 1]) {
  test(`a text is edited, ${what} is begun ${i === 0 ? 'before' : 'after'} that`, async () => {
    const it = await scene(options);
    await before?.(it);
    const edit = () => revises(options.as === 'bob' ? bob : alice, it.text, LATER), deed = () => other(it);
    const answers = i === 0 ? (await overtaken(it.text, deed, edit)).reverse() : await overtaken(it.text, edit, deed);
    const statuses = answers.map(({ status }) => status).join(' ');
    assert.ok(allowed.includes(statuses), `${statuses}, not ${allowed.join(' or ')}: ${answers.map(({ text }) => text.slice(0, 300)).join('\n')}`);
    await claim?.(it, answers);
    const { words } = await adds(it.text);
    if (answers[0].status === 201) assert.equal(words, LATER);
  });
}

// The same of a suggestion that is taken up while its own annotation changes.
const TAKEN = {
  'deleted': [{}, ({ suggestion }) => bob.delete(suggestion.path), ['201 204', '404 204', '409 204', '412 204']],
  'hidden': [{}, ({ suggestion }) => alice.put(`${suggestion.path}/moderation`, { state: 'hidden', note: null }), ['201 200']],
  'changed': [{}, ({ suggestion }) => bob.patch(suggestion.path, { replacement: 'people' }), ['201 200', '201 409']],
  'rejected': [{}, ({ suggestion }) => alice.post(`${suggestion.path}/reject`, { reason: 'no' }), ['201 409', '409 200']],
  'answered': [{}, ({ suggestion }) => carol.post(`${suggestion.path}/replies`, { body: 'yes' }), ['201 201']],
  'put elsewhere by hand': [{}, ({ text, suggestion }) => bob.put(`${suggestion.path}/anchor`, { revision: text.revision.id, quote: 'lives' }), ['201 200', '201 409']],
  'gone with its author': [{ leaving: true }, ({ who }) => erases(who), ['201 204', '404 204', '409 204', '422 204']],
};

for (const [what, [options, other, allowed]] of Object.entries(TAKEN)) for (const i of [0, 1]) {
  test(`a suggestion is accepted, and it is ${what}, begun ${i === 0 ? 'before' : 'after'} that`, async () => {
    const it = await scene(options);
    const yes = () => accepts(alice, it.text, it.suggestion), deed = () => other(it);
    const answers = i === 0 ? (await overtaken(it.text, deed, yes)).reverse() : await overtaken(it.text, yes, deed);
    const statuses = answers.map(({ status }) => status).join(' ');
    assert.ok(allowed.includes(statuses), `${statuses}, not ${allowed.join(' or ')}: ${answers.map(({ text }) => text.slice(0, 300)).join('\n')}`);
    const { words } = await adds(it.text);
    const found = await alice.get(it.suggestion.path);
    if (found.status !== 200 || found.json.deleted) return;
    const { suggestion } = found.json;
    assert.equal(suggestion.state === 'accepted', answers[0].status === 201);
    if (answers[0].status === 201) assert.ok(words.includes(suggestion.replacement), words);
    else assert.equal(words, WORDS);
  });
}

test('every place and every sum is as it should be afterwards', () => assert.deepEqual(faults(world, ['anchors']), []));

test('whoever edits many long texts at once keeps nobody from editing a short one', async () => {
  const words = (salt) => Array.from({ length: 60000 }, (_, i) => `w${(i * salt) % 4999}`).join(' ');
  const [before, after] = [words(40503), words(7919)];
  const many = await Promise.all(Array.from({ length: 10 }, (_, i) => alice.puts(before, { title: `Long ${i}` })));
  const own = await bob.puts('One line of it.');
  const edits = Promise.all(many.map((text) => alice.post(`${text.path}/revisions`, { text: after }, { headers: { 'If-Match': `"${text.revision.id}"` } })));
  let settled = false;
  edits.finally(() => { settled = true; });
  for (let i = 0, tag = own.revision.id; !settled || i < 3; i++)
    tag = expect(await bob.post(`${own.path}/revisions`, { text: `Line ${i} of it.` }, { headers: { 'If-Match': `"${tag}"` } }), 201).revision.id;
  // as many of one reader's as have no room are told to come again
  const statuses = (await edits).map(({ status }) => status);
  assert.ok(statuses.includes(201) && statuses.every((status) => status === 201 || status === 503), statuses.join(' '));
});
