// What a pass holds: that each condition of it counts, and that whatever changes one is in it at once.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { literal, numbers } from '../support/sql.js';
import { NIL, World } from '../support/sql_world.js';

const EVERYBODY = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

let world;
let leader, ana, ben;
let home, text;
before(async () => { world = await World.make(); });
after(() => world.end());
beforeEach(async () => {
  [leader, ana, ben] = [await world.user(), await world.user(), await world.user()];
  home = await world.group(leader);
  for (const user of [ana, ben]) await world.join(home, user);
  text = await world.text(leader, home);
});

const update = (table, values, where) => world.app.run(`UPDATE ${table} SET ${values} WHERE ${where}`);
const open = (access) => update('groups', `access = ${literal(access)}`, `id = ${literal(home)}`);
const state = (user, is) => update('users', `state = ${literal(is)}`, `id = ${literal(user)}`);
const role = (user, is) => update('member', `role = ${literal(is)}`, `user_id = ${literal(user)} AND group_id = ${literal(home)}`);

// Of a group, on a text if it is sealed: members 0, leaders 1, author 2, sealed 3.
async function audience(kind, document = null, group = home) {
  const [{ id }] = await world.app.run(`SELECT id FROM audience WHERE group_id = ${literal(group)} AND class = ${kind} AND document_id IS NOT DISTINCT FROM ${literal(document)}`);
  return Number(id);
}

// The classes of the group's audiences that somebody reads.
async function readsOf(user) {
  const rows = await world.app.run(`SELECT class FROM audience WHERE group_id = ${literal(home)} AND id = ANY (reads_of(${literal(user)})) ORDER BY id`);
  return rows.map((row) => Number(row.class));
}

test('who is new reads their own group', async () => {
  const own = await world.app.run(`SELECT x.class FROM users u JOIN audience x ON x.group_id = u.own_group_id AND x.id = ANY (reads_of(u.id))
    WHERE u.id = ${literal(await world.user())} ORDER BY 1`);
  assert.deepEqual(own.map((x) => x.class), ['0', '1']);
});

test('members read what all of a group read, leaders what is theirs besides, and others nothing', async () => {
  assert.deepEqual([await readsOf(ana), await readsOf(leader), await readsOf(await world.user()), await readsOf(NIL)], [[0], [0, 1], [], []]);
});

test('a role that changes is in the pass, and so is the end of it all', async () => {
  await role(ana, 'moderator');
  assert.deepEqual(await readsOf(ana), [0, 1]);
  await role(ana, 'member');
  assert.deepEqual(await readsOf(ana), [0]);
  await world.leave(home, ana);
  assert.deepEqual([await readsOf(ana), await readsOf(ben)], [[], [0]]);
});

test('what members write apart is read by leaders from the start, and by whoever has opened just that', async () => {
  const other = await world.text(leader, home);
  for (const { id } of [text, other]) await world.seal(home, id);
  assert.deepEqual([await readsOf(leader), await readsOf(ana)], [[0, 1, 3, 3], [0]]);
  await world.reveal(home, text.id, ana);
  assert.deepEqual(await world.reads(ana).then((reads) => Promise.all([text, other].map(async ({ id }) => reads.includes(await audience(3, id))))), [true, false]);
  for (const is of ['moderator', 'member']) await role(ben, is);
  assert.deepEqual(await readsOf(ben), [0]);
  await world.app.run(`DELETE FROM reveal WHERE user_id = ${literal(ana)}`);
  assert.deepEqual(await readsOf(ana), [0]);
});

test('a reading that is opened to all is read by all members, the others stay closed, and closed again it is', async () => {
  const other = await world.text(leader, home);
  for (const { id } of [text, other]) await world.seal(home, id);
  await world.revealNow(home, text.id);
  const reads = await world.reads(ben);
  assert.deepEqual([reads.includes(await audience(3, text.id)), reads.includes(await audience(3, other.id))], [true, false]);
  await world.app.run(`DELETE FROM reading WHERE group_id = ${literal(home)}`);
  assert.deepEqual(await readsOf(ben), [0]);
});

test('a reading that is open when it is made is read by all members', async () => {
  await world.seal(home, text.id);
  const [row] = await world.app.run(`DELETE FROM reading WHERE group_id = ${literal(home)} RETURNING sealed_id`);
  await world.app.run(`INSERT INTO reading (group_id, document_id, sealed_id, revealed_at) VALUES (${literal(home)}, ${literal(text.id)}, ${row.sealed_id}, now())`);
  assert.deepEqual(await readsOf(ben), [0, 3]);
});

test('whoever has an account reads what is open or restricted, but not what is sealed there', async () => {
  const stranger = await world.user();
  await world.seal(home, text.id);
  for (const access of ['open', 'restricted']) {
    await open(access);
    assert.deepEqual(await readsOf(stranger), [0]);
    await open('private');
    assert.deepEqual(await readsOf(stranger), []);
  }
  await open('open');
  await world.revealNow(home, text.id);
  assert.deepEqual(await readsOf(stranger), [0, 3]);
});

test('who is not signed in reads what is open on a public server alone', async () => {
  await open('open');
  assert.deepEqual(await readsOf(NIL), []);
  await update('server', 'public = true', 'true');
  assert.deepEqual(await readsOf(NIL), [0]);
  await update('server', 'public = false', 'true');
  assert.deepEqual(await readsOf(NIL), []);
});

test('a disabled account reads nothing, not even what everybody reads, until it is enabled again', async () => {
  await open('open');
  await state(ana, 'disabled');
  assert.deepEqual(await world.reads(ana), []);
  await state(ana, 'active');
  assert.deepEqual(await readsOf(ana), [0]);
});

test('a dissolved group is read by nobody', async () => {
  await open('open');
  await update('groups', 'deleted_at = now()', `id = ${literal(home)}`);
  assert.deepEqual([await readsOf(leader), await readsOf(ana), await readsOf(EVERYBODY)], [[], [], []]);
});

test('what one could read once is what all members read, until one reads it again', async () => {
  const past = async (user) => numbers((await world.app.run(`SELECT past FROM pass WHERE user_id = ${literal(user)}`))[0].past);
  await role(ana, 'moderator');
  await world.leave(home, ana);
  assert.deepEqual(await past(ana), [await audience(0)]);
  await world.join(home, ana);
  assert.deepEqual(await past(ana), []);
});

test('who is muted is in the pass, and no longer when they are not', async () => {
  const muted = async (user) => (await world.app.run(`SELECT muted FROM pass WHERE user_id = ${literal(user)}`))[0].muted;
  await world.app.run(`INSERT INTO mute (user_id, muted_id) VALUES (${literal(ana)}, ${literal(ben)})`);
  assert.deepEqual([await muted(ana), await muted(ben)], [`{${ben}}`, '{}']);
  await world.app.run(`DELETE FROM mute WHERE user_id = ${literal(ana)}`);
  assert.equal(await muted(ana), '{}');
});

test('a pass that stays as it is is not written again', async () => {
  const place = async () => (await world.app.run(`SELECT ctid FROM pass WHERE user_id = ${literal(ana)}`))[0].ctid;
  const was = await place();
  await role(ana, 'member');
  assert.equal(await place(), was);
});
