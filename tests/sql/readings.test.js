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

test('a rule seals what members have written, in whatever order the audiences of their group lie', async () => {
  const note = await write(ana);
  await world.session('postgres').run(`UPDATE gloss.audience SET class = 0 WHERE group_id = ${literal(home)} AND class = 0`);
  for (const how of ['indexscan', 'bitmapscan']) await world.app.run(`SET enable_${how} = off`);
  await rule();
  for (const how of ['indexscan', 'bitmapscan']) await world.app.run(`RESET enable_${how}`);
  assert.equal(await classNow(note), 3);
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

test('that a reading is revealed is told to all of its group, and to nobody else', async () => {
  await rule();
  await world.revealNow(home, text.id);
  const events = await rows('event', `subject_id = ${literal(text.id)} AND kind = 'reading.revealed'`);
  const [members] = await rows('audience', `group_id = ${literal(home)} AND class = 0`);
  assert.deepEqual(events.map((e) => [e.group_id, e.audience_id]), [[home, members.id]]);
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

test('nor does it open it to who leads by now, for what they wrote as members', async () => {
  await rule({ count: 2 });
  for (const user of [ana, ben]) await write(user);
  await world.app.run(`UPDATE member SET role = 'moderator' WHERE group_id = ${literal(home)} AND user_id = ${literal(ben)}`);
  await rule({ count: 1 });
  assert.deepEqual(await openedBy(), [ana]);
});

test('what is shown in the group counts as what is written there', async () => {
  await rule({ count: 1 });
  const note = await write(ana, { group: further });
  assert.equal(await openCounted(note), 0);
  await world.show(note, home);
  assert.equal(await openCounted(note), 1);
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

// What others see of a thread: its classes, and for whom it is.
const seenBy = async (id, ...readers) => (await Promise.all(readers.map((reader) => world.find(reader, id)))).map(Boolean);
const answerTo = async (id, author, options) => row((await world.reply(author, await world.find(author, id), options)).id);

test('a leader’s answer to what is written apart is seen by its author and the leaders, before the reveal', async () => {
  await rule();
  const note = await write(ana);
  const answer = await answerTo(note.id, leader);
  assert.equal(await classOf(answer.audience_id), 5);
  assert.deepEqual(await seenBy(answer.id, ana, second, ben, dan), [true, true, false, false]);
  const below = [await answerTo(answer.id, ana), await answerTo(answer.id, second)];
  await world.react(ana, await world.find(ana, answer.id), 1);
  assert.deepEqual(await Promise.all(below.map(classNow)), [5, 5]);
  assert.equal(await classOf((await rows('reaction', `annotation_id = ${literal(answer.id)}`))[0].audience_id), 5);
  // who sees the others' notes does not see what is between two
  await world.reveal(home, text.id, ben);
  assert.deepEqual(await seenBy(note.id, ben), [true]);
  for (const { id } of [answer, ...below]) assert.deepEqual(await seenBy(id, ana, ben), [true, false]);
  assert.deepEqual(await world.faults(), []);
});

test('what was answered between two is all of the group’s once the reading is revealed to all', async () => {
  for (const reveals of [() => world.revealNow(home, text.id), async () => { await rule({ due: past }); await world.app.call('readings/reveal_due'); }]) {
    text = await world.text(leader, home);
    await rule({});
    const answers = [await answerTo((await write(ana)).id, leader), await answerTo((await write(ben)).id, leader)];
    const below = await answerTo(answers[0].id, ana);
    await world.react(ana, await world.find(ana, answers[0].id), 1);
    await world.app.run(`UPDATE annotation SET moderation = 'hidden' WHERE id = ${literal(answers[1].id)}`);
    await world.app.run(`SELECT settle_annotations(${literal(text.id)}, NULL, ${literal(leader)})`);
    await reveals();
    assert.deepEqual([await classNow(answers[0]), await classNow(below), await classNow(answers[1])], [3, 3, 1]);
    assert.deepEqual(await seenBy(answers[0].id, ana, ben), [true, true]);
    assert.equal(await classOf((await rows('reaction', `annotation_id = ${literal(answers[0].id)}`))[0].audience_id), 3);
    await world.app.run(`UPDATE annotation SET moderation = 'approved' WHERE id = ${literal(answers[1].id)}`);
    await world.app.run(`SELECT settle_annotations(${literal(text.id)}, NULL, ${literal(leader)})`);
    assert.deepEqual(await seenBy(answers[1].id, ana, ben), [true, true]);
    assert.deepEqual(await world.faults(), []);
  }
});

test('a reveal opens what was answered apart there, and nothing else', async () => {
  for (const group of [home, further]) await rule({}, group);
  const open = await write(leader);
  const kept = [await answerTo(open.id, second), await answerTo(open.id, ana, { secret: true }), await answerTo((await write(ana, { group: further })).id, leader)];
  const apart = await answerTo((await write(ana)).id, leader);
  const classes = () => Promise.all([...kept, apart].map(classNow));
  assert.deepEqual(await classes(), [0, 2, 5, 5]);
  await world.revealNow(home, text.id);
  assert.deepEqual(await classes(), [0, 2, 5, 3]);
  assert.deepEqual(await world.faults(), []);
});

test('an answer is between two only where a leader gives it, to a member who does not see the others', async () => {
  await rule();
  const [anas, open] = [await write(ana), await write(leader)];
  await world.reveal(home, text.id, ben);
  // another member's; a leader's to who sees them; to what is open; to a member who has left
  const bens = await write(ben);
  const left = await write(ana);
  assert.equal(await classNow(await answerTo(anas.id, ben)), 3);
  assert.equal(await classNow(await answerTo(bens.id, leader)), 3);
  assert.equal(await classNow(await answerTo(open.id, second)), 0);
  assert.equal(await classNow(await answerTo((await answerTo(open.id, ana)).id, leader)), 5);
  assert.equal(await classNow(await answerTo((await answerTo(anas.id, ana)).id, leader)), 5);
  // their own, when they were no leaders
  await world.join(home, dan);
  const dans = await write(dan);
  await world.app.run(`UPDATE member SET role = 'moderator' WHERE group_id = ${literal(home)} AND user_id = ${literal(dan)}`);
  assert.equal(await classNow(await answerTo(dans.id, dan)), 3);
  await world.leave(home, ana);
  assert.equal(await classNow(await answerTo(left.id, leader)), 3);
  assert.deepEqual(await world.faults(), []);
});

test('nothing is made for two but what a leader answers to what is written apart', async () => {
  const open = await write(ana);
  await world.moderate(leader, open, 'hidden');
  await answerTo(open.id, leader);
  const own = await write(leader, { secret: true });
  await answerTo(own.id, leader);
  await rule();
  await world.reveal(home, text.id, ben);
  const note = await write(ana);
  await answerTo(note.id, ben);
  await answerTo(note.id, ana);
  await answerTo((await write(ben)).id, leader);
  assert.deepEqual(await rows('audience', `group_id = ${literal(home)} AND class = 5`), []);
  await answerTo(note.id, leader);
  await answerTo(note.id, second);
  assert.deepEqual((await rows('audience', `group_id = ${literal(home)} AND class = 5`)).map((x) => x.for_id), [ana]);
});

test('who does not see all that is above is not answered apart', async () => {
  await rule();
  const anas = await write(ana);
  await world.reveal(home, text.id, ben);
  const bens = await answerTo(anas.id, ben);
  await forgetOpened();
  assert.equal(await classNow(await answerTo(bens.id, leader)), 3);
  assert.deepEqual(await world.faults(), []);
});

test('what lies between two is nobody’s else: not another member’s, another group’s, or who has left', async () => {
  for (const group of [home, further]) await rule({}, group);
  const [anas, bens] = [await write(ana), await write(ben)];
  const [toAna, toBen] = [await answerTo(anas.id, leader), await answerTo(bens.id, second)];
  const shown = await write(ana);
  await world.show(shown, further);
  const there = await answerTo(shown.id, leader, { group: further });
  assert.equal(await classOf(there.audience_id), 5);
  assert.deepEqual([await seenBy(toAna.id, ana, ben), await seenBy(toBen.id, ana, ben), await seenBy(there.id, ana, ben, second)], [[true, false], [false, true], [true, false, false]]);
  await world.leave(home, ana);
  assert.deepEqual([await seenBy(toAna.id, ana), await seenBy(there.id, ana)], [[false], [true]]);
  await world.app.run(`UPDATE member SET role = 'member' WHERE group_id = ${literal(home)} AND user_id = ${literal(second)}`);
  assert.deepEqual(await seenBy(toAna.id, second), [false]);
  assert.deepEqual(await world.faults(), []);
});

test('a draft of a leader’s, and what they kept to themselves, answers apart when others may see it', async () => {
  await rule();
  const note = await write(ana);
  const [draft, own] = [await answerTo(note.id, leader, { draft: true }), await answerTo(note.id, leader, { secret: true })];
  assert.deepEqual([await classNow(draft), await classNow(own)], [2, 2]);
  await world.publish(leader, [draft.id]);
  await world.change(leader, await world.find(leader, own.id));
  assert.deepEqual([await classNow(draft), await classNow(own)], [5, 5]);
  assert.deepEqual(await seenBy(draft.id, ana, ben), [true, false]);
  assert.deepEqual(await world.faults(), []);
});
