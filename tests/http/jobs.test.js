// Edits that go on without their client: Prefer: respond-async.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import test from 'node:test';
import { patience } from '../support/binary.js';
import { World, expect, refused } from '../support/people.js';

const world = await World.start({ workers: 1, args: ['--metrics-from', '127.0.0.1'], env: { GLOSS_TEST: '1', GLOSS_TEST_HURRY: '4' } });
const [alice, bob] = await world.people3();

const ESSAY = 'The mass of men lead lives of quiet desperation.\nWhat is called resignation is confirmed desperation.';
const LATER = { Prefer: 'respond-async' };
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const tagOf = (text) => `"${text.revision.id}"`;
const given = (headers) => Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined));
const revises = (who, text, json, headers = {}) => who.post(`${text.path}/revisions`, json, { headers: given({ 'If-Match': tagOf(text), ...LATER, ...headers }) });

// The job that a request has become.
function jobOf(answer) {
  const job = expect(answer, 202);
  assert.equal(answer.headers['preference-applied'], 'respond-async');
  assert.equal(answer.headers.location, job.links.self);
  assert.deepEqual([job.result, job.problem], [null, null]);
  return job;
}

// Looks until it is as one waits for.
async function until(who, job, is) {
  for (const give = Date.now() + 30000 * patience; ;) {
    const answer = await who.get(job.links.self);
    if (is(expect(answer, 200))) return answer.json;
    assert.ok(Date.now() < give, answer.text);
    await pause(30);
  }
}
const ended = (who, job) => until(who, job, ({ state }) => state === 'done' || state === 'failed');

// Nobody can write in the table while this lasts, as a revision is stored; everything else goes on.
async function holding(act, table = 'revision', mode = 'SHARE') {
  const psql = spawn('psql', ['-XAtq', '-h', world.cluster.folder, '-U', 'postgres', world.database], { stdio: ['pipe', 'pipe', 'ignore'] });
  psql.stdin.write(`BEGIN; LOCK TABLE gloss.${table} IN ${mode} MODE; SELECT 'held';\n`);
  try {
    const [said] = await once(psql.stdout, 'data');
    assert.match(String(said), /held/);
    return await act();
  } finally {
    psql.stdin.end('ROLLBACK;\n');
    await once(psql, 'close');
  }
}

test('an edit goes on without its client, and its job has what it would have been answered with', async () => {
  const text = await alice.puts(ESSAY);
  const note = await alice.annotates(text, { quote: 'quiet desperation', body: 'why quiet?' });
  const job = jobOf(await revises(alice, text, { text: `In Walden:\n${ESSAY}`, note: 'where' }));
  assert.equal(job.kind, 'revision');
  const done = await ended(alice, job);
  assert.equal(done.state, 'done');
  assert.deepEqual([done.stage, done.done, done.total, done.problem], ['write', 1, 1, null]);
  assert.equal(done.result.revision.note, 'where');
  assert.equal(done.result.revision.author.name, 'alice');
  assert.deepEqual(done.result.anchors, { exact: 1, moved: 0, changed: 0, ambiguous: 0, gone: 0 });
  assert.equal((await alice.reads(text)).revision.id, done.result.revision.id);
  assert.equal((await alice.reads(note)).anchor.start, note.anchor.start + 11);
  const again = await alice.get(job.links.self, { headers: { 'If-None-Match': (await alice.get(job.links.self)).etag } });
  assert.equal(again.status, 304);
});

test('the same bytes are no new revision here either', async () => {
  const text = await alice.puts(ESSAY);
  const { state, result } = await ended(alice, jobOf(await revises(alice, text, { text: ESSAY })));
  assert.equal(state, 'done');
  assert.equal(result.unchanged, true);
  assert.equal(result.revision.id, text.revision.id);
});

test('what can be said at once is said at once, and the rest by the job', async () => {
  const text = await alice.puts(ESSAY);
  refused(await revises(bob, text, { text: 'x' }), 'not-found');
  refused(await revises(alice, text, { text: 'x' }, { 'If-Match': undefined }), 'precondition-required');
  refused(await revises(alice, text, { text: 'x' }, { 'If-Match': '"rev_01h00000000000000000000000"' }), 'precondition-failed');
  refused(await revises(alice, text, { text: 5 }), 'invalid-body', '/text');
  const group = await world.group(alice, bob);
  refused(await revises(bob, await alice.puts(ESSAY, { group: group.id }), { text: 'x' }), 'not-allowed');
  const { state, result, problem } = await ended(alice, jobOf(await revises(alice, text, { text: ' \n' })));
  assert.deepEqual([state, result, problem.status, problem.errors[0].pointer], ['failed', null, 422, '/text']);
  const unknown = await ended(alice, jobOf(await revises(alice, text, { restore: 'rev_01h00000000000000000000000' })));
  assert.equal(unknown.problem.errors[0].pointer, '/restore');
  assert.equal((await alice.reads(text)).revision.number, 1);
});

