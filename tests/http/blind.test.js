// Until a reading is revealed to them, nothing tells a member of the others. The same reader lives in two
// worlds: in one the others write, in the other they never do. All that the reader is told, over every
// operation of the contract, must be the same to the byte, after ids and dates of their own.
import assert from 'node:assert/strict';
import test from 'node:test';
import { operations } from '../support/contract.js';
import { Person, World, expect } from '../support/people.js';
import { Transcript, difference } from '../support/twins.js';

const TEXT = 'The mass of men lead lives of quiet desperation. What is called resignation is confirmed desperation.';
// Who leaves, or has signed out, asks nothing more.
const NEVER = ['leaveGroup', 'eraseMe', 'deleteSession', 'getAsset', 'pageSetup', 'pageSignIn', 'pageSignOut', 'formSignIn', 'formSignOut'];
const asked = operations.filter(({ id }) => !NEVER.includes(id));

const ID = { 'X-Request-Id': 'the-same-in-both' };

let fakes = 0;
const fake = (kind) => `${kind}_${'01h000000000000000000000'.slice(0, 22)}${String(fakes++ % 10000).padStart(4, '0')}`;

// Everybody and everything that the reader knows of; the others have not written yet.
async function setOut(settings) {
  const world = await World.start({ workers: 1 });
  const people = {};
  for (const name of ['alice', 'ben', 'carol', 'dora']) people[name] = await world.person(name, { password: 'the same in both' });
  const { alice, ben, carol, dora } = people;
  const group = await alice.founds('Thursday readers', settings);
  for (const who of [ben, carol, dora]) await who.joins(group, alice);
  // Masks are listed in the order of their ids, which are random: here, the same in both.
  world.sql("UPDATE gloss.mask k SET id = ('00000000-0000-4000-8000-' || rpad(ascii(u.name)::text, 12, '0'))::uuid FROM gloss.users u WHERE u.id = k.user_id");
  const text = await alice.puts(TEXT, { group: group.id, title: 'Walden' });
  const reveal = `${group.path}/documents/${text.id}/reveal`;
  expect(await alice.put(reveal, { own_count: 40 }), 200);
  const leaders = await alice.annotates(text, { quote: 'quiet', body: 'from the leader', tags: ['shared'] });
  const own = await ben.annotates(text, { quote: 'mass of men', body: 'mine', tags: ['shared'] });
  const answered = await ben.annotates(text, { quote: 'resignation', body: 'to be answered' });
  const told = await alice.replies(answered, 'from the leader, to its author');
  const deleted = await ben.annotates(text, { quote: 'lives', body: 'to be deleted' });
  const reply = await ben.replies(leaders, 'my answer');
  const draft = await ben.annotates(text, { quote: 'called', body: 'a draft', draft: true });
  // A text of the reader's own: what an owner may do to it tells them no more.
  const bens = await ben.puts(TEXT, { group: group.id, title: 'Walking' });
  expect(await alice.put(`${group.path}/documents/${bens.id}/reveal`, {}), 200);
  const secret = await ben.annotates(text, { quote: 'called', body: 'mine alone', visibility: 'private' });
  await ben.reacts(leaders, 'thanks');
  return { world, people, group, text, bens, reveal, notes: { leaders, own, answered, told, deleted, reply, draft, secret }, unseen: {} };
}

// What the reader will ask for and never see: where nobody writes it, an id of nothing.
function nobodyWrites({ unseen }) {
  for (const what of ['note', 'reply', 'answer']) unseen[what] = fake('ann');
}

