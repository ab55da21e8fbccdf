// What may be written where, and what a change of it takes along: statements that write, one condition each.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, beforeEach, test } from 'node:test';
import { literal } from '../support/sql.js';
import { EVERYONE, NIL, World } from '../support/sql_world.js';

let world;
let leader, ana, ben, dan, eve;
let home, further, text;
before(async () => {
  world = await World.make();
  [leader, ana, ben, dan, eve] = [await world.user(), await world.user(), await world.user(), await world.user(), await world.user()];
});
after(() => world.end());
beforeEach(async () => {
  await world.app.run('UPDATE groups SET premoderated = false');
  [home, further] = [await world.group(leader), await world.group(leader)];
  for (const user of [ana, ben]) await world.join(home, user);
  for (const user of [ana, dan]) await world.join(further, user);
  text = await world.text(leader, home);
  await world.list(text.id, further);
});

const row = async (id) => (await world.app.run(`SELECT * FROM annotation WHERE id = ${literal(id)}`))[0];
const write = async (author, options) => row((await world.annotate(author, text, { group: home, ...options })).id);
const answer = async (author, a, options) => row((await world.reply(author, a, options)).id);
const refused = (promise, why) => assert.rejects(promise, { refusal: why });
const premoderate = (group) => world.app.run(`UPDATE groups SET premoderated = true WHERE id = ${literal(group)}`);
const publish = (group) => world.app.run(`UPDATE groups SET access = 'restricted' WHERE id = ${literal(group)}`);
const now = async (a) => row(a.id);

test('who does not read a text writes nothing on it, not even for themselves', async () => {
  await refused(world.annotate(eve, text), 'not-found');
  await refused(world.annotate(eve, text, { secret: true }), 'not-found');
});

test('on a text that is deleted nothing is written', async () => {
  await world.app.run(`UPDATE document SET deleted_at = now() WHERE id = ${literal(text.id)}`);
  for (const options of [{}, { group: home }, { secret: true }]) await refused(world.annotate(ana, text, options), 'not-found');
});

test('a group that one does not know of is not known, whichever others one reads', async () => {
  const unknown = await world.group(leader);
  await world.list(text.id, unknown);
  for (const group of [unknown, further]) await refused(world.annotate(ben, text, { group }), 'group-not-found');
});

test('who reads and may not write is told so, and who may not because of the text, that', async () => {
  await publish(home);
  const [note, own] = [await write(ana), await write(ben)];
  for (const ask of [() => world.annotate(eve, text, { group: home }), () => world.reply(eve, note), () => world.react(eve, note, 1)]) await refused(ask(), 'not-allowed');
  await world.allow(leader, text.id, 'none');
  for (const ask of [() => world.annotate(ben, text, { group: home }), () => world.reply(ben, own), () => world.react(ben, own, 1)]) await refused(ask(), 'annotations-off');
});

test('who reads and may not write keeps their words to themselves', async () => {
  await publish(home);
  const [own] = await world.app.run(`SELECT own_group_id AS id FROM users WHERE id = ${literal(eve)}`);
  for (const options of [{}, { group: own.id }]) assert.equal((await world.annotate(eve, text, options)).group_id, own.id);
});

test('one answers what one reads, and what is one’s own', async () => {
  const [note, secret] = [await write(ana), await write(ben, { secret: true })];
  assert.equal((await answer(ben, note)).group_id, home);
  assert.equal((await answer(ben, secret)).group_id, home);
  for (const a of [note, secret]) assert.equal((await world.react(ben, a, 1)).made, 't');
  await refused(world.reply(ana, secret), 'not-found');
  await refused(world.react(ana, secret, 1), 'not-found');
});

test('who reads it elsewhere answers it there', async () => {
  const note = await write(ana);
  await world.show(note, further);
  assert.equal((await answer(dan, note)).group_id, further);
  assert.equal((await answer(ana, note, { group: further })).group_id, further);
  await refused(world.reply(ben, note, { group: further }), 'group-elsewhere');
  await refused(world.reply(dan, note, { group: home }), 'group-elsewhere');
});

