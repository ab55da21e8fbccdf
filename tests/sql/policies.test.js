// Statements that tell of people and groups, judged by PostgreSQL's own row security: the server's role asks
// with the true pass and the roles that may, the judge's with every audience and every role there is, so
// that only the policies are in the way. Both must be told the same. (Of annotations: visibility.test.js.)
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { literal, numbers, statementNames, statementText } from '../support/sql.js';
import { installPolicies } from '../support/policies.js';
import { NIL, World } from '../support/sql_world.js';

let world;
let judge;
let asked; // as the judge's role
const user = {};
const group = {};
const text = {};
const made = { notes: [], requests: [], invitations: [], sessions: [], revisions: [], codes: [], drafts: [], jobs: [] };

const ROLES = ['owner', 'admin', 'moderator', 'member'];
const LEADERS = ROLES.slice(0, 3);
const ADMINS = ROLES.slice(0, 2);

async function note(by, on, options) {
  const row = await world.annotate(user[by], on, options);
  made.notes.push(await world.find(user[by], row.id));
  return made.notes.at(-1);
}

async function makeGroup(name, access, more = '') {
  group[name] = await world.group(user.owner, access);
  await world.app.run(`UPDATE groups SET name = ${literal(name)} WHERE id = ${literal(group[name])}`);
  for (const [who, role] of [['admin', 'admin'], ['moderator', 'moderator'], ['member', 'member'], ['masked', 'member'], ['gone', 'member']]) await world.join(group[name], user[who], role);
  await world.app.run(`INSERT INTO mask (id, group_id, user_id, name) SELECT gen_random_uuid(), group_id, user_id, md5(user_id::text)
    FROM member WHERE group_id = ${literal(group[name])} AND ${more.includes('anonymous') ? 'true' : `user_id = ${literal(user.masked)}`}`);
  if (more) await world.app.run(`UPDATE groups SET ${more} WHERE id = ${literal(group[name])}`);
  for (const role of ['member', 'moderator', 'owner']) {
    const [id, code] = [randomUUID(), `code-${name}-${role}`];
    await world.app.run(`INSERT INTO invitation (id, group_id, code, role, author_id) VALUES (${[id, group[name], code, role, user.owner].map(literal).join(', ')})`);
    made.invitations.push(id);
    made.codes.push(code);
  }
}

async function makeText(name, by = 'owner') {
  const made1 = await world.text(user[by], group[name]);
  await world.app.run(`INSERT INTO revision_text (document_id, revision_id, canonical, html, toc, source) VALUES (${literal(made1.id)}, ${literal(made1.revision)}, 'x', 'x', '[]', 'x')`);
  await world.app.run(`INSERT INTO document_address (scope, uri, document_id) VALUES (${literal(group[name])}, 'https://example.org/', ${literal(made1.id)})`).catch(() => {});
  await world.app.run(`INSERT INTO text_order (group_id, document_id, position) VALUES (${literal(group[name])}, ${literal(made1.id)}, 1)`);
  made.revisions.push(made1.revision);
  return made1;
}

