// Lists as a whole, streamed: GET ….ndjson.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { patience, sanitized } from '../support/binary.js';
import { lines } from '../support/lines.js';
import { World, expect, refused } from '../support/people.js';

const world = await World.start();
const [alice, bob, carol] = await world.people3();
const group = await world.group(alice, bob);
const essay = await alice.puts('The mass of men lead lives of quiet desperation.', { group: group.id, uris: ['https://example.org/essay'] });
const first = await bob.annotates(essay, { quote: 'mass of men', body: 'Fair?\nNo.', kind: 'question', tags: ['irony'] });
const reply = await alice.replies(first, 'It is.');
const secret = await alice.annotates(essay, { quote: 'quiet', body: 'canary', visibility: 'private' });
await Promise.all(Array.from({ length: 130 }, (_, i) => bob.annotates(essay, { body: `number ${i}` })));

const whole = async (who, path) => {
  const answer = await who.get(path);
  const text = expect(answer, 200);
  assert.equal(answer.mediaType, 'application/x-ndjson', path);
  const { values, end } = lines(text);
  assert.deepEqual(end, { end: true, count: values.length });
  return values;
};

// A difference of thousands of lines is of no use to anybody.
const same = (one, other, what) => assert.ok(isDeepStrictEqual(one, other), `${what}: ${one.length} and ${other.length} items differ`);

// Every page of it, one after the other.
async function paged(who, path) {
  const all = [];
  for (let next = path; next;) {
    const answer = await who.get(next);
    all.push(...expect(answer, 200).data);
    next = answer.next;
  }
  return all;
}

test('a list as .ndjson is all its pages in one, line by line', async () => {
  for (const query of ['', `?document=${essay.id}`, `?document=${essay.id}&order=updated`, '?author=me', '?kind=question', '?tag=irony', `?document=${essay.id}&unit=utf16`, '?expand=replies']) {
    same(await whole(bob, `annotations.ndjson${query}`), await paged(bob, `/api/v1/annotations${query}`), query);
  }
  const all = await whole(alice, 'annotations.ndjson');
  assert.equal(all.length, 133);
});

test('fields= leaves out the same members', async () => {
  const answer = await bob.get(`annotations.ndjson?document=${essay.id}&fields=id,body`, { contract: false });
  same(lines(expect(answer, 200)).values, expect(await bob.get(`annotations?document=${essay.id}&fields=id,body&limit=200`, { contract: false }), 200).data, 'fields');
});

test('every list that has pages can be had whole', async () => {
  const session = new alice.constructor(world, { cookie: alice.cookie });
  const paths = [`annotations/${first.id}/replies`, `annotations/${first.id}/history`, `annotations/${first.id}/reactions`, 'documents', `documents/${essay.id}/revisions`,
    'groups', `groups/${group.id}/members`, `groups/${group.id}/invitations`, 'tokens'];
  await alice.reacts(first, 'agree');
  for (const path of paths) {
    const lists = await whole(session, `${path}.ndjson`);
    same(lists, await paged(session, `/api/v1/${path}`), path);
    assert.ok(lists.length > 0, path);
  }
  assert.deepEqual((await whole(bob, `annotations/${first.id}/replies.ndjson`)).map((r) => r.id), [reply.id]);
});

test('Accept asks for it too, and the suffix has the last word', async () => {
  const ndjson = { headers: { Accept: 'application/x-ndjson' } };
  assert.equal((await bob.get('annotations', ndjson)).mediaType, 'application/x-ndjson');
  assert.equal((await bob.get('annotations', { headers: { Accept: 'application/json, application/x-ndjson;q=0.5' } })).mediaType, 'application/json');
  assert.equal((await bob.get('annotations', { headers: { Accept: '*/*' } })).mediaType, 'application/json');
  assert.equal((await bob.get('annotations.json', ndjson)).mediaType, 'application/json');
  assert.equal((await bob.get('annotations.ndjson', { headers: { Accept: 'application/json' } })).mediaType, 'application/x-ndjson');
  refused(await bob.get(`${first.path}.ndjson`), 'not-acceptable');
});

test('what has no pages has no limit and no cursor', async () => {
  refused(await bob.get('annotations.ndjson?limit=3'), 'invalid-query', '/query/limit');
  refused(await bob.get('annotations.ndjson?cursor=x'), 'invalid-query', '/query/cursor');
});

test('a refusal is said as one, before anything is streamed', async () => {
  refused(await bob.get('annotations.ndjson?kind=nonsense'), 'invalid-query', '/query/kind');
  refused(await carol.get(`annotations/${first.id}/replies.ndjson`), 'not-found');
  refused(await world.anyone.get('annotations.ndjson'), 'unauthorized');
  refused(await (await bob.withScopes('feed')).get('annotations.ndjson'), 'missing-scope');
});

test('an empty list is its last line', async () => {
  assert.deepEqual(await whole(await world.person(), 'annotations.ndjson'), []);
  assert.deepEqual(await whole(bob, 'annotations.ndjson?author=nobody-has-this-name'), []);
});

test('HEAD says what GET would be, and sends nothing', async () => {
  const head = await bob.request('HEAD', 'annotations.ndjson');
  assert.equal(head.status, 200);
  assert.equal(head.headers['content-type'], 'application/x-ndjson');
  assert.equal(head.bytes.length, 0);
});