test('who reads it nowhere is told nothing of it, wherever it is shown', async () => {
  const note = await write(ana);
  await world.show(note, further);
  await refused(world.reply(eve, note), 'not-found');
  await refused(world.react(eve, note, 1), 'not-found');
});

test('who is disabled writes nothing, though they were looked up a moment before', async () => {
  const reads = await world.reads(ben);
  await world.app.run(`UPDATE users SET state = 'disabled' WHERE id = ${literal(ben)}`);
  await refused(world.app.batch(world.insertCall(randomUUID(), ben, reads, text, { group: home })), 'not-allowed');
  await world.app.run(`UPDATE users SET state = 'active' WHERE id = ${literal(ben)}`);
});

test('in a group that is dissolved nobody writes, though they read it a moment before', async () => {
  const reads = await world.reads(ben);
  await world.app.run(`UPDATE groups SET deleted_at = now() WHERE id = ${literal(home)}`);
  await refused(world.app.batch(world.insertCall(randomUUID(), ben, reads, text, { group: home })), 'not-allowed');
});

test('in an open group everybody writes, and nobody in a restricted one', async () => {
  await world.app.run(`UPDATE groups SET access = 'open' WHERE id = ${literal(home)}`);
  assert.equal((await row((await world.annotate(eve, text, { group: home })).id)).open, 't');
  await publish(home);
  await refused(world.annotate(eve, text, { group: home }), 'not-allowed');
});

test('nobody changes another’s words, or what has moved since they read it', async () => {
  const note = await write(ben);
  await world.change(ana, note);
  assert.equal((await now(note)).version, '1');
  await world.allow(leader, text.id, 'none');
  await world.allow(leader, text.id, 'all');
  await world.change(ben, { ...note, audience_id: (await write(ben, { secret: true })).audience_id });
  assert.equal((await now(note)).version, '1');
});

test('what only oneself has answered can be made private, and takes the answers along', async () => {
  const note = await write(ben);
  const reply = await answer(ben, note);
  await world.change(ben, await now(note), { secret: true });
  assert.equal((await now(reply)).audience_id, (await now(note)).audience_id);
});

test('what stays private keeps what it said before, and what is made private too', async () => {
  for (const secret of [true, false]) {
    const note = await write(ben, { secret });
    for (let i = 0; i < 2; i++) await world.change(ben, await now(note), { secret: secret || i === 1 });
    const history = await world.app.call('annotations/history', ben, await world.reads(ben), text.id, note.id, 50, null);
    assert.deepEqual(history.map((v) => v.version), ['3', '2', '1']);
  }
});

test('who has left a group changes nothing there that others read, nor hides it', async () => {
  const [note, secret] = [await write(ben), await write(ben, { secret: true })];
  await world.leave(home, ben);
  for (const options of [{}, { secret: true }]) await refused(world.change(ben, note, options), 'not-allowed');
  await world.change(ben, secret, { secret: true });
  assert.equal((await now(secret)).version, '2');
});

test('what others have answered is changed, and not made private', async () => {
  const note = await write(ben);
  await answer(ana, note);
  await world.change(ben, await now(note));
  assert.equal((await now(note)).version, '2');
  await refused(world.change(ben, await now(note), { secret: true }), 'has-replies');
});

test('what waits knows where it will be', async () => {
  await premoderate(home);
  const { moderation, base_id: base } = await write(ben);
  const [members] = await world.app.run(`SELECT id FROM audience WHERE group_id = ${literal(home)} AND class = 0`);
  assert.deepEqual([moderation, base], ['pending', members.id]);
});

test('an answer waits where leaders look first, and one below what they have taken away does not', async () => {
  const [note, hidden, secret] = [await write(ana), await write(ben), await write(ben, { secret: true })];
  await world.moderate(leader, hidden, 'hidden');
  await premoderate(home);
  const [members] = await world.app.run(`SELECT id FROM audience WHERE group_id = ${literal(home)} AND class = 0`);
  const waits = await answer(ben, note);
  assert.deepEqual([waits.moderation, waits.base_id], ['pending', members.id]);
  for (const own of [await answer(ben, secret), await answer(ben, note, { secret: true })]) assert.deepEqual([own.moderation, own.base_id], ['none', null]);
  const below = await answer(leader, await now(hidden));
  assert.deepEqual([below.moderation, below.base_id, below.audience_id], ['none', null, (await now(hidden)).audience_id]);
});

