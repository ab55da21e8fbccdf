// Much at once, at length.
import assert from 'node:assert/strict';
import test from 'node:test';
import { mixUp, overload } from '../support/conditions.js';

test('of 250,000 requests one behind the other on 64 connections, each gets its own answer', async () => {
  const { answers, foreign } = await mixUp({ rounds: 490 });
  assert.equal(answers, 64 * 490 * 8);
  assert.deepEqual(foreign, []);
});

test('a minute of four times what it can do: 80 % of that goes on, and it recovers', async (t) => {
  const measured = await overload({ seconds: 60, peakSeconds: 5 });
  t.diagnostic(JSON.stringify(measured));
  assert.ok(measured.share >= 0.8, JSON.stringify(measured));
  assert.ok(measured.after_p99 <= 3 * measured.calm_p99 + 5, JSON.stringify(measured));
});
