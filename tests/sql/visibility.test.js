// Who sees what, after many random deeds: every list, read, count and pass against an oracle that is
// made from members, roles, reveals and readings, never from passes.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { ids, literal, numbers } from '../support/sql.js';
import { installPolicies } from '../support/policies.js';
import { NIL, World } from '../support/sql_world.js';

let seed = Number(process.env.GLOSS_TEST_SEED ?? 20260301);
const random = (n) => {
  seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
  return Math.floor((seed / 2 ** 32) * n);
};
const pick = (list) => list[random(list.length)];

let world;
let judge;
const users = [];
const gone = [];
const groups = [];
const texts = [];

// The whole truth, as tables.
async function load() {
  const table = (name) => judge.run(`SELECT * FROM gloss.${name}`);
  const truth = Object.fromEntries(await Promise.all(['annotation', 'audience', 'groups', 'member', 'reveal', 'reading', 'showing', 'reaction', 'users', 'server', 'document', 'document_writer']
    .map(async (name) => [name, await table(name)])));
  truth.audienceOf = new Map(truth.audience.map((x) => [x.id, x]));
  truth.groupOf = new Map(truth.groups.map((g) => [g.id, g]));
  return truth;
}

function mayRead(truth, user, audience) {
  const x = truth.audienceOf.get(audience);
  const group = truth.groupOf.get(x.group_id);
  if (group.deleted_at !== null) return false;
  const revealed = x.class === '3' && truth.reading.some((r) => r.sealed_id === x.id && r.revealed_at !== null);
  const forOthers = group.access !== 'private' && (x.class === '0' || revealed);
  if (user === NIL) return forOthers && truth.server[0].public === 't';
  if (truth.users.find((u) => u.id === user).state !== 'active') return false;
  const member = truth.member.find((m) => m.group_id === x.group_id && m.user_id === user);
  if (forOthers || (member && (x.class === '0' || revealed))) return true;
  if (member && x.class === '5' && x.for_id === user) return true;
  if (!member || !['1', '3', '5'].includes(x.class)) return false;
  return member.role !== 'member' || (x.class === '3' && truth.reveal.some((r) => r.user_id === user && r.audience_id === x.id));
}

function maySee(truth, user, a) {
  return (user !== NIL && a.author_id === user) || mayRead(truth, user, a.audience_id)
    || truth.showing.some((w) => w.annotation_id === a.id && mayRead(truth, user, w.audience_id));
}

// The id that is shown as the author's: a mask's, but to oneself and to leaders who see through it.
function shownAs(truth, user, a) {
  const leads = truth.groupOf.get(a.group_id).leaders_see_through === 't'
    && truth.member.some((m) => m.group_id === a.group_id && m.user_id === user && m.role !== 'member');
  return a.mask_id === null || a.author_id === user || leads ? a.author_id : a.mask_id;
}

const newestFirst = (column) => (p, q) => (p[column] === q[column] ? (p.id < q.id ? 1 : -1) : (p[column] < q[column] ? 1 : -1));

async function allPages(name, reader, reads, column, tail, { limit = 7, muted = null } = {}) {
  const found = [];
  let cursor = [null, null];
  for (;;) {
    const rows = await world.app.call(name, reader, reads, limit, ...cursor, null, null, null, null, null, ...tail.slice(0, 1), muted, null, ...tail.slice(1));
    found.push(...rows);
    if (rows.length < limit) return found;
    cursor = [rows.at(-1)[column], rows.at(-1).id];
  }
}

