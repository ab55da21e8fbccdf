// What is published together and what further groups are shown: which group reads a text, what keeps a draft
// back, who shows what where, one condition each.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, beforeEach, test } from 'node:test';
import { literal } from '../support/sql.js';
import { NIL, World } from '../support/sql_world.js';

let world;
let leader, ana, ben, dan;
let home, further, text;
before(async () => {
  world = await World.make();
  [leader, ana, ben, dan] = [await world.user(), await world.user(), await world.user(), await world.user()];
});
after(() => world.end());
beforeEach(async () => {
  [home, further] = [await world.group(leader), await world.group(leader)];
  for (const user of [ana, ben]) await world.join(home, user);
  for (const user of [ana, dan]) await world.join(further, user);
  text = await world.text(leader, home);
  await world.list(text.id, further);
});

const rows = (table, where) => world.app.run(`SELECT * FROM ${table} WHERE ${where}`);
const row = async ({ id }) => (await rows('annotation', `id = ${literal(id)}`))[0];
const write = async (author, options) => row(await world.annotate(author, text, { group: home, ...options }));
const refused = (promise, why) => assert.rejects(promise, { refusal: why });
const premoderate = (group) => world.app.run(`UPDATE groups SET premoderated = true WHERE id = ${literal(group)}`);
const wear = (user, group) => world.app.run(`INSERT INTO mask (id, group_id, user_id, name) VALUES (${[randomUUID(), group, user, randomUUID()].map(literal).join(', ')})`);
const shownIn = async (note) => (await world.app.run(`SELECT x.group_id FROM showing w JOIN audience x ON x.id = w.audience_id
  WHERE w.annotation_id = ${literal(note.id)} ORDER BY w.audience_id`)).map((w) => w.group_id);
const membersOf = async (group) => (await rows('audience', `group_id = ${literal(group)} AND class = 0`))[0].id;
const holdersOf = async (note, kind) => (await rows('event', `subject_id = ${literal(note.id)} AND kind = ${literal(kind)}`)).map((e) => e.holder_id);

// -- which group reads a text ------------------------------------------------------------------------

const reads = async (group, document = text) => (await world.app.run(`SELECT group_reads(${literal(group)}, ${literal(document.id)}) AS reads`))[0].reads === 't';

async function pair(...two) {
  const id = randomUUID();
  await world.app.call('groups/make_pair', id, ...two);
  return id;
}

test('a group reads its own texts and those on its list, until they are deleted', async () => {
  const other = await world.group(leader);
  assert.deepEqual([await reads(home), await reads(further), await reads(other)], [true, true, false]);
  await world.app.run(`UPDATE document SET deleted_at = now() WHERE id = ${literal(text.id)}`);
  assert.deepEqual([await reads(home), await reads(further)], [false, false]);
});

test('two read together what both of them read, in whatever group each does', async () => {
  const [eve, fay, gus] = [await world.user(), await world.user(), await world.user()];
  assert.deepEqual([await reads(await pair(ana, eve)), await reads(await pair(eve, fay))], [false, false]);
  await world.join(home, eve);
  await world.join(further, fay);
  assert.deepEqual([await reads(await pair(eve, gus)), await reads(await pair(fay, gus)), await reads(await pair(eve, dan))], [false, false, true]);
});

test('whose a text is reads it with another in a group of theirs that they have left', async () => {
  const eve = await world.user();
  const theirs = await world.text(eve, home);
  assert.equal(await reads(await pair(ana, eve), theirs), true);
});

// -- publishing --------------------------------------------------------------------------------------

const unfit = async (writer, ...drafts) => (await world.app.run(`SELECT * FROM drafts_unfit(${literal(writer)}, ${literal(drafts.map((a) => a.id))}::uuid[])`))
  .map(({ place, fault }) => `${place} ${fault}`);
const answer = async (author, a, options) => row(await world.reply(author, a, options));

test('only drafts of one’s own are published, and those that can be say nothing', async () => {
  const [fit, theirs, said] = [await write(ana, { draft: true }), await write(ben, { draft: true }), await write(ana)];
  assert.deepEqual(await unfit(ana, fit, theirs, said), ['2 unknown', '3 no-draft']);
});

test('a draft on a text that its group does not read any more stays one, and one in a group that one has left', async () => {
  const [moved, left] = [await write(ana, { group: further, draft: true }), await write(ben, { draft: true })];
  await world.app.run(`DELETE FROM listing WHERE document_id = ${literal(text.id)}`);
  assert.deepEqual(await unfit(ana, moved), ['1 elsewhere']);
  await world.leave(home, ben);
  assert.deepEqual(await unfit(ben, left), ['1 not-allowed']);
});

test('a draft on a text that is deleted is not known', async () => {
  const draft = await write(ana, { draft: true });
  await world.app.run(`UPDATE document SET deleted_at = now() WHERE id = ${literal(text.id)}`);
  assert.deepEqual(await unfit(ana, draft), ['1 unknown']);
});

test('what answers words that are seen by nobody else waits for them, or is published with them', async () => {
  const own = await write(ana, { secret: true });
  assert.deepEqual(await unfit(ana, await answer(ana, own, { draft: true })), ['1 parent-private']);
  const draft = await write(ana, { draft: true });
  const below = await answer(ana, draft, { draft: true });
  assert.deepEqual([await unfit(ana, below), await unfit(ana, draft, below)], [['1 parent-private'], []]);
  assert.deepEqual(await unfit(ana, await answer(ana, await write(ben), { draft: true })), []);
});

