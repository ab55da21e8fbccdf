// The private PostgreSQL under --data: made, found, shared, and never left behind.
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, copyFileSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import test from 'node:test';
import { binary, environment, patience, root } from '../support/binary.js';
import { send } from '../support/client.js';
import { unprivileged } from '../support/cluster.js';
import { Person, World } from '../support/people.js';
import { addUser, alive, command, env, isRoot, newData, pidFile, postmaster, ready, serve, usedData, users } from '../support/private.js';
import { Server } from '../support/server.js';

test('the first start makes a cluster, the second finds what was put into it', async () => {
  const data = newData();
  const first = await serve(data);
  assert.match(first.out, /\/setup\/[A-Za-z0-9_-]{43}/);
  addUser(data, 'ada');
  const pid = postmaster(data);
  await first.stop();
  assert.ok(!alive(pid), 'PostgreSQL was left running');
  assert.ok(!existsSync(pidFile(data)));
  const second = await serve(data);
  assert.deepEqual(users(data), ['ada']);
  await second.stop();
});

test('while there is no admin each start prints a link, and none afterwards', async () => {
  const data = usedData();
  command(data, ['user', 'add', 'ada', '--password-stdin', '--admin'], { input: 'correct horse' });
  const server = await serve(data);
  assert.doesNotMatch(server.out, /setup/);
  await server.stop();
});

test('the cluster has checksums, UTF-8, one socket that only its owner reaches, and no TCP', async () => {
  const data = usedData();
  const server = await serve(data);
  assert.equal(statSync(data).mode & 0o777, 0o700);
  assert.match(command(data, ['doctor'], { status: null }).stdout, /^ok +checksums$/m);
  assert.match(command(data, ['doctor'], { status: null }).stdout, /^ok +encoding$/m);
  const sockets = readFileSync(pidFile(data), 'utf8').split('\n');
  assert.equal(sockets[4], data);
  assert.equal(sockets[5], '', 'it listens on a network address');
  await server.stop();
});

test('neither process runs as root, and both as the owner of the data', async () => {
  const data = usedData();
  const server = await serve(data);
  const uid = (pid) => Number(/^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);
  assert.notEqual(uid(server.pid), 0);
  assert.equal(uid(postmaster(data)), uid(server.pid));
  assert.equal(statSync(data).uid, uid(server.pid));
  await server.stop();
});

test('a command needs no server: it starts the cluster and stops it again', () => {
  const data = usedData();
  addUser(data, 'ada');
  assert.ok(!existsSync(pidFile(data)));
  assert.deepEqual(users(data), ['ada']);
  assert.ok(!existsSync(pidFile(data)));
});

test('a place where no database is gets none from a command that only asks', () => {
  const data = newData();
  for (const args of [['doctor'], ['user', 'list'], ['user', 'disable', 'ada'], ['token', 'create', 'ada']]) {
    const { stderr } = command(data, args, { status: 1 });
    assert.match(stderr, /there is no database in .*--data DIR/);
    assert.ok(!existsSync(data), args.join(' '));
  }
});

test('commands at the same time share the cluster, and the last one out stops it', async () => {
  const data = usedData();
  const run = (args, input = '') => new Promise((resolve) => {
    const child = spawn(binary, [...args, '--data', data], { env: environment(env), cwd: '/' });
    let said = '';
    child.stderr.on('data', (part) => { said += part; });
    child.stdout.resume();
    child.stdin.end(input);
    child.on('exit', (code) => resolve(`${code} ${said}`));
  });
  const names = ['ada', 'bob', 'cleo', 'dan'];
  const done = await Promise.all(names.map((name) => run(['user', 'add', name, '--password-stdin'], 'correct horse')));
  assert.deepEqual(done, names.map(() => '0 '));
  assert.ok(!existsSync(pidFile(data)));
  assert.deepEqual(users(data), names);
});

test('a second server on the same data is refused, and told who has it', async () => {
  const data = usedData();
  const server = await serve(data);
  const done = command(data, ['serve', '--listen', '127.0.0.1:0'], { status: 1 });
  assert.match(done.stderr, new RegExp(`process ${server.pid}\\b`));
  assert.match(done.stderr, /--data/);
  assert.equal(await ready(server), 200);
  await server.stop();
});

test('a port in use ends the start at once, before anything is made', async () => {
  const holder = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => holder.once('listening', resolve));
  const data = newData();
  const began = Date.now();
  const done = command(data, ['serve', '--listen', `127.0.0.1:${holder.address().port}`], { status: 1 });
  assert.ok(Date.now() - began < 1000 * patience, `${Date.now() - began} ms`);
  assert.match(done.stderr, new RegExp(`port ${holder.address().port} is in use`));
  assert.match(done.stderr, /--listen/);
  assert.ok(!existsSync(join(data, 'postgres')));
  holder.close();
});

test('a folder with something else in it is refused, and left as it is', () => {
  const data = newData('documents');
  mkdirSync(data);
  writeFileSync(join(data, 'thesis.txt'), 'mine');
  const done = command(data, ['migrate'], { status: 1 });
  assert.match(done.stderr, /holds something else/);
  assert.ok(!existsSync(join(data, 'postgres')));
  assert.equal(statSync(data).uid, process.getuid());
});

