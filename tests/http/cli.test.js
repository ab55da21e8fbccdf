import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { gloss, patience } from '../support/binary.js';
import { Person, World, expect, refused } from '../support/people.js';

const world = await World.start();
const where = ['--database', world.cluster.conninfo(world.database)];
const add = (name, ...more) => gloss(['user', 'add', name, '--password-stdin', ...more, ...where], { input: 'correct horse\n' });
const fails = (args, status = 1, options = {}) => gloss(args, { status, ...options });

test('every command has help, on stdout, with status 0', () => {
  for (const command of [[], ['serve'], ['migrate'], ['doctor'], ['routes'], ['permissions'], ['version'], ['user', 'add'], ['user', 'list'], ['user', 'disable'], ['user', 'passwd'], ['token', 'create']]) {
    const done = gloss([...command, '--help']);
    assert.match(done.stdout, /usage: gloss/);
    assert.equal(done.stderr, '');
  }
});

test('the version is said the same way twice', () => {
  assert.equal(gloss(['version']).stdout, gloss(['--version']).stdout);
  assert.match(gloss(['version']).stdout, /\d+\.\d+\.\d+/);
});

test('what cannot be understood ends with 2 and says so on stderr', () => {
  for (const args of [['nonsense'], ['serve', '--nonsense'], ['serve', '--workers', 'many'], ['serve', '--signup', 'maybe'], ['user'], ['user', 'add'], ['user', 'add', 'a', 'b'], ['token', 'create'], ['serve', '--listen'], ['serve', '--listen', 'nowhere'], ['serve', '--listen', '127.0.0.1:99999']]) {
    const done = fails(args, 2);
    assert.equal(done.stdout, '', args.join(' '));
    assert.match(done.stderr, /gloss/, args.join(' '));
  }
});

test('a user is added, listed, and signs in', async () => {
  add('ada');
  assert.match(gloss(['user', 'list', ...where]).stdout, /^ada\s+active\s+reader/m);
  expect(await world.anyone.post('session', { name: 'ada', password: 'correct horse' }), 201);
});

test('a user added as admin is one', async () => {
  add('root', '--admin');
  assert.match(gloss(['user', 'list', ...where]).stdout, /^root\s+active\s+admin/m);
});

test('a name that is taken, no name at all, or a short password end with 1 and a reason', () => {
  add('taken');
  const twice = fails(['user', 'add', 'taken', '--password-stdin', ...where], 1, { input: 'correct horse' });
  assert.match(twice.stderr, /taken/);
  assert.match(fails(['user', 'add', 'no name', '--password-stdin', ...where], 1, { input: 'correct horse' }).stderr, /name/);
  assert.match(fails(['user', 'add', 'short', '--password-stdin', ...where], 1, { input: 'x' }).stderr, /8 characters/);
  assert.match(fails(['token', 'create', 'nobody', ...where]).stderr, /nobody/);
  assert.match(fails(['user', 'disable', 'nobody', ...where]).stderr, /nobody/);
});

test('token create prints the token and nothing else, and it works', async () => {
  add('tom');
  const done = gloss(['token', 'create', 'tom', '--name', 'script', '--scope', 'documents:read', '--scope', 'documents:write', ...where]);
  assert.match(done.stdout, /^gloss_[A-Za-z0-9_-]{43}\n$/);
  assert.equal(done.stderr, '');
  const tom = new Person(world, { token: done.stdout.trim() });
  assert.deepEqual(expect(await tom.get('me'), 200).scopes.sort(), ['documents:read', 'documents:write']);
  const all = new Person(world, { token: gloss(['token', 'create', 'tom', ...where]).stdout.trim() });
  assert.ok(expect(await all.get('me'), 200).scopes.includes('annotations:write'));
  assert.match(fails(['token', 'create', 'tom', '--scope', 'everything', ...where]).stderr, /everything/);
});

test('a token with the scope admin is for admins only', () => {
  add('ruth', '--admin');
  add('rose');
  assert.match(gloss(['token', 'create', 'ruth', '--scope', 'admin', ...where]).stdout, /^gloss_/);
  const refusal = fails(['token', 'create', 'rose', '--scope', 'admin', ...where]);
  assert.equal(refusal.stdout, '');
  assert.match(refusal.stderr, /rose is no admin/);
});

test('a disabled user is out within a second, and a new password lets them in again', async () => {
  add('dan');
  const token = gloss(['token', 'create', 'dan', ...where]).stdout.trim();
  const dan = new Person(world, { token });
  expect(await dan.get('me'), 200);
  gloss(['user', 'disable', 'dan', ...where]);
  await new Promise((resolve) => setTimeout(resolve, 1200));
  refused(await dan.get('me'), 'unauthorized');
  refused(await world.anyone.post('session', { name: 'dan', password: 'correct horse' }), 'wrong-password');
  gloss(['user', 'passwd', 'dan', '--password-stdin', ...where], { input: 'battery staple' });
  expect(await world.anyone.post('session', { name: 'dan', password: 'battery staple' }), 201);
});