test('what is published where leaders look first waits, and knows where it will be', async () => {
  await premoderate(home);
  const [draft, other] = [await write(ana, { draft: true }), await write(leader, { draft: true })];
  await world.publish(ana, [draft.id]);
  await world.publish(leader, [other.id]);
  const now = async (note) => row(note).then((a) => [a.moderation, a.open, a.base_id]);
  assert.deepEqual([await now(draft), await now(other)], [['pending', 'f', await membersOf(home)], ['none', 't', null]]);
});

test('what is published is entered for all of the group, and left by its author alone', async () => {
  const draft = await write(ana, { draft: true });
  await world.publish(ana, [draft.id]);
  assert.deepEqual([await holdersOf(draft, 'annotation.entered'), await holdersOf(draft, 'annotation.left')], [[NIL], [ana]]);
});

test('what is published below another’s words is no wider than those are there', async () => {
  const note = await write(ana);
  await world.show(note, further);
  const [below, there] = [await answer(ben, note, { draft: true }), await answer(dan, note, { draft: true })];
  await world.publish(ben, [below.id]);
  await world.publish(dan, [there.id]);
  assert.deepEqual([(await row(below)).audience_id, (await row(there)).audience_id], [await membersOf(home), await membersOf(further)]);
});

test('what is published below hidden words waits where they are, and comes back with them', async () => {
  const note = await write(ana);
  const below = await answer(ana, note, { draft: true });
  await world.moderate(leader, note, 'hidden');
  await premoderate(home);
  await world.publish(ana, [below.id]);
  const now = await row(below);
  assert.deepEqual([now.audience_id, now.base_id], [(await row(note)).audience_id, await membersOf(home)]);
});

test('what is published below hidden words where nobody looks first is as narrow as they were, and stays so', async () => {
  const note = await write(ana);
  const below = await answer(ana, note, { draft: true });
  await world.moderate(leader, note, 'hidden');
  await world.publish(ana, [below.id]);
  const now = await row(below);
  assert.deepEqual([now.audience_id, now.base_id, now.moderation], [(await row(note)).audience_id, null, 'none']);
});

// -- further groups ----------------------------------------------------------------------------------

test('only what is one’s own is shown in further groups, or taken back from there', async () => {
  const note = await write(ana);
  await refused(world.show({ ...note, author_id: dan }, further), 'not-found');
  await world.show(note, further);
  await world.unshow({ ...note, author_id: dan }, further);
  assert.deepEqual(await shownIn(note), [further]);
});

test('it is shown in groups that one reads and that read the text', async () => {
  const [note, unknown, elsewhere] = [await write(ana), await world.group(leader), await world.group(leader)];
  await world.list(text.id, unknown);
  await world.join(elsewhere, ana);
  await refused(world.show(note, unknown), 'shown 1 unknown');
  await refused(world.show(note, elsewhere), 'shown 1 elsewhere');
});

test('who wears a mask in a group shows nothing there that others know by their name', async () => {
  const [note, third] = [await write(ana), await world.group(leader)];
  await world.join(third, ana);
  await wear(ana, third);
  await wear(dan, further);
  await world.show(note, further);
  await wear(ana, further);
  await refused(world.show(await write(ana), further), 'shown 1 masked');
});

test('what leaders have taken away does not come back there by showing it again, and does elsewhere', async () => {
  const [note, third] = [await write(ana), await world.group(leader)];
  await world.join(third, ana);
  await world.list(text.id, third);
  await world.show(note, further);
  await world.moderate(leader, note, 'hidden', further);
  await world.unshow(note, further);
  await refused(world.show(note, further), 'shown 1 not-allowed');
  await world.show(note, third);
  assert.deepEqual(await shownIn(note), [third]);
});

test('what is shown where leaders look first waits there, and nowhere else', async () => {
  const note = await write(ana);
  await premoderate(further);
  await world.show(note, further);
  const [{ moderation, base_id: base }] = await rows('showing', `annotation_id = ${literal(note.id)}`);
  assert.deepEqual([moderation, base], ['pending', await membersOf(further)]);
  assert.deepEqual(await holdersOf(note, 'annotation.shown'), [ana]);
  const other = await write(leader);
  await world.show(other, further);
  assert.equal((await rows('showing', `annotation_id = ${literal(other.id)}`))[0].moderation, 'none');
  assert.deepEqual(await holdersOf(other, 'annotation.shown'), [NIL]);
});

test('it is at home in its own group, where it is not taken back', async () => {
  const note = await write(ana);
  await world.show(note, further);
  await refused(world.unshow(note, home), 'shown 1 home');
});

test('taken back from a group it loses what was reacted there, and nothing else', async () => {
  const note = await write(ana);
  await world.show(note, further);
  for (const user of [ben, dan]) await world.react(user, note, 1);
  await world.unshow(note, further);
  assert.deepEqual((await rows('reaction', `annotation_id = ${literal(note.id)}`)).map((r) => r.user_id), [ben]);
  assert.deepEqual(await holdersOf(note, 'annotation.unshown'), [NIL]);
});

test('taken back where it waited, that is its author’s to know', async () => {
  const note = await write(ana);
  await premoderate(further);
  await world.show(note, further);
  await world.unshow(note, further);
  assert.deepEqual(await holdersOf(note, 'annotation.unshown'), [ana]);
});
