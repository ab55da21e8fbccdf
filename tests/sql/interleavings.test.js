// Two writers step by step, in every order of their steps: one writes, the other changes what decides who
// sees it. A step that has to wait is gone on with when it can be. Whatever the order, afterwards the reader
// for whom it is not sees nothing of it, and every row is where it belongs.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { literal, waits } from '../support/sql.js';
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

const drawn = (list) => {
  const left = [...list];
  return Array.from({ length: Math.min(ORDERS, left.length) }, () => left.splice(random(left.length), 1)[0]);
};

// The batch of a session as steps; what is refused ends its transaction.
class Script {
  constructor(session, ...calls) {
    this.session = session;
    this.steps = [['BEGIN'], ...calls, ['COMMIT']];
    this.refusal = null;
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
        await (/^[A-Z]+$/.test(name) ? this.session.run(this.refusal === null ? name : 'ROLLBACK') : this.session.call(name, ...params));
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
      ['annotations/update', text.id, own.id, Number(own.version), Number(own.audience_id), ana, await world.reads(ana), 'comment', 'seen now', [], false, false, '"kind":"comment"', 1],
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
  return [['documents/hold', text.id], ['documents/set_annotating', text.id, leader, 1, 'none', [], await world.reads(leader)], ['annotations/settle_all', text.id, leader]];
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