test('what a disabled user has said stays', async () => {
  const alice = await world.person('alice');
  const eve = await world.person('eve');
  const group = await world.group(alice, eve);
  const essay = await alice.puts('Words.', { group: group.id });
  const note = await eve.annotates(essay, { body: 'still here' });
  gloss(['user', 'disable', 'eve', ...where]);
  assert.equal((await alice.reads(note)).body, 'still here');
});

test('a port in use fails at once and is named', async () => {
  const holder = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => holder.once('listening', resolve));
  const { port } = holder.address();
  const started = Date.now();
  const done = fails(['serve', '--listen', `127.0.0.1:${port}`, ...where]);
  assert.ok(Date.now() - started < 15_000 * patience);
  assert.match(done.stderr, new RegExp(String(port)));
  holder.close();
});

test('a database that is not there is named, with what to do', () => {
  const done = fails(['user', 'list', '--database', 'host=/nowhere dbname=none']);
  assert.match(done.stderr, /nowhere/);
});

test('doctor finds a good database good, and a damaged pass', () => {
  const good = gloss(['doctor', ...where], { status: null });
  // The tests' cluster does not flush to disk, and doctor says so.
  const faults = (text) => text.split('\n').filter((line) => /fault|off:|differ|pass/i.test(line) && !/fsync|synchronous_commit|full_page_writes|checksums|\bok\b/i.test(line));
  assert.deepEqual(faults(good.stdout + good.stderr), []);
  world.sql("UPDATE gloss.pass SET reads = reads || 999999 WHERE user_id = (SELECT id FROM gloss.users WHERE name = 'ada')");
  const bad = fails(['doctor', ...where]);
  assert.match(bad.stdout + bad.stderr, /pass/);
  world.sql("UPDATE gloss.pass SET reads = array_remove(reads, 999999) WHERE user_id = (SELECT id FROM gloss.users WHERE name = 'ada')");
});

test('the log has a line of JSON for each request, with its id and route, without words', async () => {
  const vera = await world.person('vera');
  const essay = await vera.puts('canary-in-the-text', { title: 'canary-in-the-title' });
  const noted = await vera.post('annotations', { document: essay.id, body: 'canary-in-the-body' }, { headers: { 'X-Request-Id': 'find-me-in-the-log' } });
  expect(noted, 201);
  await vera.get(`annotations?document=${essay.id}&tag=canary-in-the-query`);
  await new Promise((resolve) => setTimeout(resolve, 200));
  const line = world.server.err.split('\n').find((text) => text.includes('find-me-in-the-log'));
  assert.ok(line, 'the request is not in the log');
  assert.match(line, /createAnnotation|\/api\/v1\/annotations/);
  assert.match(line, /201/);
  assert.ok(!world.server.err.includes('canary'));
});

test('SIGTERM lets a request finish and ends with 0', async () => {
  const other = await World.start();
  const alice = await other.person('alice');
  const essay = await alice.puts('Draining.');
  const answers = Array.from({ length: 20 }, (_, i) => alice.post('annotations', { document: essay.id, body: `${i}` }).then((a) => a.status, () => 'refused'));
  await new Promise((resolve) => setTimeout(resolve, 20));
  const ended = other.server.kill('SIGTERM');
  const statuses = await Promise.all(answers);
  assert.equal(await ended, 0);
  const kept = Number(other.sql('SELECT count(*) FROM gloss.annotation'));
  assert.equal(kept, statuses.filter((s) => s === 201).length);
  await other.server.launch();
});

test('SIGHUP reads the configuration again, and keeps the old one where the new one is wrong', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gloss-config-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'gloss.conf');
  const write = (text) => writeFileSync(file, text, { mode: 0o644 });
  const until = async (claim, what) => {
    for (let i = 0; i < 100; i++) {
      if (await claim()) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    assert.fail(what);
  };
  const signsUp = (name) => other.anyone.post('users', { name, password: 'correct horse' });
  write('signup = closed\n');
  // The folder is its owner's alone, and the server may be somebody else by the time it reads again.
  chmodSync(folder, 0o755);
  const other = await World.start({ signup: null, args: ['--config', file], expectsErrors: true });
  refused(await signsUp('early'), 'not-allowed');
  write('signup = open\n');
  other.server.child.kill('SIGHUP');
  await until(async () => (await signsUp('later')).status === 201, 'it still refuses');
  write('signup = perhaps\n');
  other.server.child.kill('SIGHUP');
  await until(() => /reload.refused/.test(other.server.err), 'it did not say that the file is wrong');
  expect(await signsUp('last'), 201);
});
