// What a reader has seen once they may keep, as long as it is what they would be told now: an answer that
// has changed is never said to be as before. Asked after every deed that changes a text or what is said
// of a change, of every GET that has a tag, by everybody who reads it.
import assert from 'node:assert/strict';
import test from 'node:test';
import { contract } from '../support/contract.js';
import { faults } from '../support/faults.js';
import { World, expect } from '../support/people.js';

const world = await World.start();
const people = await world.people3();
const heir = await world.person();
const TEXT = 'The mass of men lead lives of quiet desperation.\nWhat is called resignation is confirmed desperation.';

// A text with two revisions, the second of which took up a suggestion; notes of all kinds on it.
async function scene([alice, bob, carol]) {
  const group = await world.group(alice, bob, carol, heir);
  const text = await alice.puts(TEXT, { group: group.id });
  const taken = await bob.annotates(text, { quote: 'mass of men', replacement: 'many', body: 'Plainer.' });
  const other = await bob.annotates(text, { quote: 'called', replacement: 'named' });
  const note = await carol.annotates(text, { quote: 'quiet desperation', body: 'why quiet?' });
  await bob.replies(note, 'why not?');
  const it = { alice, bob, carol, group, text, taken, other, note, first: text.revision.id };
  it.second = expect(await alice.post(`${taken.path}/accept`, undefined, { headers: { 'If-Match': `"${it.first}"` } }), 201).revision.id;
  it.readers = { alice, bob, carol };
  return it;
}

const revise = async (who, { text }, json) => expect(await who.post(`${text.path}/revisions`, json, { headers: { 'If-Match': `"${(await who.reads(text)).revision.id}"` } }), 201);

// Everything with a tag that tells of the text, in several orders and pages.
function paths({ text, note, taken, other, group, first, second }) {
  const all = [];
  for (const [template, item] of Object.entries(contract.paths)) {
    if (!item.get?.responses['304'] || !/\{(document|annotation|revision)\}/.test(template)) continue;
    for (const annotation of template.includes('{annotation}') ? [note, taken, other] : [note]) for (const revision of template.includes('{revision}') ? [first, second] : [first]) {
      const ids = { document: text.id, annotation: annotation.id, group: group.id, revision };
      all.push(template.replace(/\{(\w+)\}/g, (_, name) => ids[name]));
    }
  }
  const list = `/api/v1/annotations?document=${text.id}`;
  const anchors = `${text.path}/anchors`;
  return [...all, list, `${list}&order=updated`, `${list}&limit=1`, `${list}&order=updated&limit=2`, `${list}&kind=suggestion`, `${list}&expand=replies`, `${list}&author=me`,
    `${list}&from=0&to=60`, `${list}&revision=${first}`, `${list}&revision=${second}&order=updated`, `${list}&unit=utf16`, '/api/v1/annotations', '/api/v1/annotations?order=updated',
    `/api/v1/annotations?group=${group.id}&order=updated`, '/api/v1/annotations?kind=suggestion', '/api/v1/documents', '/api/v1/documents?order=updated', `/api/v1/documents?group=${group.id}`,
    `${anchors}?state=changed,ambiguous,gone`, `${anchors}?revision=${first}`, `${anchors}?confirmed=true`, `${text.path}/diff?from=${first}`,
    `${text.path}/revisions?limit=1`, `${note.path}/context?revision=${first}`, `${text.path}/text?from=0&to=12`, `${text.path}/toc?unit=utf16`];
}

// Answers that differ from those of before, by reader and path.
async function watch(it) {
  const before = new Map();
  const each = (deed) => Promise.all(Object.entries(it.readers).flatMap(([name, who]) => paths(it).map((path) => deed(`${name} ${path}`, who, path))));
  await each(async (key, who, path) => before.set(key, await who.get(path)));
  return async () => {
    const changed = [], stale = [];
    await each(async (key, who, path) => {
      const was = before.get(key);
      const asked = await who.get(path, { headers: was.etag ? { 'If-None-Match': was.etag } : {} });
      const now = asked.status === 304 ? await who.get(path) : asked;
      if (said(was) === said(now)) return;
      const name = key.replaceAll(it.text.id, 'TEXT').replaceAll(it.first, 'FIRST').replaceAll(it.second, 'SECOND');
      changed.push(name);
      if (said(asked) !== said(now)) stale.push(`${name}: ${asked.status} to ${was.etag}, but it was\n${difference(said(was), said(now))}`);
    });
    assert.equal(stale.length, 0, stale.sort().join('\n'));
    return changed;
  };
}

// A refusal has an id of its own.
const said = ({ status, slug, text }) => `${status} ${slug ?? text}`;

function difference(was, is) {
  let at = 0;
  while (was[at] === is[at]) at++;
  return [was, is].map((text) => `  … ${text.slice(Math.max(0, at - 60), at + 120)}`).join('\n');
}

const signedIn = (who) => new who.constructor(world, { cookie: who.cookie });
const erase = async (who) => expect(await signedIn(who).post('me/erase', { password: who.password }), 204);
const calls = (who, name) => who.isCalled(name);
const masks = async (who, { group }) => expect(await who.put(`${group.path}/mask`, { name: `Reader of ${who.name}` }), 200);

