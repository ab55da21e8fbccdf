// A cluster whose disk can be full: see no_space.c.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './binary.js';
import { Cluster } from './cluster.js';

export async function fullableCluster(options = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'gloss-full-'));
  chmodSync(folder, 0o755);
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const library = join(folder, 'no_space.so');
  const state = join(folder, 'state');
  writeFileSync(state, ' ');
  execFileSync('gcc', ['-O1', '-shared', '-fPIC', '-o', library, join(root, 'tests/support/no_space.c'), '-ldl']);
  const cluster = await Cluster.start({ ...options, environment: { LD_PRELOAD: library, NO_SPACE: state } });
  // Written over in place: the processes have it mapped.
  const is = (word) => writeFileSync(state, word, { flag: 'r+' });
  return { cluster, dataFull: () => is('d'), logFull: () => is('w'), space: () => is(' ') };
}
