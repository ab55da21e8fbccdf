// What two writers do to each other: a rule that changes under an insert, two joins at once, two replies
// at once, a fold in the middle of a write.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { literal, numbers, waits } from '../support/sql.js';
import { NIL, World } from '../support/sql_world.js';

let world;
let one;
let two;
let leader;
let ana;
let ben;
before(async () => {
  world = await World.make();
  one = world.session();
  two = world.session();
  [leader, ana, ben] = [await world.user(), await world.user(), await world.user()];
});
after(() => world.end());

async function readingGroup() {
  const group = await world.group(leader);
  await world.join(group, ana);
  await world.join(group, ben);
  return { group, text: await world.text(leader, group) };
}

const classOf = async (id) => (await world.app.run(`SELECT x.class FROM annotation a JOIN audience x ON x.id = a.audience_id WHERE a.id = ${literal(id)}`))[0].class;

const lock = (session, group, text) => session.call('readings/lock', group, text.id);
const seal = (session, group, text, count = null) => session.call('readings/set', group, text.id, leader, ['owner'], count, true, null);

test('an insert that came first is moved by the rule that waited for it', async () => {
  const { group, text } = await readingGroup();
  const id = randomUUID();
  await one.prepare('annotations/insert');
  await one.run('BEGIN');
  await one.call('annotations/lock', text.id, null);
  await two.run('BEGIN');
  const held = lock(two, group, text);
  assert.ok(await waits(held));
  await one.call(...world.insertCall(id, ana, await world.reads(ana), text));
  await one.run('COMMIT');
  await held;
  await seal(two, group, text);
  await two.run('COMMIT');
  assert.equal(await classOf(id), '3');
});

test('an insert that comes second waits for the rule and goes where it says', async () => {
  const { group, text } = await readingGroup();
  const id = randomUUID();
  await one.prepare('annotations/insert');
  await two.run('BEGIN');
  await lock(two, group, text);
  await seal(two, group, text);
  await one.run('BEGIN');
  const held = one.call('annotations/lock', text.id, null);
  assert.ok(await waits(held));
  await two.run('COMMIT');
  await held;
  await one.call(...world.insertCall(id, ana, await world.reads(ana), text));
  await one.run('COMMIT');
  assert.equal(await classOf(id), '3');
  assert.equal(await world.find(ben, id), undefined);
  assert.ok(await world.find(leader, id));
});

test('drafts that are published and what is shown in a further group wait for the rule too', async () => {
  const { group, text } = await readingGroup();
  const other = await world.group(leader);
  await world.join(other, ana);
  await world.list(text.id, other);
  const draft = await world.annotate(ana, text, { group, draft: true });
  const shown = await world.annotate(ana, text, { group: other });
  const writes = {
    publish: () => world.publish(ana, [draft.id], one),
    show: async () => world.show(await world.find(ana, shown.id), group, one),
  };
  await two.run('BEGIN');
  await lock(two, group, text);
  await seal(two, group, text);
  const held = writes.publish();
  assert.ok(await waits(held));
  await two.run('COMMIT');
  await held;
  assert.equal(await classOf(draft.id), '3');
  await two.run('BEGIN');
  await lock(two, group, text);
  const late = writes.show();
  assert.ok(await waits(late));
  await two.run('COMMIT');
  await late;
  const sees = async (reader) => (await world.shelves(reader, text.id)).n;
  assert.deepEqual([await sees(ben), await sees(leader)], [0, 2]);
  assert.equal(await world.find(ben, shown.id), undefined);
  assert.deepEqual(await world.faults(), []);
});

test('who writes on a text waits for its groups and those named, and for no others', async () => {
  const { group, text } = await readingGroup();
  const [listed, named, other] = [await world.group(leader), await world.group(leader), await world.group(leader)];
  await world.list(text.id, listed);
  const locks = [['annotations/lock', text.id, named], ['annotations/lock_groups', text.id, [named]]];
  for (const call of locks) {
    for (const [held, doesWait] of [[group, true], [listed, true], [named, true], [other, false]]) {
      await two.run('BEGIN');
      await two.run(`SELECT FROM groups WHERE id = ${literal(held)} FOR UPDATE`);
      await one.prepare(call[0]);
      await one.run("SET lock_timeout = '100ms'");
      const asked = one.call(...call);
      if (doesWait) await assert.rejects(asked, { state: '55P03' });
      else await asked;
      await one.run('RESET lock_timeout');
      await two.run('ROLLBACK');
    }
  }
});

