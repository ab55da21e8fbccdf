// What other systems fell into (shared wisdom of the field), asked of this one.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import test from 'node:test';
import { World, expect, refused } from '../support/people.js';

const world = await World.start();
const [alice, bob] = await world.people3();
const group = await world.group(alice, bob);
const essay = await alice.puts('0 is a position. The mass of men lead lives of quiet desperation.', { group: group.id });

test('a start of 0 is a position, in what is stored and in what is refused', async () => {
  const note = await alice.annotates(essay, { start: 0, end: 1 });
  assert.deepEqual([note.anchor.start, note.quote.exact], [0, '0']);
  assert.equal((await alice.annotates(essay, { quote: '0', start: 0 })).anchor.start, 0);
  const answer = await alice.post('annotations', { document: essay.id, start: 0, end: 0, body: 'x' });
  assert.doesNotMatch(answer.text, /missing/i);
  const selectors = await alice.annotates(essay, { selectors: [{ type: 'TextPositionSelector', start: 0, end: 4 }] });
  assert.equal(selectors.anchor.start, 0);
  assert.equal((await alice.sees(essay, 'from=0&to=1')).length, 3);
});

test('a POST sent again after its connection was cut makes one annotation', async () => {
  const { default: net } = await import('node:net');
  const key = randomUUID();
  const json = JSON.stringify({ document: essay.id, quote: 'mass', body: 'once' });
  const before = (await alice.sees(essay)).length;
  for (let i = 0; i < 5; i++) {
    await new Promise((resolve) => {
      const socket = net.connect(world.server.port, '127.0.0.1', () => {
        socket.write(`POST /api/v1/annotations HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${alice.token}\r\nContent-Type: application/json\r\nIdempotency-Key: ${key}\r\nContent-Length: ${json.length}\r\n\r\n${json}`, () => setTimeout(() => {
          socket.destroy();
          resolve();
        }, i * 3));
      });
    });
  }
  let answer;
  do answer = await alice.request('POST', 'annotations', { body: json, type: 'application/json', headers: { 'Idempotency-Key': key } });
  while (answer.slug === 'in-progress');
  expect(answer, 201);
  assert.equal((await alice.sees(essay)).length, before + 1);
});

test('of two tabs that edit, the second is told, and its words are not lost', async () => {
  const note = await alice.annotates(essay, { quote: 'mass', body: 'start' });
  const { etag } = await alice.get(note.path);
  expect(await alice.patch(note.path, { body: 'first tab' }, { headers: { 'If-Match': etag } }), 200);
  const problem = refused(await alice.patch(note.path, { body: 'second tab' }, { headers: { 'If-Match': etag } }), 'precondition-failed');
  assert.equal(problem.current.body, 'first tab');
  assert.ok(problem.current.version > note.version);
});

test('a tag, a name or a word with the signs of other languages is only text', async () => {
  for (const word of ["'; DROP TABLE gloss.annotation; --", '"quoted"', '%25', '$1', '\\', '{}', '<b>', '${x}', 'a:b/c.d', '../../etc/passwd', 'null', 'NaN']) {
    const note = await alice.annotates(essay, { body: word, tags: [word] });
    assert.deepEqual([note.body, note.tags], [word, [word]]);
    assert.deepEqual((await alice.sees(essay, `tag=${encodeURIComponent(word)}`)).map((n) => n.id), [note.id]);
  }
});

test('Markdown bombs are answered in time, others meanwhile', async () => {
  const bombs = ['['.repeat(50000), '*a '.repeat(30000), '`'.repeat(50000), '> '.repeat(20000), '- '.repeat(20000), '<'.repeat(50000), '[a]('.repeat(20000), '![['.repeat(20000), '_'.repeat(99999), '\\'.repeat(50000), '1. '.repeat(20000), '| a '.repeat(20000), '&'.repeat(90000)];
  for (const body of bombs) {
    const started = Date.now();
    const answers = await Promise.all([alice.post('annotations', { document: essay.id, body }), world.anyone.get('/healthz')]);
    assert.ok([201, 413, 422].includes(answers[0].status), `${body.slice(0, 8)}: ${answers[0].status}`);
    assert.ok(Date.now() - started < 5000, `${body.slice(0, 8)} took ${Date.now() - started} ms`);
    if (answers[0].status === 201) await alice.delete(answers[0].json.links.self);
  }
  for (const text of bombs.map((bomb) => bomb.repeat(4))) {
    const answer = await alice.request('POST', 'documents', { body: text, type: 'text/markdown' });
    assert.ok([201, 413, 422].includes(answer.status), `${text.slice(0, 8)}: ${answer.status} ${answer.text.slice(0, 200)}`);
  }
});

test('a dump restored elsewhere has the same addresses and the same tags', async () => {
  const note = await bob.annotates(essay, { quote: 'quiet', body: 'kept' });
  await alice.reacts(note, 'agree');
  const paths = [essay.path, note.path, `/api/v1/annotations?document=${essay.id}&limit=3`, `${essay.path}/text`, '/api/v1/me'];
  const before = [];
  for (const path of paths) before.push(await bob.get(path));
  const { spawnSync } = await import('node:child_process');
  await world.server.stop();
  const copy = world.cluster.newDatabase('template0');
  const dump = spawnSync('pg_dump', ['-h', world.cluster.folder, '-U', 'postgres', world.database], { encoding: 'utf8', maxBuffer: 1 << 28 });
  assert.equal(dump.status, 0, dump.stderr);
  world.cluster.sql(copy, dump.stdout);
  const { Server } = await import('../support/server.js');
  const args = world.args.map((arg) => arg.replace(`dbname=${world.database}`, `dbname=${copy}`));
  world.server = await Server.start(args);
  for (const [i, path] of paths.entries()) {
    const after = await bob.get(path);
    assert.equal(after.text, before[i].text, path);
    assert.equal(after.etag, before[i].etag, path);
  }
});
