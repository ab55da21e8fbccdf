import assert from 'node:assert/strict';
import test from 'node:test';
import { World, expect, refused } from '../support/people.js';
import { raw } from '../support/raw.js';

const world = await World.start();
const alice = await world.person('alice');
const essay = await alice.puts('The mass of men lead lives of quiet desperation.');

const NOWHERE = 'doc_01h00000000000000000000000';
const sends = (path, body, type = 'application/json', options = {}) => alice.request('POST', path, { body, type, ...options });

test('an unknown address is a 404 problem', async () => {
  for (const path of ['/api/v1/nothing', '/api/v1/documents/', '/api/v1/documents//text', '/api/v1/me/nothing', '/nothing/at/all', '/api/v2']) {
    assert.equal((await alice.get(path, { contract: false })).status, 404, path);
  }
  refused(await alice.get(`documents/${NOWHERE}`), 'not-found');
});

test('an id of another kind, or no id at all, is simply not there', async () => {
  for (const id of [essay.revision.id, 'doc_', 'doc_zzzz', 'x', `${essay.id}x`, essay.id.toUpperCase(), 'doc_8zzzzzzzzzzzzzzzzzzzzzzzzz', `${essay.id}%20`, '..%2f..', "'%20OR%201=1", '%F0%9F%98%80', 'a:b', '9'.repeat(200)]) {
    refused(await alice.get(`documents/${id}`), 'not-found');
  }
});

test('a body that is not JSON is refused with the place', async () => {
  const problem = refused(await sends('annotations', '{"document": "x",\n  "body": }'), 'malformed-json');
  assert.match(problem.detail, /line 2/i);
  for (const body of ['', '{', '{"a":1,}', "{'a':1}", 'null x', '{"a":1}{"b":2}', '\ufeff{"a":1}x', '{"a":01}', '{"a":NaN}']) {
    const answer = await sends('annotations', body);
    assert.equal(answer.status, 400, `${body}: ${answer.text}`);
  }
});

test('JSON that is not an object is refused', async () => {
  for (const body of ['[]', '"text"', '1', 'null', 'true']) {
    const answer = await sends('annotations', body);
    assert.ok([400, 422].includes(answer.status), `${body}: ${answer.status}`);
  }
});

test('a key that stands twice is refused', async () => {
  const answer = await sends('annotations', `{"document":"${essay.id}","body":"a","body":"b"}`);
  assert.ok(['malformed-json', 'invalid-body'].includes(answer.slug), answer.text);
});

test('JSON nested a thousand deep is refused, and the next request is answered', async () => {
  const deep = `{"document":"${essay.id}","selectors":${'['.repeat(1000)}${']'.repeat(1000)}}`;
  const answer = await sends('annotations', deep);
  assert.ok([400, 422].includes(answer.status), answer.text);
  expect(await alice.get('me'), 200);
});

test('a NUL, a lone surrogate and broken UTF-8 in JSON are refused, not stored', async () => {
  const bodies = [
    `{"document":"${essay.id}","body":"a\\u0000b"}`, `{"document":"${essay.id}","body":"\\ud800"}`,
    `{"document":"${essay.id}","body":"\\udc00\\ud800"}`,
    Buffer.concat([Buffer.from(`{"document":"${essay.id}","body":"`), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]),
    Buffer.concat([Buffer.from(`{"document":"${essay.id}","body":"`), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from('"}')]),
    Buffer.concat([Buffer.from(`{"document":"${essay.id}","body":"`), Buffer.from([0xc0, 0x80]), Buffer.from('"}')]),
  ];
  for (const body of bodies) {
    const answer = await sends('annotations', body);
    assert.ok([400, 422].includes(answer.status), `${body}: ${answer.status} ${answer.text}`);
  }
  assert.deepEqual(await alice.sees(essay), []);
});

test('a surrogate pair in JSON is the character it stands for', async () => {
  const note = expect(await sends('annotations', `{"document":"${essay.id}","body":"\\ud83d\\ude00"}`), 201);
  assert.equal(note.body, '😀');
  await alice.deletes(note);
});

test('a field that nobody knows is refused by its name', async () => {
  refused(await alice.post('annotations', { document: essay.id, body: 'x', colour: 'red' }), 'invalid-body', '/colour');
  refused(await alice.post('documents', { text: 'x', titel: 'y' }), 'invalid-body', '/titel');
  refused(await alice.post('groups', { name: 'x', open: true }), 'invalid-body', '/open');
  refused(await alice.patch(essay.path, { text: 'new' }), 'invalid-body', '/text');
  refused(await alice.post('annotations', { document: essay.id, quote: { exact: 'men', sufix: 'x' } }), 'invalid-body', '/quote/sufix');
});

