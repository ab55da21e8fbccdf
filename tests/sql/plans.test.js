// How PostgreSQL runs the pages, on a text with more than 30,000 annotations, as the server's role,
// planned with and without the values: every branch walks an index in the order of the list and stops.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { literal } from '../support/sql.js';
import { World } from '../support/sql_world.js';

const LARGE = ['annotation', 'anchor', 'showing', 'event', 'shelf', 'reaction', 'annotation_past'];

let world;
let reader;
let reads;
let text;
before(async () => {
  world = await World.make();
  const judge = world.session('postgres');
  const owner = await world.user();
  reader = await world.user();
  const groups = [];
  for (let i = 0; i < 24; i++) {
    groups.push(await world.group(owner));
    await world.join(groups[i], reader);
  }
  text = { ...await world.text(owner, groups[0]), group: groups[0] };
  const other = await world.text(owner, groups[0]);
  await judge.run('SET search_path = gloss');
  for (const [document, rows] of [[text, 36000], [other, 12000]]) {
    await judge.run(`INSERT INTO annotation (document_id, id, group_id, author_id, audience_id, open, thread_id, revision_id, kind,
        shown, renderer, created_at, updated_at, tags)
      SELECT ${literal(document.id)}, i.id, x.group_id, CASE WHEN i.n % 20 = 0 THEN ${literal(reader)}::uuid ELSE ${literal(owner)} END,
             x.id, x.class = 0, i.id, ${literal(document.revision)}, 'comment', repeat('"a":"b",', 100), 1,
             now() - i.n * interval '1 s', now() - i.n * interval '1 s', '{a}'
        FROM (SELECT n, gen_random_uuid() AS id, CASE WHEN n % 4 = 0 THEN 1 + n % 24 ELSE 1 END AS g,
                     CASE WHEN n % 10 = 0 THEN 2 ELSE 0 END AS class FROM generate_series(1, ${rows}) n) i
        JOIN (SELECT group_id, id, class, dense_rank() OVER (ORDER BY group_id) AS g FROM audience
               WHERE group_id = ANY (${literal(groups)})) x ON x.g = i.g AND x.class = i.class`);
  }
  await judge.run(`INSERT INTO anchor SELECT document_id, id, revision_id, 1, 5, 'exact', 1 FROM annotation`);
  await judge.run(`INSERT INTO showing SELECT a.document_id, a.id, x.id, a.author_id, a.created_at, a.updated_at
    FROM (SELECT * FROM annotation WHERE open LIMIT 4000) a, audience x WHERE x.group_id = ANY (${literal(groups.slice(0, 2))}) AND x.class = 0
     AND x.group_id <> a.group_id`);
  await judge.run(`INSERT INTO annotation (document_id, id, group_id, author_id, audience_id, open, thread_id, parent_id, ancestors,
      kind, shown, renderer, created_at, updated_at)
    SELECT a.document_id, gen_random_uuid(), a.group_id, a.author_id, a.audience_id, a.open, a.id, a.id, ARRAY[a.id], 'comment', 'x', 1, now(), now()
      FROM (SELECT * FROM annotation WHERE open LIMIT 50) a, generate_series(1, 40)`);
  await judge.run(`UPDATE annotation a SET tally = ARRAY[a.audience_id, 0, 40] WHERE EXISTS
    (SELECT FROM annotation r WHERE r.document_id = a.document_id AND r.thread_id = a.id AND r.parent_id IS NOT NULL)`);
  await judge.run(`INSERT INTO reaction SELECT document_id, id, author_id, 1, audience_id FROM annotation WHERE open LIMIT 4000`);
  await judge.run(`INSERT INTO annotation_past SELECT document_id, id, 1, kind, 'x', '{}', false, created_at FROM annotation LIMIT 4000`);
  await judge.run(`INSERT INTO event (document_id, xid, ordinal, kind, group_id, audience_id, holder_id, subject_id, actor_id, delta)
    SELECT document_id, '5', row_number() OVER (), 'annotation.created', group_id, audience_id,
           CASE WHEN open THEN '00000000-0000-0000-0000-000000000000' ELSE author_id END, id, author_id, 1 FROM annotation`);
  await world.app.call('shelves/fold');
  await judge.run('VACUUM ANALYZE');
  reads = await world.reads(reader);
});
after(() => world.end());