const deeds = {
  async annotate() {
    const author = pick(users);
    const document = pick(texts);
    const named = random(3) === 0 ? pick(groups) : null;
    await world.annotate(author, document, { group: named, secret: random(5) === 0, draft: random(9) === 0, start: random(2) ? random(900) : null })
      .catch((e) => assert.match(e.refusal, /^(not-found|group-not-found|group-elsewhere|not-allowed|annotations-off)$/));
  },
  async reply() {
    const [row] = await world.app.run("SELECT id FROM annotation ORDER BY md5(id::text || random()::text) LIMIT 1");
    if (!row) return;
    const author = pick(users);
    const parent = await world.find(author, row.id);
    if (!parent) return;
    const group = random(4) === 0 ? pick(groups) : null;
    await world.reply(author, parent, { secret: random(4) === 0, draft: random(9) === 0, group }).catch((e) => assert.match(e.refusal, /^(gone|not-found|not-allowed|group-elsewhere|annotations-off)$/));
  },
  async change() {
    const [row] = await world.app.run("SELECT id, author_id FROM annotation WHERE deleted_at IS NULL ORDER BY md5(id::text || random()::text) LIMIT 1");
    if (!row) return;
    const a = await world.find(row.author_id, row.id);
    if (a) await world.change(row.author_id, a, { secret: random(2) === 0 }).catch((e) => assert.match(e.refusal, /^(has-replies|not-allowed|annotations-off)$/));
  },
  async remove() {
    const [row] = await world.app.run("SELECT id, author_id FROM annotation WHERE deleted_at IS NULL ORDER BY md5(id::text || random()::text) LIMIT 1");
    if (!row) return;
    await world.remove(row.author_id, await world.find(row.author_id, row.id));
  },
  async react() {
    const [row] = await world.app.run("SELECT id FROM annotation ORDER BY md5(id::text || random()::text) LIMIT 1");
    const reader = pick(users);
    const a = row && await world.find(reader, row.id);
    if (!a) return;
    if (random(4)) await world.react(reader, a, 1 + random(5)).catch((e) => assert.match(e.refusal, /^(gone|not-found|not-allowed|annotations-off)$/));
    else await world.app.call('reactions/delete', a.document_id, a.id, reader, 1 + random(5));
  },
  async join() { await world.join(pick(groups), pick(users), pick(['member', 'member', 'moderator'])).catch((e) => assert.equal(e.state, '23505')); },
  async leave() { await world.leave(pick(groups), pick(users)); },
  async promote() {
    await world.app.run(`UPDATE member SET role = ${literal(pick(['member', 'moderator', 'owner']))}
      WHERE group_id = ${literal(pick(groups))} AND user_id = ${literal(pick(users))}`);
  },
  async reveal() { await world.reveal(pick(groups), pick(texts).id, pick(users)); },
  async set() {
    await world.setReading(pick(groups), pick(texts).id, { count: random(2) ? 1 + random(4) : null, byReader: random(2) === 0 })
      .catch((e) => assert.match(e.refusal, /^(not-found|not-allowed|already-revealed)$/));
  },
  async now() {
    if (random(2)) await world.revealNow(pick(groups), pick(texts).id).catch((e) => assert.match(e.refusal, /^(not-found|not-allowed|no-reading)$/));
  },
  async open() {
    await world.app.run(`UPDATE groups SET access = ${literal(pick(['private', 'private', 'open', 'restricted']))} WHERE id = ${literal(pick(groups))}`);
  },
  async show() {
    const [row] = await world.app.run("SELECT * FROM annotation WHERE deleted_at IS NULL AND (parent_id IS NULL OR random() < 0.1) ORDER BY also IS NOT NULL, md5(id::text || random()::text) LIMIT 1");
    for (const group of row ? groups : []) await world.show(row, group).catch((e) => assert.match(e.refusal, /^shown [01] (reply|private|unknown|elsewhere|masked|left|not-allowed|annotations-off)$/));
  },
  async unshow() {
    const [row] = await world.app.run("SELECT * FROM annotation WHERE also IS NOT NULL AND deleted_at IS NULL ORDER BY md5(id::text || random()::text) LIMIT 1");
    if (row) await world.unshow(row, pick(groups)).catch((e) => assert.equal(e.refusal, 'shown 1 home'));
  },
  async answerShown() {
    const [row] = await world.app.run("SELECT a.id, a.also FROM annotation a WHERE also IS NOT NULL AND deleted_at IS NULL ORDER BY md5(id::text || random()::text) LIMIT 1");
    const author = pick(users);
    const a = row && await world.find(author, row.id);
    if (!a) return;
    await world.reply(author, a, { group: random(2) ? pick(groups) : null }).catch((e) => assert.match(e.refusal, /^(gone|not-found|not-allowed|group-elsewhere|annotations-off)$/));
    await world.react(author, a, 1 + random(5)).catch((e) => assert.match(e.refusal, /^(gone|not-found|not-allowed|annotations-off)$/));
  },
  async publish() {
    const author = pick(users);
    const drafts = await world.app.run(`SELECT id FROM annotation WHERE author_id = ${literal(author)} AND draft AND deleted_at IS NULL ORDER BY id LIMIT 3`);
    await world.publish(author, drafts.map((a) => a.id)).catch((e) => assert.match(e.refusal, /^drafts \d (unknown|not-allowed|annotations-off|elsewhere|parent-gone|parent-private)/));
  },
  async moderate(first = "moderation <> 'pending'") {
    const [row] = await world.app.run(`SELECT * FROM annotation WHERE deleted_at IS NULL ORDER BY ${first}, md5(id::text || random()::text) LIMIT 1`);
    const group = row && (random(3) ? row.group_id : pick(groups));
    const leader = row && (random(4) ? await world.ownerOf(group) : pick(users));
    if (leader) await world.moderate(leader, row, pick(['approved', 'approved', 'hidden', 'denied', 'spam']), group).catch((e) => assert.match(e.refusal, /^(gone|elsewhere|not-allowed|own)$/));
  },
  async premoderate() {
    await world.app.run(`UPDATE groups SET premoderated = ${random(2) === 0} WHERE id = ${literal(pick(groups))}`);
  },
  async allow() {
    const { id } = pick(texts);
    const [{ owner_id: owner }] = await world.app.run(`SELECT owner_id FROM document WHERE id = ${literal(id)}`);
    const known = [];
    const reads = await world.reads(owner);
    for (const x of await world.app.run('SELECT id, group_id FROM audience WHERE class = 0')) if (reads.includes(Number(x.id)) && random(3) === 0) known.push(x.group_id);
    await world.allow(owner, id, pick(['all', 'all', 'groups', 'none']), known).catch((e) => assert.match(e.refusal, /^(not-found|not-allowed)$/));
  },
  async wear() {
    await world.app.run(`INSERT INTO mask (id, group_id, user_id, name) VALUES (gen_random_uuid(), ${literal(pick(groups))}, ${literal(pick(users))}, gen_random_uuid()::text)
      ON CONFLICT ON CONSTRAINT mask_of_member DO UPDATE SET worn = NOT mask.worn`);
  },
  async due() {
    await world.setReading(pick(groups), pick(texts).id, { due: new Date(Date.now() + (random(3) ? 3600_000 : -1000)).toISOString() })
      .catch((e) => assert.match(e.refusal, /^(not-found|not-allowed|already-revealed)$/));
    await world.app.call('readings/reveal_due');
  },
  // An account ends, and somebody new comes in its place.
  async erase() {
    if (gone.length === 2 || random(4)) return;
    const at = random(users.length);
    await world.app.run(`SELECT erase_user(${literal(users[at])}, NULL)`);
    gone.push(users[at]);
    users[at] = await world.user();
  },
  async state() {
    if (random(4) === 0) await world.app.run(`UPDATE users SET state = ${literal(pick(['active', 'active', 'disabled']))} WHERE id = ${literal(pick(users))}`);
  },
  async publicise() { await world.app.run(`UPDATE server SET public = ${random(2) === 0}`); },
  async fold() { await world.app.call('shelves/fold'); },
};
const weighted = Object.entries({ annotate: 14, reply: 10, change: 5, remove: 3, react: 6, join: 3, leave: 2, promote: 1, reveal: 2, set: 2, now: 1, open: 1, show: 4, state: 1, publicise: 1, fold: 1, unshow: 1, answerShown: 6, publish: 2, erase: 2, moderate: 6, premoderate: 1, allow: 2, wear: 1, due: 1 })
  .flatMap(([name, weight]) => Array(weight).fill(name));

