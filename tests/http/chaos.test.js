// Two short scenarios of `make chaos`: the server ends and starts under load, and answers of commits
// are lost on their way to it. The history of every request is held against what is there afterwards.
import test from 'node:test';
import { patience } from '../support/binary.js';
import { chances } from '../chaos/chances.js';
import { scenarios } from '../chaos/scenarios.js';

const seed = Number(process.env.CHAOS_SEED ?? Date.now() % 1e9);
const limits = { timeout: 60_000 * patience };

test('a server that is told to end cuts off nothing that it has done', limits, async () => {
  console.log(`# CHAOS_SEED=${seed}`);
  await scenarios.C2({ dice: chances(seed), seconds: 4 });
});

test('when answers of commits are lost, nothing is lost and nothing is done twice', limits, async () => {
  console.log(`# CHAOS_SEED=${seed}`);
  await scenarios.C5({ dice: chances(seed), seconds: 6 });
});
