// Many annotations in one request: POST /annotations/batch.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import test from 'node:test';
import { patience, sanitized } from '../support/binary.js';
import { lines } from '../support/lines.js';
import { World, expect, refused } from '../support/people.js';

const world = await World.start();
const [alice, bob, carol] = await world.people3();
const group = await world.group(alice, bob);
const essay = await alice.puts('The mass of men lead lives of quiet desperation. Quiet, quiet.', { group: group.id });
const root = await alice.annotates(essay, { quote: 'mass of men', body: 'Fair?' });
const secret = await alice.annotates(essay, { body: 'mine', visibility: 'private' });

const body = (values) => values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))).join('\n');
const batch = (who, values, { query = '', key, ...options } = {}) => who.post(`annotations/batch${query}`, undefined, {
  body: body(values), type: 'application/x-ndjson', headers: key ? { 'Idempotency-Key': key } : {}, ...options,
});
const done = async (...args) => lines(expect(await batch(...args), 200));
const count = (document = essay.id) => Number(world.sql(`SELECT count(*) FROM gloss.annotation WHERE document_id = (SELECT id FROM gloss.document WHERE title = '${document === essay.id ? 'Untitled' : document}' LIMIT 1)`));
const note = (text, fields = {}) => ({ document: essay.id, body: text, ...fields });

// Everything that a line may be, and what comes of it.
const MIXED = [
  [note('plain'), 201],
  [note('placed', { quote: 'lives' }), 201],
  ['{"document":', 400, 'malformed-json'],
  [note('by position', { start: 4, end: 8 }), 201],
  [note('twice', { quote: 'uiet' }), 409, 'quote-ambiguous'],
  [note('nowhere', { quote: 'xylophones and other things' }), 422, 'quote-not-found'],
  [{ parent: root.id, body: 'a reply' }, 201],
  [{ parent: secret.id, body: 'to what he cannot see' }, 422, 'invalid-body'],
  [note('unknown field', { colour: 'red' }), 422, 'invalid-body'],
  [note('unknown document', { document: 'doc_01h00000000000000000000000' }), 404, 'not-found'],
  [note('unknown group', { group: 'grp_01h00000000000000000000000' }), 422, 'invalid-body'],
  ['[1]', 422, 'invalid-body'],
  [{ document: 'https://example.org/batch', body: 'elsewhere', quote: 'words' }, 201],
  [{ document: 'https://example.org/batch', body: 'elsewhere again' }, 201],
  [note('private', { visibility: 'private' }), 201],
  [note('last', { tags: ['end'] }), 201],
];

test('each line has the result that it would have alone, in the order of the lines', async () => {
  const { values, end } = await done(bob, MIXED.map(([value]) => value));
  assert.equal(values.length, MIXED.length);
  for (const [i, [value, status, slug]] of MIXED.entries()) {
    assert.equal(values[i].line, i + 1);
    assert.equal(values[i].status, status, `${JSON.stringify(value)}: ${JSON.stringify(values[i])}`);
    if (slug) assert.equal(values[i].problem.type, `/api/v1/problems/${slug}`);
    else assert.equal((await bob.reads(`/api/v1/annotations/${values[i].id}`)).body, value.body);
  }
  assert.deepEqual(end, { end: true, created: 8, failed: 8, dry_run: false });
  const reply = await bob.reads(`/api/v1/annotations/${values[6].id}`);
  assert.equal(reply.parent, root.id);
  const placed = await bob.reads(`/api/v1/annotations/${values[1].id}`);
  assert.equal(placed.quote.exact, 'lives');
});

test('a dry run finds the same and stores nothing, not even a page that it hears of', async () => {
  const before = count();
  const pages = () => world.sql('SELECT count(*) FROM gloss.document');
  const known = pages();
  const values = MIXED.map(([value]) => (value.document?.startsWith?.('https:') ? { ...value, document: 'https://example.org/untold' } : value));
  const dry = await done(bob, values, { query: '?dry_run=1' });
  assert.deepEqual(dry.values.map((v) => [v.line, v.status, v.problem?.type.split('/').pop()]), MIXED.map(([, status, slug], i) => [i + 1, status, slug]));
  for (const value of dry.values) if (value.status === 201) assert.equal(value.id, null);
  assert.deepEqual(dry.end, { end: true, created: 8, failed: 8, dry_run: true });
  assert.equal(count(), before);
  assert.equal(pages(), known);
});

test('a dry run knows the rule: who may not write there is told so', async () => {
  const { values } = await done(carol, [note('not mine'), { parent: root.id, body: 'not mine' }], { query: '?dry_run=true' });
  assert.deepEqual(values.map((v) => v.status), [404, 422]);
});

