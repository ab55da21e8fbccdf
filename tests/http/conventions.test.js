// What all operations have in common: preferences, traces, and how faults of the body are told.
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import test from 'node:test';
import { operations } from '../support/contract.js';
import { World, expect, refused } from '../support/people.js';
import { Session } from '../support/sql.js';

const world = await World.start();
const [alice, bob] = await world.people3();
const group = await world.group(alice, bob);
const essay = await alice.putsMarkdown('# 😀 One\n\nWords.\n\n## Two\n\nThe mass of men.', { group: group.id });
const note = await alice.annotates(essay, { quote: 'mass', body: 'x', group: group.id });
const session = new alice.constructor(world, { cookie: alice.cookie });
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const minimal = { headers: { Prefer: 'respond-async, Return="minimal"; foo' } };

test('every change answers 204 to those who prefer less, and the change is made', async () => {
  const token = await alice.makesToken(['feed']);
  const [further, masked] = [await world.group(alice), await world.group(alice)];
  expect(await alice.put(`${further.path}/documents/${essay.id}`), 204);
  expect(await alice.patch(further.path, { access: 'restricted' }), 200);
  const request = expect(await bob.post(`${further.path}/requests`, {}), 201);
  const shown = await alice.annotates(essay, { quote: 'Words', body: 'y', group: group.id });
  const bobs = await bob.annotates(essay, { quote: 'mass', body: 'z', group: group.id });
  const bodies = {
    patchMe: ['me', { display_name: 'Less' }], patchToken: [`tokens/${token.id}`, { name: 'less' }],
    patchDocument: [essay.path, { title: 'Less' }], patchAnnotation: [note.path, { body: 'less' }],
    patchGroup: [group.path, { name: 'Less' }], patchMember: [`${group.path}/members/${bob.id}`, { role: 'member' }],
    putReaction: [`${note.path}/reactions/agree`, undefined], patchRequest: [`requests/${request.id}`, { state: 'declined' }],
    putAnnotating: [`${essay.path}/annotating`, { allowed: 'all' }], putAnnotationGroup: [`${shown.path}/groups/${further.id}`, undefined],
    putMask: [`${masked.path}/mask`, { name: 'Owl' }], putModeration: [`${bobs.path}/moderation`, { state: 'hidden' }],
    putReading: [`${group.path}/documents/${essay.id}/reveal`, { by_reader: true }],
    putAnchor: [`${note.path}/anchor`, { revision: essay.revision.id, keep: true }],
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

test('a server that is shutting down says so where it is asked whether it is ready', async () => {
  const other = await World.start({ workers: 1 });
  const { port } = new URL(other.url);
  // A request that has begun is waited for; what it asks is known only after the signal.
  const answer = await new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(Number(port), '127.0.0.1', () => socket.write('GET /readyz HTTP/1.1\r\nHost: a\r\n'));
    socket.setEncoding('latin1').on('data', (part) => { text += part; }).on('end', () => resolve(text)).on('error', reject);
    setTimeout(async () => {
      process.kill(other.server.pid, 'SIGTERM');
      for (let i = 0; i < 200 && !/"draining"/.test(other.server.err); i++) await pause(20);
      socket.write('\r\n');
    }, 300);
  });
  assert.match(answer, /^HTTP\/1\.1 503 /);
  assert.match(answer, /retry-after: [12]/i);
  assert.match(answer, /connection: close/i);
  assert.match(answer, /shutting down/);
  assert.equal(await other.server.ended, 0);
  await other.server.launch();
});

test('more sign-ins at once than wait their turn are told to come back, and the rest is answered', { timeout: 120_000 }, async () => {
  const names = Array.from({ length: 60 }, (_, i) => `stranger${i}`);
  const answers = await Promise.all(names.map((name) => world.anyone.post('session', { name, password: 'wrong password' })));
  const full = answers.filter((answer) => answer.status === 503);
  assert.ok(full.length > 0, 'the queue has no end');
  for (const answer of full) {
    refused(answer, 'unavailable');
    assert.match(answer.headers['retry-after'], /^[12]$/);
  }
  for (const answer of answers) assert.ok([401, 429, 503].includes(answer.status), answer.text);
  expect(await alice.get('me'), 200);
});

test('who waits for a lock is told in time, also where the statement is new to its connection', async () => {
  const slow = await World.start({ expectsErrors: true });
  const dora = await slow.person('dora');
  const text = await dora.puts('Held up.');
  const held = await dora.annotates(text, { body: 'x' });
  const owner = new Session(slow.cluster, slow.database, 'postgres');
  try {
    await owner.run('BEGIN');
    await owner.run('LOCK TABLE gloss.annotation IN ACCESS EXCLUSIVE MODE');
    const started = Date.now();
    const answers = await Promise.all([dora.get(held.path), dora.get(`${held.path}/history`), dora.patch(held.path, { body: 'y' })]);
    for (const answer of answers) {
      refused(answer, 'unavailable');
      assert.match(answer.headers['retry-after'], /^[12]$/);
    }
    assert.ok(Date.now() - started < 10_000, `${Date.now() - started} ms`);
  } finally {
    owner.psql.stdin.end();
    await owner.ended;
  }
  for (let i = 0; i < 100 && (await dora.get(held.path)).status !== 200; i++) await pause(50);
  assert.equal(expect(await dora.get(held.path), 200).body, 'x');
  expect(await dora.patch(held.path, { body: 'y' }), 200);
  assert.ok(!/prepare_failed|statement_failed/.test(slow.server.err), slow.server.err);
});