test('a stream shows what its reader may see and nothing else', async () => {
  assert.ok(!(await bob.get('annotations.ndjson')).text.includes('canary'));
  assert.ok((await alice.get('annotations.ndjson')).text.includes(secret.id));
});

test('over HTTP/1.0 the stream ends with the connection', async () => {
  const { hostname, port } = new URL(world.url);
  const socket = net.connect(Number(port), hostname);
  socket.write(`GET /api/v1/annotations.ndjson HTTP/1.0\r\nHost: a\r\nAuthorization: Bearer ${bob.token}\r\n\r\n`);
  const parts = [];
  for await (const part of socket) parts.push(part);
  const [head, body] = Buffer.concat(parts).toString().split('\r\n\r\n');
  assert.match(head, /^HTTP\/1\.[01] 200/);
  assert.doesNotMatch(head, /chunked/i);
  assert.deepEqual(lines(body).end, { end: true, count: 132 });
});

// -- many, and slow readers ----------------------------------------------------------------------

// Copies of one annotation with long bodies: some 30 MiB on the wire.
const frank = await world.person('frank');
const crowd = await world.group(carol, frank);
const big = await carol.puts('Popular.', { group: crowd.id });
await frank.annotates(big, { body: `x${'word '.repeat(400)}` });
world.sql(`
  INSERT INTO gloss.annotation
  SELECT (jsonb_populate_record(NULL::gloss.annotation, to_jsonb(a) ||
            jsonb_build_object('id', n.id, 'thread_id', n.id, 'created_at', a.created_at + n.i * interval '1 ms'))).*
    FROM (SELECT * FROM gloss.annotation WHERE id = (SELECT id FROM gloss.annotation ORDER BY length(body) DESC LIMIT 1)) a,
         (SELECT i, gen_random_uuid() AS id FROM generate_series(1, 6000) i) n`);
const BIG = `/api/v1/annotations.ndjson?document=${big.id}`;

const rss = () => Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${world.server.pid}/status`, 'utf8'))[1]) * 1024;

// A reader who takes the head and then nothing until told to.
async function slowly(who, path = BIG) {
  const request = http.request(new URL(path, world.url), { headers: { Authorization: `Bearer ${who.token}` }, agent: false });
  request.end();
  const [answer] = await once(request, 'response');
  assert.equal(answer.statusCode, 200);
  answer.pause();
  return { request, answer };
}

// The rest of it, and whether it came to its end.
async function rest(answer) {
  const parts = [];
  try {
    for await (const part of answer) parts.push(part);
    return { text: Buffer.concat(parts).toString(), whole: answer.complete };
  } catch {
    return { text: Buffer.concat(parts).toString(), whole: false };
  }
}

test('thousands come whole, each once', async () => {
  const values = await whole(frank, BIG);
  assert.equal(values.length, 6001);
  assert.equal(new Set(values.map((v) => v.id)).size, 6001);
});

test('what a slow reader does not take is not made: memory stays as it was', async () => {
  const before = rss();
  const readers = await Promise.all(Array.from({ length: 12 }, () => slowly(frank)));
  await sleep(700 * patience);
  const held = rss() - before;
  // 12 streams of 30 MiB each; a piece is 64 KiB.
  assert.ok(sanitized || held < 16 << 20, // a sanitizer keeps what was freed
    `12 slow readers take ${(held / 1048576).toFixed(1)} MiB`);
  const ends = await Promise.all(readers.slice(0, 3).map(({ answer }) => rest(answer)));
  for (const { text, whole: complete } of ends) {
    assert.ok(complete);
    assert.equal(lines(text).end.count, 6001);
  }
  for (const { request } of readers.slice(3)) request.destroy();
  // Those that have gone leave nothing behind: others are served.
  assert.equal((await whole(frank, BIG)).length, 6001);
});

test('a right that ends stops the stream, also where the reader is slow', async () => {
  const dave = await (await world.person('dave')).joins(crowd, carol);
  const token = await dave.makesToken(['annotations:read']);
  const { answer } = await slowly(new dave.constructor(world, { ...dave, token: token.token }));
  const session = new dave.constructor(world, { cookie: dave.cookie });
  expect(await session.delete(`tokens/${token.id}`), 204);
  const { text, whole: complete } = await rest(answer);
  assert.ok(!complete, 'the stream went on to its end');
  assert.ok(!text.includes('"end":true'));
});

test('who is put out of the group meanwhile gets no more of it', async () => {
  const erin = await (await world.person('erin')).joins(crowd, carol);
  const { answer } = await slowly(erin);
  await erin.leaves(crowd);
  const { text, whole: complete } = await rest(answer);
  assert.ok(!complete || lines(text).end.count < 6001);
});

test('a server that is told to end lets a stream finish', async () => {
  const { answer } = await slowly(frank);
  const ended = world.server.stop();
  await sleep(300);
  const { text, whole: complete } = await rest(answer);
  assert.ok(complete);
  assert.equal(lines(text).end.count, 6001);
  await ended;
  await world.server.launch();
});

test('a server that is told to end cuts a reader who has stopped reading', async () => {
  const { answer } = await slowly(frank);
  const began = Date.now();
  await world.server.stop();
  assert.ok(Date.now() - began < 15_000 * patience, `it took ${Date.now() - began} ms`);
  const { text, whole: complete } = await rest(answer);
  assert.ok(!complete && !text.includes('"end":true'));
  await world.server.launch();
});