test('a field of the wrong type is refused by its name', async () => {
  const wrong = [
    [{ body: 7 }, '/body'], [{ tags: 'irony' }, '/tags'], [{ tags: [1] }, '/tags/0'], [{ kind: 'shout' }, '/kind'],
    [{ visibility: 'public' }, '/visibility'], [{ start: -1, end: 2 }, '/start'], [{ start: 1.5, end: 2 }, '/start'],
    [{ start: '1', end: 2 }, '/start'], [{ quote: '' }, '/quote'], [{ quote: 3 }, '/quote'], [{ quote: { prefix: 'x' } }, '/quote/exact'],
    [{ unit: 'bytes', start: 0, end: 1 }, '/unit'], [{ selectors: {} }, '/selectors'], [{ group: 5 }, '/group'], [{ tags: [''] }, '/tags/0'],
    [{ parent: 9 }, '/parent'], [{ start: 0 }, '/end'],
  ];
  for (const [fields, pointer] of wrong) {
    const answer = await alice.post('annotations', { document: essay.id, body: 'x', ...fields });
    assert.equal(answer.slug, 'invalid-body', `${JSON.stringify(fields)}: ${answer.status} ${answer.text}`);
    assert.ok(answer.pointers.includes(pointer), `${JSON.stringify(fields)}: ${answer.pointers}`);
  }
  refused(await alice.post('annotations', { body: 'x' }), 'invalid-body', '/document');
  for (const document of ['doc_x', 'doc_', `${essay.id}0`, essay.id.toUpperCase().replace('DOC_', 'doc_')]) {
    refused(await alice.post('annotations', { document, body: 'x' }), 'invalid-body', '/document');
  }
  const unknown = refused(await alice.post('annotations', { document: essay.id.replace(/.{6}$/, '000000'), body: 'x' }), 'not-found');
  assert.match(unknown.detail, /`document`/);
});

test('several faults are told at once', async () => {
  const answer = await alice.post('annotations', { document: essay.id, body: 7, kind: 'shout', colour: 1 });
  assert.deepEqual(new Set(answer.pointers), new Set(['/body', '/kind', '/colour']));
});

test('two places at once are refused', async () => {
  refused(await alice.post('annotations', { document: essay.id, quote: 'men', start: 0, end: 3, selectors: [] }), 'invalid-body');
});

test('a parameter that nobody knows, that is not valid, or that stands twice is refused by its name', async () => {
  for (const [query, name] of [['colour=red', 'colour'], ['limit=0', 'limit'], ['limit=201', 'limit'], ['limit=x', 'limit'], ['limit=-1', 'limit'],
    ['limit=5&limit=6', 'limit'], ['order=best', 'order'], ['kind=shout', 'kind'], ['since=yesterday', 'since'], ['unit=bytes', 'unit'], ['cursor=nonsense', 'cursor'], ['limit=99999999999999999999', 'limit'], ['limit=', 'limit']]) {
    const problem = refused(await alice.get(`annotations?${query}`), 'invalid-query');
    assert.match(JSON.stringify(problem), new RegExp(name), query);
  }
});

test('a query that is not well-formed is refused', async () => {
  for (const query of ['limit=%', 'limit=%zz', 'document=%00', 'document=%ff']) {
    const answer = await alice.get(`annotations?${query}`, { contract: false });
    assert.equal(answer.status, 400, query);
  }
});

