// Independent first: what a rule seals and what it leaves, and whom it is opened to, one condition each.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { literal } from '../support/sql.js';
import { World } from '../support/sql_world.js';

let world;
let leader, second, ana, ben, dan;
let home, further, text;
before(async () => {
  world = await World.make();
  [leader, second, ana, ben, dan] = [await world.user(), await world.user(), await world.user(), await world.user(), await world.user()];
});
after(() => world.end());
beforeEach(async () => {
  [home, further] = [await world.group(leader), await world.group(leader)];
  await world.join(home, second, 'moderator');
  for (const user of [ana, ben]) await world.join(home, user);
  for (const user of [ana, ben, dan]) await world.join(further, user);
  text = await world.text(leader, home);
  await world.list(text.id, further);
});

const row = async (id) => (await world.app.run(`SELECT * FROM annotation WHERE id = ${literal(id)}`))[0];
const write = async (author, options) => row((await world.annotate(author, text, { group: home, ...options })).id);
const rule = (options, group = home) => world.setReading(group, text.id, options);
const rows = async (table, where) => world.app.run(`SELECT * FROM ${table} WHERE ${where}`);
const classOf = async (audience) => Number((await rows('audience', `id = ${audience}`))[0].class);
const classNow = async ({ id }) => classOf((await row(id)).audience_id);
const openedBy = async () => (await rows('reveal', `audience_id = (SELECT sealed_id FROM reading WHERE group_id = ${literal(home)} AND document_id = ${literal(text.id)})`)).map((r) => r.user_id).sort();
const openCounted = async (...notes) => Number((await world.app.call('readings/open_counted', notes.map((a) => a.id)))[0].opened);
const forgetOpened = () => world.app.run('DELETE FROM reveal');
const past = new Date(Date.now() - 60_000).toISOString();

test('a rule seals what members have written for all of the group, and nothing else', async () => {
  const [members, leaders, own] = [await write(ana), await write(second), await write(ana, { secret: true })];
  const elsewhere = await write(ana, { group: further });
  await rule();
  assert.deepEqual(await Promise.all([members, leaders, own, elsewhere].map(classNow)), [3, 0, 2, 0]);
});

test('a rule seals what members show in the group, and not what leaders show there or members elsewhere', async () => {
  const third = await world.group(leader);
  for (const [group, user] of [[third, ana], [further, second]]) await world.join(group, user, group === third ? 'member' : 'moderator');
  await world.list(text.id, third);
  const [members, leaders] = [await write(ana), await write(second)];
  for (const group of [further, third]) await world.show(members, group);
  await world.show(leaders, further);
  await rule({}, further);
  const shownTo = async (note) => Promise.all((await rows('showing', `annotation_id = ${literal(note.id)} ORDER BY audience_id`)).map((w) => classOf(w.audience_id)));
  assert.deepEqual([await shownTo(members), await shownTo(leaders)], [[0, 3], [0]]);
});

test('a rule seals what members have said with a reaction there, and leaves the others', async () => {
  const note = await write(leader);
  await world.show(note, further);
  for (const user of [ana, second, dan]) await world.react(user, note, 1);
  await rule();
  const classes = async (user) => classOf((await rows('reaction', `annotation_id = ${literal(note.id)} AND user_id = ${literal(user)}`))[0].audience_id);
  assert.deepEqual([await classes(ana), await classes(second), await classes(dan)], [3, 0, 0]);
});

test('each group that reads a text has an audience of its own for what is written apart', async () => {
  await world.allow(leader, text.id, 'none');
  await world.app.run(`SELECT audience_off(${literal(home)}, ${literal(text.id)})`);
  await world.allow(leader, text.id, 'all');
  for (const group of [further, home]) await rule({}, group);
  const sealed = await world.app.run(`SELECT r.group_id, x.group_id AS of, x.class FROM reading r JOIN audience x ON x.id = r.sealed_id WHERE r.document_id = ${literal(text.id)}`);
  assert.deepEqual(sealed.map((r) => [r.of === r.group_id, r.class]), [[true, '3'], [true, '3']]);
});

test('what is open stays open: its rule is set no more', async () => {
  await rule();
  await world.revealNow(home, text.id);
  await assert.rejects(rule({ count: 3 }), { refusal: 'already-revealed' });
});

test('what is written once it is open to all is all of the group’s from the start', async () => {
  await rule();
  await world.revealNow(home, text.id);
  assert.equal(await classNow(await write(ana)), 0);
});

test('the log says whether a rule is new or another one', async () => {
  await rule({ count: 2 });
  await rule({ count: 3 });
  const events = await rows('event', `subject_id = ${literal(text.id)} AND kind LIKE 'reading.%' ORDER BY xid, ordinal`);
  assert.deepEqual(events.map((e) => e.kind), ['reading.set', 'reading.changed']);
});

test('a number that is lowered opens the reading to those members who have written as many', async () => {
  await world.join(home, dan);
  for (const user of [ana, dan, second]) await write(user);
  await world.leave(home, dan);
  await rule({ count: 2 });
  assert.deepEqual(await openedBy(), []);
  await rule({ count: 1 });
  assert.deepEqual(await openedBy(), [ana]);
});

test('what is counted is one’s own, and written apart', async () => {
  await rule({ count: 2 });
  const bens = await write(ben);
  await write(ana);
  await write(ben, { secret: true });
  assert.equal(await openCounted(bens), 0);
  assert.equal(await openCounted(await write(ben)), 1);
  assert.deepEqual(await openedBy(), [ben]);
});

test('what is written in one reading opens no other', async () => {
  await rule({ count: 1 });
  await write(ben);
  await forgetOpened();
  assert.equal(await openCounted(await write(ben, { group: further })), 0);
});

test('what is open to all is opened by nobody alone', async () => {
  await rule({ count: 1 });
  const note = await write(ben);
  await world.revealNow(home, text.id);
  assert.equal(await openCounted(note), 0);
});

test('who has left opens nothing, whoever else is in the group and wherever else they are', async () => {
  await rule({ count: 1 });
  const note = await write(ben);
  await world.leave(home, ben);
  assert.equal(await openCounted(note), 0);
});

test('leaders, who read everything, open nothing with what they wrote as members', async () => {
  await rule({ count: 1 });
  const note = await write(ben);
  await world.app.run(`UPDATE member SET role = 'moderator' WHERE group_id = ${literal(home)} AND user_id = ${literal(ben)}`);
  assert.equal(await openCounted(note), 0);
});

test('a reading whose time has come is opened, and keeps none of the others waiting', async () => {
  const due = async () => Number((await world.app.run('SELECT reveal_due(1) AS opened'))[0].opened);
  for (const group of [home, further]) await rule({ due: past }, group);
  assert.deepEqual([await due(), await due(), await due()], [1, 1, 0]);
});
