// A PostgreSQL cluster to throw away: unix socket only, in a temporary folder, nothing flushed to
// disk. A whole run shares one (tests/run makes it and names it in GLOSS_TEST_CLUSTER); a file that
// runs alone makes its own. Each world gets a database of its own, copied from a migrated one.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { gloss } from './binary.js';

const OWNER = 'gloss_owner';
const APP = 'gloss';
const TEMPLATE = 'gloss_template';

let shared;
let databases = 0;

// PostgreSQL refuses to run as root: then it runs as the package's user.
export function unprivileged() {
  if (process.getuid() !== 0) return {};
  const id = (flag) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

function program(name) {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root).sort((a, b) => b - a) : [];
  const found = versions.map((v) => join(root, v, 'bin', name)).find(existsSync);
  return found ?? name;
}

function run(command, args, options = {}) {
  const done = spawnSync(command, args, { encoding: 'utf8', ...options });
  if (done.error) throw done.error;
  if (done.status !== 0) throw new Error(`${command} ${args.join(' ')}\n${done.stdout}${done.stderr}`);
  return done.stdout;
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export class Cluster {
  constructor(folder, process) {
    this.folder = folder;
    this.process = process;
  }

  static async start() {
    const who = unprivileged();
    const folder = mkdtempSync(join(tmpdir(), 'gloss-test-'));
    chmodSync(folder, 0o755);
    const data = join(folder, 'data');
    mkdirSync(data, { mode: 0o700 });
    if (who.uid) for (const path of [folder, data]) chownSync(path, who.uid, who.gid);
    const asUser = { ...who, cwd: folder, env: { ...process.env, HOME: folder } };
    run(program('initdb'), ['-D', data, '-U', 'postgres', '--auth=trust', '--encoding=UTF8',
      '--locale=C.UTF-8', '--no-sync'], asUser);
    const child = spawn(program('postgres'), ['-D', data, '-k', folder, '-c', 'listen_addresses=',
      '-c', 'fsync=off', '-c', 'synchronous_commit=off', '-c', 'full_page_writes=off',
      '-c', 'max_connections=200', '-c', 'shared_buffers=64MB', '-c', 'logging_collector=off'],
    { ...asUser, stdio: ['ignore', 'ignore', 'ignore'], detached: true });
    child.unref();
    const cluster = new Cluster(folder, child);
    process.on('exit', () => cluster.stopNow());
    await cluster.ready();
    for (const role of [OWNER, APP]) cluster.sql('postgres', `CREATE ROLE ${role} LOGIN`);
    cluster.sql('postgres', `ALTER ROLE ${OWNER} CREATEROLE`);
    cluster.makeDatabase(TEMPLATE, 'template1');
    gloss(['migrate', ...cluster.options(TEMPLATE)]);
    return cluster;
  }

  async ready() {
    for (let i = 0; i < 300; i++) {
      const done = spawnSync(program('psql'), ['-XAtq', '-h', this.folder, '-U', 'postgres', '-c', 'SELECT 1', 'postgres']);
      if (done.status === 0) return;
      await pause(50);
    }
    throw new Error('the test cluster did not start');
  }

  // As the superuser: the tests' judge, not the server's way in.
  sql(database, text) {
    return run(program('psql'), ['-XAtq', '-v', 'ON_ERROR_STOP=1', '-h', this.folder, '-U', 'postgres', database],
      { input: text, cwd: '/' }).trimEnd();
  }

  makeDatabase(name, template) {
    this.sql('postgres', `CREATE DATABASE ${name} OWNER ${OWNER} TEMPLATE ${template}`);
    return name;
  }

  newDatabase(template = TEMPLATE) {
    return this.makeDatabase(`t${process.pid}_${++databases}`, template);
  }

  dropDatabase(name) {
    this.sql('postgres', `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  }

  conninfo(database, role = APP) {
    return `host=${this.folder} user=${role} dbname=${database}`;
  }

  options(database) {
    return ['--database', this.conninfo(database), '--owner-database', this.conninfo(database, OWNER)];
  }

  stopNow() {
    if (!this.process) return;
    try { process.kill(this.process.pid, 'SIGQUIT'); } catch { /* it has ended */ }
    this.process = null;
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  }
}

export async function cluster() {
  const named = process.env.GLOSS_TEST_CLUSTER;
  shared ??= named ? new Cluster(named, null) : await Cluster.start();
  return shared;
}

export const isRoot = userInfo().uid === 0;