test('blank lines are passed over and counted, and line ends may be of any system', async () => {
  const { values, end } = await done(bob, ['', '  \r', `${JSON.stringify(note('third'))}\r`, '', JSON.stringify(note('fifth')), '']);
  assert.deepEqual(values.map((v) => v.line), [3, 5]);
  assert.equal(end.created, 2);
  assert.deepEqual(lines(expect(await batch(bob, ['\n\n']), 200)), { values: [], end: { end: true, created: 0, failed: 0, dry_run: false } });
});

test('a line that is too long is refused, and the next one is taken', async () => {
  const { values } = await done(bob, [note('x'), `{"document":"${essay.id}","body":"${'x'.repeat(300_000)}"}`, note('y')]);
  assert.deepEqual(values.map((v) => v.status), [201, 413, 201]);
});

test('what is no batch is refused as a whole', async () => {
  refused(await bob.post('annotations/batch', note('x')), 'unsupported-media-type');
  refused(await batch(bob, [note('x')], { query: '?atomic=perhaps' }), 'invalid-query', '/query/atomic');
  refused(await batch(bob, [note('x')], { query: '?dry_run=2' }), 'invalid-query', '/query/dry_run');
  refused(await batch(world.anyone, [note('x')]), 'unauthorized');
  refused(await batch(await bob.withScopes('annotations:read'), [note('x')]), 'missing-scope');
  refused(await batch(bob, [note('x')], { key: 'k'.repeat(201) }), 'bad-request');
});

test('the page may send a batch too, another site may not', async () => {
  const session = new bob.constructor(world, { cookie: bob.cookie });
  assert.equal((await done(session, [note('by session')])).end.created, 1);
  refused(await batch(session, [note('x')], { headers: { 'Sec-Fetch-Site': 'cross-site' } }), 'cross-site');
});

// -- with a key ----------------------------------------------------------------------------------

test('sent again with its key a batch does nothing twice, and gives the same ids', async () => {
  const key = randomUUID();
  const values = Array.from({ length: 40 }, (_, i) => note(`once ${i}`));
  const first = await done(bob, values, { key });
  const before = count();
  const second = await done(bob, values, { key });
  assert.deepEqual(second, first);
  assert.equal(count(), before);
});

test('lines that failed are done once they are right, the others are not touched', async () => {
  const key = randomUUID();
  const first = await done(bob, [note('a'), note('b', { quote: 'nowhere at all in it' }), note('c')], { key });
  assert.deepEqual(first.values.map((v) => v.status), [201, 422, 201]);
  const second = await done(bob, [note('a'), note('b', { quote: 'lives' }), note('other')], { key });
  assert.deepEqual(second.values.map((v) => v.status), [201, 201, 422]);
  assert.equal(second.values[0].id, first.values[0].id);
  assert.equal(second.values[2].problem.type, '/api/v1/problems/key-reused');
});

test('a batch that was cut in the middle is completed by sending it again', async () => {
  const key = randomUUID();
  const title = 'Cut';
  const text = await alice.puts('x', { group: group.id, title });
  const values = Array.from({ length: 400 }, (_, i) => ({ document: text.id, body: `cut ${i}` }));
  const request = http.request(new URL('/api/v1/annotations/batch', world.url), {
    method: 'POST', agent: false, headers: { Authorization: `Bearer ${bob.token}`, 'Content-Type': 'application/x-ndjson', 'Idempotency-Key': key },
  });
  request.on('error', () => {});
  request.end(body(values));
  const [answer] = await once(request, 'response');
  await once(answer, 'data');
  request.destroy();
  const again = await done(bob, values, { key });
  assert.deepEqual(again.end, { end: true, created: 400, failed: 0, dry_run: false });
  assert.equal(new Set(again.values.map((v) => v.id)).size, 400);
  assert.equal(count(title), 400);
});

test('the same batch twice at once makes each line once', async () => {
  const key = randomUUID();
  const before = count();
  const values = Array.from({ length: 30 }, (_, i) => note(`racing ${i}`));
  const both = await Promise.all([done(bob, values, { key }), done(bob, values, { key })]);
  for (const { values: results } of both) {
    for (const { status, problem } of results) assert.ok(status === 201 || problem.type.endsWith('/in-progress'), `${status}`);
  }
  assert.equal(count(), before + 30);
});

// -- all or nothing ------------------------------------------------------------------------------

