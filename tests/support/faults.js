// What `gloss doctor` would find in a world's rows: the same statements, past the program.
import { readFileSync } from 'node:fs';

const CHECKS = ['passes', 'shelves', 'tallies', 'audiences'];

export function faults(world, more = []) {
  const found = [...CHECKS, ...more].map((name) => {
    const text = readFileSync(new URL(`../../server/sql/doctor/${name}.sql`, import.meta.url), 'utf8').trim().replace(/;$/, '');
    return world.sql(`SET search_path = gloss; ${text}`);
  });
  return found.flatMap((lines) => lines.split('\n')).filter((line) => line !== '' && line !== 'SET');
}
