// Every scenario under load, its history checked. CHAOS_SCENARIOS="C1 C5" picks some, CHAOS_SECONDS is
// the time for each (30), CHAOS_SEED repeats a run, as far as the machine does.
import test from 'node:test';
import { chances } from './chances.js';
import { scenarios } from './scenarios.js';

const seed = Number(process.env.CHAOS_SEED ?? Date.now() % 1e9);
const seconds = Number(process.env.CHAOS_SECONDS ?? 30);
const wanted = (process.env.CHAOS_SCENARIOS ?? Object.keys(scenarios).join(' ')).split(/[\s,]+/).filter(Boolean);

for (const name of wanted) {
  test(`${name}: nothing is lost, nothing is doubled, nothing is wrong`, async () => {
    console.log(`# ${name} CHAOS_SEED=${seed} CHAOS_SECONDS=${seconds}`);
    await scenarios[name]({ dice: chances(seed), seconds });
  });
}