const page = (author, ...tail) => [reader, 'READS', 51, ...Array(7).fill(null), author, null, null, ...tail];
const deep = (author, ...tail) => [reader, 'READS', 51, '2020-01-01T00:00:00Z', randomUUID(), ...Array(5).fill(null), author, null, null, ...tail];
// the first page, one far behind, some days, and one for somebody who has muted others
const everywhere = () => [[null, null], ['2020-01-01T00:00:00Z', randomUUID()], [null, null, '2020-01-01', '2030-01-01'], [null, null, null, null, [randomUUID(), randomUUID()]]]
  .map(([time, id, since = null, until = null, muted = null]) => [reader, 'READS', 51, time, id, null, since, until, muted, []]);
const PAGES = {
  'annotations/page_of_document': () => [[reader, 'READS', 51, null, null, text.id, []], [reader, 'READS', 51, '2020-01-01T00:00:00Z', randomUUID(), text.id, []]],
  'annotations/page_of_document_by_updated': () => [[reader, 'READS', 51, null, null, text.id, []]],
  'annotations/page_everywhere': everywhere,
  'annotations/page_everywhere_by_updated': everywhere,
  'annotations/list_of_document': () => [page(null, text.id, null, null, null), deep(null, text.id, null, null, null)],
  'annotations/list_of_document_by_updated': () => [page(null, text.id, null, null, null), deep(null, text.id, null, null, null)],
  'annotations/list_everywhere': () => [page(null), deep(null)],
  'annotations/list_everywhere_by_updated': () => [page(null), deep(null)],
  'annotations/list_of_author': () => [page(reader), deep(reader)],
  'readings/compare': () => [[reader, 'READS', text.id, text.group, text.revision, null, 51]],
};

function walk(node, seen, path = []) {
  seen(node, path);
  for (const child of node.Plans ?? []) walk(child, seen, [...path, node]);
}

// One's own words in a group that one has left: there is no index for their order by change, and few
// of them.
const isPast = (node) => node['Index Name'] === 'annotation_by_author' && /audience/.test(node['Index Cond'] ?? '');

function faults(plan) {
  const found = [];
  walk(plan, (node, path) => {
    const large = LARGE.includes(node['Relation Name']);
    if (large && node['Node Type'] === 'Seq Scan') found.push(`Seq Scan on ${node['Relation Name']}`);
    if (/Bitmap/.test(node['Node Type'])) found.push(`${node['Node Type']} on ${node['Relation Name'] ?? node['Index Name']}`);
    if (!large || !/Scan/.test(node['Node Type'])) return;
    // Between a sort and the rows of a large table stands a limit, or the key of a single row.
    for (let i = path.length - 1; i >= 0; i--) {
      if (path[i]['Node Type'] === 'Limit') break;
      if (path[i]['Node Type'] === 'Sort' && !['SubPlan', 'InitPlan'].includes(path[i]['Parent Relationship']) && !isPast(node)) found.push(`Sort above all of ${node['Index Name']}`);
      if (['SubPlan', 'InitPlan'].includes(path[i]['Parent Relationship'])) break;
    }
  });
  return found;
}

// A restore makes keys first and then the other indexes by name; where two seem to cost the same, the
// planner takes the one that was made last.
async function makeIndexesAnew(session) {
  await session.run(`DO $$
    DECLARE i record;
    BEGIN
      FOR i IN SELECT x.indexname, x.indexdef FROM pg_indexes x
                WHERE x.schemaname = 'gloss' AND NOT EXISTS (SELECT FROM pg_constraint c
                      WHERE c.conname = x.indexname AND c.connamespace = 'gloss'::regnamespace)
                ORDER BY x.indexname LOOP
        EXECUTE 'DROP INDEX gloss.' || i.indexname;
        EXECUTE i.indexdef;
      END LOOP;
    END $$`);
}