// What chance may have left out.
const WANTED = [
  ["SELECT FROM annotation WHERE draft", 'annotate'], ["SELECT FROM annotation WHERE mask_id IS NOT NULL", 'annotate'],
  ["SELECT FROM annotation a JOIN audience x ON x.id = a.audience_id WHERE x.class = 3", 'annotate'],
  ["SELECT FROM annotation WHERE moderation = 'hidden'", 'moderate'], ["SELECT FROM annotation WHERE moderation = 'approved'", 'moderate'],
  ["SELECT FROM annotation a JOIN audience x ON x.id = a.audience_id WHERE x.class = 4", 'allow'], ['SELECT FROM showing', 'show'],
  ["SELECT FROM annotation a JOIN annotation p ON p.id = a.parent_id WHERE p.group_id <> a.group_id", 'answerShown'],
  ['SELECT FROM annotation WHERE deleted_at IS NOT NULL', 'remove'], ['SELECT FROM reveal', 'reveal'],
  ["SELECT FROM annotation a JOIN audience x ON x.id = a.audience_id WHERE x.class = 2", 'annotate'],
];

async function fillUp() {
  const lacks = async (what) => (await world.app.run(`SELECT 1 WHERE NOT EXISTS (${what})`)).length === 1;
  await world.app.run("UPDATE users SET state = 'active' WHERE state = 'disabled'");
  for (let i = 0; i < 100 && gone.length < 2; i++) await deeds.erase();
  const [{ id: owner }, { id: member }] = await world.app.run(`SELECT id FROM users WHERE id = ANY (${literal(users)}::uuid[]) AND state = 'active' LIMIT 2`);
  for (const group of groups) {
    for (const [user, role] of [[owner, 'owner'], [member, 'member']]) {
      await world.app.run(`INSERT INTO member (group_id, user_id, role) VALUES (${literal(group)}, ${literal(user)}, '${role}') ON CONFLICT ON CONSTRAINT member_pkey DO UPDATE SET role = '${role}'`);
    }
    await world.app.run(`UPDATE groups SET access = 'private', premoderated = false WHERE id = ${literal(group)}`);
  }
  for (const { id, owner_id: by } of await world.app.run("SELECT id, owner_id FROM document WHERE owner_id IS NOT NULL AND annotating <> 'all'")) await world.allow(by, id, 'all');
  await world.setReading(groups[1], texts[3].id).catch((e) => assert.equal(e.refusal, 'already-revealed'));
  // what is done for one may undo another
  for (let round = 0; round < 10; round++) {
    for (const [what, deed] of WANTED) for (let i = 0; i < 100 && await lacks(what); i++) await deeds[deed]();
  }
  // last of all: a decision takes first what waits
  await world.app.run(`UPDATE groups SET premoderated = true WHERE id = ${literal(groups[0])}`);
  const text = await world.text(owner, groups[0]);
  texts.push(text);
  await world.annotate(member, text, { draft: true });
  for (const state of ['pending', 'approved', 'hidden']) {
    const { id } = await world.annotate(member, text, { group: groups[0] });
    if (state !== 'pending') await world.moderate(owner, { id, document_id: text.id, thread_id: id, group_id: groups[0] }, state);
  }
  const leaver = await leaveWords(owner, member);
  await answerApart(owner, member, leaver);
  await keepToThemselves(owner, member);
  await hideBehind(owner, member);
  await endWords(owner, member);
  await world.app.run(`UPDATE groups SET leaders_see_through = false WHERE id = ${literal(groups[2])}`);
  await wearMask(groups[2], member);
  texts.push(await world.text(owner, groups[2]));
  await world.annotate(member, texts.at(-1), { group: groups[2] });
}

const wearMask = (group, user) => world.app.run(`INSERT INTO mask (id, group_id, user_id, name) VALUES (gen_random_uuid(), ${literal(group)}, ${literal(user)}, gen_random_uuid()::text)
  ON CONFLICT ON CONSTRAINT mask_of_member DO UPDATE SET worn = true`);

// Somebody has written much in two groups, and has left both; some of it, and what they answered there, is
// shown elsewhere, where they answer once more.
async function leaveWords(owner, member) {
  const leaver = await world.user();
  const [home, other, elsewhere] = [await world.group(owner), await world.group(owner), await world.group(owner)];
  const text = await world.text(owner, home);
  for (const group of [other, elsewhere]) await world.list(text.id, group);
  for (const group of [home, other, elsewhere]) await world.join(group, leaver);
  await world.join(home, member);
  for (let i = 0; i < 8; i++) await world.annotate(leaver, text, { group: i % 2 ? home : other });
  const notes = [];
  for (const author of [leaver, owner, leaver]) {
    const { id } = await world.annotate(author, text, { group: home });
    notes.push({ ...await world.find(leaver, id), author_id: author });
    if (author === owner) await world.show(notes.at(-1), other);
    await world.show(notes.at(-1), elsewhere);
    await world.reply(leaver, notes.at(-1));
  }
  for (const group of [home, other]) await world.leave(group, leaver);
  await world.reply(leaver, notes[1]);
  // at home it is hidden, and elsewhere it is not
  await world.app.run(`UPDATE annotation SET moderation = 'hidden', moderation_note = 'why' WHERE id = ${literal(notes[1].id)}`);
  await world.app.run(`SELECT settle_annotations(${literal(text.id)}, ${literal([notes[1].id])}::uuid[], ${literal(owner)})`);
  await world.moderate(owner, { ...notes[0], group_id: home }, 'hidden', elsewhere);
  // somebody reads in both further groups what is shown there, and not at home
  const visitor = await world.user();
  for (const group of [other, elsewhere]) await world.join(group, visitor);
  users.push(leaver, visitor);
  groups.push(home, other, elsewhere);
  texts.push(text);
  return leaver;
}

