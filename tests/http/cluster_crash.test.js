// The private PostgreSQL after crashes: its own, the server's, and of starts that were cut off.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chownSync, existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { binary, environment, patience } from '../support/binary.js';
import { addUser, alive, command, env, isRoot, newData, pause, pidFile, postmaster, ready, serve, until, usedData, users } from '../support/private.js';

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
  command(data, ['migrate']);
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
