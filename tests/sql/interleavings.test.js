// Two writers step by step, in every order of their steps: one writes, the other changes what decides who
// sees it. A step that has to wait is gone on with when it can be. Whatever the order, afterwards the reader
// for whom it is not sees nothing of it, and every row is where it belongs.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { literal, numbers, waits } from '../support/sql.js';
import { World } from '../support/sql_world.js';

let seed = Number(process.env.GLOSS_TEST_SEED ?? 20260301);
const ORDERS = Number(process.env.GLOSS_TEST_ORDERS ?? 4); // drawn of each pair; 200 are all
const random = (n) => {
  seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
  return Math.floor((seed / 2 ** 32) * n);
};

let world;
let writer;
let changer;
let leader;
let ana;
let ben;
before(async () => {
  world = await World.make();
  [writer, changer] = [world.session(), world.session()];
  [leader, ana, ben] = [await world.user(), await world.user(), await world.user()];
});
after(() => world.end());

// Each order of so many steps of the one and so many of the other, as [0, 1, 1, …].
function orders(ones, others) {
  if (ones === 0) return [Array(others).fill(1)];
  if (others === 0) return [Array(ones).fill(0)];
  return [...orders(ones - 1, others).map((rest) => [0, ...rest]), ...orders(ones, others - 1).map((rest) => [1, ...rest])];
}

const drawn = (list, number = ORDERS) => {
  const left = [...list];
  return Array.from({ length: Math.min(number, left.length) }, () => left.splice(random(left.length), 1)[0]);
};

let moments = 0;

// The batch of a session as steps; what is refused ends its transaction.
class Script {
  constructor(session, ...calls) {
    this.session = session;
    this.steps = [['BEGIN'], ...calls, ['COMMIT']];
    this.refusal = null;
    this.asked = this.done = Infinity; // when its end was asked for, and had come: counted over all
    this.tail = Promise.resolve();
  }

  async prepare() {
    for (const [name] of this.steps.slice(1, -1)) await this.session.prepare(name);
  }

  // Does the next step; answers once it is done, or found waiting.
  async go() {
    const [name, ...params] = this.steps.shift();
    this.tail = this.tail.then(async () => {
      if (this.refusal !== null && name !== 'COMMIT') return;
      try {
        if (name === 'COMMIT') this.asked = ++moments;
        await (/^[A-Z]+$/.test(name) ? this.session.run(this.refusal === null ? name : 'ROLLBACK') : this.session.call(name, ...params));
        if (name === 'COMMIT') this.done = ++moments;
      } catch (error) {
        assert.ok(error.refusal, error.message);
        this.refusal = error.refusal;
      }
    });
    await waits(this.tail, 40);
  }
}

async function inOrder(order, scripts) {
  for (const which of order) await scripts[which].go();
  await Promise.all(scripts.map((script) => script.tail));
}

async function place() {
  const group = await world.group(leader);
  for (const user of [ana, ben]) await world.join(group, user);
  const text = await world.text(leader, group);
  return { group, text };
}

const CASES = {
  'an annotation and a rule by which members write apart': async ({ group, text }) => {
    const id = randomUUID();
    return { id, write: [['annotations/lock', text.id, null], world.insertCall(id, ana, await world.reads(ana), text)],
      change: [['readings/lock', group, text.id], ['readings/set', group, text.id, leader, ['owner'], null, true, null]] };
  },
  'an annotation and the switch of the text': async ({ text }) => {
    const id = randomUUID();
    return { id, write: [['annotations/lock', text.id, null], world.insertCall(id, ana, await world.reads(ana), text)], change: await switchOff(text) };
  },
  'a reply and the hiding of what it answers': async ({ text, group }) => {
    const root = await world.find(ana, (await world.annotate(ana, text)).id);
    const id = randomUUID();
    return { id, write: await answer(root, id), change: await hide(root, group) };
  },
  'a reply and the switch of the text': async ({ text }) => {
    const root = await world.find(ana, (await world.annotate(ana, text)).id);
    const id = randomUUID();
    return { id, write: await answer(root, id), change: await switchOff(text) };
  },
  'a reply and a rule by which members write apart': async ({ text, group }) => {
    const root = await world.find(ana, (await world.annotate(ana, text)).id);
    const id = randomUUID();
    return { id, write: await answer(root, id), change: [['readings/lock', group, text.id], ['readings/set', group, text.id, leader, ['owner'], null, true, null]] };
  },
  'drafts that are published and a rule by which members write apart': async ({ text, group }) => {
    const { id } = await world.annotate(ana, text, { draft: true });
    return { id, write: [['annotations/publish', ana, [id], randomUUID(), null]], change: [['readings/lock', group, text.id], ['readings/set', group, text.id, leader, ['owner'], null, true, null]] };
  },
  'drafts that are published and the switch of the text': async ({ text }) => {
    const { id } = await world.annotate(ana, text, { draft: true });
    return { id, write: [['annotations/publish', ana, [id], randomUUID(), null]], change: await switchOff(text) };
  },
  'an annotation that is made visible and the switch of the text': async ({ text }) => {
    const own = await world.find(ana, (await world.annotate(ana, text, { secret: true })).id);
    return { id: own.id, write: [['annotations/lock', text.id, own.group_id], ['annotations/lock_thread', text.id, own.thread_id],
      ['annotations/update', text.id, own.id, Number(own.version), Number(own.audience_id), ana, await world.reads(ana), 'comment', 'seen now', [], false, false, '"kind":"comment"', 1, null],
      ['annotations/settle', text.id, own.thread_id, own.id, ana]], change: await switchOff(text) };
  },
};