before(async () => {
  world = await World.make();
  judge = world.session('postgres');
  for (const name of ['owner', 'admin', 'moderator', 'member', 'masked', 'gone', 'stranger']) user[name] = await world.user();
  await makeGroup('closed', 'private');
  await makeGroup('open', 'open');
  await makeGroup('restricted', 'restricted');
  await makeGroup('nameless', 'private', 'anonymous = true, leaders_see_through = false');
  for (const name of Object.keys(group)) text[name] = await makeText(name);
  text.sealed = await makeText('closed');
  text.members = await makeText('closed', 'member');
  await world.seal(group.closed, text.sealed.id);
  await world.list(text.closed.id, group.restricted);
  await world.allow(user.owner, text.closed.id, 'groups', [group.closed]);
  for (const on of [text.closed, text.sealed, text.open, text.nameless, text.members]) {
    for (const by of ['member', 'masked', 'gone', 'moderator']) {
      const at = { start: 10, ...(on === text.closed ? { group: group.closed } : {}) };
      const one = await note(by, on, at);
      await world.reply(user.moderator, one).catch((error) => assert.equal(error.refusal, 'not-found'));
      await note(by, on, { ...at, secret: true });
      made.drafts.push((await note(by, on, { ...at, start: null, draft: true })).id);
    }
  }
  await world.reveal(group.closed, text.sealed.id, user.member);
  for (const [i, one] of made.notes.entries()) {
    if (one.audience_class === '2') continue;
    for (const by of ['member', 'moderator']) {
      await world.app.batch(['annotations/lock', one.document_id, null],
        ['moderation/flag', randomUUID(), user[by], await world.reads(user[by]), one.document_id, one.id, 'other', `flag ${i}`]).catch((error) => assert.match(error.refusal, /^(own|gone)$/));
    }
    if (i % 5 === 0) await world.moderate(user.owner, one, 'hidden').catch((error) => assert.match(error.refusal, /^(own|not-allowed|elsewhere)$/));
  }
  for (const [who, to, by] of [['stranger', 'restricted', 'moderator'], ['gone', 'closed', 'moderator'], ['stranger', 'nameless', 'owner']]) {
    const id = randomUUID();
    await world.app.run(`INSERT INTO join_request (id, group_id, user_id, message, decided_by) VALUES (${[id, group[to], user[who], 'let me in', user[by]].map(literal).join(', ')})`);
    made.requests.push(id);
  }
  await world.app.call('groups/make_pair', (group.pair = randomUUID()), user.member, user.masked);
  await note('member', text.closed, { group: group.pair }).catch((error) => assert.equal(error.refusal, 'annotations-off'));
  for (const [who, id] of Object.entries(user)) {
    const session = randomUUID();
    await world.app.run(`INSERT INTO session (id, user_id, hash, expires_at) VALUES (${literal(session)}, ${literal(id)}, sha256(${literal(session)}), now() + interval '1 day')`);
    made.sessions.push(session);
    await world.app.run(`INSERT INTO token (id, user_id, hash, name, scopes) VALUES (gen_random_uuid(), ${literal(id)}, sha256(${literal(id)}), ${literal(who)}, 1)`);
    await world.app.run(`INSERT INTO mute (user_id, muted_id) SELECT ${literal(id)}, id FROM users WHERE id IN (${literal(user.member)}, ${literal(user.masked)}) AND id <> ${literal(id)}`);
    await world.app.run(`INSERT INTO idempotency_key (user_id, key, request_hash, operation, object_id, status) SELECT ${literal(id)}, 'the-key', sha256('x'), 'createAnnotation', ${literal(id)}, 201`);
    made.jobs.push(randomUUID());
    await world.app.run(`INSERT INTO job (id, kind, user_id, document_id, lapses_at, state, problem) VALUES (${literal(made.jobs.at(-1))}, 'revision', ${literal(id)}, ${literal(text.closed.id)}, now(), 'failed', '{}')`);
  }
  for (const of of Object.values(group)) await world.leave(of, user.gone);
  await installPolicies(judge);
  asked = world.session('gloss_judge');
});
after(() => world.end());

const AGES = [null, null];
const groups = () => Object.values(group);
const texts = () => Object.values(text);
const idsOf = (list) => list.map(({ id }) => id);