test('changed, it waits where leaders look first, and nowhere else', async () => {
  const note = await write(ben);
  await world.change(ben, note);
  assert.equal((await now(note)).moderation, 'none');
  await premoderate(home);
  await world.change(ben, await now(note));
  assert.equal((await now(note)).moderation, 'pending');
});

test('what is private waits for nobody', async () => {
  const [secret, open] = [await write(ben, { secret: true }), await write(ben)];
  await premoderate(home);
  for (const note of [secret, open]) {
    await world.change(ben, note, { secret: true });
    assert.equal((await now(note)).moderation, 'none');
  }
});

test('what is denied waits again when it is changed, without the reason; what is hidden does not', async () => {
  const notes = [await write(ben), await write(ben)];
  await premoderate(home);
  const found = [];
  for (const [i, state] of ['denied', 'hidden'].entries()) {
    await world.moderate(leader, notes[i], state);
    await world.app.run(`UPDATE annotation SET moderation_note = 'why' WHERE id = ${literal(notes[i].id)}`);
    await world.change(ben, await now(notes[i]));
    const { moderation, moderation_note: reason } = await now(notes[i]);
    found.push([moderation, reason]);
  }
  assert.deepEqual(found, [['pending', null], ['hidden', 'why']]);
});

test('what is hidden stays so when it is changed, and so does the reason', async () => {
  const note = await write(ben);
  await world.moderate(leader, note, 'hidden');
  await world.app.run(`UPDATE annotation SET moderation_note = 'why' WHERE id = ${literal(note.id)}`);
  await world.change(ben, await now(note));
  const { moderation, moderation_note: reason } = await now(note);
  assert.deepEqual([moderation, reason], ['hidden', 'why']);
});

test('what was said while it was hidden is its author’s to read', async () => {
  const note = await write(ben);
  await world.moderate(leader, note, 'hidden');
  await world.change(ben, await now(note));
  await world.moderate(leader, await now(note), 'approved');
  const versions = async (reader) => (await world.app.call('annotations/history', reader, await world.reads(reader), text.id, note.id, 50, null)).map((v) => v.version);
  assert.deepEqual([await versions(ben), await versions(ana)], [['2', '1'], ['2']]);
});

test('on a text that is switched off what is private can be changed, and not made visible', async () => {
  const note = await write(ben, { secret: true });
  await world.allow(leader, text.id, 'none');
  await world.change(ben, note, { secret: true });
  assert.equal((await now(note)).version, '2');
  await refused(world.change(ben, await now(note)), 'annotations-off');
});

test('what is private is made visible under the mask that one wears', async () => {
  const [note, open, mask] = [await write(ben, { secret: true }), await write(ben), randomUUID()];
  await world.app.run(`INSERT INTO mask (id, group_id, user_id, name) VALUES (${[mask, home, ben, 'Owl'].map(literal).join(', ')})`);
  await world.change(ben, open);
  assert.equal((await now(open)).mask_id, null, 'others have read it under their own name');
  await world.change(ben, note, { secret: true });
  assert.equal((await now(note)).mask_id, null);
  await world.change(ben, await now(note));
  assert.equal((await now(note)).mask_id, mask);
});

test('a reply that was private for a while is where its parent is', async () => {
  const note = await write(ana);
  const reply = await answer(ben, note, { secret: true });
  assert.notEqual(reply.audience_id, note.audience_id);
  await world.change(ben, reply);
  assert.equal((await now(reply)).audience_id, note.audience_id);
});

test('one in a further group is where its parent is shown there, in however many it is', async () => {
  const third = await world.group(leader);
  await world.join(third, ana);
  await world.list(text.id, third);
  const note = await write(ana);
  for (const group of [third, further]) await world.show(note, group);
  const reply = await answer(dan, await now(note), { secret: true, group: further });
  await world.change(dan, reply);
  const [place] = await world.app.run(`SELECT group_id, class FROM audience WHERE id = ${(await now(reply)).audience_id}`);
  assert.deepEqual([place.group_id, place.class], [further, '0']);
});