// A member writes under a mask, behind which the leaders see and another member does not.
async function hideBehind(owner, member) {
  const group = await world.group(owner);
  const other = await world.user();
  for (const user of [member, other]) await world.join(group, user);
  await wearMask(group, member);
  const text = await world.text(owner, group);
  await world.annotate(member, text, { group });
  users.push(other);
  groups.push(group);
  texts.push(text);
}

// Two answer a note, for all of the group and for themselves alone.
async function keepToThemselves(owner, member) {
  const text = await world.text(owner, groups[1]);
  const { id } = await world.annotate(owner, text, { group: groups[1] });
  for (const user of [owner, member]) for (const secret of [true, false]) await world.reply(user, await world.find(user, id), { secret });
  texts.push(text);
}

// One note is deleted, and whoever put the text in lets nobody write on it any more.
async function endWords(owner, member) {
  const group = await world.group(owner);
  await world.join(group, member);
  const text = await world.text(owner, group);
  for (const ends of [true, false]) {
    const { id } = await world.annotate(member, text, { group });
    if (ends) await world.remove(member, await world.find(member, id));
  }
  await world.allow(owner, text.id, 'none');
  groups.push(group);
  texts.push(text);
}

// A member has answered apart, and reads by now what all have written apart; under a mask, behind which
// another member does not see.
async function answerApart(owner, member, other) {
  const group = await world.group(owner);
  for (const user of [member, other]) await world.join(group, user);
  await wearMask(group, member);
  const text = await world.text(owner, group);
  await world.annotate(member, text, { group });
  await world.seal(group, text.id);
  const { id } = await world.annotate(member, text, { group });
  await world.reply(member, await world.find(member, id));
  const answer = await world.reply(owner, await world.find(owner, (await world.annotate(other, text, { group })).id));
  await world.reply(other, await world.find(other, answer.id));
  await world.react(owner, await world.find(owner, answer.id), 1);
  await world.reveal(group, text.id, member);
  groups.push(group);
  texts.push(text);
}

// Where what many deeds have made is kept, for runs that change no statement of a deed (tests/mutants).
const kept = process.env.GLOSS_TEST_KEPT;

async function live() {
  for (let i = 0; i < 7; i++) users.push(await world.user());
  for (let i = 0; i < 4; i++) {
    groups.push(await world.group(users[i]));
    for (const user of users) if (random(2)) await world.join(groups[i], user).catch(() => {});
  }
  for (let i = 0; i < 4; i++) texts.push(await world.text(users[i], groups[i % 2]));
  await world.list(texts[0].id, groups[2]);
  await world.list(texts[1].id, groups[3]);
  await world.seal(groups[1], texts[1].id);
  await world.seal(groups[2], texts[0].id);
  const number = 700;
  for (let i = 0; i < number; i++) {
    if (i === Math.floor(number * 4 / 7)) await world.app.run(`SELECT reveal_reading(${literal(groups[2])}, ${literal(texts[0].id)}, NULL)`);
    const deed = pick(weighted);
    await deeds[deed]();
    if (/join|leave|promote|reveal|set|now|open|state|publicise|allow|due/.test(deed)) assert.deepEqual(await world.app.call('doctor/passes'), [], `after ${deed}`);
  }
  await fillUp();
}

before(async () => {
  const lists = { users, gone, groups, texts };
  if (kept && existsSync(kept)) {
    const { database, ...found } = JSON.parse(readFileSync(kept, 'utf8'));
    for (const [name, list] of Object.entries(lists)) list.push(...found[name]);
    world = await World.make(database);
  } else {
    world = await World.make();
    await live();
    if (kept) {
      await world.end({ keep: true });
      writeFileSync(kept, JSON.stringify({ database: world.database, ...lists }));
      world = await World.make(world.database);
    }
  }
  judge = world.session('postgres');
  const { users: all } = await load();
  readers = [...users.filter((id) => all.some((u) => u.id === id && u.state === 'active')), NIL];
});
after(() => world.end());

// The disabled have no session or token: nobody asks in their name.
let readers;

test('after many deeds there is something of everything', async () => {
  const truth = await load();
  assert.ok(truth.annotation.length > 30, `${truth.annotation.length} annotations`);
  assert.ok(truth.reading.some((r) => r.revealed_at !== null));
  for (const of of ['0', '2', '3', '5']) assert.ok(truth.annotation.some((a) => truth.audienceOf.get(a.audience_id).class === of), `class ${of}`);
  assert.ok(truth.annotation.some((a) => a.parent_id !== null));
  assert.ok(truth.annotation.some((a) => a.deleted_at !== null));
  assert.ok(truth.showing.length > 0);
  assert.ok(truth.annotation.some((a) => a.parent_id !== null && truth.annotation.find((p) => p.id === a.parent_id).group_id !== a.group_id));
  assert.ok(truth.annotation.some((a) => a.draft === 't'));
  assert.equal(truth.users.filter((u) => u.state === 'erased').length, 2);
  assert.ok(truth.reveal.length > 0);
  for (const state of ['pending', 'approved', 'hidden']) assert.ok(truth.annotation.some((a) => a.moderation === state), state);
  assert.ok(truth.annotation.some((a) => truth.audienceOf.get(a.audience_id).class === '4'), 'switched off');
  assert.ok(truth.annotation.some((a) => a.mask_id !== null), 'masked');
});