// How each statement is asked: with `reads`, the pass, and may(roles), the roles that may.
const CALLS = {
  'groups/get': ({ reader, reads }) => groups().map((g) => [g, reader, reads]),
  'groups/of_reader': ({ reader }) => [[reader, 100, ...AGES]],
  'groups/others': ({ reader, reads }) => [[reader, reads, ['open', 'restricted'], 100, ...AGES]],
  'groups/members': ({ reader }) => groups().map((g) => [g, reader, 100, ...AGES, null]),
  'groups/member': ({ reader }) => groups().flatMap((g) => Object.values(user).map((u) => [g, reader, u])),
  'groups/partner': ({ reader }) => Object.values(user).map((u) => [reader, u, null]),
  'groups/invitations': ({ reader, may }) => groups().map((g) => [g, reader, may(ADMINS), may(ADMINS), may(['owner']), 100, ...AGES]),
  'groups/invited': ({ reader, may }) => made.invitations.map((i) => [i, reader, may(ADMINS), may(ADMINS), may(['owner'])]),
  'groups/invitation': ({ reader }) => made.codes.map((c) => [c, reader]),
  'groups/shown_by_invitation': ({ reader }) => made.codes.map((c) => [c, reader]),
  'reader/invitation': ({ reader }) => made.codes.map((c) => [c, reader]),
  'groups/requests': ({ reader, reads, may }) => groups().map((g) => [g, reader, reads, may(LEADERS), null, 100, ...AGES]),
  'groups/request': ({ reader, reads, may }) => made.requests.map((r) => [r, reader, reads, may(LEADERS)]),
  'groups/requests_of_reader': ({ reader, reads }) => [[100, reader, reads, ...AGES]],
  'groups/asked': ({ reader, reads }) => groups().map((g) => [g, reader, reads]),
  'moderation/log': ({ reader, may }) => groups().map((g) => [reader, g, may(LEADERS), 100, ...AGES]),
  'moderation/mutes': ({ reader }) => [[reader, 100, ...AGES]],
  'readings/state': ({ reader, reads, known }) => known.flatMap((g) => texts().map((t) => [g, t.id, reader, reads])),
  'documents/find': ({ reader, reads }) => [[reader, reads, idsOf(texts()), ADMINS]],
  'documents/list': ({ reader, reads, known }) => [[reader, reads, null, ...AGES, 100], ...known.map((g) => [reader, reads, [g], ...AGES, 100])],
  'documents/list_by_updated': ({ reader, reads }) => [[reader, reads, null, ...AGES, 100]],
  'documents/list_of_address': ({ reader, reads }) => [[reader, reads, 'https://example.org/', null]],
  'documents/list_of_group': ({ reads, known }) => known.map((g) => [reads, g, ...AGES, 100]),
  'documents/target': ({ reader, reads }) => idsOf(texts()).map((t) => [reader, reads, t]),
  'documents/target_of_address': ({ reader, reads }) => [[reader, reads, 'https://example.org/']],
  'documents/revision': ({ reader, reads }) => made.revisions.map((r) => [reader, reads, r]),
  'reader/document': ({ reader, reads, pass }) => idsOf(texts()).map((t) => [reader, reads, t, pass, ADMINS, null]),
  'reader/texts': ({ reader, reads, pass }) => [[reader, reads, 100, pass]],
  'reader/group': ({ reader, reads }) => groups().map((g) => [reader, reads, g]),
  'reader/group_texts': ({ reader, reads, known }) => known.map((g) => [reader, reads, g, 0, 101]),
  'reader/about': ({ reader, reads, pass }) => idsOf(texts()).map((t) => [reader, reads, t, pass, ADMINS]),
  'reader/groups': ({ reader }) => [[reader]],
  'reader/groups_of_text': ({ reader, pass }) => idsOf(texts()).map((t) => [reader, pass, t]),
  'reader/tokens': ({ reader }) => [[reader]],
  'users/tokens': ({ reader }) => [[reader, 100, ...AGES]],
  'users/me': ({ reader }) => [[reader]],
  'idempotency/find': ({ reader }) => [[reader, 'the-key']],
  'jobs/find': ({ reader }) => made.jobs.map((j) => [reader, j]),
  'exports/passages': ({ reader, reads }) => idsOf(texts()).map((t) => [reader, reads, t, null, 100, null, null]),
  'exports/others': ({ reader, reads }) => idsOf(texts()).flatMap((t) => [1, 2].map((which) => [reader, reads, t, null, 100, null, which])),
  'exports/documents_of': ({ reader, reads }) => [[reader, reads, null, 100]],
  'readings/compare': ({ reader, reads, known }) => known.flatMap((g) => texts().map((t) => [reader, reads, t.id, g, t.revision, null, 100])),
  'shelves/of_documents': ({ reader, reads }) => [[reader, reads, idsOf(texts()), null]],
  'annotations/anchors': ({ reader, reads }) => texts().map((t) => [reader, reads, t.id, t.revision, null, null, null, null, 100, null, null]),
  'documents/anchor_counts': ({ reader, reads }) => texts().map((t) => [reader, reads, t.id, t.revision, null]),
  'documents/find_pages': ({ reader, reads }) => [[reader, reads, idsOf(texts())]],
};

// What asks nothing of its own: the handler has asked another statement before whether the reader may. The
// policies let those read it for whom that one has a row.
const ASKED_BEFORE = {
  'documents/text': ['documents/find', ({ t }) => [t.id, t.revision]],
  'documents/html': ['documents/find', ({ t }) => [t.id, t.revision]],
  'documents/toc': ['documents/find', ({ t }) => [t.id, t.revision]],
  'documents/original': ['documents/find', ({ t }) => [t.id, t.revision]],
  'documents/revisions': ['documents/find', ({ t, reader, reads }) => [reader, reads, t.id, null, 100]],
  'documents/base': ['documents/find', ({ t, reader, reads }) => [reader, reads, t.id, ADMINS]],
  'documents/source': ['documents/find', ({ t }) => [t.id, t.revision]],
  'reader/two_revisions': ['documents/find', ({ t, reader, reads }) => [t.id, null, null, reader, reads]],
  'annotations/has_revision': ['documents/find', ({ t }) => [t.id, t.revision]],
};

