// make bench: how fast the server is beside what it could be compared with, in one run; README says
// what is measured. Ends with 1 only when something is broken, never because of a number.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { PAIRS, PAIRS_BEFORE, groupRequests, groupScripts } from './groups.js';
import { cpuOf, holding, load, pgbench, rssKib } from './measure.js';
import { startFastify, startNginx } from './peers.js';
import { Report, median } from './report.js';
import { check, must, request, writeRequests } from './requests.js';
import { measureEdits } from './revisions.js';
import { scriptsOf, startGloss } from './scripts.js';
import { LOG_SETTINGS } from './statements.js';
import { World, idOf, startCluster, typeId, uuid } from './world.js';

const number = (name, fallback) => Number(process.env[name] || fallback);
const words = (name, fallback) => (process.env[name] ?? fallback).split(/[ ,]+/).filter(Boolean);
const ROWS = number('BENCH_ROWS', 1_000_000);
const SECONDS = number('BENCH_SECONDS', 2);
const ROUNDS = number('BENCH_ROUNDS', 3);
const IDLE = number('BENCH_IDLE', 5000);
const CONNECTIONS = words('BENCH_CONNECTIONS', '1 16 64').map(Number);
const PEERS = words('BENCH_PEERS', 'pgbench bare nginx fastify');
const KINDS = words('BENCH_KINDS', 'one page insert mix groups revisions');
const SIZES = [10_000, 100_000, 1_000_000];
const WORKERS = availableParallelism?.() ?? cpus().length;
// As many connections as the server has for it: two for reads and one for writes, a worker.
const CLIENTS = { one: 2 * WORKERS, page: 2 * WORKERS, insert: WORKERS, mix: 3 * WORKERS };

const say = (text) => console.log(text);
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const folder = mkdtempSync(join(tmpdir(), 'gloss-bench-'));
chmodSync(folder, 0o755);
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
function newFolder(name) {
  const path = join(folder, name);
  mkdirSync(path, { recursive: true });
  return path;
}

// -- those who run: (kind, connections, seconds) → { rate, … }, undefined where they have no such kind

let runs = 0;
function inPgbench(world, scripts, which) {
  return (kind, connections, seconds) => pgbench(world, {
    // ids of new rows begin elsewhere each time
    scripts: scripts[which][kind], constants: { ...scripts.constants, n: ++runs * 200_000 % 90_000_000 },
    clients: Math.min(connections, CLIENTS[kind]), seconds, writes: kind === 'insert' || kind === 'mix',
  });
}

function overHttp(world, port, pid, files) {
  return async (kind, connections, seconds) => {
    const kinds = kind === 'mix' ? files : { [kind]: files[kind] };
    if (Object.values(kinds).some((file) => !file) || (kind === 'mix' && !files.insert)) return undefined;
    const before = [pid, world.cluster.process.pid].map(cpuOf);
    const result = await load(port, connections, seconds, kinds);
    const [server, postgres] = [pid, world.cluster.process.pid].map((it, i) => (cpuOf(it) - before[i]) / result.answers);
    return { ...result, server, postgres };
  };
}

async function nginx(world, bytes, ends) {
  const server = await startNginx(newFolder('nginx'), bytes, WORKERS);
  ends.push(server.stop);
  const files = Object.fromEntries(Object.keys(bytes).map((kind) => {
    const file = join(folder, `nginx-${kind}.requests`);
    const text = request('GET', `/${kind}.json`);
    writeFileSync(file, `${text.length}\n${text}`);
    return [kind, { status: 200, file }];
  }));
  return overHttp(world, server.port, server.pid, files);
}

async function fastify(world, page, ends) {
  const server = await startFastify(world, WORKERS);
  ends.push(server.stop);
  const ids = (_, n) => uuid(n);
  const right = await check('fastify', server.url, world, ids);
  must(right.page.map((id) => typeId('ann', idOf(id))).join() === page.join(), 'Fastify and gloss list the same annotations');
  return { run: overHttp(world, server.port, server.pid, writeRequests(folder, 'fastify', world, ids)), pid: server.pid };
}

// -- the parts of a run

async function compare(world, report) {
  const ends = [];
  try {
    const scripts = await scriptsOf(world, newFolder(world.database), WORKERS);
    for (const [kind, names] of Object.entries(scripts.said)) say(`  ${kind}: ${names}`);
    const server = await startGloss(world, WORKERS);
    ends.push(() => server.stop());
    const files = writeRequests(folder, 'gloss', world, typeId);
    const right = await check('gloss', server.url, world, typeId);
    const contenders = { gloss: overHttp(world, server.port, server.pid, files) };
    const peers = {};
    if (PEERS.includes('pgbench')) contenders.pgbench = inPgbench(world, scripts, 'same');
    if (PEERS.includes('bare')) contenders.bare = inPgbench(world, scripts, 'bare');
    if (PEERS.includes('nginx')) contenders.nginx = await nginx(world, right.bytes, ends);
    if (PEERS.includes('fastify')) {
      peers.fastify = await fastify(world, right.page, ends);
      contenders.fastify = peers.fastify.run;
    }
    // what is slower the first time
    const kinds = KINDS.filter((kind) => !['groups', 'revisions'].includes(kind));
    for (const kind of kinds) for (const run of Object.values(contenders)) await run(kind, 8, Math.min(SECONDS / 2, 0.4));
    for (const kind of kinds) for (const c of CONNECTIONS) report.add(kind, c, await alternated(contenders, kind, c));
    report.memory(await memory(server, files, peers.fastify));
  } finally {
    for (const end of ends.reverse()) await end();
  }
}