// Through which groups this reader may see it, asked of its state and of all that is above it and of no
// audience but whether it is private or sealed.
function waysTo(truth, user, a) {
  const document = truth.document.find((d) => d.id === a.document_id);
  const up = a.parent_id === null ? null : truth.annotation.find((p) => p.id === a.parent_id && p.document_id === a.document_id);
  const through = (group, moderation, audience) => {
    const member = truth.member.find((m) => m.group_id === group && m.user_id === user);
    const leads = member && member.role !== 'member';
    const mayWrite = document.annotating === 'all' || truth.groupOf.get(group).kind === 'personal'
      || (document.annotating === 'groups' && truth.document_writer.some((w) => w.document_id === a.document_id && w.group_id === group));
    return mayWrite && mayRead(truth, user, audience) && (leads || ['none', 'approved'].includes(moderation)) && !(a.draft === 't')
      && (!up || (user !== NIL && up.author_id === user) || waysTo(truth, user, up).includes(group));
  };
  return [...(through(a.group_id, a.moderation, a.audience_id) ? [a.group_id] : []),
    ...truth.showing.filter((w) => w.annotation_id === a.id && through(truth.audienceOf.get(w.audience_id).group_id, w.moderation, w.audience_id)).map((w) => truth.audienceOf.get(w.audience_id).group_id)];
}

test('what waits, is hidden, switched off or below such is not in an audience that reads it', async () => {
  const truth = await load();
  for (const reader of readers) {
    for (const a of truth.annotation.filter((x) => !(reader !== NIL && x.author_id === reader) && maySee(truth, reader, x))) {
      assert.notDeepEqual(waysTo(truth, reader, a), [], `${a.id} (${a.moderation}) by ${reader}`);
    }
  }
});

test('of who is erased nothing is left but tombstones, and nothing is theirs to read', async () => {
  const truth = await load();
  for (const id of gone) {
    for (const a of truth.annotation.filter((x) => x.author_id === id)) {
      assert.deepEqual([a.deleted_at !== null, a.body, a.mask_id], [true, null, null], JSON.stringify(a));
    }
    assert.deepEqual(await world.reads(id), []);
    assert.ok(!truth.member.some((m) => m.user_id === id));
  }
});

test('doctor finds no fault in passes, shelves, tallies and audiences', async () => {
  assert.deepEqual(await world.faults(), []);
});

test('a pass holds what members, roles and reveals give, and nothing else', async () => {
  const truth = await load();
  for (const reader of readers) {
    const due = truth.audience.filter((x) => mayRead(truth, reader, x.id)).map((x) => Number(x.id)).sort((p, q) => p - q);
    assert.deepEqual(await world.reads(reader), due, reader);
  }
});

// Every list there is, with these groups or muted, and what it should hold of what its reader sees.
async function* listsOf(truth, reader, { group = null, muted = null }) {
  const reads = await world.reads(reader);
  const filters = (author) => [null, null, group && [group], null, null, null, null, author, muted, null];
  const ask = async (name, author, ...tail) => (await world.app.call(name, reader, reads, 1000, ...filters(author), ...tail)).map((a) => a.id).sort();
  const lists = [];
  for (const order of ['', '_by_updated']) {
    lists.push(['everywhere', ask(`annotations/list_everywhere${order}`, null), () => true]);
    for (const { id } of texts) lists.push(['of a text', ask(`annotations/list_of_document${order}`, null, id, null, null, null), (a) => a.document_id === id]);
  }
  for (const author of [reader, ...users.slice(0, 3)]) lists.push(['of an author', ask('annotations/list_of_author', author), (a) => shownAs(truth, reader, a) === author]);
  await Promise.all(lists.map(([, found]) => found));
  for (const [what, found, fits] of lists) yield [what, await found, fits];
}

// As the door adds them up.
function repliesOf(row, reads) {
  const tally = numbers(row.tally);
  let n = 0;
  for (let i = 0; i < tally.length; i += 3) if (tally[i + 1] === 0 && reads.includes(tally[i])) n += tally[i + 2];
  return n + numbers(row.own_replies).filter((audience) => !reads.includes(audience)).length;
}

test('replies are listed and counted as far as their reader may see them', async () => {
  const truth = await load();
  const below = (a, r) => r.document_id === a.document_id && ids(r.ancestors).includes(a.id);
  for (const reader of readers) {
    const reads = await world.reads(reader);
    const readsIt = (x) => mayRead(truth, reader, x.audience_id) || truth.showing.some((w) => w.annotation_id === x.id && mayRead(truth, reader, w.audience_id));
    for (const a of truth.annotation.filter((x) => x.tally !== null && readsIt(x))) {
      const row = await world.find(reader, a.id);
      assert.ok(numbers(row.tally).every((audience, i) => i % 3 !== 0 || reads.includes(audience)), 'sums that are not theirs');
      const due = truth.annotation.filter((r) => below(a, r) && maySee(truth, reader, r));
      const left = due.filter((r) => !mayRead(truth, reader, r.audience_id) && r.open === 't');
      assert.equal(repliesOf(row, reads) + left.filter((r) => r.deleted_at === null).length, due.filter((r) => r.deleted_at === null).length);
      const rows = await world.app.call('annotations/list_replies', reader, reads, a.document_id, a.id, a.thread_id, a.group_id, 1000, null, null, null);
      assert.deepEqual(rows.map((r) => r.id).sort(), due.map((r) => r.id).filter((id) => !left.some((l) => l.id === id)).sort());
      const first = await world.app.call('annotations/list_replies_of_many', reader, reads, [a.document_id], [a.id], [a.thread_id], [a.group_id], 1000, null);
      assert.deepEqual(first.map((r) => r.id), rows.map((r) => r.id));
    }
  }
});

