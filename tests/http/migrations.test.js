import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { binary, environment, gloss, root } from '../support/binary.js';
import { cluster } from '../support/cluster.js';
import { Server } from '../support/server.js';

const pg = await cluster();
const fresh = () => pg.newDatabase('template0');
const dump = (database) => pg.sql(database, `
  SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = 'gloss' ORDER BY 1, 2;
  SELECT conrelid::regclass, conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'gloss'::regnamespace ORDER BY 1, 2;
  SELECT indexdef FROM pg_indexes WHERE schemaname = 'gloss' ORDER BY 1;`);
const background = (args) => new Promise((resolve) => {
  let text = '';
  const child = spawn(binary, args, { env: environment(), cwd: '/' });
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => { text += part; });
  child.on('exit', (code) => resolve({ code, text }));
});

test('an empty database becomes a current one; a second run changes nothing', () => {
  const database = fresh();
  gloss(['migrate', ...pg.options(database)]);
  const before = dump(database);
  gloss(['migrate', ...pg.options(database)]);
  assert.equal(dump(database), before);
});

test('every migration is recorded with its checksum', () => {
  const files = readdirSync(join(root, 'migrations')).sort();
  const database = fresh();
  gloss(['migrate', ...pg.options(database)]);
  assert.equal(pg.sql(database, 'SELECT name FROM gloss.migration ORDER BY number'), files.map((f) => f.replace('.sql', '')).join('\n'));
});

test('four at once: one works, the others wait, all are fine', async () => {
  const database = fresh();
  const done = await Promise.all(Array.from({ length: 4 }, () => background(['migrate', ...pg.options(database)])));
  assert.deepEqual(done.map((d) => d.code), [0, 0, 0, 0], done.map((d) => d.text).join('\n'));
});

test('two servers that start at once on an empty database both serve', async () => {
  const database = fresh();
  const servers = await Promise.all([0, 1].map(() => Server.start([...pg.options(database), '--workers', '1'])));
  for (const server of servers) assert.equal((await fetch(`${server.url}/readyz`)).status, 200);
  for (const server of servers) await server.stop();
});

test('a changed step is refused by its name', () => {
  const database = fresh();
  gloss(['migrate', ...pg.options(database)]);
  pg.sql(database, "UPDATE gloss.migration SET sha256 = repeat('0', 64) WHERE number = 2");
  assert.match(gloss(['migrate', ...pg.options(database)], { status: 1 }).stderr, /0002/);
  assert.match(gloss(['serve', '--listen', '127.0.0.1:0', ...pg.options(database)], { status: 1 }).stderr, /0002/);
});

test('a newer schema is refused', () => {
  const database = fresh();
  gloss(['migrate', ...pg.options(database)]);
  pg.sql(database, "INSERT INTO gloss.migration (number, name, sha256) VALUES (9999, '9999_future', repeat('0', 64))");
  assert.match(gloss(['migrate', ...pg.options(database)], { status: 1 }).stderr, /newer/);
});

test('an older schema without the owner’s connection is refused, with what to type', () => {
  const database = fresh();
  const done = gloss(['serve', '--listen', '127.0.0.1:0', '--database', pg.conninfo(database)], { status: 1 });
  assert.match(done.stderr, /gloss migrate/);
});

test('a role that owns something, or a superuser, is refused', () => {
  const database = fresh();
  gloss(['migrate', ...pg.options(database)]);
  const owner = pg.conninfo(database, 'gloss_owner');
  assert.match(gloss(['serve', '--listen', '127.0.0.1:0', '--database', owner], { status: 1 }).stderr, /owns/);
  assert.match(gloss(['serve', '--listen', '127.0.0.1:0', '--database', pg.conninfo(database, 'postgres')], { status: 1 }).stderr, /superuser/);
});

test('a step that fails leaves nothing of itself', () => {
  const database = fresh();
  // In the way of 0002, in the place of one of its tables.
  pg.sql(database, 'CREATE SCHEMA gloss AUTHORIZATION gloss_owner; CREATE TABLE gloss.document (in_the_way int)');
  assert.match(gloss(['migrate', ...pg.options(database)], { status: 1 }).stderr, /0002/);
  assert.equal(pg.sql(database, 'SELECT max(number) FROM gloss.migration'), '1');
  pg.sql(database, 'DROP TABLE gloss.document');
  gloss(['migrate', ...pg.options(database)]);
});

// -- what the schema promises --------------------------------------------------------------------------

const database = fresh();
gloss(['migrate', ...pg.options(database)]);

test('the server’s role cannot change passes, the log, a text or the schema', () => {
  for (const statement of ["UPDATE gloss.pass SET reads = '{}'", 'DELETE FROM gloss.event', "UPDATE gloss.revision SET note = ''", 'DELETE FROM gloss.revision_text', 'CREATE TABLE gloss.mine ()', 'DROP TABLE gloss.event', 'TRUNCATE gloss.annotation', 'DELETE FROM gloss.migration', 'CREATE TABLE public.mine ()']) {
    assert.throws(() => pg.sql(database, `SET ROLE gloss; ${statement}`), /permission denied|must be owner/, statement);
  }
});
