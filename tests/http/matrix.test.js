// Who may do what to what: every operation of the contract, asked by every kind of reader, of every kind of
// annotation (or of the text and the group that it is in). What a cell expects comes from a model of the
// rule (access_model.js) and a row for each operation (access_rows.js); none is skipped, and an operation
// without a row fails the run. Every private row carries words of its own (what is said and its tags, what
// it quotes, names and masks, titles, addresses, codes, reasons), and whatever a reader gets, and the log,
// is searched for the words of others.
//
// Then the same with either lock off: of those runs a tenth of the cells is drawn. Under the sanitizers
// fewer are; GLOSS_TEST_SEED draws others, GLOSS_TEST_SHARE=1 takes all.
import assert from 'node:assert/strict';
import test from 'node:test';
import { sanitized } from '../support/binary.js';
import { operations, problems } from '../support/contract.js';
import { OBJECTS, READERS, expected, permissions } from '../support/access_model.js';
import { rows } from '../support/access_rows.js';
import { Scene } from '../support/access_scene.js';

const LANES = 24;
let seed = Number(process.env.GLOSS_TEST_SEED ?? (process.env.CI ? 20260301 : Date.now() % 1000000));
const SHARE = Number(process.env.GLOSS_TEST_SHARE ?? (sanitized ? 0.12 : 1));
const drawnFrom = seed;
const random = () => {
  seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
  return seed / 2 ** 32;
};

const scene = await Scene.make();

const statusOf = ({ status, refusal }) => (refusal ? problems.get(refusal).status : status);
const count = { cells: 0 };

function fill(path, params) {
  return path.replace(/\{(\w+)\}/g, (_, name) => {
    assert.ok(params[name] !== undefined, `nothing for {${name}} of ${path}`);
    return encodeURIComponent(params[name]);
  });
}

// One cell; answers what is wrong with it, or nothing.
async function ask(found, row, reader, object, asks) {
  const cookie = !row.byToken && (!found.path.startsWith('/api/') || found.operation['x-scope'] === 'session');
  const due = expected(found.operation, row, reader, object, cookie);
  const cell = { scene, reader, object, statusOf: (id) => statusOf(expected(operations.find((o) => o.id === id).operation, rows[id], reader, object)) };
  cell.who = scene.as(reader, object, { cookie, scope: found.operation['x-scope'] });
  // What succeeds may change the thing: it gets one of its own.
  if (!due.refusal && row.fresh) {
    if (row.fresh === 'text' || row.fresh === 'note') {
      const on = row.fresh === 'text' ? await scene.putText(object) : object;
      cell.object = { ...object, ...on, ...await scene.annotate(object, on) };
    } else cell.object = { ...object, ...await row.fresh(cell) };
  }
  const { params, query, ...body } = row.ask?.(cell) ?? {};
  const group = scene.groups[object.group];
  const path = fill(found.path, {
    document: cell.object.document, annotation: cell.object.annotation, revision: cell.object.revision, group: group.id, reaction: 'agree',
    slug: 'not-found', invitation: group.code, code: group.code, version: 'x', file: 'gloss.css', ...params,
  }) + (query ? `?${new URLSearchParams(query)}` : '');
  // What names nothing of the object is asked once by each reader.
  const asked = `${reader.name} ${scene.userOf(reader, object)} ${path}`;
  const answering = asks.get(asked) ?? cell.who.request(found.method.toUpperCase(), path, body);
  if (found.method === 'get') asks.set(asked, answering);
  const answer = await answering;
  cell.answer = answer;
  const name = `${found.id} × ${object.name} × ${reader.name}`;
  scene.canaries.search(reader.name, answer.text + JSON.stringify(answer.headers), `${name}: ${answer.status} ${path}`, row.tells?.(cell) ?? []);
  const succeeded = answer.status < 400;
  if (succeeded && row.undo) await row.undo(cell);
  const statuses = [statusOf(due)].flat();
  if (!statuses.includes(answer.status)) return `${name}: ${statuses.join(' or ')} is expected (${due.why}), ${answer.status} came: ${answer.text.slice(0, 300)}`;
  if (due.refusal && answer.problem && answer.slug !== due.refusal) return `${name}: ${due.refusal} is expected (${due.why}), ${answer.slug} came: ${answer.text.slice(0, 300)}`;
  if (!due.refusal && succeeded) {
    for (const word of row.shows?.(cell) ?? []) if (!answer.text.includes(word)) return `${name}: the answer lacks ${word}: ${answer.text.slice(0, 300)}`;
    row.check?.(cell, answer);
  }
  return null;
}