async function othersWrite({ people: { alice, carol, dora }, text, bens, notes: { leaders, answered, deleted, own }, unseen, reveal }) {
  const note = await carol.annotates(text, { quote: 'mass of men', body: 'canary', tags: ['shared', 'canary'], kind: 'claim' });
  await carol.annotates(text, { quote: 'desperation. What', body: 'canary', visibility: 'private' });
  await carol.annotates(text, { quote: 'lead', draft: true });
  unseen.note = note.id;
  await dora.replies(await dora.annotates(bens, { quote: 'quiet', body: 'canary' }), 'canary');
  unseen.reply = (await carol.replies(leaders, 'canary')).id;
  await carol.reacts(leaders, 'agree');
  await carol.edits(note, { body: 'canary, changed' });
  const lines = Array.from({ length: 40 }, (_, i) => JSON.stringify({ document: text.id, quote: 'confirmed', body: `canary ${i}` })).join('\n');
  expect(await dora.post('annotations/batch', undefined, { body: lines, type: 'application/x-ndjson' }), 200);
  assert.equal(expect(await dora.get(reveal), 200).me.revealed, true);
  for (const mine of [own, answered, deleted]) {
    await dora.replies(mine, 'canary');
    await dora.reacts(mine, 'agree');
  }
  unseen.answer = (await carol.replies(note, 'canary')).id;
  await alice.reacts(answered, 'question');
  await alice.reads(note);
  const gone = await carol.annotates(text, { quote: 'quiet', body: 'canary' });
  await carol.deletes(gone);
}

// Each operation with each thing that its path may name.
function requestsOf({ people, group, text, bens, notes, unseen }, { path, method, operation, id }) {
  const fits = {
    annotation: [...Object.values(notes).map((note) => note.id), ...Object.values(unseen)],
    group: [group.id], document: [text.id, bens.id], revision: [text.revision.id],
    user: method === 'delete' ? [people.carol.id] : [people.ben.id, people.carol.id], reaction: ['agree'], invitation: ['nowhere'], code: ['nowhere'],
    token: [fake('tok')], slug: ['conflict'], request: ['req_01h00000000000000000000000'],
  };
  let paths = [path];
  for (const [whole, name] of path.matchAll(/\{(\w+)\}/g)) paths = paths.flatMap((p) => (fits[name] ?? ['nowhere']).map((value) => p.replace(whole, value)));
  const documented = (operation.parameters ?? []).length > 0;
  if (id === 'listAnnotations') {
    const lists = ['', `document=${text.id}`, `group=${group.id}`, 'order=updated', `author=${people.ben.id}`, `author=${people.carol.id}`, 'author=carol', 'tag=shared', 'tag=canary',
      'kind=claim', `document=${text.id}&from=0&to=30`, 'limit=2', `document=${text.id}&limit=1`, 'since=2020-01-01T00:00:00Z', `document=${text.id}&expand=replies`, `document=${text.id}&order=updated`];
    paths = [...lists.map((query) => `${path}?${query}`), `${path}.ndjson`, `${path}.ndjson?document=${text.id}`];
  } else if (method === 'get' && documented && Object.keys(operation.responses['200']?.content ?? {}).includes('application/x-ndjson')) {
    paths = [...paths, ...paths.map((p) => `${p}.ndjson`)];
  }
  if (method === 'get') return paths.map((p) => ({ path: p }));
  const all = Object.values(unseen);
  const bodies = {
    createAnnotation: [{ document: text.id, quote: 'quiet', body: 'x', group: group.id }, { document: text.id, quote: 'desperation', body: 'x' }, { document: text.id, body: 'x', groups: [group.id] },
      ...all.map((parent) => ({ parent, body: 'x' })), { parent: notes.own.id, body: 'x' }],
    createAnnotations: [[{ document: text.id, quote: 'quiet', body: 'y' }, ...all.map((parent) => ({ parent, body: 'y' }))].map((line) => JSON.stringify(line)).join('\n')],
    createReply: [{ body: 'z' }, { body: 'z', visibility: 'private' }],
    patchAnnotation: [{ body: 'edited' }, { visibility: 'private' }, { visibility: 'group' }, { kind: 'claim', tags: ['mine'] }],
    publishDrafts: [{ ids: all }, { document: text.id }],
    resolveQuote: [{ quote: 'quiet desperation' }],
    createSession: [{ name: people.ben.name, password: people.ben.password }],
    putPassword: [{ current: people.ben.password, new: people.ben.password }],
  }[id];
  const [type, { example, examples } = {}] = Object.entries(operation.requestBody?.content ?? {})[0] ?? [];
  const values = bodies ?? (type ? [example ?? Object.values(examples ?? {})[0]?.value ?? {}] : [undefined]);
  return paths.flatMap((p) => values.map((value) => ({ path: p, type, ...(typeof value === 'string' ? { body: value } : { json: value }) })));
}