function testPlans(mode, state, names) {
  for (const [name, cases] of Object.entries(PAGES).filter(([page]) => names.test(page))) {
    test(`${name} reads no more than its page (${mode}, ${state})`, async () => {
      const session = world.session();
      await session.run(`SET plan_cache_mode = ${mode}`);
      await session.prepare(name);
      for (const params of cases()) {
        const given = params.map((value) => literal(value === 'READS' ? reads : value)).join(', ');
        const [row] = await session.run(`EXPLAIN (ANALYZE, FORMAT json, TIMING off) EXECUTE "${name}"(${given})`);
        const { Plan: plan } = JSON.parse(row['QUERY PLAN'])[0];
        assert.deepEqual(faults(plan), [], JSON.stringify(params));
        if (name.includes('page_everywhere')) {
          walk(plan, (node) => {
            if (/^annotation_everywhere/.test(node['Index Name'])) assert.equal(node['Node Type'], 'Index Only Scan', JSON.stringify([params, node]));
          });
        }
        walk(plan, (node) => {
          if (!LARGE.includes(node['Relation Name'])) return;
          // the comparison passes over replies
          const passed = name === 'readings/compare' ? 0 : node['Rows Removed by Filter'] ?? 0;
          const rows = (node['Actual Rows'] + passed) * node['Actual Loops'];
          assert.ok(rows <= 51 * reads.length, `${node['Index Name']} gave ${rows} rows`);
        });
      }
    });
  }

  test(`one by id is one probe (${mode}, ${state})`, async () => {
    const session = world.session();
    await session.run(`SET plan_cache_mode = ${mode}`);
    await session.prepare('annotations/find');
    const [{ id }] = await session.run(`SELECT id FROM annotation WHERE document_id = ${literal(text.id)} AND open LIMIT 1`);
    const [row] = await session.run(`EXPLAIN (FORMAT json) EXECUTE "annotations/find"(${literal(reader)}, ${literal(reads)}, ${literal(id)}, null)`);
    assert.deepEqual(faults(JSON.parse(row['QUERY PLAN'])[0].Plan), []);
  });
}

for (const mode of ['force_generic_plan', 'force_custom_plan']) testPlans(mode, 'as migrated', /./);

test('what a mask is called is compared by indexes, however many names there are', async () => {
  await world.session('postgres').run(`SET search_path = gloss;
    INSERT INTO users (id, name, display_name, own_group_id, state) SELECT gen_random_uuid(), 'n' || n, 'N ' || n, gen_random_uuid(), 'active' FROM generate_series(1, 5000) n;
    ANALYZE users`);
  const session = world.session();
  await session.run('SET plan_cache_mode = force_generic_plan');
  await session.prepare('groups/put_mask');
  const [row] = await session.run(`EXPLAIN (FORMAT json) EXECUTE "groups/put_mask"(${literal(text.group)}, ${literal(reader)}, '{member}', ${literal(randomUUID())}, 'Owl')`);
  const found = [];
  walk(JSON.parse(row['QUERY PLAN'])[0].Plan, (node) => {
    if (node['Relation Name'] === 'users') found.push(`${node['Node Type']} ${node['Index Name']}`);
  });
  assert.deepEqual([...new Set(found)].sort(), ['Index Scan users_display_name_as_seen', 'Index Scan users_name_as_seen']);
});

// -- texts that change: what is asked of one text is found by its keys, however many texts there are

const MANY = ['annotation', 'anchor', 'event', 'shelf', 'document', 'revision', 'revision_text', 'suggestion', 'job', 'idempotency_key'];
let edited; // a text of a few, with two revisions and a suggestion

