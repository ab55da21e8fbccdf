// What somebody may see ends within a second, in every process, for answers that are on their way too:
// for who is put out of a group, disabled or erased, and for a token that is revoked or runs out.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import test, { after } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { gloss } from '../support/binary.js';
import { World, expect, refused } from '../support/people.js';
import { Server } from '../support/server.js';

const world = await World.start();
const other = await Server.start(world.args);
after(() => other.stop());

const alice = await world.person('alice');
const people = await Promise.all(['removed', 'disabled', 'erased', 'revoked', 'expired', 'left'].map((name) => world.person(name)));
const [removed, disabled, erased, revoked, expired, left] = people;
const group = await world.group(alice, ...people);
const essay = await alice.puts('The mass of men lead lives of quiet desperation.', { group: group.id, title: 'Popular' });
const note = await alice.annotates(essay, { quote: 'mass', body: `canary ${'word '.repeat(1200)}` });
const COPIES = 3000;
world.sql(`INSERT INTO gloss.annotation
  SELECT (jsonb_populate_record(NULL::gloss.annotation, to_jsonb(a) ||
            jsonb_build_object('id', n.id, 'thread_id', n.id, 'created_at', a.created_at + n.i * interval '1 ms'))).*
    FROM (SELECT * FROM gloss.annotation) a, (SELECT i, gen_random_uuid() AS id FROM generate_series(1, ${COPIES}) i) n`);

// The same person, asking the other process.
const elsewhere = (who) => new who.constructor({ url: other.url }, who);
const STREAMS = [`/api/v1/annotations.ndjson?document=${essay.id}`, `/api/v1/documents/${essay.id}/export.jsonld`];
const SINGLE = [note.path, essay.path, `${essay.path}/text`, `${note.path}/replies`];
const LIST = `/api/v1/annotations?document=${essay.id}&limit=1`;

async function begins(who, path) {
  const request = http.request(new URL(path, other.url), { headers: { Authorization: `Bearer ${who.token}` }, agent: false });
  request.end();
  const [answer] = await once(request, 'response');
  assert.equal(answer.statusCode, 200, path);
  answer.pause();
  return answer;
}

async function rest(answer) {
  let bytes = 0;
  let text = '';
  try {
    for await (const part of answer) {
      bytes += part.length;
      text = (text + part.toString()).slice(-200);
    }
  } catch {
    return { whole: false, bytes, text };
  }
  return { whole: answer.complete, bytes, text };
}

const ways = {
  'a member who is put out': [removed, () => alice.delete(`${group.path}/members/${removed.id}`), 'not-found'],
  'a member who leaves': [left, () => left.post(`${group.path}/leave`), 'not-found'],
  'a disabled user': [disabled, () => gloss(['user', 'disable', disabled.name, ...world.cluster.options(world.database)]), 'unauthorized'],
  'an erased account': [erased, () => new erased.constructor(world, { cookie: erased.cookie }).post('me/erase', { password: erased.password }), 'unauthorized'],
  'a revoked token': [revoked, async () => {
    const session = new revoked.constructor(world, { cookie: revoked.cookie });
    const [token] = expect(await session.get('tokens'), 200).data;
    expect(await session.delete(`tokens/${token.id}`), 204);
  }, 'unauthorized'],
  'a token that runs out': [expired, () => world.sql(`UPDATE gloss.token t SET expires_at = now() FROM gloss.users u WHERE u.id = t.user_id AND u.name = 'expired'`), 'unauthorized'],
};

for (const [name, [who, end, slug]] of Object.entries(ways)) {
  test(`${name} reads nothing a second later, in another process, nor the rest of what was on its way`, async () => {
    for (const path of SINGLE) assert.equal((await elsewhere(who).get(path, { contract: false })).status, 200, path);
    const streams = await Promise.all(STREAMS.map((path) => begins(who, path)));
    await end();
    await sleep(1050);
    for (const process of [elsewhere(who), who]) {
      for (const path of SINGLE) refused(await process.get(path), slug);
      refused(await process.get(STREAMS[1]), slug);
      // of a text that one may not know of there is nothing to list
      if (slug === 'not-found') assert.deepEqual(expect(await process.get(LIST), 200).data, []);
      else for (const path of [LIST, STREAMS[0]]) refused(await process.get(path), slug);
      refused(await process.post('annotations', { document: essay.id, body: 'too late', group: group.id }), slug);
    }
    for (const [i, answer] of streams.entries()) {
      const { whole, text } = await rest(answer);
      const counted = /"end":true,"count":(\d+)/.exec(text);
      assert.ok(!whole || (counted && Number(counted[1]) <= COPIES), `${STREAMS[i]} went on to its end: …${text}`);
    }
  });

  test(`${name} is shown no page of it either`, async () => {
    if (slug === 'unauthorized' && /token/.test(name)) return; // the session is another right
    for (const base of [other.url, world.url]) {
      const answer = await fetch(new URL(`/d/${essay.id}`, base), { headers: { Cookie: who.cookie }, redirect: 'manual' });
      assert.ok(!(await answer.text()).includes('desperation'), `${answer.status}`);
    }
  });
}

test('who has just been disabled or erased writes nothing, where that is not known yet too', async () => {
  for (const end of [
    (who) => gloss(['user', 'disable', who.name, ...world.cluster.options(world.database)]),
    (who) => new who.constructor(world, { cookie: who.cookie }).post('me/erase', { password: who.password }),
  ]) {
    const who = await (await world.person()).joins(group, alice);
    const open = await alice.puts('For everyone.', { group: 'everyone' });
    expect(await elsewhere(who).get(open.path), 200);
    await end(who);
    const answers = await Promise.all([essay, open].map((text) => elsewhere(who).post('annotations', { document: text.id, body: 'a last word' })));
    for (const answer of answers) assert.ok([401, 403, 404].includes(answer.status), `${answer.status} ${answer.text}`);
    assert.equal(world.sql(`SELECT count(*) FROM gloss.annotation WHERE body = 'a last word'`), '0');
  }
});