async function answer(root, id) {
  return [['annotations/lock', root.document_id, root.group_id], ['annotations/lock_thread', root.document_id, root.thread_id],
    ['annotations/insert_reply', id, ana, await world.reads(ana), root.document_id, root.id, false, false, 'comment', 'words', [], null, '"kind":"comment"', 1, null]];
}

async function hide(root, group) {
  return [['annotations/lock', root.document_id, group], ['annotations/lock_thread', root.document_id, root.thread_id],
    ['moderation/set', root.document_id, root.id, leader, await world.reads(leader), group, ['owner'], 'hidden', null, randomUUID()],
    ['annotations/settle', root.document_id, root.thread_id, root.id, leader]];
}

async function switchOff(text) {
  return [['documents/hold', text.id], ['documents/set_annotating', text.id, leader, 1, 'none', [], await world.reads(leader), ['owner', 'admin']], ['annotations/settle_all', text.id, leader]];
}

for (const [what, make] of Object.entries(CASES)) {
  test(`${what}: in every order, who may not see it does not`, async () => {
    const all = await make(await place());
    for (const order of drawn(orders(all.write.length + 2, all.change.length + 2))) {
      const here = await place();
      const { id, write, change } = await make(here);
      const scripts = [new Script(writer, ...write), new Script(changer, ...change)];
      for (const script of scripts) await script.prepare();
      await inOrder(order, scripts);
      assert.equal(scripts[1].refusal, null, 'the rule was set');
      assert.equal(await world.find(ben, id), undefined, order.join(''));
      const list = await world.app.run(`SELECT x.class FROM annotation a JOIN audience x ON x.id = a.audience_id WHERE a.id = ${literal(id)} AND a.group_id = ${literal(here.group)}`);
      for (const { class: of } of list) assert.notEqual(of, '0', order.join(''));
    }
    assert.deepEqual(await world.faults(), []);
  });
}

// What a leader answers to a note that is written apart, from the first of its batch.
async function answersApart(note, by, id) {
  const found = await world.find(by, note.id);
  return [['annotations/prepare_answer', found.document_id, found.id, found.group_id, by], ['annotations/lock', found.document_id, found.group_id],
    ['annotations/lock_thread', found.document_id, found.thread_id],
    ['annotations/insert_reply', id, by, await world.reads(by), found.document_id, found.id, false, false, 'comment', 'words', [], null, '"kind":"comment"', 1, null]];
}

test('an answer to what is written apart and its reveal to all, or another answer: in every order, those see it who should', async () => {
  for (const order of [...drawn(orders(6, 4)).map((o) => [o, 'reveal']), ...drawn(orders(6, 6)).map((o) => [o, 'answer'])]) {
    const { group, text } = await place();
    const second = await world.user();
    await world.join(group, second, 'moderator');
    await world.seal(group, text.id);
    const note = await world.annotate(ana, text, { group });
    const ids = [randomUUID(), randomUUID()];
    const scripts = [new Script(writer, ...await answersApart(note, leader, ids[0])), order[1] === 'reveal'
      ? new Script(changer, ['readings/lock', group, text.id], ['readings/reveal', group, text.id, leader, ['owner']])
      : new Script(changer, ...await answersApart(note, second, ids[1]))];
    for (const script of scripts) await script.prepare();
    await inOrder(order[0], scripts);
    assert.deepEqual(scripts.map((script) => script.refusal), [null, null], order.join());
    for (const id of order[1] === 'reveal' ? ids.slice(0, 1) : ids) {
      const seen = await Promise.all([ana, second, ben].map((reader) => world.find(reader, id)));
      assert.deepEqual(seen.map(Boolean), [true, true, order[1] === 'reveal'], order.join());
    }
  }
  assert.deepEqual(await world.faults(), []);
});

