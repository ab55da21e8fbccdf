// Private clusters under data directories of the tests' own.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { gloss, patience } from './binary.js';
import { send } from './client.js';
import { Server } from './server.js';

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
// What is killed here are processes, not the machine: nothing has to reach the disk for that.
export const env = { GLOSS_TEST: '1', GLOSS_TEST_NO_FSYNC: '1' };
export const isRoot = process.getuid() === 0;
const folders = [];

// A data directory that does not exist yet, in a folder where anybody may make one.
export function newData(name = 'data') {
  const folder = mkdtempSync(join(tmpdir(), 'gloss-private-'));
  chmodSync(folder, 0o755);
  folders.push(folder);
  return join(folder, name);
}

// One that has been used before, without anybody in it: a copy, because initdb takes its seconds.
let used;
export function usedData(name) {
  if (!used) {
    used = newData();
    command(used, ['migrate']);
  }
  const data = newData(name);
  execFileSync('cp', ['-a', used, data]);
  return data;
}

after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
});

export const command = (data, args, options = {}) => gloss([...args, '--data', data], { env, ...options });
export const serve = (data, options = {}) => Server.start(['--data', data, '--workers', '1'], { env, ...options });
export const pidFile = (data) => join(data, 'postgres/postmaster.pid');
export const postmaster = (data) => Number(readFileSync(pidFile(data), 'utf8').split('\n')[0]);
export const alive = (pid) => {
  try {
    // A process that nobody has waited for is dead all the same.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch { return false; }
};

export async function until(claim, what, seconds = 15) {
  const end = Date.now() + seconds * 1000 * patience;
  while (!await claim()) {
    assert.ok(Date.now() < end, what);
    await pause(50);
  }
}

export const ready = async (server) => {
  try { return (await send(server.url, { path: '/readyz' })).status; } catch { return 0; }
};

export const addUser = (data, name) => command(data, ['user', 'add', name, '--password-stdin'], { input: 'correct horse' });
export const users = (data) => command(data, ['user', 'list']).stdout.split('\n').filter(Boolean).map((line) => line.split(/\s+/)[0]);
