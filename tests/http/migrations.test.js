import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
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

test('every statement of server/sql/ can be prepared by the server’s role', () => {
  const folder = join(root, 'server/sql');
  const faults = [];
  for (const group of readdirSync(folder)) {
    for (const file of readdirSync(join(folder, group)).filter((name) => name.endsWith('.sql'))) {
      const text = readFileSync(join(folder, group, file), 'utf8');
      const bare = text.replace(/^\s*--.*$/gm, '').trim().replace(/;$/, '');
      if (!/^(SELECT|WITH|INSERT|UPDATE|DELETE|VALUES)\b/i.test(bare)) continue;
      try {
        pg.sql(database, `SET ROLE gloss; SET search_path = gloss; PREPARE one AS ${bare};`);
      } catch (error) {
        faults.push(`${group}/${file}: ${error.message.split('\n').filter((line) => /ERROR/.test(line)).join(' ')}`);
      }
    }
  }
  assert.deepEqual(faults, []);
});

test('a statement that reads annotations takes a pass', () => {
  const folder = join(root, 'server/sql');
  const faults = [];
  for (const group of readdirSync(folder)) {
    for (const file of readdirSync(join(folder, group)).filter((name) => name.endsWith('.sql'))) {
      const bare = readFileSync(join(folder, group, file), 'utf8').replace(/^\s*--.*$/gm, '');
      // doctor looks at everything and shows nothing; a lock hands nothing out
      if (group === 'doctor' || /\bFOR (NO KEY )?(UPDATE|SHARE)/.test(bare)) continue;
      if (/\b(FROM|JOIN)\s+annotation\b/i.test(bare) && /^\s*SELECT/i.test(bare) && !/int\[\]|integer\[\]|ANY \(\$\d+\)|reads_of/i.test(bare)) faults.push(`${group}/${file}`);
    }
  }
  assert.deepEqual(faults, []);
});

test('what belongs to a document has its id first in every key', () => {
  const keys = pg.sql(database, `
    SELECT c.conrelid::regclass || ' ' || c.conname FROM pg_constraint c
      JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attname = 'document_id' AND a.attnotnull
     WHERE c.connamespace = 'gloss'::regnamespace AND c.contype IN ('p', 'u', 'f')
       AND c.conrelid::regclass::text NOT IN ('gloss.audience', 'gloss.reading', 'gloss.listing', 'gloss.document_address')
       AND NOT a.attnum = ANY (c.conkey)`);
  assert.equal(keys, '');
});

test('only audiences take their number from a sequence', () => {
  assert.equal(pg.sql(database, "SELECT string_agg(relname, ',') FROM pg_class WHERE relkind = 'S' AND relnamespace = 'gloss'::regnamespace"), 'audience_id_seq');
});

test('the server’s role cannot change passes, the log, a text or the schema', () => {
  for (const statement of ["UPDATE gloss.pass SET reads = '{}'", 'DELETE FROM gloss.event', "UPDATE gloss.revision SET note = ''", 'DELETE FROM gloss.revision_text', 'CREATE TABLE gloss.mine ()', 'DROP TABLE gloss.event', 'TRUNCATE gloss.annotation', 'DELETE FROM gloss.migration', 'CREATE TABLE public.mine ()']) {
    assert.throws(() => pg.sql(database, `SET ROLE gloss; ${statement}`), /permission denied|must be owner/, statement);
  }
});

test('a foreign key to what can be deleted has an index', () => {
  const bare = pg.sql(database, `
    SELECT c.conrelid::regclass || ' ' || c.conname FROM pg_constraint c
     WHERE c.contype = 'f' AND c.connamespace = 'gloss'::regnamespace
       AND has_table_privilege('gloss', c.confrelid, 'DELETE')
       AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.conrelid AND (i.indkey::int2[])[0:cardinality(c.conkey) - 1] @> c.conkey)`);
  assert.equal(bare, '');
});
