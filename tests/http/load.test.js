// Much at once, briefly; `make conditions` does the same at length.
import assert from 'node:assert/strict';
import test from 'node:test';
import { patience } from '../support/binary.js';
import { mixUp, overload } from '../support/conditions.js';

test('of many requests one behind the other on many connections, each gets its own answer', { timeout: 120_000 * patience }, async () => {
  const { answers, foreign } = await mixUp({ rounds: 12 });
  assert.equal(answers, 64 * 12 * 8);
  assert.deepEqual(foreign, []);
});

test('with four times what it can do it serves on, refuses the rest in words, and recovers', { timeout: 120_000 * patience }, async (t) => {
  const measured = await overload({ seconds: 4, peakSeconds: 2 });
  t.diagnostic(JSON.stringify(measured));
  // How much of it is told by the long run: here the client, and other tests, share the processors.
  assert.ok(measured.share > 0.2, JSON.stringify(measured));
});
