// Somebody holds a table for a while: whatever is asked meanwhile is answered in time, as ever or
// with 503, and afterwards everything works. So each step of each operation meets a statement that
// fails.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import test from 'node:test';
import { patience } from '../support/binary.js';
import { operations } from '../support/contract.js';
import { World, expect } from '../support/people.js';

const world = await World.start({ workers: 1 });
const alice = await world.person('alice');
const bob = await world.person('bob');

// Holds the tables, for the time of `act`.
async function holding(tables, act) {
  const psql = spawn('psql', ['-XAtq', '-h', world.cluster.folder, '-U', 'postgres', world.database], { stdio: ['pipe', 'pipe', 'ignore'] });
  psql.stdin.write(`BEGIN; LOCK TABLE ${tables.map((table) => `gloss.${table}`).join(', ')} IN ACCESS EXCLUSIVE MODE; SELECT 'held';\n`);
  try {
    const [said] = await once(psql.stdout, 'data');
    assert.match(String(said), /held/);
    await act();
  } finally {
    psql.stdin.end('ROLLBACK;\n');
    await once(psql, 'close');
  }
}

// Everything that an operation's path may name, fresh.
async function setOfThings() {
  const group = await alice.founds('Locked');
  await bob.joins(group, alice);
  const essay = await alice.putsMarkdown('# On Walking\n\nThe mass of men lead lives of quiet desperation.', { group: group.id });
  const note = await alice.annotates(essay, { quote: 'quiet', body: 'Hm.' });
  const token = await alice.makesToken(['feed']);
  const { code } = await alice.invites(group);
  return { document: essay.id, revision: essay.revision.id, annotation: note.id, group: group.id, user: bob.id, token: token.id, invitation: code, reaction: 'agree', code, slug: 'not-found' };
}

// What would end the session, or asks for the password's sake alone.
const left = ['deleteSession', 'formSignOut', 'putPassword', 'createUser', 'createSession', 'formSignIn', 'getMetrics', 'getAsset'];

function ask({ method, path, operation }, things) {
  const session = new alice.constructor(world, { cookie: alice.cookie });
  const target = path.replace(/\{(\w+)\}/g, (_, name) => things[name]);
  const [type, { example, examples } = {}] = Object.entries(operation.requestBody?.content ?? {})[0] ?? [];
  const value = example ?? Object.values(examples ?? {})[0]?.value;
  const body = value === undefined ? {} : typeof value === 'string' ? { body: value, type } : { json: value, type };
  return session.request(method.toUpperCase(), target, { ...body, contract: false });
}

const TABLES = [['event'], ['annotation'], ['document'], ['revision_text'], ['member'], ['groups'], ['invitation'], ['token'], ['reaction', 'anchor'], ['idempotency_key'], ['users']];

for (const tables of TABLES) {
  test(`while ${tables.join(' and ')} cannot be had, each operation answers in time, with 503 at the worst`, { timeout: 120_000 * patience }, async () => {
    const things = await setOfThings();
    expect(await alice.get('me'), 200);
    const asked = operations.filter(({ id }) => !left.includes(id));
    await holding(tables, async () => {
      const started = Date.now();
      await Promise.all(asked.map(async (one) => {
        const answer = await ask(one, things).catch((error) => ({ status: 0, error }));
        // What is made while it goes out is cut where it cannot go on, so that its end is missed.
        if (answer.error) {
          assert.match(one.id, /^export|^createAnnotations$/, `${one.id}: ${answer.error.stack}`);
          return;
        }
        assert.ok(answer.status < 500 || answer.status === 503, `${one.id}: ${answer.status} ${answer.text.slice(0, 300)}`);
        if (answer.status === 503) assert.match(answer.headers['retry-after'] ?? '', /^[1-9]\d*$/, one.id);
        assert.ok(Date.now() - started < 60_000 * patience, `${one.id} took ${Date.now() - started} ms`);
      }));
    });
    for (const end = Date.now() + 10_000 * patience; (await alice.get('me')).status !== 200;) assert.ok(Date.now() < end, 'it does not come back');
    const again = await alice.puts('It works again.');
    expect(await alice.get(again.path), 200);
  });
}