// Of a leader alone, who has been asked for before by the group's row and the permission table.
const OF_LEADERS = {
  'moderation/queue': (reader, reads, g) => [[reader, reads, g, ['pending', 'hidden', 'denied', 'spam'], true, 100, ...AGES]],
  'moderation/flags': (reader, reads, g) => [[reader, reads, g, 100, ...AGES]],
  'moderation/flags_of': (reader, reads, g) => [[reader, g, made.notes.map((a) => a.document_id), made.notes.map((a) => a.id)]],
  'readings/ready': (reader, reads, g) => texts().map((t) => [reader, reads, g, t.id]),
};

// Asked for another one than who asks, these tell nothing.
const OWN = {
  'users/tokens': (other) => [other, 100, ...AGES], 'reader/tokens': (other) => [other], 'moderation/mutes': (other) => [other, 100, ...AGES],
  'groups/requests_of_reader': (other, reads) => [100, other, reads, ...AGES], 'idempotency/find': (other) => [other, 'the-key'],
  'jobs/find': (other) => [other, made.jobs[Object.values(user).indexOf(other)]],
};

const APART = {
  // judged with many deeds behind them
  'annotations/find': 0, 'annotations/history': 0, 'annotations/list_everywhere': 0, 'annotations/list_everywhere_by_updated': 0,
  'annotations/list_of_author': 0, 'annotations/list_of_document': 0, 'annotations/list_of_document_by_updated': 0, 'annotations/list_replies': 0,
  'annotations/list_replies_of_many': 0, 'annotations/page_of_document': 0, 'annotations/page_of_document_by_updated': 0,
  'annotations/page_everywhere': 0, 'annotations/page_everywhere_by_updated': 0, 'reactions/list': 0, 'shelves/of_document': 0,
  'users/session': 'one\'s own, by the id that only who is signed in has', 'users/password_of': 'of who is signed in',
  'users/identify_token': 'finds out who asks', 'users/identify_session': 'finds out who asks', 'users/identify_nobody': 'finds out who asks',
  'users/find_login': 'finds out who asks', 'users/check_sign_up': 'whether a name is free', 'users/list_all': 'for who runs the server',
  'annotations/author_named': 'names are everybody\'s', 'annotations/drafts_of': 'ids of one\'s own, which are looked up afterwards',
  'annotations/published': 'ids of one\'s own, which are looked up afterwards', 'annotations/state_of_document': 'no row of a group or a user',
  'annotations/anchors_in': 'of one that has been found before', 'reader/last_place': 'of one that has been found before', 'documents/anchors_to_carry': 'for a new revision; nothing is shown', 'documents/read_by_group': 'in a change by who runs the group', 'documents/may_put': 'refuses or not; nothing is shown',
  'idempotency/undo': 'a refusal inside a transaction', 'groups/shown': 'inside the transaction that has changed it', 'reader/setup': 'nobody\'s', 'server/clock': 'nobody\'s', 'server/watch': 'nobody\'s',
};

const who = () => [...Object.values(user), NIL];
const rowsOf = (rows) => rows.map((row) => JSON.stringify(row)).sort();
// Of annotations it is told which (what is said beside them depends on the pass that is given); of a
// request, where it is of no group that one reads now, nothing by a policy, and by the server no name.
const shown = (name, rows) => rowsOf(/^(exports\/[op]|moderation\/queue|readings\/compare)/.test(name) ? rows.map(({ id }) => id)
  : /^groups\/(request|asked)/.test(name) ? rows.filter((row) => row.group_name !== null)
    // by which of the given pass one reads it, and who may know by whom it is, are no matter of its row
    : rows.map(({ audiences, named_by, seen_by, mask_by, from_author, to_author, putter_id, putter_name, putter_display_name, putter_mask, putter_mask_id, putter_erased, revised_by, ...row }) => row));

async function as(reader, work) {
  await asked.run(`SELECT set_config('app.user_id', ${literal(reader)}, false), set_config('app.words', 'off', false)`);
  const reads = await world.reads(reader);
  const everything = (await judge.run('SELECT id FROM audience')).map((x) => Number(x.id));
  // a row says of a text that one reads it, not through which groups: those are asked about that one knows
  const known = (await judge.run(`SELECT group_id FROM audience WHERE class = 0 AND id = ANY (${literal(reads)}::int[])`)).map((x) => x.group_id).filter((g) => groups().includes(g));
  await work({ reader, reads, known, pass: reads, may: (roles) => roles }, { reader, reads: everything, known, pass: reads, may: () => ROLES });
}

