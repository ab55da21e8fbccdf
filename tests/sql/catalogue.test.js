// The rules that keep the schema fit to grow, read from PostgreSQL's own catalogue.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Session, statementNames, statementText } from '../support/sql.js';
import { means, nobodys, policies } from '../support/policies.js';
import { World } from '../support/sql_world.js';

// Small, and the same for every document: each shard would have a copy.
const REFERENCE = ['server', 'setup', 'groups', 'audience', 'users', 'token', 'session', 'member', 'invitation', 'reading',
  'reveal', 'pass', 'document_address', 'fold', 'idempotency_key', 'job', 'migration', 'mask', 'mute',
  'join_request', 'moderation_entry'];

let world;
let judge;
before(async () => {
  world = await World.make();
  judge = world.session('postgres');
});
after(() => world.end());

const keys = (kinds) => judge.run(`SELECT t.relname AS table, i.relname AS name, c.contype AS kind,
    (SELECT string_agg(a.attname, ',' ORDER BY k.n) FROM unnest(x.indkey::smallint[]) WITH ORDINALITY k (attnum, n)
       JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.attnum WHERE k.n <= x.indnkeyatts) AS columns
  FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid
  LEFT JOIN pg_constraint c ON c.conindid = i.oid AND c.contype IN ('p', 'u')
 WHERE t.relnamespace = 'gloss'::regnamespace AND ${kinds}`);

test('every table has a primary key', async () => {
  const without = await judge.run(`SELECT relname FROM pg_class c WHERE relnamespace = 'gloss'::regnamespace AND relkind IN ('r', 'p')
    AND NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = c.oid AND contype = 'p')`);
  assert.deepEqual(without, []);
});

test('what belongs to a document has its id first in every key', async () => {
  const wrong = (await keys('x.indisunique')).filter(({ table, columns }) => !REFERENCE.includes(table)
    && !columns.startsWith('document_id') && !(table === 'document' && columns === 'id'));
  assert.deepEqual(wrong, []);
});

test('every table has a policy, or says who may read its rows, or that they are nobody\'s', async () => {
  const tables = (await judge.run("SELECT relname AS name FROM pg_class WHERE relnamespace = 'gloss'::regnamespace AND relkind IN ('r', 'p') ORDER BY 1")).map((t) => t.name);
  assert.deepEqual([...Object.keys(policies), ...Object.keys(means), ...Object.keys(nobodys)].sort(), tables);
  const personal = await judge.run(`SELECT DISTINCT c.relname AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relnamespace = 'gloss'::regnamespace AND c.relkind IN ('r', 'p') AND a.attname ~ '^(group|user|author|owner|holder|audience)_id$'`);
  assert.deepEqual(personal.map((t) => t.name).filter((name) => nobodys[name]), []);
});

test('a reference between tables of a document carries its id', async () => {
  const references = await judge.run(`SELECT c.conname AS name, t.relname AS table, f.relname AS target,
      (SELECT string_agg(a.attname, ',' ORDER BY k.n) FROM unnest(c.conkey) WITH ORDINALITY k (attnum, n)
         JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.attnum) AS columns
    FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid JOIN pg_class f ON f.oid = c.confrelid
   WHERE c.contype = 'f' AND t.relnamespace = 'gloss'::regnamespace`);
  assert.ok(references.length > 10);
  const wrong = references.filter(({ table, target, columns }) => !REFERENCE.includes(table) && !REFERENCE.includes(target)
    && table !== 'document' && !columns.startsWith('document_id'));
  assert.deepEqual(wrong, []);
  const backwards = references.filter(({ table, target }) => REFERENCE.includes(table) && !REFERENCE.includes(target) && table !== 'document_address');
  assert.deepEqual(backwards, []);
});

test('what is deleted with its parent is found by an index', async () => {
  const bare = await judge.run(`SELECT c.conname FROM pg_constraint c
    WHERE c.contype = 'f' AND c.confdeltype = 'c' AND c.connamespace = 'gloss'::regnamespace
      AND NOT EXISTS (SELECT FROM pg_index x WHERE x.indrelid = c.conrelid
                         AND (x.indkey::smallint[])[0:cardinality(c.conkey) - 1] @> c.conkey)`);
  assert.deepEqual(bare, []);
});

