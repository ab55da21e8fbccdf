import assert from 'node:assert/strict';
import test from 'node:test';
import { send } from '../support/client.js';
import { World, expect, refused } from '../support/people.js';
import { raw } from '../support/raw.js';

const world = await World.start({ rateLimit: 'on' });
const [alice, bob] = await world.people3();
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

test('who asks too often is told to wait, and for how long; others are not', async () => {
  const answers = await Promise.all(Array.from({ length: 150 }, () => alice.get('me')));
  const refusedOnes = answers.filter((a) => a.status === 429);
  assert.ok(refusedOnes.length > 0, 'nobody was told to wait');
  assert.ok(answers.filter((a) => a.status === 200).length >= 40);
  for (const answer of refusedOnes) {
    refused(answer, 'too-many-requests');
    assert.match(answer.headers['retry-after'], /^[1-9]\d*$/);
    assert.match(answer.headers.ratelimit ?? '', /r=0/);
    assert.match(answer.headers['ratelimit-policy'] ?? '', /q=\d+/);
  }
  expect(await bob.get('me'), 200);
  await pause(1000 * Math.max(...refusedOnes.map((a) => Number(a.headers['retry-after']))) + 100);
  expect(await alice.get('me'), 200);
});

test('an answer says how much is left', async () => {
  const { headers } = await bob.get('me');
  assert.match(headers.ratelimit ?? '', /r=\d+/);
  assert.match(headers['ratelimit-policy'] ?? '', /q=\d+/);
});

test('writes have a limit of their own', async () => {
  const essay = await bob.puts('Write much.');
  const answers = await Promise.all(Array.from({ length: 60 }, (_, i) => bob.post('annotations', { document: essay.id, body: `${i}` })));
  const kept = answers.filter((a) => a.status === 201).length;
  assert.ok(kept >= 20 && kept < 60, `${kept}`);
  await pause(3000);
  assert.equal((await bob.sees(essay)).length, kept);
});

test('after some wrong passwords an account waits, with the right one too', async () => {
  const dora = await world.person('dora');
  const tries = [];
  for (let i = 0; i < 12; i++) tries.push((await world.anyone.post('session', { name: 'dora', password: `wrong number ${i}` })).status);
  assert.ok(tries.includes(401), `${tries}`);
  assert.ok(tries.includes(429), `${tries}`);
  const answer = await world.anyone.post('session', { name: 'dora', password: dora.password });
  refused(answer, 'too-many-requests');
  assert.match(answer.headers['retry-after'], /^[1-9]\d*$/);
  expect(await dora.get('me'), 200);
});

test('many guesses at once are no more guesses than one by one, and make nobody wait longer', async () => {
  const open = await World.start({ rateLimit: 'off' });
  const eve = await open.person('eve');
  const guess = (password) => open.anyone.post('session', { name: 'eve', password });
  const wrong = Array.from({ length: 8 }, (_, i) => guess(`wrong number ${i}`));
  const right = Array.from({ length: 4 }, () => pause(400).then(() => guess(eve.password)));
  const statuses = (await Promise.all([...wrong, ...right])).map((answer) => answer.status);
  assert.ok(!statuses.slice(8).includes(201), `signed in after five wrong guesses: ${statuses}`);
  const answer = await guess(eve.password);
  refused(answer, 'too-many-requests');
  assert.ok(Number(answer.headers['retry-after']) <= 5, answer.headers['retry-after']);
  await pause(1000 * Number(answer.headers['retry-after']) + 100);
  expect(await guess(eve.password), 201);
});

test('the waits after wrong passwords do not tell which names there are', async () => {
  const open = await World.start({ rateLimit: 'off' });
  await open.person('fay');
  const tells = async (name) => {
    const said = [];
    for (let i = 0; i < 8; i++) {
      const { status, headers } = await open.anyone.post('session', { name, password: `wrong number ${i}` });
      const wait = Number(headers['retry-after'] ?? 0);
      // The wait itself, not how much of it has passed.
      said.push(`${status} ${wait === 0 ? 0 : 5 * 2 ** Math.ceil(Math.log2(wait / 5))}`);
      if (wait && said.length < 8) await pause(1000 * wait + 50);
    }
    return said;
  };
  const [known, unknown] = await Promise.all([tells('fay'), tells('nobody-of-that-name')]);
  assert.deepEqual(unknown, known);
  assert.deepEqual(known, ['401 0', '401 0', '401 0', '401 0', '401 0', '429 5', '401 0', '429 10']);
});

test('a password of nothing but space is none', async () => {
  for (const password of ['        ', '\t\t\t\t \n \t']) {
    refused(await world.anyone.post('users', { name: 'blank', password }), 'invalid-body', '/password');
  }
});

test('tokens are not guessed without end', async () => {
  const guess = (i) => world.anyone.get('me', { headers: { Authorization: `Bearer gloss_${String(i).padStart(43, 'x')}` } });
  const statuses = (await Promise.all(Array.from({ length: 100 }, (_, i) => guess(i)))).map((answer) => answer.status);
  assert.ok(statuses.includes(401) && statuses.includes(429), `${statuses}`);
  expect(await bob.get('me'), 200);
});

test('a flood of logins does not keep others waiting', async () => {
  // From an address that has not used up what it may: these are hashed, one after the other.
  const flood = Array.from({ length: 30 }, (_, i) => send(world.url, {
    method: 'POST', path: '/api/v1/session', localAddress: '127.0.0.8', headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ name: `nobody${i}`, password: 'wrong password' }),
  }));
  let answered = 0;
  for (const login of flood) login.then(() => { answered += 1; });
  await world.anyone.get('/healthz');
  assert.ok(answered < flood.length, 'it was answered when all of them were');
  const statuses = (await Promise.all(flood)).map(({ status }) => status);
  assert.ok(statuses.filter((status) => status === 401).length >= 5, `${statuses}`);
});

test('a client that sends its header or its body drop by drop is cut off, others are answered', async () => {
  const started = Date.now();
  const slow = raw(world.url, 'GET /api/v1 HTTP/1.1\r\nHost: x\r\nX-Slow: ', { idleMs: 60_000 });
  const healthy = await world.anyone.get('/healthz');
  assert.equal(healthy.status, 200);
  const { closed } = await slow;
  assert.ok(closed);
  assert.ok(Date.now() - started < 60_000);
});