test('a rule seals what was shown in the group before it, and leaves it open at home', async () => {
  const { group, text } = await readingGroup();
  const other = await world.group(leader);
  const carl = await world.user();
  for (const who of [ana, carl]) await world.join(other, who);
  await world.list(text.id, other);
  const { id } = await world.annotate(ana, text, { group: other });
  await world.show(await world.find(ana, id), group);
  const sees = async (reader) => Boolean(await world.find(reader, id));
  assert.deepEqual([await sees(ben), await sees(carl)], [true, true]);
  await world.setReading(group, text.id);
  assert.deepEqual([await sees(ben), await sees(carl)], [false, true]);
  await world.revealNow(group, text.id);
  assert.deepEqual([await sees(ben), await sees(carl)], [true, true]);
  assert.deepEqual(await world.faults(), []);
});

test('a reaction waits for the rule too', async () => {
  const { group, text } = await readingGroup();
  const { id } = await world.annotate(leader, text);
  await two.run('BEGIN');
  await lock(two, group, text);
  await seal(two, group, text);
  await one.run('BEGIN');
  const held = one.call('annotations/lock', text.id, group);
  assert.ok(await waits(held));
  await two.run('COMMIT');
  await held;
  await one.call('reactions/put', text.id, id, ana, await world.reads(ana), 1);
  await one.run('COMMIT');
  const seen = async (reader) => (await world.app.call('reactions/list', reader, await world.reads(reader), text.id, id, 50, null, null, null, null)).length;
  assert.deepEqual([await seen(ana), await seen(leader), await seen(ben)], [1, 1, 0]);
});

test('of two annotations at once the one that is counted last opens the reading', async () => {
  const { group, text } = await readingGroup();
  await world.setReading(group, text.id, { count: 2 });
  const [first, second] = [randomUUID(), randomUUID()];
  const begin = async (session, id) => {
    await session.run('BEGIN');
    await session.call('annotations/lock', text.id, null);
    await session.prepare('annotations/insert');
    await session.call(...world.insertCall(id, ana, await world.reads(ana), text));
  };
  await begin(one, first);
  await begin(two, second);
  assert.deepEqual(await one.call('readings/open_counted', [first]), [{ opened: '0' }]);
  const held = two.call('readings/open_counted', [second]);
  assert.ok(await waits(held));
  await one.run('COMMIT');
  assert.deepEqual(await held, [{ opened: '1' }]);
  await two.run('COMMIT');
  await world.annotate(ben, text);
  assert.equal((await world.shelves(ana, text.id)).n, 3);
  assert.equal((await world.shelves(ben, text.id)).n, 1);
  assert.deepEqual(await world.faults(), []);
});

test('a rule that is put off while its time comes is not opened', async () => {
  const { group, text } = await readingGroup();
  const due = new Date(Date.now() - 1000).toISOString();
  // its time has come in another group that reads the same
  const other = await world.group(leader);
  await world.list(text.id, other);
  await world.setReading(other, text.id, { due });
  assert.deepEqual(await one.call('readings/reveal_due'), [{ opened: '1' }]);
  await world.setReading(group, text.id, { due });
  await two.run('BEGIN');
  await lock(two, group, text);
  const held = one.call('readings/reveal_due');
  assert.ok(await waits(held));
  await two.call('readings/set', group, text.id, leader, ['owner'], null, false, '2199-01-01T00:00:00Z');
  await two.run('COMMIT');
  assert.deepEqual(await held, [{ opened: '0' }]);
  await world.setReading(group, text.id, { due });
  assert.deepEqual(await one.call('readings/reveal_due'), [{ opened: '1' }]);
  assert.deepEqual(await world.faults(), []);
});