async function makeTexts() {
  const judge = world.session('postgres');
  await judge.run(`SET search_path = gloss, pg_temp; CREATE TEMP TABLE more AS
    SELECT gen_random_uuid() AS d, gen_random_uuid() AS one, gen_random_uuid() AS two, gen_random_uuid() AS a FROM generate_series(1, 4000);
    INSERT INTO document (id, group_id, owner_id, audience_id, kind, title)
      SELECT m.d, d.group_id, d.owner_id, d.audience_id, 'text', 'x' FROM more m, document d WHERE d.id = ${literal(text.id)};
    INSERT INTO revision (document_id, id, number, parent_id, format, sha256, chars, bytes)
      SELECT d, one, 1, null, 'text/plain', sha256('x'), 100, 100 FROM more UNION ALL SELECT d, two, 2, one, 'text/plain', sha256('y'), 100, 100 FROM more;
    INSERT INTO revision_text (document_id, revision_id, canonical, html, toc, source) SELECT document_id, id, repeat('x', 200), 'x', '[]', 'x' FROM revision WHERE document_id <> ${literal(text.id)};
    UPDATE document d SET current_revision_id = m.two FROM more m WHERE d.id = m.d;
    INSERT INTO annotation (document_id, id, group_id, author_id, audience_id, open, thread_id, revision_id, kind, shown, renderer, created_at, updated_at)
      SELECT m.d, m.a, d.group_id, d.owner_id, d.audience_id, true, m.a, m.one, 'suggestion', 'x', 1, now(), now() FROM more m, document d WHERE d.id = m.d;
    INSERT INTO anchor SELECT m.d, m.a, r.r, 1, 5, 'exact', 1 FROM more m, unnest(ARRAY[m.one, m.two]) AS r (r);
    INSERT INTO shelf SELECT m.d, d.audience_id, '00000000-0000-0000-0000-000000000000', 1, 1 FROM more m, document d WHERE d.id = m.d;
    INSERT INTO suggestion (document_id, annotation_id, replacement) SELECT d, a, 'y' FROM more;
    INSERT INTO job (id, kind, user_id, document_id, state, lapses_at) SELECT a, 'revision', ${literal(reader)}, d, CASE WHEN d < '01000000-0000-0000-0000-000000000000' THEN 'running' ELSE 'done' END, now() FROM more;
    INSERT INTO idempotency_key (user_id, key, request_hash, operation, object_id, status) SELECT ${literal(reader)}, a::text, '', 'createRevision', a, 202 FROM more`);
  [edited] = await judge.run('SELECT d AS id, one, two, a AS note FROM more LIMIT 1');
  await judge.run('VACUUM ANALYZE');
}

const ROLES = ['owner', 'admin'];
const OF_ONE_TEXT = {
  'annotations/anchors': () => [[reader, 'READS', edited.id, edited.two, null, null, null, null, 51, null, null], [reader, 'READS', edited.id, edited.two, ['changed', 'gone'], 'f', 't', [randomUUID()], 51, 5, randomUUID()]],
  'annotations/anchors_in': () => [[edited.id, edited.note, edited.one, null]],
  'annotations/has_revision': () => [[edited.id, edited.one]],
  'annotations/put_anchor': () => [[edited.id, edited.note, 1, reader, edited.two, 'place', 1, 5, 'exact']],
  'documents/anchor_counts': () => [[reader, 'READS', edited.id, edited.two, null]],
  'documents/anchors_to_carry': () => [[edited.id, edited.two, [], []], [edited.id, edited.two, [edited.note], ['1']]],
  'documents/carry_anchors': () => [[edited.id, randomUUID(), edited.two, [edited.note], ['1'], [1], [5], ['exact'], [1000000], [0]]],
  'documents/carry_late': () => [[edited.id, randomUUID(), edited.two, [0], [9], [0]]],
  'documents/become_current': () => [[edited.id, randomUUID(), edited.two, reader, ROLES]],
  'documents/insert_revision': () => [[edited.id, randomUUID(), edited.two, reader, null, 'text/plain', 'UTF-8', 'x', 1, 1]],
  'documents/base': () => [[reader, 'READS', edited.id, ROLES]],
  'documents/revision': () => [[reader, 'READS', edited.two]],
  'documents/revisions': () => [[reader, 'READS', edited.id, null, 51]],
  'documents/source': () => [[edited.id, edited.two]],
  'documents/text': () => [[edited.id, edited.two]],
  'reader/two_revisions': () => [[edited.id, null, null, reader, 'READS'], [edited.id, edited.one, edited.two, reader, 'READS']],
  'suggestions/accept': () => [[reader, 'READS', edited.id, edited.two, [edited.note], [1], [1], [5]]],
  'suggestions/reject': () => [[reader, 'READS', edited.id, edited.note, 1, null, ROLES]],
  'jobs/find': () => [[reader, edited.note]],
  'jobs/insert': () => [[randomUUID(), randomUUID(), 'revision', edited.id, 20000, 4]],
  'jobs/begin': () => [[edited.note, 20000]],
  'jobs/tell': () => [[[edited.note], ['carry'], [1], [2], 20000]],
  'jobs/done': () => [[edited.note, edited.two, 201, null, randomUUID(), 1]],
  'jobs/fail': () => [[[edited.note], [412], ['{}']]],
  'jobs/lapse': () => [[]],
  'jobs/purge': () => [[]],
  'idempotency/find': () => [[reader, edited.note]],
};

