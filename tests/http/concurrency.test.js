// What happens at the same time comes out as if it had happened one after the other.
import assert from 'node:assert/strict';
import net from 'node:net';
import test from 'node:test';
import { sanitized } from '../support/binary.js';
import { World, expect, refused } from '../support/people.js';

const world = await World.start();
const [alice, bob, carol] = await world.people3();
const group = await world.group(alice, bob, carol);
const essay = await alice.puts('The mass of men lead lives of quiet desperation.', { group: group.id });
const rounds = sanitized ? 8 : 20;

// Everything that is told about a document agrees with everything else.
async function agrees(document, who = alice) {
  const notes = await who.sees(document);
  const live = notes.filter((n) => !n.deleted);
  assert.equal((await who.reads(document)).annotations, live.length);
  for (const note of notes) {
    const below = live.filter((n) => {
      for (let at = n; at?.parent; at = notes.find((m) => m.id === at.parent)) if (at.parent === note.id) return true;
      return false;
    });
    assert.equal(note.replies, below.length, note.id);
    if (note.parent) assert.ok(notes.some((n) => n.id === note.parent), `${note.id} hangs on nothing`);
    if (note.deleted) assert.ok(below.length > 0, `the tombstone ${note.id} has no replies`);
  }
}

test('of thousands of answers on connections with many requests each, none is another’s', async () => {
  const notes = [];
  for (let i = 0; i < 20; i++) notes.push(await alice.annotates(essay, { body: `note ${i}` }));
  const connections = 16;
  const each = sanitized ? 60 : 200;
  let right = 0;
  await Promise.all(Array.from({ length: connections }, (_, c) => new Promise((resolve, reject) => {
    const wanted = [];
    let text = '';
    const socket = net.connect(world.server.port, '127.0.0.1', () => {
      for (let i = 0; i < each; i++) {
        const note = notes[(c * 7 + i) % notes.length];
        wanted.push({ id: `r-${c}-${i}`, note });
        socket.write(`GET ${note.path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${(c % 2 ? alice : bob).token}\r\nX-Request-Id: r-${c}-${i}\r\n${i === each - 1 ? 'Connection: close\r\n' : ''}\r\n`);
      }
    });
    socket.setEncoding('utf8').on('data', (part) => { text += part; });
    socket.setTimeout(60000, () => reject(new Error('no answer')));
    socket.on('error', reject);
    socket.on('close', () => {
      const answers = text.split('HTTP/1.1 ').slice(1);
      try {
        assert.equal(answers.length, each);
        for (const [i, answer] of answers.entries()) {
          assert.match(answer, /^200/);
          assert.match(answer, new RegExp(`x-request-id: ${wanted[i].id}\r`, 'i'));
          assert.ok(answer.includes(`"id":"${wanted[i].note.id}"`));
          right++;
        }
        resolve();
      } catch (error) {
        reject(error);
      }
    });
  })));
  assert.equal(right, connections * each);
});

test('a note that is deleted while somebody replies is a tombstone, or the reply is refused', async () => {
  for (let i = 0; i < rounds; i++) {
    const note = await alice.annotates(essay, { quote: 'mass', body: 'short-lived' });
    const [deleted, reply] = await Promise.all([alice.delete(note.path), bob.post(`${note.path}/replies`, { body: 'wait' })]);
    assert.equal(deleted.status, 204, deleted.text);
    assert.ok([201, 404].includes(reply.status), reply.text);
    const after = await carol.get(note.path);
    assert.equal(after.status, reply.status === 201 ? 200 : 404);
    if (after.status === 200) assert.equal(after.json.deleted, true);
  }
  await agrees(essay);
});

test('a thread that is answered, edited, reacted to and cut at once still adds up', async () => {
  const text = await alice.puts('A busy text.', { group: group.id });
  const root = await alice.annotates(text, { body: 'root' });
  const replies = [];
  for (let i = 0; i < rounds; i++) {
    const target = replies[i % 5] ?? root;
    const answers = await Promise.all([
      bob.post(`${target.path}/replies`, { body: `b${i}` }),
      carol.post(`${root.path}/replies`, { body: `c${i}` }),
      alice.put(`${target.path}/reactions/agree`),
      bob.put(`${target.path}/reactions/agree`),
      alice.patch(root.path, { body: `root ${i}` }),
      ...(i % 3 === 2 && replies.length ? [replies[0].owner.delete(replies[0].path)] : []),
    ]);
    for (const answer of answers) assert.ok(answer.status < 500 && answer.status !== 409, answer.text);
    if (i % 3 === 2) replies.shift();
    for (const [k, owner] of [[0, bob], [1, carol]]) if (answers[k].status === 201) replies.push({ path: answers[k].json.links.self, owner });
  }
  for (const who of [alice, bob, carol]) await agrees(text, who);
});

