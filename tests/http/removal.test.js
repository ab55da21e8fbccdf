// A member is put out while they read, over and over: whatever they ask for after the removal has been
// acknowledged holds nothing of the group, old or new: in the process that acknowledged it at once, in
// another one a second later.
import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { Person, World, expect } from '../support/people.js';
import { Server } from '../support/server.js';

const world = await World.start();
const other = await Server.start(world.args);
after(() => other.stop());

const [alice, ben] = [await world.person('alice'), await world.person('ben')];
const group = await alice.founds('Canary watchers');
const essay = await alice.puts('The canary leads a life of quiet desperation.', { group: group.id, title: 'On canaries' });
const note = await alice.annotates(essay, { quote: 'quiet', body: 'a canary' });
await alice.replies(note, 'canary, too');
const invitation = await alice.invites(group);

const PATHS = [`/api/v1/annotations?document=${essay.id}`, note.path, '/api/v1/annotations', `${note.path}/replies`, `/api/v1/annotations.ndjson?group=${group.id}`,
  essay.path, `${essay.path}/text`, `/api/v1/documents/${essay.id}/export.md`, `/api/v1/documents?group=${group.id}`, `${group.path}/members`, `${note.path}/history`,
  '/api/v1/groups', `/d/${essay.id}`, `/g/${group.id}`, '/api/v1/me/export.md', '/'];
const BETRAYS = /canar(y|ies)/i;

// Asks for one thing after the other, each time if it has changed, until told to stop.
class Lane {
  constructor(url, first, step) {
    this.asks = [];
    [this.tags, this.said] = [new Map(), new Map()];
    this.people = { token: new Person({ url }, { token: ben.token }), cookie: new Person({ url }, { cookie: ben.cookie }) };
    this.done = this.run(first, step);
  }

  async run(at, step) {
    for (let i = at; !this.stopped; i += step) {
      const path = PATHS[i % PATHS.length];
      const asked = performance.now();
      const tag = this.tags.get(path);
      const who = path.startsWith('/api/') ? this.people.token : this.people.cookie;
      const { status, etag, text } = await who.get(path, { contract: false, headers: tag ? { 'If-None-Match': tag } : {} });
      // "as before" says as much as was said before
      const told = status === 304 ? this.said.get(path) : text;
      if (etag) this.tags.set(path, etag);
      this.said.set(path, told);
      this.asks.push({ path, asked, told });
    }
  }

  after(time) { return this.asks.filter(({ asked }) => asked > time); }
}

async function until(holds) {
  while (!holds()) await new Promise((resolve) => { setTimeout(resolve, 5); });
}

const ROUNDS = 6;
for (let round = 0; round < ROUNDS; round++) {
  const far = round % 3 === 0; // there it takes a second
  test(`who is put out while they read is told nothing that they ask for afterwards (${round + 1} of ${ROUNDS})`, async () => {
    await ben.accepts(invitation);
    const near = [0, 3, 5, 9, 12].map((first) => new Lane(world.url, first + round, 7));
    const there = far ? [new Lane(other.url, 0, 5), new Lane(other.url, 1, 3)] : [];
    const lanes = [...near, ...there];
    await until(() => lanes.every(({ asks }) => asks.some(({ told }) => BETRAYS.test(told)) && asks.length > round));
    expect(await alice.delete(`${group.path}/members/${ben.id}`), 204);
    const removed = performance.now();
    const late = await alice.annotates(essay, { body: 'a late canary' });
    await until(() => near.every((lane) => lane.after(removed).length >= PATHS.length));
    await until(() => there.every((lane) => lane.after(removed + 1050).length >= PATHS.length / 2));
    for (const lane of lanes) lane.stopped = true;
    await Promise.all(lanes.map((lane) => lane.done));
    for (const lane of lanes) {
      for (const { path, told } of lane.after(near.includes(lane) ? removed : removed + 1050)) {
        assert.ok(!BETRAYS.test(told), `${path} told ${told.slice(0, 500)}`);
      }
    }
    await alice.deletes(late);
  });
}
