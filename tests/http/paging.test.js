import assert from 'node:assert/strict';
import test from 'node:test';
import { World, expect, refused } from '../support/people.js';

const world = await World.start();
const [alice, bob] = await world.people3();
const group = await world.group(alice, bob);
const essay = await alice.puts('The mass of men lead lives of quiet desperation.', { group: group.id });
const made = [];
for (let i = 0; i < 23; i++) made.push((await (i % 2 ? alice : bob).annotates(essay, { body: `n${i}`, tags: [i % 3 ? 'some' : 'third'] })).id);

const pages = async (who, path) => {
  const all = [];
  while (path) {
    const page = await who.get(path);
    all.push(expect(page, 200).data.map((n) => n.id));
    assert.equal(page.json.next === null, page.next === undefined);
    path = page.next;
  }
  return all;
};

for (const limit of [1, 5, 22, 23, 24, 200]) {
  test(`pages of ${limit} join to the whole list`, async () => {
    const all = await pages(alice, `/api/v1/annotations?document=${essay.id}&limit=${limit}`);
    assert.deepEqual(all.flat(), [...made].reverse());
    for (const page of all.slice(0, -1)) assert.equal(page.length, limit);
  });
}

test('a page keeps its filters', async () => {
  const all = await pages(alice, `/api/v1/annotations?document=${essay.id}&tag=third&author=bob&limit=2`);
  assert.deepEqual(all.flat(), made.filter((_, i) => i % 3 === 0 && i % 2 === 0).reverse());
});

test('without a limit a page has at most 50', async () => {
  const text = await alice.puts('Many.', { group: group.id });
  for (let i = 0; i < 51; i++) await alice.annotates(text, { body: `${i}` });
  const page = await alice.get(`annotations?document=${text.id}`);
  assert.equal(page.json.data.length, 50);
  assert.equal((await alice.get(page.next)).json.data.length, 1);
});

test('equal times lose nothing and repeat nothing', async () => {
  const text = await alice.puts('Same time.', { group: group.id });
  const ids = [];
  for (let i = 0; i < 9; i++) ids.push((await alice.annotates(text, { body: `${i}` })).id);
  world.sql(`UPDATE gloss.annotation SET created_at = '2026-03-01 09:30:00+00', updated_at = '2026-03-01 09:30:00+00' WHERE document_id = (SELECT document_id FROM gloss.annotation ORDER BY id DESC LIMIT 1)`);
  for (const order of ['created', 'updated']) {
    const all = (await pages(bob, `/api/v1/annotations?document=${text.id}&order=${order}&limit=2`)).flat();
    assert.deepEqual([...all].sort(), [...ids].sort());
  }
});

test('what is written between two pages neither repeats nor hides the rest', async () => {
  const text = await alice.puts('Moving.', { group: group.id });
  const ids = [];
  for (let i = 0; i < 6; i++) ids.push((await alice.annotates(text, { body: `${i}` })).id);
  const first = await bob.get(`annotations?document=${text.id}&limit=3`);
  await alice.annotates(text, { body: 'new' });
  await alice.delete(`annotations/${ids[4]}`);
  const second = await bob.get(first.next);
  assert.deepEqual([...first.json.data, ...second.json.data].map((n) => n.id), [...ids].reverse());
});

test('a cursor is taken as it was given, and nothing else is', async () => {
  const page = await alice.get(`annotations?document=${essay.id}&limit=2`);
  const cursor = page.json.next;
  for (const bad of [`${cursor}x`, cursor.slice(1), cursor.slice(0, -2), 'AAAA', '..', '%27', '1', '']) {
    const answer = await alice.get(`annotations?document=${essay.id}&limit=2&cursor=${bad}`);
    assert.ok(answer.slug === 'invalid-query' || answer.status === 200, `${bad}: ${answer.status}`);
  }
  refused(await alice.get('annotations?cursor=nonsense'), 'invalid-query');
});

test('every list has a next page when there is one', async () => {
  const who = await world.person('collector');
  for (let i = 0; i < 3; i++) {
    await who.puts(`text ${i}`);
    await who.founds(`group ${i}`);
  }
  const club = await who.founds('club');
  for (let i = 0; i < 3; i++) await who.invites(club);
  const text = await who.puts('reacted');
  const note = await who.annotates(text, { body: '0' });
  for (const reaction of ['agree', 'thanks', 'question']) await who.reacts(note, reaction);
  for (const body of ['1', '2']) await who.edits(note, { body });
  const { data } = expect(await who.get('groups'), 200);
  for (const [path, count] of [['documents', 4], ['groups', data.length], [`${club.path}/invitations`, 3], [`${note.path}/reactions`, 3], [`${note.path}/history`, 3]]) {
    const full = path.startsWith('/') ? path : `/api/v1/${path}`;
    let next = `${full}?limit=1`;
    let seen = 0;
    while (next) {
      const page = await who.get(next);
      seen += expect(page, 200).data.length;
      next = page.next;
    }
    assert.equal(seen, count, path);
  }
});