async function lanes(work, number) {
  const queue = [...work];
  await Promise.all(Array.from({ length: number }, async () => {
    while (queue.length) await queue.shift()();
  }));
}

const cellsOf = (share) => Object.values(OBJECTS).flatMap((object) => Object.values(READERS).map((reader) => ({ reader, object })))
  .filter(() => share === 1 || random() < share);

test('every operation of the contract has a row, and every row an operation', () => {
  assert.deepEqual(Object.keys(rows).sort(), operations.map(({ id }) => id).sort());
});

const ALL = ['owner', 'admin', 'moderator', 'member'];
test('the permission table is the one that was decided', () => {
  const decided = {
    read: [ALL, ['restricted', 'open']], write: [ALL, ['open']], list_text: [ALL, ['open']], list_members: [ALL, []],
    join: [[], ['open']], ask_to_join: [[], ['restricted']], leave: [ALL, []], wear_mask: [ALL, []],
  };
  for (const deed of ['moderate', 'see_flags', 'see_log', 'decide_requests', 'see_ready']) decided[deed] = [ALL.slice(0, 3), []];
  for (const deed of ['set_reading', 'reveal', 'order_texts', 'manage_texts', 'invite', 'remove_member', 'set_role', 'change']) decided[deed] = [ALL.slice(0, 2), []];
  for (const deed of ['set_leader', 'hand_over', 'dissolve']) decided[deed] = [['owner'], []];
  assert.deepEqual(Object.fromEntries([...permissions].map(([deed, { roles, others }]) => [deed, [roles, others]])), decided);
});

// With either lock switched off, the other one holds alone.
const LOCKS = [['both locks', null], ['the door alone', 'statement=off'], ['the statement alone', 'door=off']];
for (const [lock, setting] of LOCKS) {
  test(`${lock}: a server is there`, async () => {
    if (setting) await scene.serveAgain({ GLOSS_TEST: '1', GLOSS_TEST_LOCKS: setting });
  });
  for (const found of operations) {
    const row = rows[found.id];
    if (!row) continue;
    test(`${lock}: ${found.id} answers each reader as the model says (seed ${drawnFrom})`, async () => {
      const faults = [];
      const asks = new Map();
      const cells = cellsOf(setting ? SHARE / 10 : SHARE);
      count.cells += cells.length;
      await lanes(cells.map(({ reader, object }) => async () => {
        const fault = await ask(found, row, reader, object, asks).catch((error) => `${found.id} × ${object.name} × ${reader.name}: ${error.message}`);
        if (fault) faults.push(fault);
      }), row.alone ? 1 : LANES);
      assert.equal(faults.length, 0, `${faults.length} of ${cells.length} cells:\n${faults.slice(0, 12).join('\n')}`);
    });
  }
}

test('the statements without their lock were asked for all audiences that there are', () => {
  assert.ok(Number(scene.world.sql('SELECT max(id) FROM gloss.audience')) < 1024);
});

test('nobody has read a word that was not meant for them, nor has the log', (t) => {
  scene.canaries.search(null, scene.log, 'the log');
  t.diagnostic(`${count.cells} cells, ${scene.canaries.size} canaries, ${scene.canaries.bytes} bytes searched`);
  assert.deepEqual(scene.canaries.leaks.slice(0, 20), []);
});