test('who begins to lead while an answer is given apart reads it', async () => {
  const { group, text } = await readingGroup();
  await world.seal(group, text.id);
  const note = await world.annotate(ana, text, { group });
  const carl = await world.user();
  await one.run('BEGIN');
  await one.call('annotations/prepare_answer', text.id, note.id, group, leader);
  await two.run('BEGIN');
  const held = world.join(group, carl, 'moderator', two);
  await waits(held);
  await one.run('COMMIT');
  await held;
  await two.run('COMMIT');
  assert.deepEqual(await world.faults(), []);
});

test('a reading whose time has come waits for who holds its text, and for who holds its group', async () => {
  const { group, text } = await readingGroup();
  for (const [table, id] of [['document', text.id], ['groups', group]]) {
    await world.setReading(group, text.id, { due: new Date(Date.now() - 1000).toISOString() });
    await two.run('BEGIN');
    await two.run(`SELECT FROM ${table} WHERE id = ${literal(id)} FOR SHARE`);
    const held = one.call('readings/reveal_due');
    assert.ok(await waits(held), table);
    await two.run(`UPDATE reading SET due_at = '2199-01-01' WHERE document_id = ${literal(text.id)}`);
    await two.run('COMMIT');
    assert.deepEqual(await held, [{ opened: '0' }]);
  }
});

test('someone who joins two groups at once has both in their pass', async () => {
  const carl = await world.user();
  const first = await world.group(leader);
  const second = await world.group(leader);
  await one.run('BEGIN');
  await world.join(first, carl, 'member', one);
  await two.run('BEGIN');
  const held = world.join(second, carl, 'member', two);
  assert.ok(await waits(held));
  await one.run('COMMIT');
  await held;
  await two.run('COMMIT');
  assert.deepEqual(await world.faults(), []);
});

test('a leader who is joining has the audience that is being made', async () => {
  for (const joinsFirst of [true, false]) {
    const carl = await world.user();
    const { group, text } = await readingGroup();
    const join = (session) => world.join(group, carl, 'moderator', session);
    const make = async (session) => {
      await session.run(`SELECT id FROM groups WHERE id = ${literal(group)} FOR UPDATE`);
      await session.run(`INSERT INTO audience (group_id, class, document_id) VALUES (${literal(group)}, 3, ${literal(text.id)})`);
    };
    const [first, second] = joinsFirst ? [join, make] : [make, join];
    await one.run('BEGIN');
    await first(one);
    await two.run('BEGIN');
    const held = second(two);
    assert.ok(await waits(held));
    await one.run('COMMIT');
    await held;
    await two.run('COMMIT');
    assert.deepEqual(await world.faults(), []);
  }
});

test('someone who joins while everything is revealed sees it', async () => {
  const carl = await world.user();
  const { group, text } = await readingGroup();
  await world.seal(group, text.id);
  const { id } = await world.annotate(ana, text);
  await one.run('BEGIN');
  await world.join(group, carl, 'member', one);
  await two.run('BEGIN');
  const held = two.run(`UPDATE reading SET revealed_at = now() WHERE group_id = ${literal(group)}`);
  assert.ok(await waits(held));
  await one.run('COMMIT');
  await held;
  await two.run('COMMIT');
  assert.ok(await world.find(carl, id));
  assert.deepEqual(await world.faults(), []);
});

test('two replies at once are both counted', async () => {
  const { text } = await readingGroup();
  const { id } = await world.annotate(leader, text);
  const parent = await world.find(leader, id);
  const lane = async (author, session) => { for (let i = 0; i < 3; i++) await world.reply(author, parent, {}, session); };
  await Promise.all([lane(ana, one), lane(ben, two)]);
  const tally = numbers((await world.find(leader, id)).tally);
  assert.equal(tally[2], 6);
  assert.deepEqual(await world.faults(), []);
});

test('writers in one text neither lose a count nor wait for each other', async () => {
  const { text } = await readingGroup();
  await one.run('BEGIN');
  await one.call('annotations/lock', text.id, null);
  await one.call(...world.insertCall(randomUUID(), ana, await world.reads(ana), text));
  // The second one is through while the first one's transaction is still open.
  assert.equal(await waits(world.annotate(ben, text, {}, two), 2000), false);
  assert.equal((await world.shelves(leader, text.id)).n, 1);
  await one.run('COMMIT');
  assert.equal((await world.shelves(leader, text.id)).n, 2);
});

