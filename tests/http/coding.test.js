// Answers compressed for those who take it: which coding, with which tag, and what is left alone.
import assert from 'node:assert/strict';
import test from 'node:test';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { send } from '../support/client.js';
import { World, expect } from '../support/people.js';

const world = await World.start();
const alice = await world.person('alice');
const group = await world.group(alice);
const words = 'The mass of men lead lives of quiet desperation. ';
const essay = await alice.puts(words.repeat(100), { group: group.id });
const book = expect(await alice.post('documents?title=Book', undefined, { body: words.repeat(40_000), type: 'text/plain' }), 201);
for (let i = 0; i < 10; i++) await alice.annotates(essay, { start: i * 49, end: i * 49 + 8, body: words.repeat(3) });

const LIST = `/api/v1/annotations?document=${essay.id}`;
const PLAIN = { identity: (b) => b, gzip: gunzipSync, br: brotliDecompressSync };
const decoded = (answer) => PLAIN[answer.headers['content-encoding'] ?? 'identity'](answer.bytes).toString();

// As alice with her token, and this Accept-Encoding; none if undefined.
function ask(path, coding, { method = 'GET', headers = {}, body } = {}) {
  const all = { Authorization: `Bearer ${alice.token}`, ...headers };
  if (coding !== undefined) all['Accept-Encoding'] = coding;
  return send(world.url, { method, path, headers: all, body });
}

const script = /\/assets\/[0-9a-f]+\/reader\.js/.exec((await send(world.url, { path: `/d/${essay.id}`, headers: { Cookie: alice.cookie } })).text)[0];

const rows = [
  // Accept-Encoding, what comes of a text, what comes of an asset
  [undefined, 'identity', 'identity'],
  ['', 'identity', 'identity'],
  ['identity', 'identity', 'identity'],
  ['gzip', 'gzip', 'gzip'],
  ['GZIP', 'gzip', 'gzip'],
  ['x-gzip', 'gzip', 'gzip'],
  ['gzip, deflate, br, zstd', 'gzip', 'br'],
  ['br', 'identity', 'br'],
  ['deflate', 'identity', 'identity'],
  ['zstd, compress;q=0.5', 'identity', 'identity'],
  ['*', 'gzip', 'br'],
  ['*;q=0.1', 'gzip', 'br'],
  ['gzip;q=0', 'identity', 'identity'],
  ['gzip;q=0.000, br;q=0', 'identity', 'identity'],
  ['gzip;q=0, *', 'identity', 'br'],
  ['br;q=0.5, gzip;q=0.8', 'gzip', 'gzip'],
  ['gzip;q=0.5, identity;q=0.8', 'identity', 'identity'],
  ['gzip;q=0.001', 'gzip', 'gzip'],
  ['gzip ; q=1.0 , br ; q=0.2', 'gzip', 'gzip'],
  ['identity;q=0, gzip', 'gzip', 'gzip'],
  ['*;q=0, gzip', 'gzip', 'gzip'],
  ['gzip;q=2', 'identity', 'identity'],
  ['gzip;q=0.1234', 'identity', 'identity'],
  ['gzip;q=abc, br;q=', 'identity', 'identity'],
  [',,;;,gzip', 'gzip', 'gzip'],
  ['gzipped', 'identity', 'identity'],
];

for (const [header, text, asset] of rows) {
  test(`Accept-Encoding ${JSON.stringify(header)} gets ${text}, of assets ${asset}`, async () => {
    for (const [path, wanted] of [[LIST, text], [script, asset]]) {
      const plain = await ask(path);
      const answer = await ask(path, header);
      assert.equal(answer.status, 200, path);
      assert.equal(answer.headers['content-encoding'] ?? 'identity', wanted, path);
      assert.equal(decoded(answer), plain.text, path);
      assert.match(answer.headers.vary, /\bAccept-Encoding\b/);
      assert.equal(Number(answer.headers['content-length']), answer.bytes.length);
      if (wanted !== 'identity') assert.ok(answer.bytes.length < plain.bytes.length);
    }
  });
}

