import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { gloss } from '../support/binary.js';
import { contract, operations, problems } from '../support/contract.js';
import { World, expect, refused } from '../support/people.js';

const world = await World.start();
const alice = await world.person('alice');

test('gloss routes lists the operations of the contract, no more and no fewer', () => {
  const listed = gloss(['routes']).stdout.trim().split('\n').map((line) => line.split(/\s+/).slice(0, 3).join(' '));
  const documented = operations.map(({ method, path, id }) => `${method.toUpperCase()} ${path} ${id}`);
  assert.deepEqual(listed.sort(), documented.sort());
});

test('what one needs in a group is a deed of the table, for each of its operations', async () => {
  const { data } = expect(await world.anyone.get('permissions'), 200);
  const printed = gloss(['permissions']).stdout.trim().split('\n').slice(2).map((line) => line.split(/ *\| */).slice(1, -1));
  assert.deepEqual(printed, data.map(({ deed, roles, others, kinds, summary }) => [`\`${deed}\``,
    ...['owner', 'admin', 'moderator', 'member'].map((role) => (roles.includes(role) ? 'yes' : '-')), others.join(' ') || '-', kinds.join(' '), summary]));
  const deeds = data.map(({ deed }) => deed);
  assert.deepEqual(deeds, contract.components.schemas.deed.enum);
  for (const { id, path, operation } of operations) {
    const deed = operation['x-deed'];
    if (path.startsWith('/api/v1/groups/{group}') || operation.tags.includes('groups')) assert.ok(deed === null || deeds.includes(deed), `${id} needs ${deed}`);
    else assert.ok(deed === undefined || deed === null || deeds.includes(deed), `${id} needs ${deed}`);
  }
});

test('the contract that the server hands out is the one that the tests use', async () => {
  assert.deepEqual(expect(await world.anyone.get('openapi.json'), 200), contract);
});

test('the errors of the server are those of the contract', async () => {
  const { data } = expect(await world.anyone.get('problems'), 200);
  const rows = data.map(({ slug, status, title }) => [slug, { slug, status, title }]);
  const documented = [...problems].map(([slug, { status, title }]) => [slug, { slug, status, title }]);
  assert.deepEqual(new Map(rows), new Map(documented));
});

test('every error has a page, for programs and for people', async () => {
  for (const slug of problems.keys()) {
    assert.equal(expect(await world.anyone.get(`problems/${slug}`), 200).slug, slug);
    const page = await world.anyone.get(`problems/${slug}`, { headers: { Accept: 'text/html' } });
    assert.equal(page.mediaType, 'text/html');
    assert.match(page.text, /<html lang="en">.*<h1>.*<a href="\/api\/v1\/problems">/);
  }
  refused(await world.anyone.get('problems/nonsense'), 'not-found');
});

test('the index names what there is and who asks', async () => {
  const unknown = expect(await world.anyone.get('/api/v1'), 200);
  assert.equal(unknown.user, null);
  const known = expect(await alice.get('/api/v1'), 200);
  assert.equal(known.user.name, 'alice');
  assert.ok(known.scopes.includes('annotations:write'));
  for (const link of Object.values(known.links)) assert.match(link.curl, /^(curl|gloss) /);
});

test('the commands of the index need nothing but a token', async (t) => {
  const { links } = expect(await alice.get('/api/v1'), 200);
  const { id: document } = await alice.puts('Words.');
  const cwd = mkdtempSync(join(tmpdir(), 'gloss-index-'));
  t.after(() => rmSync(cwd, { recursive: true, force: true }));
  writeFileSync(join(cwd, 'essay.md'), '# Essay\n\nWords.\n');
  writeFileSync(join(cwd, 'notes.ndjson'), `${JSON.stringify({ document, quote: 'Words', body: 'One.' })}\n`);
  for (const name of ['documents', 'batch', 'groups', 'me', 'export', 'contract', 'problems']) {
    const command = links[name].curl.replace('curl', 'curl -sS --fail-with-body');
    const done = spawnSync('bash', ['-euc', command], { cwd, encoding: 'utf8', timeout: 10_000, env: { PATH: process.env.PATH, TOKEN: alice.token } });
    assert.equal(done.status, 0, `${name}: ${done.stdout} ${done.stderr}`);
    if (name === 'batch') assert.match(done.stdout, /"created":1,"failed":0/);
  }
});

// With ids that fit the templates but lead nowhere.
const ghost = (path) => path.replace(/\{(\w+)\}/g, (_, name) => ({
  document: 'doc_01h00000000000000000000000', revision: 'rev_01h00000000000000000000000',
  annotation: 'ann_01h00000000000000000000000', group: 'grp_01h00000000000000000000000',
  user: 'usr_01h00000000000000000000000', token: 'tok_01h00000000000000000000000',
  invitation: 'inv_01h00000000000000000000000', request: 'req_01h00000000000000000000000', reaction: 'agree',
}[name] ?? 'nowhere'));

const bodyFor = (operation) => {
  const content = operation.requestBody?.content;
  if (!content) return {};
  const [type, { example }] = Object.entries(content)[0];
  return { type, json: example ?? {} };
};

for (const { id, method, path, operation } of operations.filter((o) => ['user', 'reader', 'operator'].includes(o.operation['x-access']))) {
  test(`${id} asks a stranger to sign in`, async () => {
    const answer = await world.anyone.request(method.toUpperCase(), ghost(path), bodyFor(operation));
    refused(answer, 'unauthorized');
    assert.match(answer.headers['www-authenticate'] ?? '', /Bearer/);
  });
}