test('changed, it waits in further groups where leaders look first there', async () => {
  const note = await write(ana);
  await world.show(note, further);
  const showing = async () => (await world.app.run(`SELECT moderation FROM showing WHERE annotation_id = ${literal(note.id)}`))[0].moderation;
  for (const group of [home, EVERYONE]) await premoderate(group);
  await world.change(ana, note);
  assert.equal(await showing(), 'none');
  await premoderate(further);
  await world.change(ana, await now(note));
  assert.equal(await showing(), 'pending');
  await world.moderate(leader, await now(note), 'hidden', further);
  await world.change(ana, await now(note));
  assert.equal(await showing(), 'hidden');
});

test('hidden in a further group it is its leaders’ there, and comes back; changed, it waits where they look first', async () => {
  const note = await write(ana);
  await world.show(note, further);
  const there = async () => (await world.app.run(`SELECT x.class FROM showing w JOIN audience x ON x.id = w.audience_id WHERE w.annotation_id = ${literal(note.id)}`))[0].class;
  const classes = [await there()];
  for (const state of ['hidden', 'approved']) {
    await world.moderate(leader, note, state, further);
    classes.push(await there());
  }
  await premoderate(further);
  await world.change(ana, await now(note));
  assert.deepEqual([...classes, await there()], ['0', '1', '0', '1']);
  assert.deepEqual([(await now(note)).open, (await now(note)).moderation], ['t', 'none']);
});

test('made private, it loses what others reacted elsewhere, and they are told that it is gone', async () => {
  const note = await write(ana);
  await world.show(note, further);
  await world.react(ben, note, 1);
  await world.react(dan, note, 1);
  const told = async () => (await world.app.run(`SELECT kind FROM event WHERE subject_id = ${literal(note.id)} AND group_id = ${literal(further)}
    AND kind LIKE 'annotation.%' ORDER BY xid DESC, ordinal DESC LIMIT 1`))[0].kind;
  const reacted = async () => (await world.app.run(`SELECT user_id FROM reaction WHERE annotation_id = ${literal(note.id)}`)).map((r) => r.user_id).sort();
  await world.change(ana, note);
  assert.equal(await told(), 'annotation.updated');
  assert.deepEqual(await reacted(), [ben, dan].sort());
  await world.change(ana, await now(note), { secret: true });
  assert.equal(await told(), 'annotation.unshown');
  assert.deepEqual(await reacted(), [ben]);
  assert.deepEqual(await world.app.run(`SELECT 1 FROM showing WHERE annotation_id = ${literal(note.id)}`), []);
});

test('what all of a group read is nobody’s alone among the events', async () => {
  const note = await write(ana);
  await world.change(ana, note);
  await world.react(ben, note, 1);
  const events = await world.app.run(`SELECT DISTINCT holder_id FROM event WHERE subject_id = ${literal(note.id)}`);
  assert.deepEqual(events.map((e) => e.holder_id), [NIL]);
});

for (const reading of ['is closed', 'is open', 'is of another text']) {
  test(`what one has reacted before one left comes back with what it is about, where a reading ${reading}`, async () => {
    const other = await world.text(leader, home);
    await world.list(other.id, further);
    for (const group of [home, further]) {
      await world.seal(group, other.id);
      if (reading === 'is open') await world.revealNow(group, other.id);
    }
    const about = reading === 'is of another text' ? text : other;
    const note = await row((await world.annotate(leader, about, { group: home })).id);
    await world.show(note, further);
    for (const [user, group] of [[ben, home], [dan, further]]) {
      await world.react(user, note, 1);
      await world.leave(group, user);
    }
    const audiences = async () => (await world.app.run(`SELECT audience_id FROM reaction WHERE annotation_id = ${literal(note.id)} ORDER BY 1`)).map((r) => r.audience_id);
    const reacted = await audiences();
    for (const group of [home, further]) {
      // its author is its groups' leader
      const settle = async (is) => {
        await world.app.run(group === home ? `UPDATE annotation SET moderation = '${is}' WHERE id = ${literal(note.id)}`
          : `UPDATE showing SET moderation = '${is}' WHERE annotation_id = ${literal(note.id)}`);
        await world.app.run(`SELECT settle_annotations(${literal(about.id)}, ${literal([note.id])}, ${literal(leader)})`);
      };
      await settle('hidden');
      assert.notDeepEqual(await audiences(), reacted);
      await settle('approved');
      assert.deepEqual(await audiences(), reacted);
    }
  });
}