test('of two that take the place of one, the second has failed, with what there is now', async () => {
  const text = await alice.puts(ESSAY);
  const [one, other] = await holding(async () => [
    jobOf(await revises(alice, text, { text: 'Faster.' })),
    jobOf(await alice.request('POST', `${text.path}/revisions?note=slow`, { body: 'Slower.', type: 'text/plain', headers: { 'If-Match': tagOf(text), ...LATER } })),
  ]);
  const { result } = await ended(alice, one);
  const { state, problem } = await ended(alice, other);
  assert.equal(state, 'failed');
  assert.equal(problem.status, 412);
  assert.equal(problem.current.id, result.revision.id);
  assert.equal(await alice.textOf(text), 'Faster.');
});

test('how far it is shows while it goes on; the next one waits', async () => {
  const text = await alice.puts(ESSAY);
  const other = await alice.puts(ESSAY);
  for (const quote of ['mass', 'quiet', 'resignation']) await alice.annotates(text, { quote, body: quote });
  const [first, second] = await holding(async () => {
    const jobs = [jobOf(await revises(alice, text, { text: `${ESSAY} More.` })), jobOf(await revises(alice, other, { text: 'x' }))];
    const now = await until(alice, jobs[0], ({ stage }) => stage === 'write');
    assert.deepEqual([now.state, now.done, now.total, now.result, now.problem], ['running', 3, 3, null, null]);
    const looked = await alice.get(jobs[1].links.self);
    assert.equal(expect(looked, 200).state, 'waiting');
    assert.equal(looked.headers['retry-after'], '1');
    return jobs;
  });
  assert.equal((await ended(alice, first)).result.anchors.exact, 3);
  assert.equal((await ended(alice, second)).state, 'done');
});

test('everybody has a few under way, and no more', async () => {
  const busy = await world.person();
  const text = await busy.puts(ESSAY);
  const another = await bob.puts(ESSAY);
  await holding(async () => {
    for (let i = 0; i < 4; i++) jobOf(await revises(busy, text, { text: `${i}` }));
    const answer = await revises(busy, text, { text: 'one more' });
    refused(answer, 'too-many-requests');
    assert.ok(Number(answer.headers['retry-after']) > 0);
    jobOf(await revises(bob, another, { text: 'somebody else’s' }));
    const { text: metrics } = await world.anyone.get('/metrics');
    assert.match(metrics, /^gloss_jobs_open 5$/m);
    assert.match(metrics, /^gloss_jobs_running 1$/m);
  });
});

test('a job is for its user alone', async () => {
  const text = await alice.puts(ESSAY);
  const job = jobOf(await revises(alice, text, { text: 'Mine.' }));
  refused(await bob.get(job.links.self), 'not-found');
  refused(await world.anyone.get(job.links.self), 'unauthorized');
  refused(await alice.get('jobs/job_01h00000000000000000000000'), 'not-found');
  refused(await alice.get(`jobs/${text.id}`), 'not-found');
  await ended(alice, job);
});

test('it counts what its user may see, and says nothing of a text that they may not read any more', async () => {
  const group = await world.group(alice, bob);
  const text = await alice.puts(ESSAY, { group: group.id });
  await bob.annotates(text, { quote: 'mass', body: 'for myself', visibility: 'private' });
  await bob.annotates(text, { quote: 'quiet', body: 'for all', group: group.id });
  const job = jobOf(await revises(alice, text, { text: `${ESSAY} More.` }));
  const done = await ended(alice, job);
  assert.equal(done.total, 2);
  assert.equal(done.result.anchors.exact, 1);
  const late = await ended(alice, jobOf(await revises(alice, await alice.reads(text), { text: 'Other.' }, { 'Idempotency-Key': randomUUID() })));
  const failed = await holding(async () => {
    const now = await alice.reads(text);
    return [jobOf(await revises(alice, now, { text: 'One.' })), jobOf(await revises(alice, now, { text: 'Two.' }))];
  }).then(([, second]) => ended(alice, second));
  assert.equal(failed.problem.status, 412);
  await alice.deletes(text);
  for (const { links } of [done, late, failed]) {
    const { result, problem } = expect(await alice.get(links.self), 200);
    assert.equal(result, null);
    assert.equal(problem.status, 404);
    assert.ok(!('current' in problem));
  }
});

