// The private PostgreSQL under --data: made, found, shared, recovered, and never left behind.
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { binary, environment, gloss, patience } from '../support/binary.js';
import { send } from '../support/client.js';
import { unprivileged } from '../support/cluster.js';
import { Server } from '../support/server.js';

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
// What is killed here are processes, not the machine: nothing has to reach the disk for that.
const env = { GLOSS_TEST: '1', GLOSS_TEST_NO_FSYNC: '1' };
const isRoot = process.getuid() === 0;
const folders = [];

// A data directory that does not exist yet, in a folder where anybody may make one.
function newData(name = 'data') {
  const folder = mkdtempSync(join(tmpdir(), 'gloss-private-'));
  chmodSync(folder, 0o755);
  folders.push(folder);
  return join(folder, name);
}

// One that has been used before, without anybody in it: a copy, because initdb takes its seconds.
let used;
function usedData(name) {
  if (!used) {
    used = newData();
    command(used, ['user', 'list']);
  }
  const data = newData(name);
  execFileSync('cp', ['-a', used, data]);
  return data;
}

after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
});

const command = (data, args, options = {}) => gloss([...args, '--data', data], { env, ...options });
const serve = (data, options = {}) => Server.start(['--data', data, '--workers', '1'], { env, ...options });
const pidFile = (data) => join(data, 'postgres/postmaster.pid');
const postmaster = (data) => Number(readFileSync(pidFile(data), 'utf8').split('\n')[0]);
const alive = (pid) => {
  try {
    // A process that nobody has waited for is dead all the same.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch { return false; }
};

async function until(claim, what, seconds = 15) {
  const end = Date.now() + seconds * 1000 * patience;
  while (!await claim()) {
    assert.ok(Date.now() < end, what);
    await pause(50);
  }
}

const ready = async (server) => {
  try { return (await send(server.url, { path: '/readyz' })).status; } catch { return 0; }
};

const addUser = (data, name) => command(data, ['user', 'add', name, '--password-stdin'], { input: 'correct horse' });
const users = (data) => command(data, ['user', 'list']).stdout.split('\n').filter(Boolean).map((line) => line.split(/\s+/)[0]);

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

test('after kill -9 of the server the next one goes on with the cluster that runs', async () => {
  const data = usedData();
  const server = await serve(data, { expectsErrors: true });
  addUser(data, 'ada');
  const pid = postmaster(data);
  await server.kill('SIGKILL');
  assert.ok(alive(pid));
  await server.launch();
  assert.equal(postmaster(data), pid);
  assert.deepEqual(users(data), ['ada']);
  await server.stop();
  assert.ok(!alive(pid));
});

test('PostgreSQL that is killed under the server comes back by itself, and meanwhile requests get 503', async () => {
  const data = usedData();
  const server = await serve(data, { expectsErrors: true });
  addUser(data, 'ada');
  const pid = server.pid;
  for (let round = 0; round < 2; round++) {
    const old = postmaster(data);
    const seen = new Set();
    process.kill(old, 'SIGKILL');
    await until(async () => {
      seen.add(await ready(server));
      return seen.has(503) && await ready(server) === 200;
    }, 'it did not come back');
    assert.deepEqual([...seen].filter((status) => ![200, 503].includes(status)), []);
    assert.notEqual(postmaster(data), old);
  }
  assert.equal(server.pid, pid);
  assert.equal(server.child.exitCode, null);
  assert.deepEqual(users(data), ['ada']);
  await server.stop();
});

test('a pid file that names some other process of the same user is no obstacle', async () => {
  const data = usedData();
  addUser(data, 'ada');
  const server = await serve(data, { expectsErrors: true });
  const { uid, gid } = statSync(data);
  const stranger = spawn('sleep', ['60'], isRoot ? { uid, gid } : {});
  const files = [pidFile(data), join(data, '.s.PGSQL.5432.lock')];
  const old = postmaster(data);
  process.kill(server.pid, 'SIGKILL');
  process.kill(old, 'SIGKILL');
  await server.ended;
  await until(() => !alive(old), 'it does not die');
  for (const file of files) writeFileSync(file, readFileSync(file, 'utf8').replace(/^\d+/, String(stranger.pid)));
  assert.deepEqual(users(data), ['ada']);
  assert.ok(alive(stranger.pid));
  stranger.kill();
});

test('a cluster that was left half made is made anew', () => {
  const data = newData();
  addUser(data, 'ada');
  const half = join(data, 'postgres.new-abcdef');
  renameSync(join(data, 'postgres'), half);
  rmSync(join(half, 'global'), { recursive: true });
  assert.deepEqual(users(data), []);
  assert.ok(!existsSync(half));
});

test('a start that is killed at any moment is survived by the next one', async () => {
  const data = newData();
  for (const ms of [30, 150, 400, 800, 1400]) {
    const child = spawn(binary, ['serve', '--listen', '127.0.0.1:0', '--data', data], { env: environment(env), cwd: '/', stdio: 'ignore' });
    const ended = new Promise((resolve) => child.once('exit', (code) => resolve(code)));
    await pause(ms * patience);
    child.kill('SIGKILL');
    assert.equal(await ended, null, 'it ended by itself');
  }
  const server = await serve(data, { expectsErrors: true });
  assert.equal(await ready(server), 200);
  await server.stop();
});

test('a folder with something else in it is refused, and left as it is', () => {
  const data = newData('documents');
  mkdirSync(data);
  writeFileSync(join(data, 'thesis.txt'), 'mine');
  const done = command(data, ['user', 'list'], { status: 1 });
  assert.match(done.stderr, /holds something else/);
  assert.ok(!existsSync(join(data, 'postgres')));
  assert.equal(statSync(data).uid, process.getuid());
});

test('a path that is too long for a socket is refused before anything is made', () => {
  const data = newData('x'.repeat(100));
  const done = command(data, ['user', 'list'], { status: 1 });
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

test('PostgreSQL that cannot start is told with its own words', () => {
  const data = usedData();
  addUser(data, 'ada');
  const { uid, gid } = statSync(data);
  const file = join(data, 'postgres/local.conf');
  writeFileSync(file, 'max_connections = many\n');
  chownSync(file, uid, gid);
  const done = command(data, ['user', 'list'], { status: 1 });
  assert.match(done.stderr, /max_connections/);
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