for (const [name, params] of Object.entries(CALLS)) {
  test(`${name} tells what the policies let its reader know`, async () => {
    let told = 0;
    for (const reader of who()) {
      await as(reader, async (truly, freely) => {
        const [mine, theirs] = [params(truly), params(freely)];
        for (const [i, one] of mine.entries()) {
          await asked.run(`SELECT set_config('app.code', ${literal(/invitation$/.test(name) ? one[0] : '')}, false), set_config('app.words', ${literal(/^exports/.test(name) ? 'on' : 'off')}, false)`);
          const due = shown(name, await world.app.call(name, ...one));
          told += due.length;
          assert.deepEqual(shown(name, await asked.call(name, ...theirs[i])), due, `${Object.keys(user).find((u) => user[u] === reader)}: ${JSON.stringify(one)}`);
        }
      });
    }
    if (name !== 'documents/find_pages') assert.ok(told > 0, 'nothing was told to anybody');
  });
}

for (const [name, [before1, params]] of Object.entries(ASKED_BEFORE)) {
  test(`${name} is let be read by those for whom ${before1} has a row`, async () => {
    for (const reader of who()) {
      await as(reader, async ({ reads }) => {
        for (const t of texts()) {
          const may = (await world.app.call(before1, reader, reads, [t.id], ADMINS)).length > 0;
          const call = params({ t, reader, reads });
          const rows = shown(name, await world.app.call(name, ...call));
          assert.ok(rows.length > 0);
          assert.deepEqual(shown(name, await asked.call(name, ...call)), may ? rows : []);
        }
      });
    }
  });
}

for (const [name, params] of Object.entries(OF_LEADERS)) {
  test(`${name} tells leaders what the policies let them know, and others what they know of themselves at most`, async () => {
    let told = 0;
    for (const reader of who()) {
      await as(reader, async ({ reads }, { reads: everything }) => {
        for (const g of groups()) {
          const [member] = await judge.run(`SELECT role FROM member WHERE group_id = ${literal(g)} AND user_id = ${literal(reader)}`);
          const calls = params(reader, everything, g);
          for (const [i, one] of params(reader, reads, g).entries()) {
            const theirs = await asked.call(name, ...calls[i]);
            if (LEADERS.includes(member?.role)) {
              const due = await world.app.call(name, ...one);
              told += due.length;
              assert.deepEqual(shown(name, theirs), shown(name, due));
            } else if (name === 'readings/ready') assert.ok(theirs.every((row) => row.author_id === reader || row.is_revealed === 'f'), JSON.stringify(theirs));
            // what one has written or flagged oneself
            else assert.ok(theirs.every((row) => row.author_id === reader || row.by_id === reader || (name === 'moderation/queue' && reads.includes(Number(row.audience_id)))), JSON.stringify(theirs));
          }
        }
      });
    }
    assert.ok(told > 0);
  });
}

for (const [name, params] of Object.entries(OWN)) {
  test(`${name} asked of somebody else tells nothing`, async () => {
    for (const reader of who()) {
      await as(reader, async (_, { reads }) => {
        for (const other of Object.values(user).filter((u) => u !== reader)) {
          const rows = await asked.call(name, ...params(other, reads));
          // who leads a group knows who asks to be let in
          if (name !== 'groups/requests_of_reader') assert.deepEqual(rows, []);
          else for (const { group_id: g } of rows) assert.ok((await judge.run(`SELECT 1 FROM member WHERE group_id = ${literal(g)} AND user_id = ${literal(reader)} AND role <> 'member'`)).length);
        }
      });
    }
  });
}

test('each statement that only reads is judged, here or with many deeds behind it, or says why not', () => {
  const plain = (name) => statementText(name).replace(/--.*$/gm, '');
  const writes = /\b(INSERT|UPDATE|DELETE|SHARE)\b|\b(settle_annotations|erase_\w+|create_group|lock_documents|publish_drafts|show_annotation|unshow_annotation|open_counted|reveal_\w+|set_reading|prepare_answer|pg_advisory\w+)\(/;
  const reading = statementNames().filter((name) => !/^(doctor|cluster|migrations)\//.test(name) && !writes.test(plain(name)));
  const judged = [CALLS, ASKED_BEFORE, OF_LEADERS, APART].flatMap((table) => Object.keys(table));
  assert.deepEqual(reading.filter((name) => !judged.includes(name)), []);
  assert.deepEqual(judged.filter((name) => !statementNames().includes(name)), []);
});