test('who takes no coding that there is gets 406, as it is', async () => {
  for (const header of ['*;q=0', 'identity;q=0', 'identity;q=0, deflate', 'gzip;q=0, *;q=0', 'br, identity;q=0']) {
    const answer = await ask(LIST, header);
    assert.equal(answer.status, 406, header);
    assert.equal(answer.slug, 'not-acceptable');
    assert.equal(answer.headers['content-encoding'], undefined);
  }
});

test('who does not take it as it is gets small answers coded too', async () => {
  const small = await ask('/healthz', 'gzip, identity;q=0');
  assert.equal(small.headers['content-encoding'], 'gzip');
  assert.equal(decoded(small), '{"status":"ok"}');
});

test('small answers are left as they are', async () => {
  for (const path of ['/healthz', '/api/v1/me']) assert.equal((await ask(path, 'gzip')).headers['content-encoding'], undefined, path);
});

test('HEAD says what GET would', async () => {
  for (const [path, coding] of [[LIST, 'gzip'], [script, 'gzip'], [script, 'br'], [`/api/v1/documents/${book.id}/text`, 'gzip'], [script, 'identity']]) {
    const get = await ask(path, coding);
    const head = await ask(path, coding, { method: 'HEAD' });
    assert.equal(head.bytes.length, 0);
    for (const name of ['etag', 'content-encoding', 'content-length', 'content-type', 'vary']) assert.equal(head.headers[name], get.headers[name], `${path} ${name}`);
  }
});

test('each coding has a strong tag of its own, and each is recognised', async () => {
  for (const [path, codings] of [[LIST, ['identity', 'gzip']], [script, ['identity', 'gzip', 'br']], [`/api/v1/documents/${book.id}/text`, ['identity', 'gzip']]]) {
    const tags = [];
    for (const coding of codings) {
      const { etag } = await ask(path, coding);
      assert.match(etag, /^"[^"]+"$/);
      assert.ok(!tags.includes(etag), `${path} ${etag}`);
      tags.push(etag);
      for (const tag of [etag, `W/${etag}`, `"other", ${etag}`]) {
        const fresh = await ask(path, coding, { headers: { 'If-None-Match': tag } });
        assert.equal(fresh.status, 304, `${path} ${tag}`);
        assert.equal(fresh.etag, etag);
        assert.equal(fresh.bytes.length, 0);
        assert.equal(fresh.headers['content-encoding'], undefined);
        assert.match(fresh.headers.vary, /\bAccept-Encoding\b/);
      }
      assert.equal((await ask(path, coding, { headers: { 'If-None-Match': `${etag.slice(0, -1)}x"` } })).status, 200);
    }
  }
});

test('a tag of a coding that the client does not take is not its answer’s', async () => {
  for (const path of [LIST, script]) {
    const { etag } = await ask(path, 'gzip');
    assert.equal((await ask(path, 'gzip;q=0', { headers: { 'If-None-Match': etag } })).status, 200, path);
    assert.equal((await ask(path, 'br', { headers: { 'If-None-Match': etag } })).status, 200, path);
    // A cache that kept both: the one that it may use is named.
    const plain = (await ask(path)).etag;
    const fresh = await ask(path, 'identity', { headers: { 'If-None-Match': `${etag}, ${plain}` } });
    assert.equal(fresh.status, 304);
    assert.equal(fresh.etag, plain);
  }
});

