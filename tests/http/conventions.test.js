// What all operations have in common: preferences, traces, and how faults of the body are told.
import assert from 'node:assert/strict';
import test from 'node:test';
import { operations } from '../support/contract.js';
import { World, expect, refused } from '../support/people.js';

const world = await World.start();
const [alice, bob] = await world.people3();
const group = await world.group(alice, bob);
const essay = await alice.putsMarkdown('# 😀 One\n\nWords.\n\n## Two\n\nThe mass of men.', { group: group.id });
const note = await alice.annotates(essay, { quote: 'mass', body: 'x' });
const session = new alice.constructor(world, { cookie: alice.cookie });
const minimal = { headers: { Prefer: 'respond-async, Return="minimal"; foo' } };

test('every change answers 204 to those who prefer less, and the change is made', async () => {
  const token = await alice.makesToken(['feed']);
  const bodies = {
    patchMe: ['me', { display_name: 'Less' }], patchToken: [`tokens/${token.id}`, { name: 'less' }],
    patchDocument: [essay.path, { title: 'Less' }], patchAnnotation: [note.path, { body: 'less' }],
    patchGroup: [group.path, { name: 'Less' }], patchMember: [`${group.path}/members/${bob.id}`, { role: 'member' }],
    putReaction: [`${note.path}/reactions/agree`, undefined],
  };
  const documented = operations.filter(({ method, operation }) => ['patch', 'put'].includes(method) && operation.responses['200']);
  assert.deepEqual(Object.keys(bodies).sort(), documented.map(({ id }) => id).sort());
  for (const { id, method } of documented) {
    const [path, body] = bodies[id];
    const answer = await session[method](path, body, minimal);
    assert.equal(answer.status, 204, `${id}: ${answer.text}`);
    assert.equal(answer.headers['preference-applied'], 'return=minimal', id);
    assert.equal(answer.bytes.length, 0);
  }
  const now = await alice.reads(note);
  assert.deepEqual([now.body, now.my_reactions], ['less', ['agree']]);
  const changed = await alice.patch(note.path, { body: 'lesser' }, minimal);
  assert.equal(changed.etag, (await alice.get(note.path)).etag);
});

test('a creation without a body still says where and with which tag', async () => {
  const answer = await alice.post('annotations', { document: essay.id, body: 'less' }, minimal);
  assert.equal(answer.status, 201);
  assert.equal(answer.bytes.length, 0);
  assert.equal(answer.headers['preference-applied'], 'return=minimal');
  assert.equal((await alice.get(answer.headers.location)).etag, answer.etag);
});

test('what is shown once is shown, whatever is preferred', async () => {
  const answer = await session.post('tokens', { name: 'once' }, minimal);
  assert.match(expect(answer, 201).token, /^gloss_/);
  assert.equal(answer.headers['preference-applied'], undefined);
});

test('other preferences change nothing', async () => {
  for (const prefer of ['return=minimalist', 'xreturn=minimal', 'wait=5', 'return', '']) {
    const answer = await alice.patch(note.path, { body: 'more' }, { headers: { Prefer: prefer } });
    assert.equal(expect(answer, 200).body, 'more');
    assert.equal(answer.headers['preference-applied'], undefined);
  }
  const answer = await alice.patch(note.path, { body: 'all' }, { headers: { Prefer: 'return=representation' } });
  assert.equal(expect(answer, 200).body, 'all');
  assert.equal(answer.headers['preference-applied'], 'return=representation');
});

test('the trace that a request is part of stands in the log', async () => {
  const trace = '0af7651916cd43dd8448eb211c80319c';
  const sent = [`00-${trace}-b7ad6b7169203331-01`, `00-${trace.toUpperCase()}-b7ad6b7169203331-01`, `00-${'0'.repeat(32)}-b7ad6b7169203331-01`, 'nonsense', `${trace}-`];
  for (const [i, traceparent] of sent.entries()) expect(await alice.get('me', { headers: { traceparent, 'X-Request-Id': `traced-${i}` } }), 200);
  const traces = [];
  for (const end = Date.now() + 5000; traces.length < sent.length && Date.now() < end; await new Promise((r) => setTimeout(r, 20))) {
    traces.splice(0, Infinity, ...world.server.log().filter((line) => /^traced-/.test(line.id)));
  }
  assert.deepEqual(traces.map((line) => line.trace), [trace, undefined, undefined, undefined, undefined]);
});

test('what is wrong with a body is told in words that quote nothing of it', async () => {
  const faults = [
    ['{"a":"\\u0000"}', /U\+0000/], ['{"a\\u0000":1}', /U\+0000/], [Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), /UTF-8/],
    ['{"body":"secret","body":"secret"}', /twice/], ['{"start":1e400}', /too large/], ['{"start":123456789012345678901234567890}', /too large/],
    ['{"a":"secret"', /ends before/], ['{"a":"secret"} secret', /follows/], ['{"a":"\\ud800"}', /surrogate/], ["{'secret':1}", /not JSON/], ['{"a":secret}', /not JSON/],
  ];
  for (const [body, words] of faults) {
    const { detail } = refused(await alice.request('POST', 'annotations', { body, type: 'application/json' }), 'malformed-json');
    assert.match(detail, words, String(body));
    assert.match(detail, /^(Line \d+, column \d+: |The body is not UTF-8)/);
    assert.doesNotMatch(detail, /secret|JSON_/);
  }
});

test('an outline counts in the unit that is asked for', async () => {
  const starts = async (query) => expect(await alice.get(`${essay.path}/toc${query}`), 200).data.map((heading) => heading.start);
  const chars = await starts('');
  assert.equal(chars[0], 0);
  assert.deepEqual(await starts('?unit=char'), chars);
  assert.deepEqual(await starts('?unit=utf16'), [0, chars[1] + 1]);
  refused(await alice.get(`${essay.path}/toc?unit=bytes`), 'invalid-query');
});