test('a text that is deleted while somebody annotates it keeps no half of it', async () => {
  for (let i = 0; i < rounds; i++) {
    const text = await alice.puts('Now or never.', { group: group.id });
    const [gone, note] = await Promise.all([alice.delete(text.path), bob.post('annotations', { document: text.id, quote: 'never', body: 'x' })]);
    assert.equal(gone.status, 204);
    assert.ok([201, 404].includes(note.status), note.text);
    expect(await alice.post(`${text.path}/restore`), 200);
    assert.equal((await alice.sees(text)).length, note.status === 201 ? 1 : 0);
    await agrees(text);
  }
});

test('who is removed while they write has written before, or not at all', async () => {
  for (let i = 0; i < rounds; i++) {
    const club = await world.group(alice, bob);
    const text = await alice.puts('For the club.', { group: club.id });
    const [removed, note] = await Promise.all([alice.delete(`${club.path}/members/${bob.id}`), bob.post('annotations', { document: text.id, body: 'still here?' })]);
    assert.equal(removed.status, 204);
    assert.ok([201, 404, 403, 422].includes(note.status), note.text);
    refused(await bob.get(text.path), 'not-found');
    if (note.status === 201 && note.json.group === club.id) assert.equal((await alice.sees(text)).length, 1);
  }
});

test('a text that moves while somebody annotates it leaves nothing where nobody looks', async () => {
  const other = await world.group(alice, bob);
  for (let i = 0; i < rounds; i++) {
    const text = await alice.puts('Moving on.', { group: group.id });
    const [moved, note] = await Promise.all([alice.post(`${text.path}/move`, { group: other.id }), bob.post('annotations', { document: text.id, body: 'here' })]);
    assert.equal(moved.status, 200);
    assert.equal(note.status, 201, note.text);
    assert.equal((await bob.reads(`/api/v1/annotations/${note.json.id}`)).body, 'here');
    assert.equal((await alice.reads(text)).annotations, (await alice.sees(text)).length);
  }
});

test('a page elsewhere that is annotated by many for the first time is one page', async () => {
  for (let i = 0; i < 5; i++) {
    const uri = `https://example.org/first/${i}`;
    const answers = await Promise.all(Array.from({ length: 12 }, (_, k) => [alice, bob, carol][k % 3].post('annotations', { document: uri, body: `${k}`, group: group.id })));
    assert.deepEqual([...new Set(answers.map((a) => expect(a, 201).document))].length, 1);
    assert.equal((await alice.sees(uri)).length, 12);
  }
});

test('two texts put in at once with the same address: one is refused', async () => {
  for (let i = 0; i < 5; i++) {
    const uris = [`https://example.org/same/${i}`];
    const answers = await Promise.all(Array.from({ length: 4 }, () => alice.post('documents', { text: 'x', uris })));
    assert.deepEqual(answers.map((a) => a.status).sort(), [201, 409, 409, 409]);
  }
});

test('a name that many want at once goes to one', async () => {
  const answers = await Promise.all(Array.from({ length: 6 }, () => world.anyone.post('users', { name: 'wanted', password: 'long enough' })));
  assert.deepEqual(answers.map((a) => a.status).sort(), [201, 409, 409, 409, 409, 409]);
});

test('the list is the sum of its pages while others write', async () => {
  const text = await alice.puts('Ever growing.', { group: group.id });
  const before = [];
  for (let i = 0; i < 30; i++) before.push((await bob.annotates(text, { body: `${i}` })).id);
  let writing = true;
  const writer = (async () => {
    while (writing) await carol.annotates(text, { body: 'more' });
  })();
  for (let i = 0; i < 10; i++) {
    const seen = await alice.sees(text, 'limit=7');
    assert.equal(new Set(seen.map((n) => n.id)).size, seen.length, 'something came twice');
    for (const id of before) assert.ok(seen.some((n) => n.id === id), `${id} was left out`);
  }
  writing = false;
  await writer;
  await agrees(text);
});
