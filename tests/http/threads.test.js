// What threads share (texts, rates, rights, settings, the pools of work) is used by all of them at once,
// and until the end. Whether they raced is for ThreadSanitizer to say: make check SANITIZE=thread.
import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { patience, sanitized } from '../support/binary.js';
import { World, expect } from '../support/people.js';

const folder = mkdtempSync(join(tmpdir(), 'gloss-threads-'));
chmodSync(folder, 0o755);
after(() => rmSync(folder, { recursive: true, force: true }));

const file = join(folder, 'gloss.conf');
const configure = (limited) => writeFileSync(file, `signup = open\nrate-limit = ${limited ? 'on' : 'off'}\n`, { mode: 0o644 });
configure(false);

const world = await World.start({ workers: 3, signup: null, rateLimit: null, args: ['--config', file] });
const [alice, bob] = await world.people3();
const group = await world.group(alice, bob);
const rounds = sanitized ? 10 : 30;
// Long enough to be read off the loop, short enough to be many.
const long = (i) => `${'What everybody echoes may turn out to be false. '.repeat(1500)}Number ${i}.`;
const upTo = (count, act) => Promise.all(Array.from({ length: count }, (_, i) => act(i)));

// Everything here may be refused for a while, and nothing may fail.
const fine = (answer) => assert.ok(answer.status < 500 || answer.status === 503, `${answer.status}: ${answer.text.slice(0, 500)}`);
const signsIn = (person, password = person.password) => world.anyone.post('session', { name: person.name, password });

const acts = {
  async reads() {
    for (const who of [alice, bob]) fine(await who.get(`annotations?group=${group.id}`));
    fine(await world.anyone.get('/readyz'));
  },
  // Many ask at once for a text that nobody has asked for before.
  async asksForPlaces(i) {
    const put = await alice.post('documents', { text: long(i), title: 'Long', group: group.id });
    fine(put);
    if (put.status !== 201) return;
    for (const answer of await upTo(6, (k) => [alice, bob][k % 2].post(`documents/${put.json.id}/resolve-quote`, { quote: `Number ${i}.` }))) fine(answer);
    fine(await bob.post('annotations', { document: put.json.id, quote: `Number ${i}.`, body: 'here' }));
  },
  async signIn() {
    fine(await signsIn(alice));
    fine(await signsIn(bob, 'not his password'));
  },
  async changesRights() {
    const invitation = await alice.post(`${group.path}/invitations`, {});
    fine(invitation);
    if (invitation.status === 201) fine(await world.anyone.get(`invitations/${invitation.json.code}`));
    const token = await new alice.constructor(world, { cookie: alice.cookie }).post('tokens', { name: 'short-lived' });
    fine(token);
    if (token.status === 201) fine(await new alice.constructor(world, { cookie: alice.cookie }).delete(`tokens/${token.json.id}`));
  },
  async reloads(i) {
    configure(i % 2 === 0);
    world.server.child.kill('SIGHUP');
    await new Promise((resolve) => setTimeout(resolve, 30));
  },
};

test('whatever happens at once, everybody gets an answer', { timeout: 60_000 * patience }, async () => {
  await Promise.all(Object.values(acts).map(async (act) => {
    for (let i = 0; i < rounds; i++) await act(i);
  }));
  configure(false);
  world.server.child.kill('SIGHUP');
  let answer;
  do answer = await alice.get('me'); while (answer.status === 429);
  expect(answer, 200);
});

test('a server that ends in the midst of it ends well', { timeout: 60_000 * patience }, async () => {
  let ended = false;
  const busy = Promise.all(Object.values(acts).filter((act) => act !== acts.reloads).map(async (act) => {
    // What comes too late finds no server, which is what it was told.
    for (let i = 0; !ended; i++) await act(i).catch((error) => { if (!/ECONN|EPIPE|hang up/.test(`${error.code} ${error.message}`)) throw error; });
  }));
  await new Promise((resolve) => setTimeout(resolve, 300));
  await world.server.stop();
  ended = true;
  await busy;
  await world.server.launch();
});