test('a path that is too long for a socket is refused before anything is made', () => {
  const data = newData('x'.repeat(100));
  const done = command(data, ['migrate'], { status: 1 });
  assert.match(done.stderr, /too long/);
  assert.ok(!existsSync(data));
});

test('a path with spaces and quotes is fine', () => {
  const data = usedData("it's here\\there");
  addUser(data, 'ada');
  assert.deepEqual(users(data), ['ada']);
});

test('its log holds no row and no statement', async () => {
  const data = usedData();
  addUser(data, 'canary');
  command(data, ['user', 'add', 'canary', '--password-stdin'], { input: 'correct horse', status: 1 });
  const server = await serve(data);
  await send(server.url, {
    method: 'POST', path: '/api/v1/session', headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ name: 'canary', password: 'canary-password' }),
  });
  await server.stop();
  const log = readFileSync(join(data, 'postgres.log'), 'utf8');
  assert.match(log, /ready to accept connections/);
  assert.doesNotMatch(log, /canary|INSERT|SELECT/);
});

test('a dump, put into a server on an empty folder, has the same people, notes and addresses', async () => {
  const [from, to] = [usedData(), usedData()];
  const world = Object.assign(new World(), { people: 0 });
  const start = async (data) => {
    world.server = await Server.start(['--data', data, '--workers', '1', '--signup', 'open'], { env, expectsErrors: true });
    world.anyone = new Person(world);
  };
  // The README's own lines.
  const [dump, restore] = readFileSync(join(root, 'README.md'), 'utf8').split('\n').filter((line) => /^ {4}(pg_dump|psql) /.test(line));
  const shell = (line, data) => execFileSync('bash', ['-c', line.replace('DATA', data).replace('gloss.sql', join(from, '../gloss.sql'))], { encoding: 'utf8', cwd: '/' });
  await start(from);
  const alice = await world.person('alice');
  const essay = await alice.puts('Carried over.');
  const note = await alice.annotates(essay, { quote: 'Carried', body: 'Here?' });
  shell(dump, from);
  await world.server.stop();
  await start(to);
  shell(restore, to);
  await world.server.stop();
  await world.server.launch();
  assert.deepEqual(await alice.reads(note), note);
  assert.equal(await alice.textOf(essay), 'Carried over.');
  assert.doesNotMatch(command(to, ['doctor'], { status: null }).stdout, /FAULT (?!durability)/);
  await world.server.stop();
});

test('what the owner sets in local.conf holds', async () => {
  const data = usedData();
  addUser(data, 'ada');
  const { uid, gid } = statSync(data);
  const file = join(data, 'postgres/local.conf');
  writeFileSync(file, "log_checkpoints = on\nlog_min_messages = 'log'\n");
  chownSync(file, uid, gid);
  const server = await serve(data);
  await server.stop();
  assert.match(readFileSync(join(data, 'postgres.log'), 'utf8'), /checkpoint starting: shutdown/);
});

test('an ordinary user needs no option: the data lies in the state directory', { skip: !isRoot && 'root plays another user' }, () => {
  const home = newData('home');
  mkdirSync(home);
  const who = unprivileged();
  chownSync(home, who.uid, who.gid);
  // The checkout may lie where nobody else can read.
  const program = join(home, 'gloss');
  copyFileSync(binary, program);
  chmodSync(program, 0o755);
  const run = (args, more = {}, input = 'correct horse') => spawnSync(program, args, {
    ...who, input, encoding: 'utf8', cwd: '/', env: environment({ ...env, HOME: home, XDG_STATE_HOME: '', ...more }),
  });
  assert.equal(run(['user', 'add', 'ada', '--password-stdin']).stderr, '');
  assert.ok(existsSync(join(home, '.local/state/gloss/postgres/PG_VERSION')));
  assert.equal(statSync(join(home, '.local/state/gloss')).uid, who.uid);
  assert.match(run(['user', 'list']).stdout, /^ada /);
  assert.equal(run(['migrate'], { XDG_STATE_HOME: join(home, 'state') }).status, 0);
  assert.equal(run(['user', 'list'], { XDG_STATE_HOME: join(home, 'state') }).stdout, '');
  assert.ok(existsSync(join(home, 'state/gloss/postgres/PG_VERSION')));
});

test('somebody else’s data is refused to an ordinary user', { skip: !isRoot && 'root plays another user' }, () => {
  const data = usedData();
  addUser(data, 'ada');
  const folder = newData('bin');
  mkdirSync(folder);
  const program = join(folder, 'gloss');
  copyFileSync(binary, program);
  chmodSync(program, 0o755);
  const done = spawnSync(program, ['user', 'list', '--data', data], { ...unprivileged(), encoding: 'utf8', cwd: '/', env: environment(env) });
  assert.equal(done.status, 1);
  assert.match(done.stderr, /belongs to the user gloss/);
});