test('what a document counts is what its reader may see', async () => {
  const truth = await load();
  for (const reader of readers) {
    const reads = await world.reads(reader);
    const many = await world.app.call('shelves/of_documents', reader, reads, texts.map((t) => t.id), null);
    for (const { id } of texts) {
      const visible = truth.annotation.filter((a) => a.document_id === id && a.deleted_at === null && maySee(truth, reader, a));
      const { n, rows } = await world.shelves(reader, id);
      assert.equal(n, visible.length, reader);
      const left = visible.filter((a) => a.author_id === reader && a.open === 't' && !mayRead(truth, reader, a.audience_id));
      // what the reader holds alone is said to be theirs, and nothing else is
      const held = (found) => found.filter((row) => row.holder_id === reader).reduce((sum, row) => sum + Number(row.n), 0);
      if (reader !== NIL) {
        const own = visible.filter((a) => a.author_id === reader && a.open === 'f').length;
        assert.deepEqual([held(rows), held(many.filter((row) => row.document_id === id))], [own + left.length, own]);
      }
      assert.equal(many.filter((row) => row.document_id === id).reduce((sum, row) => sum + Number(row.n), 0), visible.length - left.length);
    }
  }
});

test('a statement without a pass shows nothing', async () => {
  for (const { id } of texts) {
    assert.deepEqual(await world.app.call('annotations/list_of_document', NIL, [], 50, ...Array(10).fill(null), id, null, null, null), []);
    assert.deepEqual(await world.app.call('shelves/of_document', NIL, [], id, [], null), []);
  }
  assert.deepEqual(await world.app.call('annotations/list_everywhere', NIL, [], 50, ...Array(10).fill(null)), []);
  for (const [name] of PLAIN_PAGES) assert.deepEqual(await world.app.call(name, NIL, [], 50, ...Array(6).fill(null), []), []);
});

test('an event has a holder where not all of a group are told', async () => {
  assert.deepEqual(await judge.run(`SELECT DISTINCT e.kind, x.class FROM event e JOIN audience x ON x.id = e.audience_id
    WHERE (e.kind LIKE 'annotation.%' OR e.kind = 'reaction.added') AND (x.class = 0) <> (e.holder_id = ${literal(NIL)})`), []);
});

test('of whom one has muted nothing is listed or counted', async () => {
  const truth = await load();
  for (const reader of readers) {
    const [reads, past] = [await world.reads(reader), await world.past(reader)];
    const muted = [...new Set(truth.annotation.filter((a) => a.author_id !== reader && a.author_id !== null).map((a) => a.mask_id ?? a.author_id))].filter((_, i) => i % 2 === 0);
    const silent = (a) => muted.includes(a.mask_id ?? a.author_id);
    const visible = truth.annotation.filter((a) => maySee(truth, reader, a));
    const heard = visible.filter((a) => !silent(a));
    for await (const [what, found, fits] of listsOf(truth, reader, { muted })) assert.deepEqual(found, heard.filter(fits).map((a) => a.id).sort(), what);
    for (const [name] of PLAIN_PAGES) {
      const found = await world.app.call(name, reader, reads, 1000, null, null, null, null, null, muted, past);
      assert.deepEqual(found.map((a) => a.id).sort(), heard.map((a) => a.id).sort(), name);
    }
    const many = await world.app.call('shelves/of_documents', reader, reads, texts.map((t) => t.id), muted);
    for (const { id } of texts) {
      const due = heard.filter((a) => a.document_id === id && a.deleted_at === null);
      const rows = await world.app.call('shelves/of_document', reader, reads, id, past, muted);
      assert.equal(rows.reduce((sum, row) => sum + Number(row.n), 0), due.length);
      for (const row of [...rows, ...many]) assert.ok(row.holder_id === reader || reads.includes(Number(row.audience_id)), 'a shelf that the door refuses');
      const left = due.filter((a) => a.author_id === reader && a.open === 't' && !mayRead(truth, reader, a.audience_id));
      assert.equal(many.filter((row) => row.document_id === id).reduce((sum, row) => sum + Number(row.n), 0), due.length - left.length);
    }
    const replied = visible.filter((a) => a.tally !== null);
    for (const a of replied) {
      const below = truth.annotation.filter((r) => r.document_id === a.document_id && ids(r.ancestors).includes(a.id));
      const [row] = await world.app.call('annotations/find', reader, reads, a.id, muted);
      const due = below.filter((r) => r.deleted_at === null && silent(r) && mayRead(truth, reader, r.audience_id));
      const given = truth.reaction.filter((r) => r.annotation_id === a.id && muted.includes(r.mask_id ?? r.user_id) && mayRead(truth, reader, r.audience_id));
      const pairs = numbers(row.muted_tally).flatMap((n, i, all) => (i % 2 === 0 ? [`${n} ${all[i + 1]}`] : []));
      assert.deepEqual(pairs.sort(), [...due.map((r) => `${r.audience_id} 0`), ...given.map((r) => `${r.audience_id} ${r.what}`)].sort());
      const listed = await world.app.call('reactions/list', reader, reads, a.document_id, a.id, 1000, null, null, null, muted);
      assert.equal(listed.length, truth.reaction.filter((r) => r.annotation_id === a.id && !muted.includes(r.mask_id ?? r.user_id)
        && (r.user_id === reader || mayRead(truth, reader, r.audience_id))).length);
      const found = await world.app.call('annotations/list_replies', reader, reads, a.document_id, a.id, a.thread_id, a.group_id, 1000, null, null, muted);
      assert.deepEqual(found.filter((r) => silent(truth.annotation.find((x) => x.id === r.id))), []);
    }
    const column = (name) => replied.map((a) => a[name]);
    for (const not of [null, muted]) {
      const rows = await world.app.call('annotations/list_replies_of_many', reader, reads, column('document_id'), column('id'), column('thread_id'), column('group_id'), 1000, not);
      for (const a of replied) {
        const found = await world.app.call('annotations/list_replies', reader, reads, a.document_id, a.id, a.thread_id, a.group_id, 1000, null, null, not);
        assert.deepEqual(rows.filter((r) => r.of_id === a.id).map((r) => r.id), found.map((r) => r.id));
        for (const r of found) assert.ok(!not || !silent(truth.annotation.find((x) => x.id === r.id)));
      }
    }
  }
});