test('sent again with its key it is the same job, until that has failed', async () => {
  const text = await alice.puts(ESSAY);
  const key = { 'Idempotency-Key': randomUUID() };
  const send = (headers) => revises(alice, text, { text: 'Once.' }, { ...key, ...headers });
  const first = jobOf(await send());
  const { result } = await ended(alice, first);
  const again = await send();
  assert.equal(again.headers.location, first.links.self);
  assert.equal(expect(again, 202).result.revision.id, result.revision.id);
  assert.equal(expect(await send({ Prefer: undefined }), 202).id, first.id);
  refused(await revises(alice, text, { text: 'Twice.' }, key), 'key-reused');
  const other = await alice.puts(ESSAY);
  const empty = { 'Idempotency-Key': randomUUID() };
  const failed = jobOf(await revises(alice, other, { text: ' ' }, empty));
  await ended(alice, failed);
  const anew = jobOf(await revises(alice, other, { text: 'Words.' }, empty));
  assert.notEqual(anew.id, failed.id);
  assert.equal((await ended(alice, anew)).state, 'done');
  assert.equal((await alice.reads(other)).revision.number, 2);
});

test('done at once before, it is answered as it was then', async () => {
  const text = await alice.puts(ESSAY);
  const key = { 'Idempotency-Key': randomUUID() };
  const { revision } = expect(await revises(alice, text, { text: 'At once.' }, { ...key, Prefer: undefined }), 201);
  assert.equal(expect(await revises(alice, text, { text: 'At once.' }, key), 201).revision.id, revision.id);
});

for (const [what, how] of [
  ['a token that is revoked', async (who) => {
    const token = await who.makesToken(undefined);
    return [new who.constructor(world, { token: token.token }), async () => expect(await new who.constructor(world, { cookie: who.cookie }).delete(`tokens/${token.id}`), 204)];
  }],
  ['a session that is ended', async (who) => {
    const answer = await world.anyone.post('session', { name: who.name, password: who.password });
    expect(answer, 201);
    const page = new who.constructor(world, { cookie: answer.headers['set-cookie'][0].split(';')[0] });
    return [page, async () => expect(await page.delete('session'), 204)];
  }],
]) {
  test(`${what} meanwhile writes nothing, and the job says so`, async () => {
    const who = await world.person();
    const text = await who.puts(ESSAY);
    const [asks, ends] = await how(who);
    const jobs = await holding(async () => {
      const both = [jobOf(await revises(asks, text, { text: 'Running.' })), jobOf(await revises(asks, text, { text: 'Waiting.' }))];
      await until(who, both[0], ({ stage }) => stage === 'write');
      await ends();
      return both;
    });
    for (const job of jobs) assert.equal((await ended(who, job)).problem.status, 401);
    assert.equal((await who.reads(text)).revision.number, 1);
  });
}

test('an account that is disabled meanwhile writes nothing', async () => {
  for (const end of [
    (who) => world.sql(`UPDATE gloss.users SET state = 'disabled' WHERE name = '${who.name}'`),
  ]) {
    const who = await world.person();
    const group = await world.group(who, bob);
    const text = await who.puts(ESSAY, { group: group.id });
    await holding(async () => {
      const job = jobOf(await revises(who, text, { text: 'Too late.' }));
      await until(who, job, ({ stage }) => stage === 'write');
      jobOf(await revises(who, text, { text: 'Later still.' }));
      await end(who);
    });
    const open = () => Number(world.sql("SELECT count(*) FROM gloss.job WHERE state IN ('waiting', 'running')"));
    for (const give = Date.now() + 20000 * patience; open() > 0; await pause(50)) assert.ok(Date.now() < give);
    assert.equal((await bob.reads(text)).revision.number, 1);
  }
});

test('a suggestion is taken up by a job, too, and so are several', async () => {
  const text = await alice.puts(ESSAY);
  const one = await alice.annotates(text, { quote: 'mass', replacement: 'crowd' });
  const job = jobOf(await alice.post(`${one.path}/accept`, undefined, { headers: { 'If-Match': tagOf(text), ...LATER } }));
  assert.equal(job.kind, 'suggestions');
  const { result } = await ended(alice, job);
  assert.deepEqual(result.accepted, [one.id]);
  assert.match(await alice.textOf(text), /crowd of men/);
  const [quiet, called] = [await alice.annotates(text, { quote: 'quiet', replacement: 'loud' }), await alice.annotates(text, { quote: 'called', replacement: 'named' })];
  const key = { 'Idempotency-Key': randomUUID() };
  const both = () => alice.post(`${text.path}/suggestions/accept`, { ids: [quiet.id, called.id] }, { headers: { 'If-Match': `"${result.revision.id}"`, ...LATER, ...key } });
  const second = await ended(alice, jobOf(await both()));
  assert.deepEqual(second.result.accepted, [quiet.id, called.id]);
  assert.equal(expect(await both(), 202).id, second.id);
  const third = await ended(alice, jobOf(await alice.post(`${one.path}/accept`, undefined, { headers: { 'If-Match': `"${second.result.revision.id}"`, ...LATER } })));
  assert.equal(third.problem.status, 409);
});