test('who is being removed has no pass with the group in it afterwards, whatever happens to it meanwhile', async () => {
  for (const order of drawn(orders(3, 3))) {
    const { group } = await place();
    const sessions = [writer, changer];
    const steps = [
      [() => writer.run('BEGIN'), () => world.leave(group, ben, writer), () => writer.run('COMMIT')],
      [() => changer.run('BEGIN'), () => changer.run(`UPDATE groups SET access = 'open' WHERE id = ${literal(group)}`).then(() => changer.run(`UPDATE groups SET access = 'private' WHERE id = ${literal(group)}`)), () => changer.run('COMMIT')],
    ];
    const tails = sessions.map(() => Promise.resolve());
    for (const which of order) {
      const step = steps[which].shift();
      tails[which] = tails[which].then(step);
      await waits(tails[which], 40);
    }
    await Promise.all(tails);
    assert.deepEqual(await world.app.call('doctor/passes'), []);
  }
});

const inserts = async (text) => {
  const id = randomUUID();
  return { id, write: [['annotations/lock', text.id, null], world.insertCall(id, ana, await world.reads(ana), text)] };
};
const replies = async (text) => {
  const id = randomUUID();
  return { id, write: await answer(await world.find(ben, (await world.annotate(ben, text)).id), id) };
};
const publishes = async (text) => {
  const { id } = await world.annotate(ana, text, { draft: true });
  return { id, write: [['annotations/publish', ana, [id], randomUUID(), null]] };
};
const shows = async (text) => {
  const own = await world.find(ana, (await world.annotate(ana, text, { secret: true })).id);
  return { id: own.id, write: [['annotations/lock', text.id, own.group_id], ['annotations/lock_thread', text.id, own.thread_id],
    ['annotations/update', text.id, own.id, Number(own.version), Number(own.audience_id), ana, await world.reads(ana), 'comment', 'seen now', [], false, false, '"kind":"comment"', 1, null],
    ['annotations/settle', text.id, own.thread_id, own.id, ana]] };
};
const WRITES = { 'an annotation': inserts, 'a reply': replies, 'drafts that are published': publishes, 'an annotation that is made visible': shows };
// By whom it is no more, and what others read only once a leader has looked at it. The pass of who writes
// is the one from before: it may have been kept for a second.
const ENDS = {
  'the removal of who writes it': (group) => [['groups/lock', group], ['groups/remove', group, leader, ['owner'], ana, ['owner']]],
  'leaders who look first from now on': (group) => [['groups/lock_whole', group], ['groups/update', group, leader, ['owner'], 1, 'group', null, 'private', false, true, true]],
};

for (const [what, make] of Object.entries(WRITES)) {
  for (const [end, changes] of Object.entries(ENDS)) {
    test(`${what} and ${end}: in every order, others read what came first and nothing that came later`, async () => {
      for (const order of drawn(orders((await make((await place()).text)).write.length + 2, 4), Math.ceil(ORDERS / 2))) {
        const { group, text } = await place();
        const { id, write } = await make(text);
        const [first, second] = [new Script(writer, ...write), new Script(changer, ...changes(group))];
        for (const script of [first, second]) await script.prepare();
        await inOrder(order, [first, second]);
        assert.equal(second.refusal, null, 'the end came');
        const seen = Boolean(await world.find(ben, id));
        if (first.done < second.asked) assert.equal(seen, true, `${order.join('')} ${first.refusal}`);
        if (second.done < first.asked) assert.equal(seen, false, `${order.join('')} ${first.refusal}`);
        if (first.refusal !== null) assert.equal(seen, false);
      }
      assert.deepEqual(await world.faults(), []);
    });
  }
}

// Whom one reads a page as: their pass, as it was looked up with their token.
async function token(user) {
  const hash = randomUUID().replaceAll('-', '').repeat(2);
  await world.app.run(`INSERT INTO token (id, user_id, hash, name, scopes) VALUES (gen_random_uuid(), ${literal(user)}, '\\x${hash}', 't', 1)`);
  return `\\x${hash}`;
}