// Those without filters, and what they are ordered by.
const PLAIN_PAGES = [['annotations/page_everywhere', 'created_at'], ['annotations/page_everywhere_by_updated', 'updated_at']];

test('the pages of everywhere and of an author are what the oracle lets the reader see', async () => {
  const truth = await load();
  for (const reader of readers) {
    const reads = await world.reads(reader);
    const visible = truth.annotation.filter((a) => maySee(truth, reader, a));
    for (const [name, column] of [['annotations/list_everywhere', 'created_at'], ['annotations/list_everywhere_by_updated', 'updated_at']]) {
      const found = await allPages(name, reader, reads, column, [null]);
      assert.deepEqual(found.map((a) => a.id), [...visible].sort(newestFirst(column)).map((a) => a.id), name);
    }
    const past = await world.past(reader);
    for (const [name, column] of PLAIN_PAGES) {
      const due = [...visible].sort(newestFirst(column));
      const plain = [];
      for (let rows; !rows || rows.length === 7; plain.push(...rows)) {
        rows = await world.app.call(name, reader, reads, 7, plain.at(-1)?.[column] ?? null, plain.at(-1)?.id ?? null, null, null, null, null, past);
      }
      assert.deepEqual(plain.map((a) => a.id), due.map((a) => a.id), reader);
      const [until, since] = [due[Math.floor(due.length / 4)]?.[column] ?? null, due[Math.floor(due.length * 3 / 4)]?.[column] ?? null];
      const between = await world.app.call(name, reader, reads, 1000, null, null, null, since, until, null, past);
      assert.deepEqual(between.map((a) => a.id), due.filter((a) => a[column] >= since && a[column] < until).map((a) => a.id), `${name} between ${since} and ${until}`);
    }
    for (const draft of [true, false]) {
      const due = visible.filter((a) => (a.draft === 't') === draft).map((a) => a.id).sort();
      const found = await world.app.call('annotations/list_everywhere', reader, reads, 1000, ...Array(9).fill(null), draft);
      assert.deepEqual(found.map((a) => a.id).sort(), due);
    }
    for (const author of users) {
      const due = visible.filter((a) => shownAs(truth, reader, a) === author).sort(newestFirst('created_at')).map((a) => a.id);
      assert.deepEqual((await allPages('annotations/list_of_author', reader, reads, 'created_at', [author])).map((a) => a.id), due);
      assert.deepEqual((await allPages('annotations/list_everywhere', reader, reads, 'created_at', [author])).map((a) => a.id), due);
    }
  }
});

test('one by one, an annotation is found by those who may see it and by nobody else', async () => {
  const truth = await load();
  for (const reader of readers) {
    const reads = await world.reads(reader);
    const found = await Promise.all(truth.annotation.map((a) => world.app.call('annotations/find', reader, reads, a.id, null)));
    const listed = new Map((await world.app.call('annotations/list_everywhere', reader, reads, 1000, ...Array(10).fill(null))).map((a) => [a.id, a]));
    for (const [i, a] of truth.annotation.entries()) {
      const [row] = found[i];
      assert.equal(Boolean(row), maySee(truth, reader, a), `${a.id} by ${reader}`);
      if (!row) continue;
      const isOwn = reader !== NIL && a.author_id === reader;
      const readsHome = isOwn || reads.includes(Number(a.audience_id));
      assert.equal(row.group_id, a.also === null || readsHome ? a.group_id : null);
      assert.equal(row.author_id, a.mask_id === null || isOwn ? a.author_id : a.mask_id);
      assert.equal(row.mask === null, a.mask_id === null, 'the name behind which it was written is told');
      assert.equal(row.audience_class, truth.audienceOf.get(a.audience_id).class);
      const told = a.also === null ? [] : numbers(a.also).sort((p, q) => p - q).filter((x) => isOwn || reads.includes(x)).flatMap((x) => [x, truth.audienceOf.get(String(x)).group_id]);
      const held = !['none', 'approved'].includes(a.moderation) && readsHome ? a.moderation : '""';
      const why = held === '""' ? '""' : a.moderation_note ?? '""';
      assert.equal(row.aside, a.also === null && a.open === 't' ? null : `{${[held, why, ...told].join(',')}}`);
      const there = truth.showing.filter((w) => w.annotation_id === a.id && !['none', 'approved'].includes(w.moderation) && (isOwn || reads.includes(Number(w.audience_id))))
        .sort((p, q) => p.audience_id - q.audience_id).flatMap((w) => [w.audience_id, truth.audienceOf.get(w.audience_id).group_id, w.moderation, w.moderation_note ?? '""']);
      assert.equal(row.held_there, there.length ? `{${there.join(',')}}` : null);
      const own = truth.reaction.filter((r) => r.annotation_id === a.id && r.user_id === reader);
      assert.deepEqual(numbers(row.own_reactions), a.tally === null ? [] : own.map((r) => Number(r.what)).sort());
      assert.deepEqual(numbers(row.own_reaction_audiences).sort(), a.tally === null ? [] : own.map((r) => Number(r.audience_id)).sort());
      // lists tell it in other words
      for (const what of ['own_replies', 'own_reactions', 'own_reaction_audiences']) if (listed.has(a.id)) assert.deepEqual(numbers(listed.get(a.id)[what]).sort(), numbers(row[what]).sort(), what);
    }
  }
});