test('an atomic batch stores all of its lines', async () => {
  const before = count();
  const values = [...Array.from({ length: 50 }, (_, i) => note(`together ${i}`, i % 3 ? {} : { quote: 'lives' })), { parent: root.id, body: 'reply one' }, { parent: root.id, body: 'reply two' },
    { document: 'https://example.org/together', body: 'new page' }, { document: 'https://example.org/together', body: 'same page' }];
  const { values: results, end } = await done(bob, values, { query: '?atomic=1' });
  assert.deepEqual(end, { end: true, created: 54, failed: 0, dry_run: false });
  assert.equal(count(), before + 52);
  for (const [i, { id, status }] of results.entries()) {
    assert.equal(status, 201);
    if (i % 10 === 0 || i > 49) assert.equal((await bob.reads(`/api/v1/annotations/${id}`)).body, values[i].body);
  }
  assert.equal((await bob.reads(root)).replies >= 2, true);
  const [one, two] = await Promise.all(results.slice(52).map(({ id }) => bob.reads(`/api/v1/annotations/${id}`)));
  assert.equal(one.document, two.document);
});

test('an atomic batch with a bad line stores nothing, and says which', async () => {
  const before = count();
  const pages = world.sql('SELECT count(*) FROM gloss.document');
  const answer = await batch(bob, [note('good'), { document: 'https://example.org/never', body: 'x' }, note('bad', { kind: 'nonsense' }), note('good'), '{'], { query: '?atomic=1' });
  const problem = refused(answer, 'batch-refused');
  assert.deepEqual(problem.lines.map((l) => [l.line, l.status]), [[3, 422], [5, 400]]);
  assert.equal(problem.lines[0].problem.errors[0].pointer, '/kind');
  assert.equal(count(), before);
  assert.equal(world.sql('SELECT count(*) FROM gloss.document'), pages);
});

test('what only the database refuses undoes an atomic batch too', async () => {
  const before = count();
  const other = await bob.founds('Elsewhere');
  const answer = await batch(bob, [note('good'), note('bad', { group: other.id }), note('good')], { query: '?atomic=1' });
  const problem = refused(answer, 'batch-refused');
  assert.deepEqual(problem.lines.map((l) => [l.line, l.status, l.problem.errors?.[0]?.code]), [[2, 422, 'elsewhere']]);
  assert.equal(count(), before);
});

test('an atomic dry run tells what would come of it', async () => {
  const before = count();
  const pages = world.sql('SELECT count(*) FROM gloss.document');
  const { values, end } = await done(bob, [note('a'), { document: 'https://example.org/dry', body: 'x' }, { document: 'https://example.org/dry', body: 'y' }], { query: '?atomic=1&dry_run=1' });
  assert.deepEqual(values.map((v) => [v.status, v.id]), [[201, null], [201, null], [201, null]]);
  assert.deepEqual(end, { end: true, created: 3, failed: 0, dry_run: true });
  refused(await batch(bob, [note('a'), note('b', { quote: 'not in it anywhere' })], { query: '?atomic=1&dry_run=1' }), 'batch-refused');
  assert.equal(count(), before);
  assert.equal(world.sql('SELECT count(*) FROM gloss.document'), pages);
});

test('an atomic batch with a key is done once', async () => {
  const key = randomUUID();
  const before = count();
  const values = Array.from({ length: 20 }, (_, i) => note(`once together ${i}`));
  const [first, racing] = await Promise.all([batch(bob, values, { key, query: '?atomic=1' }), batch(bob, values, { key, query: '?atomic=1' })]);
  for (const answer of [first, racing]) assert.ok(answer.status === 200 || answer.slug === 'in-progress', answer.text);
  const again = await done(bob, values, { key, query: '?atomic=1' });
  assert.equal(count(), before + 20);
  assert.deepEqual(await done(bob, values, { key, query: '?atomic=1' }), again);
});

test('an atomic batch has a thousand lines and no more', async () => {
  const most = sanitized ? 300 : 1000;
  const title = 'Thousand';
  const text = await alice.puts('x', { group: group.id, title });
  const thread = await alice.annotates(text, { body: 'thread' });
  const values = Array.from({ length: most }, (_, i) => (i % 2 ? { parent: thread.id, body: `r${i}` } : { document: text.id, body: `n${i}` }));
  assert.equal((await done(bob, values, { query: '?atomic=1' })).end.created, most);
  assert.equal(count(title), most + 1);
  assert.equal((await bob.reads(thread)).replies, most / 2);
  refused(await batch(bob, Array.from({ length: 1001 }, () => note('x')), { query: '?atomic=1' }), 'body-too-large');
  refused(await batch(bob, Array.from({ length: 30 }, () => note('x'.repeat(90_000), { tags: ['y'] })).concat(Array.from({ length: 30 }, () => note('x'.repeat(90_000)))), { query: '?atomic=1' }), 'body-too-large');
});

// -- much of it ----------------------------------------------------------------------------------