test('a page and the removal of who reads it: whose pass was looked up after the removal reads nothing of the group', async () => {
  for (const order of drawn(orders(2, 4))) {
    const { group, text } = await place();
    const note = await world.find(ben, (await world.annotate(ben, text)).id);
    await world.reply(leader, note);
    await world.react(leader, note, 1);
    const secret = await token(ana);
    const page = {};
    const steps = [async () => {
      page.asked = ++moments;
      const [row] = await writer.call('users/identify_token', secret);
      Object.assign(page, { reads: numbers(row.reads), past: numbers(row.past), known: ++moments });
    }, async () => {
      const none = Array(9).fill(null);
      page.rows = [];
      for (const call of [
        ['annotations/page_of_document', ana, page.reads, 50, null, null, text.id, page.past],
        ...['', '_by_updated'].map((order) => [`annotations/page_everywhere${order}`, ana, page.reads, 50, ...none.slice(0, 6), page.past]),
        ['annotations/list_of_document', ana, page.reads, 50, ...none, null, text.id, null, null, null],
        ['annotations/list_everywhere', ana, page.reads, 50, ...none, null],
        ['annotations/find', ana, page.reads, note.id, null],
        ['annotations/list_replies', ana, page.reads, text.id, note.id, note.thread_id, group, 50, null, null, null],
        ['reactions/list', ana, page.reads, text.id, note.id, 50, null, null, null, null],
      ]) page.rows.push(...await writer.call(...call));
      const shelves = await writer.call('shelves/of_document', ana, page.reads, text.id, page.past, null);
      page.count = shelves.reduce((sum, row) => sum + Number(row.n), 0);
    }];
    const remover = new Script(changer, ['groups/lock', group], ['groups/remove', group, leader, ['owner'], ana, ['owner']]);
    await remover.prepare();
    let reading = Promise.resolve();
    for (const which of order) {
      if (which === 1) await remover.go();
      else {
        reading = reading.then(steps.shift());
        await waits(reading, 40);
      }
    }
    await Promise.all([reading, remover.tail]);
    assert.equal(remover.refusal, null);
    const reads = page.rows.length > 0;
    assert.equal(page.count > 0, reads);
    if (page.known < remover.asked) assert.equal(reads, true, order.join(''));
    if (remover.done < page.asked) assert.equal(reads, false, order.join(''));
  }
  assert.deepEqual(await world.faults(), []);
});

// What somebody answers while the account of whom they answer ends.
const ANSWERED = {
  'words at the head of a thread': (text, erased) => world.annotate(erased, text),
  'a reply in a thread of others': async (text, erased) => world.reply(erased, await world.find(ana, (await world.annotate(ana, text)).id)),
  'words that have been answered before': async (text, erased) => {
    const root = await world.annotate(erased, text);
    await world.reply(ben, await world.find(ben, root.id));
    return root;
  },
};

for (const [what, say] of Object.entries(ANSWERED)) {
  test(`a reply to ${what}, and the end of their author's account: it hangs below a tombstone, or is refused`, async () => {
    for (const order of drawn(orders(5, 3))) {
      const { group, text } = await place();
      const erased = await world.user();
      await world.join(group, erased);
      const [{ name }] = await world.app.run(`SELECT name FROM users WHERE id = ${literal(erased)}`);
      const parent = await world.find(ana, (await say(text, erased)).id);
      const id = randomUUID();
      const [reply, erasure] = [new Script(writer, ...await answer(parent, id)), new Script(changer, ['users/erase', erased, null])];
      for (const script of [reply, erasure]) await script.prepare();
      await inOrder(order, [reply, erasure]);
      assert.equal(erasure.refusal, null, order.join(''));
      const [row] = await world.app.run(`SELECT * FROM annotation WHERE id = ${literal(id)}`);
      const [above] = await world.app.run(`SELECT * FROM annotation WHERE id = ${literal(parent.id)}`);
      if (reply.refusal !== null) {
        assert.match(reply.refusal, /^(gone|not-found)$/, order.join(''));
        assert.equal(row, undefined, 'nothing of it is left');
      } else {
        assert.ok(above && row, `both are there: ${order.join('')}`);
        const seen = await world.find(ben, id);
        assert.deepEqual([seen.parent_id, seen.thread_id], [parent.id, parent.thread_id]);
        assert.equal(Number(numbers((await world.find(ben, parent.id)).tally)[2]) >= 1, true, 'it is counted');
      }
      // whether it stays or goes, it says nothing, and its author is nobody
      if (above) assert.deepEqual([above.deleted_at !== null, above.body, above.quote_exact, above.tags, above.mask_id], [true, null, null, '{}', null]);
      const seen = await world.find(ben, parent.id);
      assert.ok(!seen || !Object.values(seen).includes(name), 'nobody is told whose it was');
    }
    assert.deepEqual(await world.faults(), []);
  });
}