test('the pages of a document are what the oracle lets its reader see, in order, each once', async () => {
  const truth = await load();
  for (const reader of readers) {
    const [reads, past] = [await world.reads(reader), await world.past(reader)];
    for (const [name, column] of [['annotations/list_of_document', 'created_at'], ['annotations/list_of_document_by_updated', 'updated_at']]) {
      for (const { id } of texts) {
        const due = truth.annotation.filter((a) => a.document_id === id && maySee(truth, reader, a)).sort(newestFirst(column));
        const found = await allPages(name, reader, reads, column, [null, id, null, null, null], { limit: 3 });
        assert.deepEqual(found.map((a) => a.id), due.map((a) => a.id), `${name} ${reader}`);
        const page = name.replace('list_', 'page_');
        let [first, cursor] = [[], [null, null]];
        for (let rows = null; rows === null || rows.length === 7; cursor = [rows.at(-1)?.[column], rows.at(-1)?.id]) {
          rows = await world.app.call(page, reader, reads, 7, ...cursor, id, past);
          first = first.concat(rows);
        }
        assert.deepEqual(first, found, page);
      }
    }
  }
});

test('a group\'s pages hold its own and what is shown in it', async () => {
  const truth = await load();
  for (const reader of readers) {
    for (const group of groups) {
      const here = (audience) => truth.audienceOf.get(audience).group_id === group;
      const due = truth.annotation.filter((a) => (a.group_id === group && ((reader !== NIL && a.author_id === reader) || mayRead(truth, reader, a.audience_id)))
        || truth.showing.some((w) => w.annotation_id === a.id && here(w.audience_id) && mayRead(truth, reader, w.audience_id)));
      for await (const [what, found, fits] of listsOf(truth, reader, { group })) assert.deepEqual(found, due.filter(fits).map((a) => a.id).sort(), what);
      for (const [name] of PLAIN_PAGES) {
        const plain = await world.app.call(name, reader, await world.reads(reader), 1000, null, null, [group], null, null, null, await world.past(reader));
        assert.deepEqual(plain.map((a) => a.id).sort(), due.map((a) => a.id).sort(), name);
      }
    }
  }
});

// PostgreSQL's own row security as a second judge: a role whose policies hold the rule, asked with a pass
// that lists every audience there is. It must see what the server's statements show with the true one.
test('row security sees the same, statement by statement', async () => {
  await installPolicies(judge);
  const session = world.session('gloss_judge');
  const everything = (await judge.run('SELECT id FROM audience')).map((x) => Number(x.id));
  const annotations = await judge.run('SELECT * FROM annotation');
  for (const reader of readers) {
    await session.run(`SELECT set_config('app.user_id', ${literal(reader)}, false), set_config('app.words', 'on', false)`);
    const [reads, past] = [await world.reads(reader), await world.past(reader)];
    const none = Array(7).fill(null);
    const calls = [
      ...texts.map(({ id }) => ['annotations/page_of_document', (r) => [reader, r, 1000, null, null, id, past]]),
      ...texts.flatMap(({ id }) => ['annotations/list_of_document', 'annotations/list_of_document_by_updated']
        .map((name) => [name, (r) => [reader, r, 1000, ...none, null, null, null, id, null, null, null]])),
      ...['annotations/list_everywhere', 'annotations/list_everywhere_by_updated'].map((name) => [name, (r) => [reader, r, 1000, ...none, null, null, null]]),
      ...PLAIN_PAGES.map(([name]) => [name, (r) => [reader, r, 1000, ...Array(6).fill(null), past]]),
      ...users.map((author) => ['annotations/list_of_author', (r) => [reader, r, 1000, ...none, author, null, null]]),
      ...annotations.slice(0, 40).flatMap((a) => [
        ['annotations/find', (r) => [reader, r, a.id, null]],
        ['annotations/list_replies', (r) => [reader, r, a.document_id, a.id, a.thread_id, a.group_id, 1000, null, null, null]],
        ['annotations/list_replies_of_many', (r) => [reader, r, [a.document_id], [a.id], [a.thread_id], [a.group_id], 1000, null]],
        ['annotations/history', (r) => [reader, r, a.document_id, a.id, 50, null]],
        ['reactions/list', (r) => [reader, r, a.document_id, a.id, 100, null, null, null, null]],
      ]),
    ];
    const key = (row) => [row.id, row.version, row.author_id, row.what].join();
    const asked = (of, pass) => Promise.all(calls.map(([name, params]) => of.call(name, ...params(pass))));
    const [ours, judged] = await Promise.all([asked(world.app, reads), asked(session, everything)]);
    for (const [i, [name]] of calls.entries()) {
      // whose a mask is depends on the pass: what is asked for by its author is compared without masks
      const named = (row) => !name.endsWith('of_author') || row.mask === null;
      const [mine, theirs] = [ours[i], judged[i]].map((rows) => rows.filter(named).map(key));
      // what one keeps in a group that one has left is in no audience of one's pass: a branch that a pass
      // of everything does not need
      if (!name.startsWith('annotations/list_replies')) assert.deepEqual(theirs, mine, `${name} ${reader}`);
      else assert.deepEqual(mine.filter((k) => !theirs.includes(k)), [], name);
    }
  }
});
