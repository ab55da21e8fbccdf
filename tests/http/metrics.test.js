// What the server says of itself to Prometheus, and to whom.
import assert from 'node:assert/strict';
import test from 'node:test';
import { gloss, patience } from '../support/binary.js';
import { send } from '../support/client.js';
import { Cluster } from '../support/cluster.js';
import { contract } from '../support/contract.js';
import { Person, World, expect, refused } from '../support/people.js';
import { parseMetrics, total } from '../support/prometheus.js';
import { raw } from '../support/raw.js';

// 127.0.0.1 is a range of its own here: the tests ask from 127.0.0.1 and from 127.0.0.2.
const world = await World.start({ args: ['--metrics-from', '10.9.9.0/24, 127.0.0.1'], expectsErrors: true, rateLimit: 'on' });
const alice = await world.person('alice');
const where = ['--database', world.cluster.conninfo(world.database)];
gloss(['user', 'add', 'root', '--password-stdin', '--admin', ...where], { input: 'correct horse\n' });
const tokenOf = (name, scope) => gloss(['token', 'create', name, '--scope', scope, ...where]).stdout.trim();
const operator = new Person(world, { token: tokenOf('root', 'admin') });

async function scrape(who = world.anyone) {
  const answer = await who.get('/metrics');
  return parseMetrics(expect(answer, 200));
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function until(what, ask, limitMs = 15_000 * patience) {
  const end = Date.now() + limitMs;
  while (!(await ask())) {
    assert.ok(Date.now() < end, what);
    await pause(50);
  }
}

test('the page is Prometheus’ text format, and names itself so', async () => {
  const answer = await world.anyone.get('/metrics');
  assert.equal(answer.headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8');
  const families = parseMetrics(expect(answer, 200));
  for (const family of families.values()) {
    assert.match(family.name, /^(gloss|process)_[a-z_]+$/);
    assert.match(family.help, /\.$/, family.name);
  }
});

test('what Prometheus sends as Accept gets it', async () => {
  const Accept = 'application/openmetrics-text;version=1.0.0;q=0.8,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';
  expect(await world.anyone.get('/metrics', { headers: { Accept } }), 200);
});

test('each request is counted once, under its route and its status', async () => {
  const before = await scrape();
  const essay = await alice.puts('The mass of men lead lives of quiet desperation.');
  for (let i = 0; i < 7; i++) expect(await alice.get(essay.path), 200);
  for (let i = 0; i < 3; i++) refused(await alice.get('documents/doc_01h00000000000000000000000'), 'not-found');
  await alice.request('HEAD', essay.path);
  assert.equal((await alice.request('DELETE', '/api/v1', { contract: false })).status, 405);
  await raw(world.url, 'GET /nowhere HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n');
  const after = await scrape();
  const more = (name, labels) => total(after, name, labels) - total(before, name, labels);
  const one = { method: 'GET', route: '/api/v1/documents/{document}' };
  assert.equal(more('gloss_http_requests_total', { ...one, status: '200' }), 8);
  assert.equal(more('gloss_http_requests_total', { ...one, status: '404' }), 3);
  assert.equal(more('gloss_http_requests_total', { method: 'POST', route: '/api/v1/documents', status: '201' }), 1);
  assert.equal(more('gloss_http_requests_total', { route: 'none', status: '405' }), 1);
  assert.equal(more('gloss_http_requests_total', { route: 'none', status: '400' }), 1);
  assert.equal(more('gloss_http_request_duration_seconds_count', one), 11);
  // The page that is being made is in the next one.
  assert.equal(more('gloss_http_requests_total', { route: '/metrics', status: '200' }), 1);
});

test('the times of all routes are counted as often as their requests', async () => {
  const families = await scrape();
  for (const { labels, value } of families.get('gloss_http_request_duration_seconds').samples.filter(({ name }) => name.endsWith('_count'))) {
    assert.equal(total(families, 'gloss_http_requests_total', labels), value, JSON.stringify(labels));
  }
  assert.equal(total(families, 'gloss_http_request_duration_seconds_count'), total(families, 'gloss_http_requests_total'));
});

test('bytes of bodies are counted as they came and went', async () => {
  const before = await scrape();
  const text = 'x'.repeat(100_000);
  const put = await alice.post('documents?title=Long', undefined, { body: text, type: 'text/plain' });
  expect(put, 201);
  const got = await alice.get(`documents/${put.json.id}/text`);
  assert.equal(got.bytes.length, 100_000);
  const more = async (name) => total(await scrape(), name) - total(before, name);
  assert.equal(await more('gloss_http_received_bytes_total'), 100_000);
  await until('what was sent is counted', async () => (await more('gloss_http_sent_bytes_total')) >= 100_000);
});

test('a request under way shows as one that is in flight', async () => {
  await until('only the scrape itself is', async () => total(await scrape(), 'gloss_http_requests_in_flight') === 1);
  const answer = raw(world.url, 'POST /api/v1/session HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{', { idleMs: 2000 * patience });
  await until('the half request shows', async () => total(await scrape(), 'gloss_http_requests_in_flight') === 2);
  await answer;
  await until('and then no more', async () => total(await scrape(), 'gloss_http_requests_in_flight') === 1);
  assert.ok(total(await scrape(), 'gloss_http_requests_cut_total') >= 1);
});

test('labels hold nothing of what readers write, and no ids', async () => {
  const secret = 'Zugzwang';
  const essay = await alice.puts(`${secret} in a text`, { title: secret });
  await alice.annotates(essay, { quote: secret, body: secret, tags: [secret] });
  await alice.get(`documents?uri=https://example.org/${secret}`);
  await world.anyone.get(`/${secret}?${secret}=${secret}`, { contract: false });
  await raw(world.url, `${secret.toUpperCase()} / HTTP/1.1\r\nHost: ${secret}\r\nUser-Agent: ${secret}\r\n\r\n`);
  const answer = await world.anyone.get('/metrics');
  assert.doesNotMatch(answer.text, new RegExp(`${secret}|alice|root`, 'i'));
  assert.doesNotMatch(answer.text, /(doc|ann|usr|grp|rev|tok)_[0-9a-z]{20}|127\.0\.0\.1/);
  const routes = new Set(Object.entries(contract.paths).flatMap(([path, item]) => Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`)));
  for (const { labels } of parseMetrics(answer.text).get('gloss_http_requests_total').samples) {
    assert.ok(labels.route === 'none' || routes.has(`${labels.method} ${labels.route}`), JSON.stringify(labels));
    assert.match(labels.status, /^[2-5]\d\d$/);
    assert.deepEqual(Object.keys(labels), ['method', 'route', 'status']);
  }
});

test('connections and threads, memory and files are those of the process', async () => {
  const families = await scrape();
  assert.ok(total(families, 'gloss_http_connections_open') >= 1);
  assert.ok(total(families, 'gloss_http_connections_total') >= total(families, 'gloss_http_connections_open'));
  assert.ok(total(families, 'gloss_http_connections_max') > 100);
  assert.equal(total(families, 'gloss_workers'), 2);
  assert.ok(total(families, 'process_resident_memory_bytes') > 2 ** 20);
  assert.ok(total(families, 'process_open_fds') > 10);
  assert.ok(total(families, 'process_open_fds') < total(families, 'process_max_fds'));
  assert.ok(total(families, 'process_threads') >= 5);
  assert.ok(Math.abs(Date.now() / 1000 - total(families, 'gloss_uptime_seconds') - total(families, 'process_start_time_seconds')) < 60 * patience);
  assert.equal(families.get('gloss_build_info').samples[0].labels.version, gloss(['version']).stdout.split(' ')[1].trim());
});

test('both workers’ loops and all classes of database connections are there', async () => {
  await until('all connections are up', async () => {
    const families = await scrape();
    return total(families, 'gloss_database_connected') === total(families, 'gloss_database_connections');
  });
  const families = await scrape();
  const valuesOf = (name, label) => [...new Set(families.get(name).samples.map(({ labels }) => labels[label]))];
  assert.deepEqual(valuesOf('gloss_loop_turn_seconds', 'worker'), ['0', '1']);
  assert.deepEqual(valuesOf('gloss_database_connections', 'class'), ['read', 'write', 'slow', 'large']);
  assert.ok(total(families, 'gloss_loop_turn_seconds_count') > 10);
  assert.ok(total(families, 'gloss_database_answer_seconds_count', { class: 'write' }) >= 1);
  assert.equal(total(families, 'gloss_database_wait_seconds_count'), total(families, 'gloss_database_answer_seconds_count'));
});

test('what the threads beside the loops did is counted', async () => {
  const before = await scrape();
  const hashed = (families) => total(families, 'gloss_queue_run_seconds_count', { queue: 'hashing' });
  await world.anyone.post('session', { name: 'alice', password: 'wrong password' });
  const after = await scrape();
  assert.equal(hashed(after) - hashed(before), 1);
  assert.ok(total(after, 'gloss_queue_run_seconds_sum', { queue: 'hashing' }) > total(before, 'gloss_queue_run_seconds_sum', { queue: 'hashing' }));
  assert.equal(total(after, 'gloss_queue_threads', { queue: 'work' }), 2);
  assert.equal(total(after, 'gloss_queue_room', { queue: 'hashing' }), 16);
  await until('nobody runs', async () => total(await scrape(), 'gloss_queue_running') === 0);
});

test('a write that is sent again is a replay', async () => {
  const before = await scrape();
  const headers = { 'Idempotency-Key': 'metrics-1' };
  for (let i = 0; i < 3; i++) expect(await alice.post('documents', { text: 'Once.', title: 'Once' }, { headers }), 201);
  assert.equal(total(await scrape(), 'gloss_idempotent_replays_total') - total(before, 'gloss_idempotent_replays_total'), 2);
});

test('texts that are looked into are in the cache, and found there', async () => {
  const before = await scrape();
  const essay = await alice.puts('Cached are the words that were asked for.');
  for (let i = 0; i < 3; i++) expect(await alice.post(`documents/${essay.id}/resolve-quote`, { quote: 'words' }), 200);
  const after = await scrape();
  assert.ok(total(after, 'gloss_text_cache_entries') > 0);
  assert.ok(total(after, 'gloss_text_cache_bytes') > 0);
  assert.ok(total(after, 'gloss_text_cache_bytes') <= total(after, 'gloss_text_cache_max_bytes'));
  assert.ok(total(after, 'gloss_text_cache_hits_total') - total(before, 'gloss_text_cache_hits_total') >= 2);
});

test('who is refused for asking too often is counted', async () => {
  const hasty = await world.person('hasty');
  const before = await scrape();
  const burst = await Promise.all(Array.from({ length: 90 }, () => hasty.get('me')));
  const refusals = burst.filter(({ status }) => status === 429).length;
  assert.ok(refusals > 0);
  const after = await scrape();
  assert.equal(total(after, 'gloss_rate_limited_total', { limit: 'reader' }) - total(before, 'gloss_rate_limited_total', { limit: 'reader' }), refusals);
});

test('the events that wait to be folded are few, and soon none', async () => {
  await until('the log is folded', async () => {
    const families = await scrape();
    return total(families, 'gloss_database_looked_time_seconds') > 0 && total(families, 'gloss_events_unfolded') === 0;
  });
  const started = total(await scrape(), 'gloss_database_start_time_seconds');
  assert.ok(started > 1e9 && started < Date.now() / 1000 + 5);
});

test('the door has refused nothing', async () => {
  assert.equal(total(await scrape(), 'gloss_door_refusals_total'), 0);
});

// -- who may ------------------------------------------------------------------------------------------

// From another address of loopback than the one that the operator has named.
const elsewhere = (headers = {}) => send(world.url, { path: '/metrics', headers, localAddress: '127.0.0.2' });

test('an address that was not named is asked to sign in, and nobody but an admin may', async () => {
  assert.equal((await elsewhere()).status, 401);
  const boss = { Authorization: `Bearer ${operator.token}` };
  assert.equal((await elsewhere(boss)).status, 200);
  assert.equal((await elsewhere({ Authorization: `Bearer ${alice.token}` })).status, 403);
  assert.equal((await elsewhere({ Authorization: `Bearer ${tokenOf('root', 'feed')}` })).slug, 'missing-scope');
  assert.equal((await elsewhere({ Cookie: alice.cookie })).status, 403);
});

test('a token that is no good is refused from a named address too', async () => {
  refused(await world.anyone.get('/metrics', { headers: { Authorization: `Bearer gloss_${'x'.repeat(43)}` } }), 'unauthorized');
  refused(await alice.get('/metrics'), 'not-allowed');
  expect(await operator.get('/metrics'), 200);
});

test('what a proxy passes on does not come from the proxy’s address', async () => {
  for (const name of ['X-Forwarded-For', 'Forwarded', 'Via', 'X-Real-IP', 'X-Forwarded-Host', 'X-Forwarded-Proto']) {
    refused(await world.anyone.get('/metrics', { headers: { [name]: '127.0.0.1' } }), 'unauthorized');
  }
});

test('without --metrics-from nobody reads it without a token', async () => {
  const closed = await World.start({ workers: 1 });
  refused(await closed.anyone.get('/metrics'), 'unauthorized');
});

test('the page is there while the database is not, and says what happened', async () => {
  const backends = () => world.cluster.sql('postgres', `SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '${world.database}'`);
  const allow = (yes) => world.cluster.sql('postgres', `ALTER DATABASE ${world.database} ALLOW_CONNECTIONS ${yes}`);
  const before = await scrape();
  allow(false);
  try {
    backends();
    await until('no connection is up', async () => total(await scrape(), 'gloss_database_connected') === 0);
    // Who waits is told at last, and counted.
    assert.equal((await alice.get('me')).status, 503);
  } finally {
    allow(true);
  }
  await until('all are back', async () => {
    const families = await scrape();
    return total(families, 'gloss_database_connected') === total(families, 'gloss_database_connections');
  });
  const after = await scrape();
  const more = (name) => total(after, name) - total(before, name);
  const connections = total(after, 'gloss_database_connections');
  assert.ok(more('gloss_database_lost_total') >= connections, `${more('gloss_database_lost_total')}`);
  assert.ok(more('gloss_database_reconnects_total') >= connections);
  assert.ok(more('gloss_database_refused_total') >= 1);
  assert.equal(more('gloss_database_restarts_total'), 0);
});

test('a restart of PostgreSQL is one, whoever asked for it', { timeout: 120_000 * patience }, async () => {
  const own = await Cluster.start();
  const restarted = await World.start({ cluster: own, workers: 1, expectsErrors: true, args: ['--metrics-from', '127.0.0.1'] });
  const count = async () => total(await scrape(restarted.anyone), 'gloss_database_restarts_total');
  await until('PostgreSQL was looked at', async () => total(await scrape(restarted.anyone), 'gloss_database_looked_time_seconds') > 0);
  const first = total(await scrape(restarted.anyone), 'gloss_database_start_time_seconds');
  assert.equal(await count(), 0);
  await own.kill();
  await own.launch();
  await until('the restart was seen', async () => (await count()) === 1, 40_000 * patience);
  assert.ok(total(await scrape(restarted.anyone), 'gloss_database_start_time_seconds') > first);
});