test('folding changes neither the number nor the version of a shelf', async () => {
  const { group, text } = await readingGroup();
  await world.seal(group, text.id);
  for (const author of [leader, ana, ana, ben]) await world.annotate(author, text, { secret: author === ben });
  await one.run('BEGIN');
  await one.call('annotations/lock', text.id, null);
  await one.call(...world.insertCall(randomUUID(), leader, await world.reads(leader), text));
  await world.annotate(leader, text, {}, two);
  const all = () => Promise.all([leader, ana, ben, NIL].map(async (reader) => (await world.shelves(reader, text.id)).rows));
  const before = await all();
  await world.app.call('shelves/fold');
  assert.deepEqual(await all(), before);
  await one.run('COMMIT');
  const later = await all();
  assert.notDeepEqual(later, before);
  await world.app.call('shelves/fold');
  assert.deepEqual(await all(), later);
  await world.app.call('shelves/fold');
  assert.deepEqual(await all(), later);
  assert.deepEqual(await world.faults(), []);
});

test('two who fold at once count everything once', async () => {
  const { text } = await readingGroup();
  await world.annotate(ana, text);
  await one.run('BEGIN');
  await one.call('shelves/fold');
  assert.deepEqual(await two.call('shelves/fold'), []);
  await one.run('COMMIT');
  await two.call('shelves/fold');
  assert.deepEqual(await world.faults(), []);
});

test('a long log is folded part by part, a whole transaction at a time', async () => {
  const { text } = await readingGroup();
  await world.annotate(ana, text);
  const [shelf] = (await world.shelves(ana, text.id)).rows;
  const judge = world.session('postgres');
  for (let i = 0; i < 3; i++) {
    await judge.run(`INSERT INTO gloss.event (document_id, ordinal, kind, group_id, audience_id, subject_id)
      SELECT ${literal(text.id)}, n, 'annotation.updated', group_id, id, ${literal(text.id)}
        FROM gloss.audience, generate_series(1, 60000) n WHERE id = ${shelf.audience_id}`);
  }
  const parts = [];
  // What other transactions of the cluster may still precede waits for them.
  for (let folded = 0; folded < 180000; ) {
    const rows = await world.app.call('shelves/fold');
    folded += rows.reduce((sum, row) => sum + Number(row.events), 0);
    parts.push(...rows.map((row) => Number(row.events)));
    assert.equal(Number((await world.shelves(ana, text.id)).rows[0].version), Number(shelf.version) + 180000);
  }
  assert.ok(parts.length > 1 && Math.max(...parts) < 150000, String(parts));
  await judge.run("DELETE FROM gloss.event WHERE kind = 'annotation.updated'");
  await judge.run(`UPDATE gloss.shelf SET version = version - 180000 WHERE document_id = ${literal(text.id)}`);
});

test('an update of what has changed since is refused, a deletion too', async () => {
  const { text } = await readingGroup();
  const { id } = await world.annotate(ana, text);
  const seen = await world.find(ana, id);
  await world.change(ana, seen);
  await world.change(ana, seen);
  assert.equal((await world.find(ana, id)).version, '2');
  assert.equal(await world.remove(ana, seen), undefined);
  assert.equal(await world.remove(ben, await world.find(ana, id)), undefined);
  assert.equal((await world.remove(ana, await world.find(ana, id))).tombstone, 'f');
  assert.equal(await world.find(ana, id), undefined);
});

test('a private annotation that is published begins its history there', async () => {
  const { text } = await readingGroup();
  const { id } = await world.annotate(ana, text, { secret: true });
  await world.change(ana, await world.find(ana, id), { secret: true });
  const history = async (reader) => (await world.app.call('annotations/history', reader, await world.reads(reader), text.id, id, 50, null)).map((v) => v.version);
  assert.deepEqual(await history(ana), ['2', '1']);
  assert.deepEqual(await history(ben), []);
  await world.change(ana, await world.find(ana, id));
  assert.deepEqual(await history(ben), ['3']);
});