test('where a text is not switched off, nothing is made for what would be', async () => {
  const note = await write(ana);
  await world.show(note, further);
  for (const group of [home, further]) await world.moderate(leader, note, 'hidden', group);
  assert.deepEqual(await world.app.run(`SELECT id FROM audience WHERE document_id = ${literal(text.id)} AND class = 4`), []);
});

test('having written enough opens a reading to its members, where that is its rule', async () => {
  const opened = async (a) => (await world.app.call('readings/open_counted', [a.id]))[0].opened;
  await world.setReading(home, text.id, { byReader: true });
  const [bens, anas] = [await write(ben), await write(ana)];
  assert.equal(await opened(bens), '0');
  await world.setReading(home, text.id, { count: 2, byReader: true });
  assert.equal(await opened(bens), '0');
  await world.setReading(home, text.id, { count: 1, byReader: true });
  await world.app.run(`DELETE FROM reveal WHERE user_id IN (${literal(ben)}, ${literal(ana)})`);
  await world.leave(home, ben);
  assert.equal(await opened(bens), '0');
  await world.join(home, ben);
  assert.equal(await opened(bens), '1');
  await world.app.run(`UPDATE member SET role = 'moderator' WHERE group_id = ${literal(home)} AND user_id = ${literal(ana)}`);
  assert.equal(await opened(anas), '0');
});

test('shown in one further group less, it is still shown in the other', async () => {
  const third = await world.group(leader);
  await world.join(third, ana);
  await world.list(text.id, third);
  const note = await write(ana);
  for (const group of [further, third]) await world.show(note, group);
  await world.unshow(note, third);
  const shown = await world.app.run(`SELECT x.group_id FROM showing w JOIN audience x ON x.id = w.audience_id WHERE w.annotation_id = ${literal(note.id)}`);
  assert.deepEqual(shown.map((x) => x.group_id), [further]);
  const holders = await world.app.run(`SELECT DISTINCT holder_id FROM event WHERE subject_id = ${literal(note.id)}`);
  assert.deepEqual(holders.map((e) => e.holder_id), [NIL]);
});

test('hidden in one further group, it stays as it was in the other', async () => {
  const third = await world.group(leader);
  await world.join(third, ana);
  await world.list(text.id, third);
  const note = await write(ana);
  for (const group of [further, third]) await world.show(note, group);
  await world.moderate(leader, note, 'hidden', third);
  const shown = await world.app.run(`SELECT x.group_id, x.class FROM showing w JOIN audience x ON x.id = w.audience_id WHERE w.annotation_id = ${literal(note.id)}`);
  assert.deepEqual(new Map(shown.map((x) => [x.group_id, x.class])), new Map([[further, '0'], [third, '1']]));
});

test('an answer in a group where its note is shown no more is its author’s alone, and stays so', async () => {
  const note = await write(ana);
  await world.show(note, further);
  const { id } = await world.reply(ana, await now(note), { group: further });
  await world.unshow(await now(note), further);
  const place = async () => (await world.app.run(`SELECT x.group_id, x.class FROM annotation a JOIN audience x ON x.id = a.audience_id WHERE a.id = ${literal(id)}`))[0];
  const before = await place();
  // so it is where everything is settled again
  await world.app.run(`SELECT settle_annotations(${literal(text.id)}, ${literal([note.id])}::uuid[], ${literal(leader)})`);
  for (const found of [before, await place()]) assert.deepEqual([found.group_id, found.class], [further, '2']);
});