test('what was read compressed can be changed with its tag', async () => {
  const note = await alice.annotates(essay, { start: 32, end: 37, body: words.repeat(30) });
  const { etag, headers } = await ask(note.path, 'gzip');
  assert.equal(headers['content-encoding'], 'gzip');
  assert.match(etag, /-gzip"$/);
  const change = (tag) => alice.patch(note.path, { body: 'shorter' }, { headers: { 'If-Match': tag } });
  assert.equal((await change('"9.other-gzip"')).status, 412);
  assert.equal((await change(etag)).status, 200);
  assert.equal((await change(etag)).status, 412);
});

test('large answers arrive whole, however many at once', async () => {
  const path = `/api/v1/documents/${book.id}/text`;
  const plain = (await ask(path)).text;
  assert.ok(plain.length > 1_900_000);
  const answers = await Promise.all(Array.from({ length: 20 }, () => ask(path, 'gzip')));
  for (const answer of answers) {
    assert.equal(answer.status, 200);
    assert.equal(decoded(answer) === plain, true);
  }
  assert.ok(answers.some(({ headers }) => headers['content-encoding'] === 'gzip'));
});

test('while large answers are compressed, small ones are not held up', async () => {
  const path = `/api/v1/documents/${book.id}/text`;
  const large = Array.from({ length: 8 }, () => ask(path, 'gzip'));
  for (let i = 0; i < 20; i++) assert.equal((await ask('/healthz')).status, 200);
  for (const answer of await Promise.all(large)) assert.equal(answer.status, 200);
});

test('who goes away while the answer is compressed harms nobody', async () => {
  const { default: http } = await import('node:http');
  for (let i = 0; i < 10; i++) {
    await new Promise((resolve) => {
      const request = http.request({ host: '127.0.0.1', port: world.server.port, path: `/api/v1/documents/${book.id}/text`, headers: { Authorization: `Bearer ${alice.token}`, 'Accept-Encoding': 'gzip' } });
      request.on('error', resolve).on('close', resolve);
      request.end();
      setTimeout(() => request.destroy(), i * 3);
    });
  }
  assert.equal((await ask(LIST, 'gzip')).status, 200);
});

test('texts, pages and the contract are compressed too; what is made as it goes out is not', async () => {
  const session = { Cookie: alice.cookie, 'Sec-Fetch-Site': 'same-origin' };
  for (const path of ['/api/v1/openapi.json', `/api/v1/documents/${essay.id}/html`]) {
    const plain = await ask(path);
    const answer = await ask(path, 'gzip');
    assert.equal(answer.headers['content-encoding'], 'gzip', path);
    assert.equal(decoded(answer), plain.text, path);
  }
  assert.equal((await ask(`/api/v1/documents/${essay.id}/export.md`, 'gzip')).headers['content-encoding'], undefined);
  const shown = await send(world.url, { path: `/d/${essay.id}`, headers: { ...session, 'Accept-Encoding': 'gzip, br' } });
  assert.equal(shown.headers['content-encoding'], 'gzip');
  assert.match(decoded(shown), /quiet desperation/);
});

// -- lengths that must not tell anything ---------------------------------------------------------------

test('answers to writes are never compressed: they may hold a secret', async () => {
  const own = { 'Accept-Encoding': 'gzip', 'Sec-Fetch-Site': 'same-origin', Cookie: alice.cookie, 'Content-Type': 'application/json' };
  const made = await send(world.url, { method: 'POST', path: '/api/v1/tokens', headers: own, body: JSON.stringify({ name: 'x'.repeat(100), scopes: ['feed'] }) });
  assert.equal(made.status, 201, made.text);
  assert.equal(made.headers['content-encoding'], undefined);
  const answered = await ask('/api/v1/annotations', 'gzip', { method: 'POST', headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ document: essay.id, start: 0, end: 3, body: words.repeat(100) }) });
  assert.equal(answered.status, 201, answered.text);
  assert.equal(answered.headers['content-encoding'], undefined);
});

test('a page whose address is a secret is never compressed', async () => {
  const { code } = await alice.invites(group);
  for (const path of [`/join/${code}`, `/setup/${/\/setup\/([\w-]+)/.exec(world.server.out)[1]}`]) {
    const answer = await send(world.url, { path, headers: { 'Accept-Encoding': 'gzip, br' } });
    assert.equal(answer.status, 200, path);
    assert.ok(answer.bytes.length > 1024);
    assert.equal(answer.headers['content-encoding'], undefined, path);
  }
});

test('what a page elsewhere makes the browser ask for is never compressed', async () => {
  for (const site of ['cross-site', 'same-site', 'nonsense']) {
    const answer = await ask(LIST, 'gzip', { headers: { 'Sec-Fetch-Site': site } });
    assert.equal(answer.status, 200);
    assert.equal(answer.headers['content-encoding'], undefined, site);
  }
  for (const site of ['same-origin', 'none']) assert.equal((await ask(LIST, 'gzip', { headers: { 'Sec-Fetch-Site': site } })).headers['content-encoding'], 'gzip', site);
});

test('errors are not compressed', async () => {
  const answer = await ask(`/api/v1/annotations?${'x'.repeat(1500)}=1`, 'gzip');
  assert.equal(answer.status, 400);
  assert.ok(answer.bytes.length > 1024);
  assert.equal(answer.headers['content-encoding'], undefined);
});