test('what others can see to have answered cannot be made private; what they cannot see moves', async () => {
  const { group, text } = await readingGroup();
  await world.seal(group, text.id);
  const { id } = await world.annotate(leader, text);
  const answer = await world.reply(ana, await world.find(ana, id));
  await assert.rejects(world.change(leader, await world.find(leader, id), { secret: true }), { refusal: 'has-replies' });
  const blind = await world.annotate(ana, text);
  await world.reveal(group, text.id, ben);
  await world.reply(ben, await world.find(ben, blind.id));
  await world.change(ana, await world.find(ana, blind.id), { secret: true });
  assert.equal(await world.find(leader, blind.id), undefined);
  assert.ok(await world.find(ana, answer.id));
  assert.deepEqual(await world.faults(), []);
});

test('a deletion waits for the reply that is being written, and leaves a tombstone', async () => {
  const { text } = await readingGroup();
  const { id } = await world.annotate(leader, text);
  const root = await world.find(leader, id);
  await one.run('BEGIN');
  await one.call('annotations/lock', text.id, root.group_id);
  await one.call('annotations/lock_thread', text.id, id);
  await one.call('annotations/insert_reply', randomUUID(), ana, await world.reads(ana), text.id, id, false, false, 'comment', 'words', [], null, '"kind":"comment"', 1, null);
  await two.run('BEGIN');
  await two.call('annotations/lock', text.id, root.group_id);
  const held = two.call('annotations/lock_thread', text.id, id);
  assert.ok(await waits(held));
  await one.run('COMMIT');
  await held;
  const [gone] = await two.call('annotations/delete', text.id, id, Number(root.version), Number(root.audience_id), leader, '"kind":"comment"', 1);
  await two.run('COMMIT');
  assert.equal(gone.tombstone, 't');
  assert.deepEqual(await world.faults(), []);
});

test('after a restore into a new cluster counts, versions and order are as before, and new events count', async () => {
  const { text } = await readingGroup();
  await world.annotate(ana, text);
  await world.app.call('shelves/fold');
  const { id } = await world.annotate(ben, text, { secret: true });
  const judge = world.session('postgres');
  await judge.run('SET search_path = gloss');
  // the old cluster had had a million transactions more
  await judge.run("UPDATE event SET xid = (xid::text::bigint + 1000000)::text::xid8");
  await judge.run("UPDATE fold SET xid = (xid::text::bigint + 1000000)::text::xid8");
  const order = async () => (await world.app.run('SELECT subject_id, kind FROM event ORDER BY xid, ordinal')).map((e) => `${e.kind} ${e.subject_id}`);
  const shelves = async () => (await Promise.all([leader, ana, ben].map((reader) => world.shelves(reader, text.id)))).map(({ rows }) => rows);
  const before = [await order(), await shelves()];
  assert.deepEqual(await world.app.run('SELECT settle_restored() AS done'), [{ done: 't' }]);
  assert.deepEqual([await order(), await shelves()], before);
  assert.deepEqual(await world.app.run('SELECT settle_restored() AS done'), [{ done: 'f' }]);
  await world.change(ben, await world.find(ben, id));
  assert.deepEqual(await world.faults(), []);
  await world.app.call('shelves/fold');
  assert.deepEqual(await world.faults(), []);
  assert.equal((await world.shelves(leader, text.id)).n, 2);
});

// -- what leaders and owners decide, against what is being written ----------------------------------

const MODERATORS = ['owner', 'admin', 'moderator'];
const hides = (session, note, state = 'hidden') => session.call('moderation/set', note.document_id, note.id, leader, [...note.reads], note.group_id, MODERATORS, state, null, randomUUID());
const settles = (session, note) => session.call('annotations/settle', note.document_id, note.thread_id, note.id, leader);
const seenBy = async (id) => (await Promise.all([leader, ana, ben].map((reader) => world.find(reader, id)))).map(Boolean);