test('an address with NUL, broken UTF-8 or dot segments is refused', async () => {
  for (const path of ['/api/v1/documents/%00', '/api/v1/documents/%ff%fe', '/api/v1/%2e%2e/me', '/api/v1/../v1/me', '/api/v1/./me', '/api/v1/documents/%zz']) {
    const { status } = await raw(world.url, `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    assert.ok([400, 404].includes(status), `${path}: ${status}`);
  }
});

test('a slash inside an id is a character, not a border', async () => {
  refused(await alice.get(`documents/${essay.id}%2Ftext`, { contract: false }), 'not-found');
});

test('a body of another kind is 415, and says which kinds there are', async () => {
  const plain = await sends('annotations', 'hello', 'text/plain');
  refused(plain, 'unsupported-media-type');
  assert.match(plain.headers['accept-post'], /application\/json/);
  // curl's own default: what the newcomer meets first
  const form = await sends('documents', 'The text', 'application/x-www-form-urlencoded');
  const problem = refused(form, 'unsupported-media-type');
  assert.equal(form.headers['accept-post'], 'application/json, text/plain, text/markdown');
  assert.match(JSON.stringify(problem), /Content-Type/);
  const patch = await alice.request('PATCH', essay.path, { body: 'x', type: 'text/plain' });
  refused(patch, 'unsupported-media-type');
  assert.match(patch.headers['accept-patch'], /application\/merge-patch\+json/);
  refused(await alice.request('POST', 'documents', { body: 'text without a type' }), 'unsupported-media-type');
});

test('who left curl its own media type hears which this address takes', async () => {
  const heard = async (path) => refused(await sends(path, 'x', 'application/x-www-form-urlencoded'), 'unsupported-media-type').detail;
  assert.match(await heard('documents'), /\(curl: -H 'Content-Type: text\/markdown', or --json\)/);
  assert.match(await heard('annotations/batch'), /\(curl: -H 'Content-Type: application\/x-ndjson'\)/);
  assert.match(await heard('annotations'), /\(curl: --json instead of -d\)/);
});

test('a form that is not on offer is 406', async () => {
  refused(await alice.get('me', { headers: { Accept: 'image/png' } }), 'not-acceptable');
  refused(await alice.get('me', { headers: { Accept: 'application/json;q=0' } }), 'not-acceptable');
  refused(await alice.get('me', { headers: { Accept: 'application/json;q=0.00, */*' } }), 'not-acceptable');
  refused(await alice.get('me', { headers: { Accept: 'text/html' } }), 'not-acceptable');
  expect(await alice.get('me', { headers: { Accept: '*/*;q=0, application/json;q=0.5' } }), 200);
  expect(await alice.get('me', { headers: { Accept: 'text/html, */*;q=0.1' } }), 200);
  expect(await alice.get('me', { headers: { Accept: 'application/*' } }), 200);
});

test('a suffix beats Accept', async () => {
  assert.equal((await alice.get('me.json', { headers: { Accept: 'image/png' } })).mediaType, 'application/json');
  assert.equal((await alice.get(`${essay.path}/text.txt`)).mediaType, 'text/plain');
  assert.equal((await alice.get(`${essay.path}/html.html`)).mediaType, 'text/html');
});

test('a body past the limit is 413, read to its end so that the client hears of it', async () => {
  const answer = await sends('annotations', JSON.stringify({ document: essay.id, body: 'x'.repeat((2 << 20) + 300000) }));
  refused(answer, 'body-too-large');
  assert.match(answer.problem.detail, /2097152/);
});

test('a body far past the limit ends the connection, and nothing else', async () => {
  await sends('annotations', 'x'.repeat(30 << 20)).then((answer) => refused(answer, 'body-too-large'), (error) => assert.match(error.code, /ECONNRESET|EPIPE/));
  expect(await alice.get('me'), 200);
});

test('a text of more than 8 MiB is 413', async () => {
  refused(await sends('documents', 'x'.repeat((8 << 20) + 1), 'text/plain'), 'body-too-large');
});

test('an address that is too long is 414, header fields that are too large 431', async () => {
  const long = await raw(world.url, `GET /api/v1/me?x=${'a'.repeat(20000)} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
  assert.equal(long.status, 414);
  const large = await raw(world.url, `GET /api/v1/me HTTP/1.1\r\nHost: x\r\nX-Long: ${'a'.repeat(100000)}\r\nConnection: close\r\n\r\n`);
  assert.equal(large.status, 431);
  const address = await alice.get(`annotations?document=${'a'.repeat(5000)}`, { contract: false });
  assert.equal(address.slug, 'uri-too-long');
});

const GET = 'GET /api/v1 HTTP/1.1\r\n';
for (const [what, request] of [
  ['two Content-Length', 'POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n{}'],
  ['Content-Length beside chunked', 'POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
  ['a space before the colon', 'POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Length : 30\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n'],
  ['Transfer-Encoding gzip', 'POST /api/v1/session HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\nabc'],
  ['chunked on HTTP/1.0', 'POST /api/v1/session HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
  ['no Host', `${GET}\r\n`],
  ['two Hosts', `${GET}Host: x\r\nHost: y\r\n\r\n`],
  ['two Authorization', `${GET}Host: x\r\nAuthorization: Bearer a\r\nAuthorization: Bearer b\r\n\r\n`],
  ['a space in a name', `${GET}Host: x\r\nX Y: z\r\n\r\n`],
  ['a control character in a value', `${GET}Host: x\r\nX-Y: a\x01b\r\n\r\n`],
  ['a bad Content-Length', 'POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Length: +3\r\n\r\nabc'],
]) {
  test(`the guard refuses ${what} and closes, with nothing smuggled in`, async () => {
    const answer = await raw(world.url, request);
    assert.equal(answer.status, 400, answer.text.slice(0, 300));
    assert.ok(answer.closed, 'the connection stayed open');
    assert.ok(!answer.text.includes('"ok"'), 'a smuggled request was answered');
  });
}

test('an unknown method is refused', async () => {
  const { status } = await raw(world.url, 'BREW /api/v1/me HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
  assert.ok([405, 501].includes(status), String(status));
});

test('an error holds nothing of the request but its path', async () => {
  const answer = await alice.get('documents/doc_01h00000000000000000000000?colour=%3Cscript%3E', { contract: false });
  assert.ok(!answer.text.includes('<script>'));
});