// the deed, and how paths end that must have changed for carol. A deed that hands back another comes
// before the first look.
const DEEDS = {
  'another revision': [(it) => revise(it.alice, it, { text: `In Walden:\n${TEXT}`, note: 'where' }),
    ['annotations?document=TEXT', '&order=updated', '&order=updated&limit=2', '&from=0&to=60', '/documents', '/documents?order=updated', 'TEXT/text', 'TEXT/html', 'TEXT/original', 'TEXT/revisions', 'TEXT/diff', 'TEXT/anchors', '/annotations', '/context']],
  'a revision that takes a passage out': [(it) => revise(it.alice, it, { text: 'Nothing of it.' }), ['?state=changed,ambiguous,gone', '/annotations?order=updated', '&expand=replies']],
  'an earlier one restored': [(it) => revise(it.alice, it, { restore: it.first }), ['TEXT/revisions?limit=1', 'annotations?document=TEXT']],
  'a suggestion accepted': [async (it) => expect(await it.alice.post(`${it.other.path}/accept`, undefined, { headers: { 'If-Match': `"${it.second}"` } }), 201), ['&kind=suggestion', '/annotations?kind=suggestion', '/history']],
  'a suggestion rejected': [async (it) => expect(await it.alice.post(`${it.other.path}/reject`, { reason: 'no' }), 200), ['&kind=suggestion', '/annotations?order=updated', '/history']],
  'a place confirmed': [async (it) => expect(await it.carol.put(`${it.note.path}/anchor`, { revision: it.second, keep: true }), 200), ['?confirmed=true', 'annotations?document=TEXT', '/annotations']],
  'a place left as gone': [async (it) => expect(await it.carol.put(`${it.note.path}/anchor`, { revision: it.second, gone: true }), 200), ['?state=changed,ambiguous,gone', '&from=0&to=60']],
  'what was taken up, hidden': [async (it) => expect(await it.alice.put(`${it.taken.path}/moderation`, { state: 'hidden', note: null }), 200), ['TEXT/revisions', '/revisions/SECOND', 'annotations?document=TEXT']],
  'what was taken up, made private': [(it) => it.bob.edits(it.taken, { visibility: 'private' }), ['TEXT/revisions', '/revisions/SECOND']],
  'what was taken up, deleted': [(it) => it.bob.deletes(it.taken), ['TEXT/revisions', '/revisions/SECOND', 'TEXT/diff']],
  'its author called otherwise': [(it) => calls(it.bob, 'Benedict'), ['TEXT/revisions', '/revisions/SECOND', 'annotations?document=TEXT', '/annotations', 'TEXT/diff']],
  'its author erased, who had come for that': [(it) => { delete it.readers.bob; return erase(it.bob); }, ['TEXT/revisions', '/revisions/SECOND', 'annotations?document=TEXT']],
  'its author behind a mask from now on': [(it) => masks(it.bob, it), []],
  'who decided called otherwise': [(it) => calls(it.alice, 'Adelaide'), ['&kind=suggestion', 'annotations?document=TEXT', '/annotations?kind=suggestion', 'TEXT/revisions']],
  'who decided behind a mask from now on': [(it) => masks(it.alice, it), ['&kind=suggestion', 'TEXT/revisions', '/revisions/SECOND', '/documents']],
  'who decided without a mask again': [async (it) => {
    await masks(it.alice, it);
    return async () => expect(await it.alice.delete(`${it.group.path}/mask`), 204);
  }, ['&kind=suggestion', 'TEXT/revisions', '/documents']],
  'a group in which all wear masks from now on': [async (it) => expect(await it.alice.patch(it.group.path, { anonymous: true }), 200), ['&kind=suggestion', 'TEXT/revisions', '/documents']],
  'leaders who see through masks no more': [async (it) => {
    expect(await it.alice.patch(it.group.path, { anonymous: true }), 200);
    return async () => expect(await it.alice.patch(it.group.path, { leaders_see_through: false }), 200);
  }, []],
  'another group that reads the text and knows who decided': [async (it) => {
    expect(await it.alice.patch(it.group.path, { anonymous: true }), 200);
    const other = await world.group(it.alice, it.bob, it.carol);
    return async () => expect(await it.alice.put(`${other.path}/documents/${it.text.id}`), 204);
  }, ['&kind=suggestion', 'TEXT/revisions', '/documents']],
  'a group that reads the text no more': [async (it) => {
    expect(await it.alice.patch(it.group.path, { anonymous: true }), 200);
    const other = await world.group(it.alice, it.bob, it.carol);
    expect(await it.alice.put(`${other.path}/documents/${it.text.id}`), 204);
    return async () => expect(await it.alice.delete(`${other.path}/documents/${it.text.id}`), 204);
  }, ['&kind=suggestion', 'TEXT/revisions', '/documents']],
  'who decided erased, who had come for that': [async (it) => {
    expect(await it.alice.post(`${it.other.path}/reject`, { reason: 'no' }), 200);
    expect(await it.alice.post(`${it.group.path}/owner`, { user: heir.id }), 200);
    delete it.readers.alice;
    return async () => erase(it.alice);
  }, ['&kind=suggestion', 'TEXT/revisions', '/revisions/SECOND']],
  'whom a reader mutes': [async (it) => expect(await it.carol.put(`me/mutes/${it.bob.id}`), 204), ['annotations?document=TEXT']],
};

for (const [what, [deed, changes]] of Object.entries(DEEDS)) {
  test(`${what}: nothing that has changed by it is said to be as before`, async () => {
    const leaving = what.startsWith('its author erased') ? 1 : what.startsWith('who decided erased') ? 0 : -1;
    const it = await scene(await Promise.all(people.map((one, i) => (i === leaving ? world.person() : one))));
    let changed = await watch(it);
    const then = await deed(it);
    if (typeof then === 'function') {
      changed = await watch(it);
      await then();
    }
    const seen = await changed();
    for (const path of changes) assert.ok(seen.some((one) => one.startsWith('carol ') && one.endsWith(path)), `${path} is not among\n${seen.join('\n')}`);
  });
}

test('nothing went wrong on the way', () => assert.deepEqual(faults(world), []));