test('what is being answered and hidden at once takes the answer along, whichever comes first', async () => {
  for (const hideFirst of [true, false]) {
    const { text } = await readingGroup();
    const { id } = await world.annotate(ana, text);
    const note = { ...await world.find(leader, id), reads: await world.reads(leader) };
    const answer = randomUUID();
    const lock = async (session) => {
      await session.call('annotations/lock', text.id, note.group_id);
      await session.call('annotations/lock_thread', text.id, id);
    };
    const hide = async (session) => { await lock(session); await hides(session, note); await settles(session, note); };
    const reply = async (session) => {
      await lock(session);
      return session.call(...world.replyCall(answer, ben, await world.reads(ben), note));
    };
    const [first, second] = hideFirst ? [hide, reply] : [reply, hide];
    await one.run('BEGIN');
    await first(one);
    await two.run('BEGIN');
    const held = second(two).catch((error) => error);
    assert.ok(await waits(held));
    await one.run('COMMIT');
    const outcome = await held;
    if (hideFirst) {
      // ben does not see any more what he wanted to answer
      assert.equal(outcome.refusal, 'not-found');
      await two.run('ROLLBACK');
    } else {
      await two.run('COMMIT');
      assert.deepEqual(await seenBy(answer), [true, false, true]);
    }
    assert.deepEqual(await seenBy(id), [true, true, false]);
    assert.deepEqual(await world.faults(), []);
  }
});

test('a reaction that comes while its annotation is being hidden is not seen by more', async () => {
  const { text } = await readingGroup();
  const { id } = await world.annotate(ana, text);
  const note = { ...await world.find(leader, id), reads: await world.reads(leader) };
  await one.run('BEGIN');
  await one.call('annotations/lock', text.id, note.group_id);
  await one.call('annotations/lock_thread', text.id, id);
  await hides(one, note);
  await settles(one, note);
  await two.run('BEGIN');
  await two.call('annotations/lock', text.id, note.group_id);
  const held = two.call('annotations/lock_thread', text.id, id);
  assert.ok(await waits(held));
  await one.run('COMMIT');
  await held;
  await assert.rejects(two.call('reactions/put', text.id, id, ben, await world.reads(ben), 1), { refusal: 'not-found' });
  await two.run('ROLLBACK');
  assert.deepEqual(await world.faults(), []);
});

test('what is being written when a text is switched off is switched off too, or refused', async () => {
  const off = async (session, text) => {
    await session.call('documents/hold', text.id);
    await session.call('documents/set_annotating', text.id, leader, 1, 'none', [], await world.reads(leader), ['owner', 'admin']);
    await session.call('annotations/settle_all', text.id, leader);
  };
  for (const offFirst of [true, false]) {
    const { group, text } = await readingGroup();
    const id = randomUUID();
    for (const session of [one, two]) for (const name of ['annotations/insert', 'documents/hold', 'documents/set_annotating', 'annotations/settle_all']) await session.prepare(name);
    const write = async (session) => {
      await session.call('annotations/lock', text.id, group);
      return session.call(...world.insertCall(id, ana, await world.reads(ana), text, { group }));
    };
    const [first, second] = offFirst ? [(s) => off(s, text), write] : [write, (s) => off(s, text)];
    await one.run('BEGIN');
    await first(one);
    await two.run('BEGIN');
    const held = second(two).catch((error) => error);
    assert.ok(await waits(held));
    await one.run('COMMIT');
    const outcome = await held;
    if (offFirst) {
      assert.equal(outcome.refusal, 'annotations-off');
      await two.run('ROLLBACK');
    } else {
      await two.run('COMMIT');
      assert.equal(await classOf(id), '4');
      assert.deepEqual(await seenBy(id), [false, true, false]);
    }
    assert.deepEqual(await world.faults(), []);
  }
});

test('who is no leader any more decides nothing, though they were when they asked', async () => {
  const { group, text } = await readingGroup();
  const { id } = await world.annotate(ana, text);
  const note = { ...await world.find(leader, id), reads: await world.reads(leader) };
  await world.app.run(`UPDATE member SET role = 'member' WHERE group_id = ${literal(group)} AND user_id = ${literal(leader)}`);
  await assert.rejects(hides(one, note), { refusal: 'not-allowed' });
  assert.deepEqual(await seenBy(id), [true, true, true]);
});
