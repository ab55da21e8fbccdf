// Requests made from the contract: right, half right and wrong, by everybody. The contract judges each
// answer; none may be a 5xx, none may take long. A run repeats with GLOSS_TEST_SEED, which a failure shows; under CI it
// is always the same run.
import assert from 'node:assert/strict';
import test from 'node:test';
import { patience, sanitized } from '../support/binary.js';
import { operations, resolve } from '../support/contract.js';
import { Person, World } from '../support/people.js';

const seed = Number(process.env.GLOSS_TEST_SEED ?? (process.env.CI ? 20260301 : Date.now() % 1000000));
const requests = Number(process.env.GLOSS_TEST_FUZZ ?? (sanitized ? 1500 : 3000));

let state = seed + 1;
const random = (below) => {
  state = (state * 48271) % 2147483647;
  return state % below;
};
const pick = (list) => list[random(list.length)];
const chance = (percent) => random(100) < percent;

const STRANGE = ['', ' ', 'x', '😀', 'e\u0301', '\u202e', '\ufeff', "'", '"', '%', '\\', '../..', '<b>', '0', '-1', 'null', 'a'.repeat(300), '\n', '\t', '\u0001', '\u0000', '\ud800', 'NaN', '1e309', 'true', '[]', '{}', '__proto__', '2026-03-01T09:30:00Z', '9999-12-31T23:59:59.999999Z', '0001-01-01T00:00:00Z', '1e5', 'https://example.org/' + 'x'.repeat(3000), 'http://[::1', 'everyone', 'mine', 'me'];
const VALUES = [null, true, false, 0, -1, 1, 1.5, 1e308, 9007199254740993, -0, 2147483648, [], {}, [[]], [null], { a: 1 }, ...STRANGE];

const world = await World.start();
const [alice, bob, carol] = await world.people3();
const group = await world.group(alice, bob);
const known = {
  document: [], revision: [], annotation: [], group: ['everyone', 'mine', group.id], user: [alice.id, bob.id, 'alice'], token: [], invitation: [],
  reaction: ['agree', 'thanks'], slug: ['not-found'], code: [], version: ['x'], file: ['gloss.css'],
};
for (const who of [alice, bob]) {
  for (const text of ['The mass of men lead lives. The mass.', '😀 e\u0301 short']) {
    const essay = await who.puts(text, who === alice ? { group: group.id } : {});
    known.document.push(essay.id);
    known.revision.push(essay.revision.id);
    const note = await who.annotates(essay, { body: 'x' });
    known.annotation.push(note.id, (await who.replies(note, 'y')).id);
  }
}
const invitation = await alice.invites(group);
known.invitation.push(invitation.id, invitation.code);
known.code.push(invitation.code);
known.document.push('https://example.org/x');

// What a schema asks for, or now and then something else.
function value(schema, depth = 0) {
  const at = resolve(schema) ?? {};
  if (chance(depth ? 12 : 3)) return pick(VALUES);
  if (at.const !== undefined) return at.const;
  if (at.enum) return pick(at.enum);
  for (const choice of [at.oneOf, at.anyOf]) if (choice && !at.properties) return value(pick(choice), depth + 1);
  const type = Array.isArray(at.type) ? pick(at.type) : at.type;
  if (type === 'object' || at.properties) {
    const made = {};
    for (const [key, inner] of Object.entries(at.properties ?? {})) {
      if ((at.required ?? []).includes(key) ? chance(95) : chance(35)) {
        made[key] = known[key] && chance(85) ? pick(known[key]) : value(inner, depth + 1);
      }
    }
    if (chance(4)) made[pick(STRANGE)] = pick(VALUES);
    return made;
  }
  if (type === 'array') return Array.from({ length: pick([0, 1, 1, 2, 5]) }, () => value(at.items ?? {}, depth + 1));
  if (type === 'integer') return pick([0, 1, 2, 3, 5, 8, 50, 200, 201, 100000]);
  if (type === 'number') return random(100) / 10;
  if (type === 'boolean') return chance(50);
  if (type === 'null') return null;
  if (at.pattern?.includes('_[0-7]')) return pick([...known.annotation, ...known.document, ...known.revision]);
  return pick([...STRANGE, 'mass', 'The mass', 'lead', 'men lead lives', 'word', 'short']);
}