test('one that has been given up for dead writes nothing when it comes to it', async () => {
  const text = await alice.puts(ESSAY);
  const [late, unknown] = await holding(async () => {
    const jobs = [jobOf(await revises(alice, text, { text: 'Too late.' })), jobOf(await revises(alice, text, { text: 'Forgotten.' }))];
    await until(alice, jobs[0], ({ stage }) => stage === 'write');
    world.sql(`UPDATE gloss.job SET state = 'failed', status = 503 WHERE state = 'running'; DELETE FROM gloss.job WHERE state = 'waiting'`);
    return jobs;
  });
  await ended(alice, jobOf(await revises(alice, text, { text: ESSAY })));
  const { state, problem } = expect(await alice.get(late.links.self), 200);
  assert.deepEqual([state, problem.status], ['failed', 503]);
  refused(await alice.get(unknown.links.self), 'not-found');
  assert.equal((await alice.reads(text)).revision.number, 1);
});

test('where no job can be kept there is none', async () => {
  const text = await alice.puts(ESSAY);
  const job = jobOf(await revises(alice, text, { text: ESSAY }));
  await ended(alice, job);
  await holding(async () => {
    refused(await revises(alice, text, { text: 'Nowhere.' }), 'unavailable');
    refused(await alice.get(job.links.self), 'unavailable');
  }, 'job', 'ACCESS EXCLUSIVE');
  assert.equal((await alice.reads(text)).revision.number, 1);
  await ended(alice, jobOf(await revises(alice, text, { text: 'Now it can.' })));
});

test('a server that ends finishes what runs and gives up what waits, and says so', async () => {
  const text = await alice.puts(ESSAY);
  const other = await alice.puts(ESSAY);
  let over;
  const [running, waiting] = await holding(async () => {
    const jobs = [jobOf(await revises(alice, text, { text: 'Finished.' })), jobOf(await revises(alice, other, { text: 'Given up.' }))];
    await until(alice, jobs[0], ({ stage }) => stage === 'write');
    over = world.server.kill('SIGTERM');
    await pause(100);
    return jobs;
  });
  assert.equal(await over, 0);
  await world.server.launch();
  assert.equal(expect(await alice.get(running.links.self), 200).state, 'done');
  const { state, problem } = expect(await alice.get(waiting.links.self), 200);
  assert.deepEqual([state, problem.status], ['failed', 503]);
  assert.match(problem.detail, /send it again/);
  assert.equal(await alice.textOf(other), ESSAY);
});

test('a server that is killed leaves nothing half done, and no job that is not told how it ended', async () => {
  const text = await alice.puts(ESSAY);
  const other = await alice.puts(ESSAY);
  const note = await alice.annotates(other, { quote: 'quiet', body: 'stays' });
  const key = { 'Idempotency-Key': randomUUID() };
  const send = () => revises(alice, other, { text: `Before. ${ESSAY}` }, key);
  // what it will ask of the database has been asked before
  await ended(alice, jobOf(await revises(alice, await alice.puts(ESSAY), { text: 'x' })));
  const [running, waiting] = await holding(async () => {
    const jobs = [jobOf(await revises(alice, text, { text: 'Perhaps.' })), jobOf(await send())];
    await until(alice, jobs[0], ({ stage }) => stage === 'write');
    await world.server.kill('SIGKILL');
    return jobs;
  });
  await world.server.launch();
  // the database may have had all of it by then
  const { state } = await ended(alice, running);
  assert.equal((await alice.reads(text)).revision.number, state === 'done' ? 2 : 1);
  const { state: given, problem } = await ended(alice, waiting);
  assert.deepEqual([given, problem.status], ['failed', 503]);
  assert.match(problem.detail, /Nothing was written: send it again/);
  assert.equal((await alice.reads(other)).revision.number, 1);
  const anew = jobOf(await send());
  assert.notEqual(anew.id, waiting.id);
  assert.equal((await ended(alice, anew)).result.anchors.exact, 1);
  assert.equal((await alice.reads(note)).anchor.start, note.anchor.start + 8);
});
