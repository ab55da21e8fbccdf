// `make bench` runs, small: what it measures is right, whatever the numbers.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { hasNginx } from '../bench/peers.js';
import { root } from '../support/binary.js';

test('a small run of the bench finds right answers only, and reports on each of its targets', () => {
  const fastify = existsSync(join(root, 'tests/bench/fastify/node_modules/.installed'));
  const peers = ['pgbench', 'bare', ...hasNginx() ? ['nginx'] : [], ...fastify ? ['fastify'] : []];
  const done = spawnSync(process.execPath, [join(root, 'tests/bench/run.js')], {
    encoding: 'utf8',
    env: { ...process.env, BENCH_ROWS: 2000, BENCH_SECONDS: 0.1, BENCH_ROUNDS: 1, BENCH_CONNECTIONS: '8', BENCH_IDLE: 50, BENCH_PEERS: peers.join(' '), BENCH_DATA: '' },
  });
  assert.equal(done.status, 0, `${done.stdout}\n${done.stderr}`);
  for (const kind of ['one annotation', 'page of 50', 'flushed insert', 'mix of 70 one, 25 page, 5 insert', 'page of 50: of one group, and of all fifty that its reader is in']) assert.match(done.stdout, new RegExp(`^${kind}, 8 connections$`, 'm'));
  assert.match(done.stdout, /^an edit of 0\.0 MiB with 100 notes, as a job/m);
  const judged = done.stdout.match(/^ {2}(reached|NOT reached) /gm);
  assert.equal(judged?.length, fastify ? 17 : 14, done.stdout);
});