test('nobody is asked to sign in where anyone may ask', async () => {
  for (const { id, method, path, operation } of operations.filter((o) => o.operation['x-access'] === 'anyone')) {
    const answer = await world.anyone.request(method.toUpperCase(), ghost(path), bodyFor(operation));
    assert.ok(answer.status !== 401 || answer.slug === 'wrong-password' || answer.mediaType === 'text/html', `${id}: ${answer.status} ${answer.text}`);
  }
});

test('a token is refused what its scopes do not name, and told which one it lacks', async () => {
  const feeder = await alice.withScopes('feed');
  for (const { id, method, path, operation } of operations.filter((o) => o.operation['x-scope'] && o.operation['x-access'] !== 'operator')) {
    const answer = await feeder.request(method.toUpperCase(), ghost(path), bodyFor(operation));
    assert.equal(answer.slug, 'missing-scope', `${id}: ${answer.status} ${answer.text}`);
    if (operation['x-scope'] !== 'session') assert.match(answer.problem.detail, new RegExp(operation['x-scope']));
  }
});

test('every path answers OPTIONS with its methods, and another method with 405 and the same', async () => {
  for (const [path, item] of Object.entries(contract.paths)) {
    const options = await world.anyone.request('OPTIONS', ghost(path), { contract: false });
    assert.equal(options.status, 204, path);
    const allowed = options.headers.allow.split(/,\s*/);
    for (const method of ['get', 'post', 'put', 'patch', 'delete']) {
      assert.equal(allowed.includes(method.toUpperCase()), method in item, `${method} ${path}: ${options.headers.allow}`);
    }
    assert.equal(allowed.includes('HEAD'), 'get' in item, path);
    const wrong = ['POST', 'PUT', 'PATCH', 'DELETE', 'GET'].find((method) => !(method.toLowerCase() in item));
    const answer = await world.anyone.request(wrong, ghost(path), { contract: false });
    assert.equal(answer.status, 405, `${wrong} ${path}`);
    assert.equal(answer.headers.allow, options.headers.allow, path);
  }
});

test('HEAD answers as GET does, without the body', async () => {
  const essay = await alice.putsMarkdown('# A\n\nB.');
  const paths = ['/api/v1', '/api/v1/me', '/api/v1/documents', '/api/v1/openapi.json', `${essay.path}/text`, `${essay.path}/html`, `${essay.path}/original`,
    `${essay.path}/export.ndjson`, '/api/v1/me/export.md', '/', '/signin', `/d/${essay.id}`, '/healthz', '/readyz'];
  for (const path of paths) {
    const get = await alice.get(path);
    const head = await alice.request('HEAD', path);
    assert.equal(head.status, 200, path);
    assert.equal(head.bytes.length, 0);
    assert.equal(head.headers['content-length'], get.headers['content-length'], path);
    assert.equal(head.etag, get.etag, path);
  }
});

test('the examples of the contract can be sent as they stand', async () => {
  const essay = await alice.putsMarkdown('# On Walking\n\nThe mass of men lead lives of quiet desperation.');
  const note = await alice.annotates(essay, { quote: 'quiet', body: 'Hm.' });
  const group = await alice.founds('Examples');
  const bob = await (await world.person('bob')).joins(group, alice);
  expect(await alice.put(`${group.path}/documents/${essay.id}`), 204);
  const said = await bob.annotates(await alice.puts('Words.', { group: group.id }), { quote: 'Words', body: 'Bob’s.' });
  const suggested = await bob.annotates(said.document, { quote: 'Words', replacement: 'Word' });
  const token = await alice.makesToken(['feed']);
  const ids = { document: essay.id, annotation: note.id, group: group.id, user: bob.id, token: token.id, reaction: 'agree' };
  const session = new alice.constructor(world, { cookie: alice.cookie });
  for (const { id, method, path, operation } of operations) {
    for (const [type, { example, examples }] of Object.entries(operation.requestBody?.content ?? {})) {
      for (const value of [example, ...Object.values(examples ?? {}).map((e) => e.value)].filter((v) => v !== undefined)) {
        const target = path.replace(/\{(\w+)\}/g, (_, name) => (name !== 'annotation' ? ids[name] : id === 'rejectSuggestion' ? suggested.id : operation.tags.includes('moderation') ? said.id : ids[name]));
        const body = typeof value === 'string' ? { body: value } : { json: value };
        // what wants to be told which revision it is about
        const headers = operation.responses['428'] ? { 'If-Match': `"${(await alice.reads(essay)).revision.id}"` } : {};
        const answer = await session.request(method.toUpperCase(), target, { type, headers, ...body });
        assert.ok(answer.status < 300, `${id} with ${JSON.stringify(value)}: ${answer.status} ${answer.text}`);
      }
    }
  }
});

test('every answer carries its request id, and takes a sane one from the client', async () => {
  const own = await alice.get('me', { headers: { 'X-Request-Id': 'from-the-client-1' } });
  assert.equal(own.headers['x-request-id'], 'from-the-client-1');
  const odd = await alice.get('me', { headers: { 'X-Request-Id': 'a b\u007f"' } , contract: false }).catch(() => null);
  if (odd) assert.notEqual(odd.headers['x-request-id'], 'a b\u007f"');
  const missing = await alice.get('documents/doc_01h00000000000000000000000');
  assert.equal(missing.problem.request_id, missing.headers['x-request-id']);
  assert.equal(missing.problem.instance, '/api/v1/documents/doc_01h00000000000000000000000');
});
