// Who has used how much processor time and memory, and runs of the programs that make the load.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';
import { join, dirname } from 'node:path';
import { binary } from '../support/binary.js';
import { program } from '../support/cluster.js';

const TICK_US = 10_000;
const running = new Set();
process.on('exit', () => {
  for (const child of running) try { process.kill(child.pid, 'SIGKILL'); } catch { /* it has ended */ }
});

function times(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /, '').split(' ').map(Number);
    return { own: fields[11] + fields[12], ended: fields[13] + fields[14] };
  } catch { return { own: 0, ended: 0 }; }
}

const childrenOf = (pid) => {
  try { return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean); } catch { return []; }
};

// Of a process, its children, and what has ended of them, in microseconds.
export function cpuOf(pid) {
  const { own, ended } = times(pid);
  return (own + ended) * TICK_US + childrenOf(pid).reduce((sum, child) => sum + cpuOf(child), 0);
}

export function rssKib(pid) {
  const own = Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  return own + childrenOf(pid).reduce((sum, child) => sum + rssKib(child), 0);
}

// Starts a program that is taken down with us.
export function start(command, args, options = {}) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  running.add(child);
  child.ended = once(child, 'exit').then(([code, signal]) => {
    running.delete(child);
    return code ?? signal;
  });
  child.text = { out: '', err: '' };
  child.stdout?.setEncoding('utf8').on('data', (part) => { child.text.out += part; });
  child.stderr?.setEncoding('utf8').on('data', (part) => { child.text.err += part; });
  return child;
}

export async function stop(child, signal = 'SIGTERM') {
  if (child.exitCode === null && child.signalCode === null) process.kill(child.pid, signal);
  return child.ended;
}

// -- our own load

const loader = join(dirname(binary), 'bench/load');
let seed = Math.floor(Date.now() / 1000) % 1_000_000 * 1000;

// kinds: { name: { weight, status, file } }. The answer of load.c, with rates; errors throw.
export async function load(port, connections, seconds, kinds) {
  const child = start(loader, [port, connections, seconds, ++seed, ...Object.entries(kinds).map(([name, k]) => `${name}:${k.weight ?? 1}:${k.status}:${k.file}`)].map(String));
  const code = await child.ended;
  if (code !== 0) throw new Error(`the load ended with ${code}: ${child.text.err}`);
  const said = JSON.parse(child.text.out);
  if (said.error) throw new Error(`wrong answers: ${said.error}`);
  const answers = Object.values(said.kinds).reduce((sum, kind) => sum + kind.answers, 0);
  return { answers, rate: answers / said.seconds, kinds: said.kinds };
}

// Holds so many idle connections, each of which has asked once, while `meanwhile` looks.
export async function holding(port, connections, kind, meanwhile) {
  const child = start(loader, [port, connections, 'idle', ++seed, `idle:1:${kind.status}:${kind.file}`].map(String), { stdio: ['pipe', 'pipe', 'pipe'] });
  while (!child.text.out.includes('idle')) {
    if (child.exitCode !== null) throw new Error(`the load ended with ${child.exitCode}: ${child.text.err}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const seen = await meanwhile();
  child.stdin.end();
  await child.ended;
  return seen;
}

// -- pgbench

// What it has used of the processor, once its lines of progress say that a second is over.
function sampling(child, pid) {
  const samples = [];
  let lines = 0;
  child.stderr.on('data', () => {
    const count = child.text.err.split('\n').filter((line) => line.startsWith('progress:')).length;
    if (count > lines) samples.push(cpuOf(pid));
    lines = count;
  });
  return samples;
}

// scripts: [[path, weight]]. The first second, in which statements are planned, does not count, nor the last,
// whose line pgbench may leave out; a run of less than a second is a few transactions and only shows that
// they work. Answers transactions a second, and microseconds of PostgreSQL's processor time for each.
export async function pgbench(world, { scripts, constants, clients, seconds, writes = false }) {
  const { cluster } = world;
  const whole = Math.round(seconds);
  const args = ['-n', '-M', 'prepared', '-h', cluster.folder, '-U', 'gloss', '-c', clients, '-j', Math.min(clients, 2),
    ...whole ? ['-T', 2 + whole, '-P', 1] : ['-t', 10],
    ...scripts.flatMap(([path, weight]) => ['-f', `${path}@${weight}`]),
    ...Object.entries(constants).flatMap(([name, value]) => ['-D', `${name}=${value}`]), world.database];
  // as server/db/pool.c connects
  const options = `-c search_path=gloss -c plan_cache_mode=force_generic_plan -c jit=off -c random_page_cost=1.1${writes ? '' : ' -c enable_bitmapscan=off -c default_transaction_read_only=on'}`;
  const before = cpuOf(cluster.process.pid);
  const child = start(program('pgbench'), args.map(String), { env: { ...process.env, PGOPTIONS: options } });
  const samples = sampling(child, cluster.process.pid);
  const code = await child.ended;
  if (code !== 0) throw new Error(`pgbench ended with ${code}: ${child.text.err.slice(-2000)}`);
  if (!whole) {
    const rate = Number(/tps = ([\d.]+)/.exec(child.text.out)[1]);
    return { rate, postgres: (cpuOf(cluster.process.pid) - before) / (10 * clients) };
  }
  const rates = [...child.text.err.matchAll(/^progress: [\d.]+ s, ([\d.]+) tps/gm)].map((m) => Number(m[1])).slice(1, 1 + whole);
  if (rates.length < whole) throw new Error(`pgbench told of ${rates.length} of ${whole} seconds: ${child.text.err.slice(-2000)}`);
  const answers = rates.reduce((sum, rate) => sum + rate, 0);
  return { rate: answers / rates.length, postgres: (samples[Math.min(rates.length, samples.length - 1)] - samples[0]) / answers };
}
