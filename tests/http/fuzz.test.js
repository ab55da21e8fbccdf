// Requests drawn from the contract, by everybody there is. The contract judges each answer; none may be a
// 5xx, none may take long. A run repeats with GLOSS_TEST_SEED, which a failure shows; under CI it is always
// the same run. `make fuzz-api` runs many.
import fc from 'fast-check';
import assert from 'node:assert/strict';
import test from 'node:test';
import { patience, sanitized } from '../support/binary.js';
import { Person, World, expect } from '../support/people.js';
import { anyRequest, fill } from '../support/requests.js';

const seed = Number(process.env.GLOSS_TEST_SEED ?? (process.env.CI ? 20260301 : Date.now() % 1000000));
const requests = Number(process.env.GLOSS_TEST_FUZZ ?? (sanitized ? 1500 : 3000));
const KNOWN_MAX = 40;

const world = await World.start();
const [alice, bob, carol] = await world.people3();
const group = await world.group(alice, bob);
const known = {
  document: ['https://example.org/x'], revision: [], annotation: [], group: ['everyone', 'mine', group.id],
  user: [alice.id, bob.id, 'alice'], author: ['me', 'alice', bob.id], parent: [], token: [], invitation: [],
  reaction: ['agree', 'thanks'], slug: ['not-found'], code: [], version: ['x'], file: ['gloss.css'],
};
for (const who of [alice, bob]) {
  for (const text of ['The mass of men lead lives. The mass.', '😀 e\u0301 short']) {
    const essay = await who.puts(text, who === alice ? { group: group.id } : {});
    known.document.push(essay.id);
    known.revision.push(essay.revision.id);
    const note = await who.annotates(essay, { body: 'x' });
    known.annotation.push(note.id, (await who.replies(note, 'y')).id);
    known.parent.push(note.id);
  }
}
const invitation = await alice.invites(group);
known.invitation.push(invitation.id, invitation.code);
known.code.push(invitation.code);

// -- who asks ----------------------------------------------------------------------------------------

async function withToken(who, name, ...scopes) {
  const { id, token } = await who.makesToken(scopes, { name });
  return new Person(world, { name: `${who.name}, ${name}`, token, tokenId: id });
}

async function everybody() {
  const dora = await world.person('dora');
  const removed = await (await world.person('remo')).joins(group, alice);
  expect(await new Person(world, { cookie: alice.cookie }).delete(`${group.links.self}/members/${removed.id}`), 204);
  const people = {
    anonymous: world.anyone,
    owner: alice,
    'owner, signed in': new Person(world, { name: 'alice, signed in', cookie: alice.cookie }),
    member: bob,
    outsider: carol,
    'removed member': removed,
    'reading token': await withToken(alice, 'reads', 'documents:read', 'annotations:read'),
    'export token': await withToken(bob, 'exports', 'export'),
    'expired token': await withToken(alice, 'expired', 'annotations:read'),
    'revoked token': await withToken(bob, 'revoked', 'annotations:read'),
    admin: await world.person('root'),
    'disabled user': dora,
  };
  expect(await new Person(world, { cookie: bob.cookie }).delete(`tokens/${people['revoked token'].tokenId}`), 204);
  world.sql("UPDATE gloss.token SET expires_at = now() - interval '1 hour' WHERE name = 'expired'");
  world.sql("UPDATE gloss.users SET admin = true WHERE name = 'root'");
  world.sql("UPDATE gloss.users SET state = 'disabled' WHERE name = 'dora'");
  return people;
}

const people = await everybody();
// Those who may do most ask most.
const asking = [...Object.entries(people), ...Array(12).fill(['owner', people.owner]),
  ...Array(6).fill(['owner, signed in', people['owner, signed in']]), ...Array(6).fill(['member', bob])];

// -- the run -----------------------------------------------------------------------------------------

// Signing out, or changing the password, would end what follows.
function wouldEnd({ method, path }) {
  return method !== 'GET' && /\/(session|signout|me\/password|leave|members\/[^/]*)$/.test(path);
}

function remember(answer) {
  if (answer.status !== 201 || !/json$/.test(answer.mediaType)) return;
  const kind = { doc: 'document', ann: 'annotation', grp: 'group', tok: 'token', inv: 'invitation' }[answer.json?.id?.slice(0, 3)];
  if (kind && known[kind].length < KNOWN_MAX) known[kind].push(answer.json.id);
}

let slowest = { ms: 0 };
const asked = new Set();

async function ask(drawn) {
  if (wouldEnd(drawn)) return;
  const [role, who] = asking[drawn.who % asking.length];
  const { method, path, options } = fill(drawn, known);
  const began = performance.now();
  const answer = await who.request(method, path, options);
  const ms = performance.now() - began;
  if (ms > slowest.ms) slowest = { ms, role, method, path };
  assert.ok(answer.status < 500, `${role}: ${answer.status} ${method} ${path} ${JSON.stringify(options)}\n   ${answer.text}`);
  assert.ok(ms < 2000 * patience, `${role}: ${method} ${path} took ${Math.round(ms)} ms`);
  remember(answer);
  asked.add(role);
}

test(`whatever is asked for gets a documented answer (seed ${seed})`, async (t) => {
  await fc.assert(fc.asyncProperty(anyRequest, ask), { seed, numRuns: requests });
  t.diagnostic(`${requests} requests, the slowest took ${Math.round(slowest.ms)} ms: ${slowest.method} ${slowest.path}`);
  assert.deepEqual([...asked].sort(), Object.keys(people).sort(), 'everybody has asked');
});

test('after all that the counts are right, the passes are right, and the server has not fallen over', async () => {
  assert.equal(world.sql('SELECT count(*) FROM gloss.pass WHERE reads <> gloss.pass_of(user_id)'), '0');
  for (const id of known.document.filter((d) => d.startsWith('doc_'))) {
    for (const who of [alice, bob]) {
      const answer = await who.get(`documents/${id}`);
      if (answer.status !== 200) continue;
      assert.equal(answer.json.annotations, (await who.sees(id)).filter((n) => !n.deleted).length, `${who.name} on ${id}`);
    }
  }
  assert.equal(world.server.child.exitCode, null);
});