class Reader {
  constructor(place, questions) {
    this.place = place;
    this.questions = questions;
    this.transcript = new Transcript(place.world.url);
    this.tags = new Map();
    const { ben } = place.people;
    this.byCookie = new Person(ben.world, { cookie: ben.cookie });
  }

  async ask(one) {
    const { 'x-scope': scope, tags } = one.operation;
    const who = tags[0] === 'pages' || scope === 'session' ? this.byCookie : this.place.people.ben;
    for (const { path, ...body } of requestsOf(this.place, one)) {
      const tag = one.method === 'get' ? this.tags.get(path) : undefined;
      const what = `${one.id}: ${one.method} ${this.transcript.rename(path)} ${this.transcript.rename(JSON.stringify(body))}`;
      if (tag) this.transcript.add(`${what} if changed`, await who.get(path, { headers: { ...ID, 'If-None-Match': tag } }));
      const answer = await who.request(one.method.toUpperCase(), path, { ...body, headers: ID });
      this.transcript.add(what, answer);
      if (answer.etag) this.tags.set(path, answer.etag);
    }
  }

  async looks() { for (const one of this.questions.filter(({ method }) => method === 'get')) await this.ask(one); }

  async writes() {
    const writes = this.questions.filter(({ method }) => method !== 'get');
    const ends = ({ method }) => (method === 'delete' ? 1 : 0);
    for (const one of writes.sort((a, b) => ends(a) - ends(b))) await this.ask(one);
  }

}

// Behind masks it is people that may tell: what names them is asked again.
const ofPeople = asked.filter(({ id, method, operation }) => method === 'get' && (['groups', 'pages'].includes(operation.tags[0]) || /^list/.test(id)));

for (const [kind, settings, questions] of [['a group', {}, asked], ['a group whose members are hidden from each other', { anonymous: true }, ofPeople]]) {
  test(`to a member of ${kind} who is to read for themselves, nothing tells whether the others have written`, async () => {
    const [full, empty] = [await setOut(settings), await setOut(settings)];
    const [one, two] = [new Reader(full, questions), new Reader(empty, questions)];
    const both = async (deed) => {
      await Promise.all([one[deed](), two[deed]()]);
      const told = difference(one.transcript, two.transcript);
      if (told) assert.fail(told);
    };
    await both('looks');
    await othersWrite(full);
    nobodyWrites(empty);
    await both('looks');
    await both('writes');
    if (questions === asked) await both('looks');
    assert.ok(!one.transcript.lines.some(({ said }) => said.includes('canary')), 'not a word');
    assert.ok(one.transcript.lines.length > questions.length * 2, `${one.transcript.lines.length} answers`);
    if (settings.anonymous) return;
    // The test can tell: once it is revealed, nearly everything does.
    for (const { people: { alice }, reveal } of [full, empty]) expect(await alice.post(`${reveal}/now`), 200);
    const from = one.transcript.lines.length;
    await Promise.all([one.looks(), two.looks()]);
    const told = new Set(one.transcript.lines.filter((line, i) => i >= from && line.said !== two.transcript.lines[i].said).map(({ what }) => what.split(':')[0]));
    for (const id of ['listAnnotations', 'getAnnotation', 'listReplies', 'listReactions', 'getDocument', 'listDocuments', 'exportDocumentMarkdown', 'exportDocumentNdjson', 'pageReader', 'compareReaders']) assert.ok(told.has(id), id);
  });
}