for (const mode of ['force_generic_plan', 'force_custom_plan']) {
  test(`of one text among many, no table is read from end to end (${mode})`, async () => {
    if (!edited) await makeTexts();
    const session = world.session();
    await session.run(`SET plan_cache_mode = ${mode}`);
    const found = [];
    for (const [name, cases] of Object.entries(OF_ONE_TEXT)) {
      await session.prepare(name);
      for (const params of cases()) {
        const given = params.length ? `(${params.map((value) => literal(value === 'READS' ? reads : value)).join(', ')})` : '';
        const [row] = await session.run(`EXPLAIN (FORMAT json) EXECUTE "${name}"${given}`);
        walk(JSON.parse(row['QUERY PLAN'])[0].Plan, (node) => {
          if (node['Node Type'] === 'Seq Scan' && MANY.includes(node['Relation Name'])) found.push(`${name}: ${node['Relation Name']}`);
          // each of many with each of many: what nobody has counted yet is taken for few
          if (node['Node Type'] === 'Nested Loop' && node['Join Type'] === 'Anti' && node['Join Filter']) found.push(`${name}: ${node['Join Filter']}`);
        });
      }
    }
    assert.deepEqual([...new Set(found)], []);
  });
}

test('indexes can be made anew, as a restore does', async () => {
  const judge = world.session('postgres');
  await makeIndexesAnew(judge);
  await judge.run('ANALYZE');
});

testPlans('force_generic_plan', 'as restored', /of_document/);

for (const state of ['as migrated', 'as restored']) {
  test(`before the first ANALYZE, single rows are found by their key (${state})`, async () => {
    const fresh = await World.make();
    try {
      if (state === 'as restored') await makeIndexesAnew(fresh.session('postgres'));
      const session = fresh.session();
      await session.run('SET plan_cache_mode = force_generic_plan');
      for (const [name, cases] of [...Object.entries(PAGES), ['annotations/find', () => [[reader, 'READS', reader, null]]]]) {
        await session.prepare(name);
        const given = cases()[0].map((value) => literal(value === 'READS' ? [1, 2] : value)).join(', ');
        const [row] = await session.run(`EXPLAIN (FORMAT json) EXECUTE "${name}"(${given})`);
        walk(JSON.parse(row['QUERY PLAN'])[0].Plan, (node) => {
          const index = node['Index Name'];
          if (node['Relation Name'] === 'anchor') assert.equal(index, 'anchor_pkey', name);
          // what a restore changes here the first ANALYZE mends
          if (state === 'as migrated' && node['Relation Name'] === 'annotation' && /\bid = (?!ANY)/.test(node['Index Cond'] + node.Filter)) assert.match(index, /^annotation_(pkey|by_id)$/, name);
        });
      }
    } finally {
      await fresh.end();
    }
  });
}
