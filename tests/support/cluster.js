// A PostgreSQL cluster to throw away: unix socket only, in a temporary folder, nothing flushed to
// disk. A whole run shares one (tests/run makes it and names it in GLOSS_TEST_CLUSTER); a file that
// runs alone makes its own. Each world gets a database of its own, copied from a migrated one.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
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

export function program(name) {
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

const HASTY = ['-c', 'fsync=off', '-c', 'synchronous_commit=off', '-c', 'full_page_writes=off'];

export class Cluster {
  constructor(folder) {
    this.folder = folder;
  }

  // durable: what it has acknowledged survives a crash, as in real use. settings: "name=value" each.
  // kept: a folder that stays, and is gone on with where it holds a cluster already. environment: of
  // PostgreSQL's processes.
  static async start({ durable = false, settings = [], kept, environment = {} } = {}) {
    const who = unprivileged();
    const folder = kept ?? mkdtempSync(join(tmpdir(), 'gloss-test-'));
    const data = join(folder, 'data');
    const isNew = !existsSync(data);
    if (isNew) {
      mkdirSync(data, { recursive: true, mode: 0o700 });
      chmodSync(folder, 0o755);
      if (who.uid) for (const path of [folder, data]) chownSync(path, who.uid, who.gid);
    }
    const cluster = new Cluster(folder);
    cluster.isKept = kept !== undefined;
    cluster.asUser = { ...who, cwd: folder, env: { ...process.env, HOME: folder } };
    cluster.environment = environment;
    cluster.settings = [...durable ? [] : HASTY, ...settings.flatMap((setting) => ['-c', setting])];
    if (isNew) {
      run(program('initdb'), ['-D', data, '-U', 'postgres', '--auth=trust', '--encoding=UTF8',
        '--locale=C.UTF-8', '--data-checksums', '--no-sync'], cluster.asUser);
    }
    process.on('exit', () => cluster.stopNow());
    await cluster.launch();
    if (isNew) {
      for (const role of [OWNER, APP]) cluster.sql('postgres', `CREATE ROLE ${role} LOGIN`);
      cluster.makeDatabase(TEMPLATE, 'template1');
    }
    gloss(['migrate', ...cluster.options(TEMPLATE)]);
    return cluster;
  }

  async launch() {
    // After a crash it has to wait until the last process of the old one is gone.
    for (let i = 0; i < 100; i++) {
      this.process = spawn(program('postgres'), ['-D', join(this.folder, 'data'), '-k', this.folder,
        '-c', 'listen_addresses=', '-c', 'max_connections=200', '-c', 'shared_buffers=64MB', ...this.settings],
      { ...this.asUser, env: { ...this.asUser.env, ...this.environment }, stdio: 'ignore', detached: true });
      this.process.unref();
      this.ended = once(this.process, 'exit');
      if (await this.ready()) return;
    }
    throw new Error('the test cluster did not start');
  }

  // False: it has ended.
  async ready() {
    while (this.process.exitCode === null && this.process.signalCode === null) {
      const done = spawnSync(program('psql'), ['-XAtq', '-h', this.folder, '-U', 'postgres', '-c', 'SELECT 1', 'postgres']);
      if (done.status === 0) return true;
      await pause(50);
    }
    return false;
  }

  // As a crash does it: the other processes find out that the first of them is dead, and end.
  // SIGQUIT is an immediate stop.
  async kill(signal = 'SIGKILL') {
    process.kill(this.process.pid, signal);
    await this.ended;
  }

  // Its processes, the first of them first.
  pids() {
    const first = this.process.pid;
    return [first, ...readFileSync(`/proc/${first}/task/${first}/children`, 'utf8').split(' ').filter(Boolean).map(Number)];
  }

  // Another one that follows this one, with further settings.
  async standby(settings = []) {
    const folder = mkdtempSync(join(tmpdir(), 'gloss-test-'));
    chmodSync(folder, 0o755);
    const copy = new Cluster(folder);
    Object.assign(copy, { asUser: { ...this.asUser, cwd: folder }, settings: [...this.settings, ...settings.flatMap((setting) => ['-c', setting])], environment: {} });
    if (copy.asUser.uid) chownSync(folder, copy.asUser.uid, copy.asUser.gid);
    process.on('exit', () => copy.stopNow());
    run(program('pg_basebackup'), ['-h', this.folder, '-U', 'postgres', '-D', join(folder, 'data'), '-R', '-c', 'fast', '-X', 'stream'], copy.asUser);
    await copy.launch();
    return copy;
  }

  // As the superuser: the tests' judge, not the server's way in.
  sql(database, text) {
    return run(program('psql'), ['-XAtq', '-v', 'ON_ERROR_STOP=1', '-h', this.folder, '-U', 'postgres', database],
      { input: text, cwd: '/' }).trimEnd();
  }

  makeDatabase(name, template = TEMPLATE) {
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

  async stop() {
    this.process.ref();
    process.kill(this.process.pid, 'SIGINT');
    await this.ended;
  }

  stopNow() {
    if (!this.asUser) return;
    try { process.kill(this.process?.pid, this.isKept ? 'SIGINT' : 'SIGQUIT'); } catch { /* it has ended */ }
    if (!this.isKept) rmSync(this.folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  }
}

export async function cluster() {
  const named = process.env.GLOSS_TEST_CLUSTER;
  shared ??= named ? new Cluster(named) : await Cluster.start();
  return shared;
}