async function alternated(contenders, kind, connections) {
  const measured = Object.fromEntries(Object.keys(contenders).map((name) => [name, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, run] of Object.entries(contenders)) {
      const result = await run(kind, connections, SECONDS);
      if (result) measured[name].push(result);
    }
  }
  return measured;
}

// Pages of one group and of all, by the same reader in the same rounds.
async function groups(world, report) {
  const { scripts, constants, statements } = await groupScripts(world, newFolder('groups'), () => startGloss(world, WORKERS));
  const server = await startGloss(world, WORKERS);
  try {
    const run = overHttp(world, server.port, server.pid, await groupRequests(world, folder, server.url));
    const contenders = {};
    for (const { less, more } of PAIRS) for (const name of [less, more]) contenders[`http_${name}`] = (_, c, s) => run(name, c, s);
    if (PEERS.includes('pgbench')) {
      for (const [name, path] of Object.entries(scripts)) {
        if (SECONDS < 1 && /[1-9]$/.test(name)) continue;  // enough to show that they work
        contenders[name] = (_, c, s) => pgbench(world, { scripts: [[path, 1]], constants, clients: Math.min(c, CLIENTS.page), seconds: s });
      }
    }
    const connections = CONNECTIONS[CONNECTIONS.length - 1];
    if (SECONDS >= 1) for (const one of Object.values(contenders)) await one(null, 8, 0.4);
    report.groups(connections, PAIRS, PAIRS_BEFORE, statements, await alternated(contenders, null, connections));
  } finally {
    await server.stop();
  }
}

// Two megabytes with ten thousand notes are edited, beside others who only read.
async function revisions(world, report) {
  const server = await startGloss(world, WORKERS);
  try {
    const { one } = writeRequests(folder, 'revisions', world, typeId);
    const isShort = SECONDS < 1;
    report.revisions(await measureEdits(server, one, { seconds: isShort ? SECONDS : Math.max(SECONDS, 4), rounds: ROUNDS, bytes: isShort ? 20_000 : 2 << 20, notes: isShort ? 100 : 10_000 }));
  } finally {
    await server.stop();
  }
}

async function memory(server, files, other) {
  const steady = rssKib(server.pid);
  const idle = await holding(server.port, IDLE, files.one, async () => {
    await pause(500);
    return rssKib(server.pid);
  });
  return { steady, idle, connections: IDLE, fastify: other && rssKib(other.pid) };
}

// What the same statements cost where there is less.
async function growth(cluster, largest, report) {
  const sizes = [...new Set([...SIZES.filter((rows) => rows < ROWS), ROWS])];
  if (sizes.length < 2 || !PEERS.includes('pgbench')) return;
  const found = [];
  for (const rows of sizes) {
    const world = rows === ROWS ? largest : await new World(cluster, rows).fill(say);
    found.push({ rows, run: inPgbench(world, await scriptsOf(world, newFolder(world.database), WORKERS), 'same'), one: [], page: [] });
  }
  for (let round = 0; round < ROUNDS; round++) {
    for (const kind of ['one', 'page']) for (const it of found) it[kind].push((await it.run(kind, 1, SECONDS)).postgres);
  }
  report.growth(found.map(({ rows, one, page }) => ({ rows, one: median(one), page: median(page) })));
}

async function main() {
  say(`${ROWS.toLocaleString('en')} annotations, ${ROUNDS} rounds of ${SECONDS} s each, ${WORKERS} processors for all`);
  const cluster = await startCluster(ROWS, process.env.BENCH_DATA, LOG_SETTINGS);
  try {
    const world = await new World(cluster, ROWS).fill(say);
    if (world.isNew) {
      const doctor = world.examine();
      must(doctor.status === 0, `gloss doctor finds faults\n${doctor.stdout}`);
    }
    const report = new Report(say, SECONDS < 1);
    if (KINDS.some((kind) => !['groups', 'revisions'].includes(kind))) await compare(world, report);
    if (KINDS.includes('groups')) await groups(world, report);
    if (KINDS.includes('revisions')) await revisions(world, report);
    if (KINDS.includes('one') || KINDS.includes('page')) await growth(cluster, world, report);
    report.targets();
  } finally {
    await cluster.stop();
  }
}

main().then(() => process.exit(0), (error) => {
  console.error(error);
  process.exit(1);
});