const rss = () => Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${world.server.pid}/status`, 'utf8'))[1]) * 1024;

test('a long batch takes no more memory than a short one', async () => {
  const title = 'Long';
  const text = await alice.puts('x', { group: group.id, title });
  await done(bob, Array.from({ length: 50 }, (_, i) => ({ document: text.id, body: `warm ${i}` })));
  const before = rss();
  const filler = 'word '.repeat(4000);
  const values = Array.from({ length: 1000 }, (_, i) => (i % 4 ? `{"x":"${filler}"}` : { document: text.id, body: `${i} ${filler}` }));
  const { end } = await done(bob, values);
  assert.deepEqual(end, { end: true, created: 250, failed: 750, dry_run: false });
  assert.equal(count(title), 300);
  const held = rss() - before;
  assert.ok(sanitized || held < 24 << 20, // a sanitizer keeps what was freed
    `a body of 20 MiB took ${(held / 1048576).toFixed(1)} MiB`);
});

test('a reader who takes no results holds the batch up, and gets them in the end', async () => {
  const title = 'Held';
  const text = await alice.puts('x', { group: group.id, title });
  const wrong = `{"x":"${'y'.repeat(200)}"}`;
  const values = Array.from({ length: 12_000 }, () => wrong);
  values.push({ document: text.id, body: 'the last' });
  const request = http.request(new URL('/api/v1/annotations/batch', world.url), {
    method: 'POST', agent: false, headers: { Authorization: `Bearer ${bob.token}`, 'Content-Type': 'application/x-ndjson' },
  });
  request.end(body(values));
  const [answer] = await once(request, 'response');
  answer.pause();
  await new Promise((resolve) => { setTimeout(resolve, 1500 * patience); });
  const parts = [];
  for await (const part of answer) parts.push(part);
  const { values: results, end } = lines(Buffer.concat(parts).toString());
  assert.equal(results.length, 12_001);
  assert.equal(end.created, 1);
  assert.equal(count(title), 1);
});

test('whoever may not write any more is not served to the end', async () => {
  const dave = await (await world.person('dave')).joins(group, alice);
  const token = await dave.makesToken(['annotations:write']);
  const request = http.request(new URL('/api/v1/annotations/batch', world.url), {
    method: 'POST', agent: false, headers: { Authorization: `Bearer ${token.token}`, 'Content-Type': 'application/x-ndjson' },
  });
  request.on('error', () => {});
  request.end(body(Array.from({ length: 20_000 }, (_, i) => note(`dave ${i}`))));
  const [answer] = await once(request, 'response');
  const session = new dave.constructor(world, { cookie: dave.cookie });
  expect(await session.delete(`tokens/${token.id}`), 204);
  const parts = [];
  await assert.rejects(async () => { for await (const part of answer) parts.push(part); });
  assert.ok(!Buffer.concat(parts).toString().includes('"end"'));
});

test('a batch is slowed to what its reader may write, not refused', async () => {
  const strict = await World.start({ rateLimit: 'on' });
  const erin = await strict.person('erin');
  const text = await erin.puts('x');
  const began = Date.now();
  const answer = await erin.post('annotations/batch', undefined, {
    body: body(Array.from({ length: 1800 }, () => ({ document: text.id }))), type: 'application/x-ndjson',
  });
  assert.equal(lines(expect(answer, 200)).end.failed, 1800);
  assert.ok(Date.now() - began > 500, 'it was not slowed');
  const atomic = await erin.post('annotations/batch?atomic=1', undefined, {
    body: body(Array.from({ length: 900 }, () => ({ document: text.id, body: 'x' }))), type: 'application/x-ndjson',
  });
  refused(atomic, 'too-many-requests');
  assert.match(atomic.headers['retry-after'], /^[1-9]/);
});

test('a server that ends waits for no batch that waits for its rate', async () => {
  const strict = await World.start({ rateLimit: 'on' });
  const finn = await strict.person('finn');
  const text = await finn.puts('x');
  const request = http.request(new URL('/api/v1/annotations/batch', strict.url), {
    method: 'POST', agent: false, headers: { Authorization: `Bearer ${finn.token}`, 'Content-Type': 'application/x-ndjson' },
  });
  request.on('error', () => {});
  request.end(body(Array.from({ length: 20_000 }, () => ({ document: text.id }))));
  const [answer] = await once(request, 'response');
  const began = Date.now();
  const [ended] = await Promise.all([strict.server.kill('SIGTERM'), assert.rejects(async () => { for await (const part of answer) assert.ok(part); })]);
  assert.equal(ended, 0);
  assert.ok(Date.now() - began < 15_000 * patience, `${Date.now() - began} ms`);
});