test('nothing is numbered across shards but audiences', async () => {
  const sequences = await judge.run(`SELECT relname FROM pg_class WHERE relnamespace = 'gloss'::regnamespace AND relkind = 'S'`);
  assert.deepEqual(sequences.map((s) => s.relname), ['audience_id_seq']);
});

test('only passes are kept by triggers', async () => {
  const triggers = await judge.run(`SELECT DISTINCT p.proname AS name FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
    JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal AND c.relnamespace = 'gloss'::regnamespace`);
  assert.deepEqual(triggers.map((t) => t.name).filter((name) => !name.startsWith('pass_on_')), []);
});

test('constraints have names of their own', async () => {
  const unnamed = await judge.run(`SELECT conname FROM pg_constraint WHERE connamespace = 'gloss'::regnamespace
    AND (conname ~ '_(fkey|key|check)[0-9]*$') AND conrelid <> coalesce(to_regclass('gloss.migration'), 0::oid)`);
  assert.deepEqual(unnamed, []);
});

test("the server's role owns nothing, writes no pass and changes no event", async () => {
  const [role] = await judge.run(`SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls AS strong,
      EXISTS (SELECT FROM pg_class WHERE relowner = r.oid) OR EXISTS (SELECT FROM pg_proc WHERE proowner = r.oid) AS owns
    FROM pg_roles r WHERE rolname = 'gloss'`);
  assert.deepEqual(role, { strong: 'f', owns: 'f' });
  const app = new Session(world.cluster, world.database);
  for (const sql of ['UPDATE pass SET reads = reads', 'DELETE FROM pass', 'INSERT INTO pass (user_id) VALUES (gen_random_uuid())',
    'UPDATE event SET delta = 0', 'DELETE FROM event', 'UPDATE revision SET number = 1', 'UPDATE revision_text SET html = html',
    'DELETE FROM users', 'DELETE FROM groups', 'UPDATE audience SET class = 0', 'CREATE TABLE gloss.own ()',
    "SELECT passes_renew('{}')"]) {
    await assert.rejects(app.run(sql), { state: '42501' }, sql);
  }
  await app.end();
});

test('nobody else has a right to anything', async () => {
  const open = await judge.run(`SELECT c.relname FROM pg_class c CROSS JOIN LATERAL aclexplode(c.relacl) a
    WHERE c.relnamespace = 'gloss'::regnamespace AND a.grantee = 0
    UNION ALL SELECT p.proname FROM pg_proc p CROSS JOIN LATERAL aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
    WHERE p.pronamespace = 'gloss'::regnamespace AND a.grantee = 0`);
  assert.deepEqual(open, []);
});

const isQuery = (name) => /^(SELECT|INSERT|UPDATE|DELETE|WITH|VALUES)\b/i.test(statementText(name).replace(/^(\s*--.*\n)+/, ''));

for (const name of statementNames().filter(isQuery).filter((n) => !/^(cluster|migrations)\//.test(n))) {
  test(`${name} can be prepared by the server`, () => world.app.prepare(name));
}

test('every statement that shows annotations returns the same columns', () => {
  const [seen] = /a\.id, a\.document_id,[^]*a\.created_at, a\.updated_at/.exec(statementText('annotations/find'));
  for (const name of statementNames().filter((n) => /^annotations\/(list|page)_/.test(n))) assert.ok(statementText(name).includes(seen), name);
});

// Those that change a row by its id, version and audience after the door has let it through, count, serve
// the operator, name the ids of one's own drafts, or take all that lies on a text along to its next
// revision, whoever sees it.
const APART = /^doctor\/|^annotations\/(lock_thread|settle|delete|drafts_of|put_anchor)$|^documents\/(anchors_to_carry|become_current)$|^reactions\/delete$|^moderation\/unflag$/;

test('no statement reads annotations without a pass', () => {
  const readers = statementNames().filter((name) => !APART.test(name)
    && /\b(FROM|JOIN)\s+(annotation|reaction|showing|shelf)\b/.test(statementText(name)));
  assert.ok(readers.length >= 10);
  for (const name of readers) assert.match(statementText(name), /\$\d+(::int(eger)?\[\])?\)|unnest\(\$\d+/, name);
  for (const name of readers) assert.match(statementText(name), /int(eger)?\[\]/, name);
});