const encode = (text) => encodeURIComponent(String(text).toWellFormed?.() ?? String(text).replace(/[\ud800-\udfff]/g, '?'));

function make() {
  const { path, method, item, operation } = pick(operations);
  const query = [];
  for (const parameter of [...(item.parameters ?? []), ...(operation.parameters ?? [])].map(resolve)) {
    if (parameter.in !== 'query' || !chance(30)) continue;
    const got = known[parameter.name] && chance(70) ? pick(known[parameter.name]) : value(parameter.schema);
    query.push(`${parameter.name}=${encode(typeof got === 'object' ? JSON.stringify(got) : got)}`);
  }
  if (chance(3)) query.push(`${encode(pick(STRANGE))}=${encode(pick(STRANGE))}`);
  const target = path.replace(/\{(\w+)\}/g, (_, name) => (chance(90) ? pick(known[name]?.length ? known[name] : ['x']) : encode(pick(STRANGE)) || 'x'));
  const options = { headers: {} };
  const content = operation.requestBody?.content;
  if (content) {
    options.type = pick(Object.keys(content));
    const { schema } = content[options.type];
    if (/json/.test(options.type)) {
      options.json = value(schema);
      // Half a body, or one that is no JSON: then nothing of it is known.
      if (chance(3)) {
        options.body = JSON.stringify(options.json).slice(0, random(20));
        delete options.json;
      }
    } else {
      options.body = String(pick([...STRANGE.filter((text) => !/[\ud800-\udfff]/.test(text)), 'A text.', '# A heading\n\nText.']));
    }
  }
  if (chance(8)) options.headers['If-Match'] = pick(['*', '"1"', '"x"', 'W/"1"', 'junk', '"1.abc"', '']);
  if (chance(8)) options.headers['If-None-Match'] = pick(['*', '"1"', '"x"', 'W/"1"', 'junk']);
  if (chance(5)) options.headers['Idempotency-Key'] = pick(['one', 'two', 'x'.repeat(300), 'ü'.repeat(3)].filter((key) => /^[\x20-\x7e]*$/.test(key)));
  if (chance(4)) options.headers.Accept = pick(['*/*', 'text/html', 'application/json', 'image/png', 'junk', 'application/json;q=0', ',,,', 'text/*;q=x']);
  return { method: method.toUpperCase(), path: query.length ? `${target}?${query.join('&')}` : target, options };
}

test(`whatever is asked for gets a documented answer (seed ${seed})`, async () => {
  const people = [alice, alice, alice, bob, bob, carol, new Person(world, { cookie: alice.cookie }), world.anyone];
  const faults = [];
  let slowest = 0;
  for (let i = 0; i < requests && faults.length < 10; i++) {
    const { method, path, options } = make();
    // Signing out, or changing the password, would end what follows.
    if (/\/(session|me\/password)$/.test(path) && method !== 'GET') continue;
    if (/\/(leave|members\/.*)$/.test(path) && method !== 'GET') continue;
    const who = pick(people);
    const started = Date.now();
    try {
      const answer = await who.request(method, path, options);
      if (answer.status >= 500) faults.push(`${answer.status} ${method} ${path} ${JSON.stringify(options)}\n   ${answer.text}`);
      if (answer.status === 201 && answer.json?.id) {
        const kind = { doc: 'document', ann: 'annotation', grp: 'group' }[answer.json.id.slice(0, 3)];
        if (kind && known[kind].length < 40) known[kind].push(answer.json.id);
      }
    } catch (error) {
      faults.push(`${method} ${path} ${JSON.stringify(options)}\n   ${error.message.slice(0, 800)}`);
    }
    slowest = Math.max(slowest, Date.now() - started);
  }
  assert.equal(faults.length, 0, `seed ${seed}:\n${faults.join('\n')}`);
  assert.ok(slowest < 2000 * patience, `the slowest took ${slowest} ms`);
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
