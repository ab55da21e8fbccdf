// What can happen to a server and its database, one after the other, each under load and each followed
// by the check of what was promised (contract: nothing lost, nothing doubled, nothing wrong). The
// numbers are those of the plan of tests. C9, the listening connection, is not there: nothing listens.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gloss, patience } from '../support/binary.js';
import { send } from '../support/client.js';
import { Cluster } from '../support/cluster.js';
import { proxied } from '../support/fault_proxy.js';
import { fullableCluster } from '../support/full_disk.js';
import { World } from '../support/people.js';
import { takeSeats } from '../support/seats.js';
import { Server } from '../support/server.js';
import { check, doneUnheard } from './check.js';
import { Load, now } from './load.js';

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const kill = (pid, signal) => { try { process.kill(pid, signal); } catch { /* it has ended */ } };

// A busy machine is slower than the plan's: what is to be back within so long may take this much longer.
const SLACK = Number(process.env.CHAOS_SLACK ?? 2) * patience;

// What a scenario acts on: a durable cluster, a world, its load, a seed's chance, a time to fill.
async function stage({ dice, seconds, cluster = Cluster.start({ durable: true }), via, ...options }) {
  const own = await cluster;
  const world = await World.start({ expectsErrors: true, cluster: via ?? own, ...options });
  const load = new Load(world, dice, options.load);
  load.judge = own; // past any proxy
  await load.prepare();
  return { own, world, load, dice, ms: seconds * 1000 };
}

async function until(what, limitMs, ask) {
  const from = now();
  while (!await ask()) {
    assert.ok(now() - from < limitMs, `${what}, not within ${limitMs} ms`);
    await pause(30);
  }
  return now() - from;
}

async function under(it, act) {
  it.load.start();
  await pause(500);
  const told = await act(it);
  await pause(Math.min(2000, it.ms / 4));
  await it.load.stop();
  const found = await check(it.load);
  if (told) console.log(`# ${told}`);
  return found;
}

const ready = async (world) => {
  try { return (await send(world.url, { path: '/readyz' })).status === 200; } catch { return false; }
};

// Each time something is struck, the load has to be answered again before long.
async function strikes({ load, ms, dice }, times, limitMs, strike) {
  const gaps = [];
  for (let i = 0; i < times; i++) {
    await pause(ms / times * (0.3 + 0.5 * dice.fraction()));
    const backFrom = await strike(i) ?? now();
    gaps.push(await load.backAfter(backFrom, limitMs, `after strike ${i + 1}`));
  }
  return `back after ${gaps.map((gap) => gap.toFixed(0)).join(', ')} ms`;
}

// The load's answers while something was wrong: when the first 503 came, and that none took long.
function inTime(load, since, limitMs) {
  const late = load.history.filter(({ from, to }) => from >= since && to - from > limitMs * SLACK);
  assert.deepEqual(late.map(({ op, from, to, status }) => `${op} ${status} ${(to - from).toFixed(0)} ms`), []);
}

export const scenarios = {
  async C0(chance) {
    const it = await stage(chance);
    await under(it, () => pause(it.ms));
    assert.ok(it.load.history.every(({ status }) => ![0, -1, 503].includes(status)), 'all is well, and still something failed');
  },

  async C1(chance) {
    const it = await stage(chance);
    await under(it, () => strikes(it, 5, 2000 * SLACK, async () => {
      const killed = now();
      await it.world.server.kill('SIGKILL');
      await it.world.server.launch();
      return killed;
    }));
  },

  async C2(chance) {
    const it = await stage(chance);
    const found = await under(it, () => strikes(it, 3, 2000 * SLACK, async () => {
      const asked = now();
      const code = await it.world.server.kill('SIGTERM');
      assert.equal(code, 0, 'it ends well');
      assert.ok(now() - asked < 20_000, 'within 20 s');
      await it.world.server.launch();
    }));
    // A connection that was closed while it waited for a request did nothing with it.
    assert.deepEqual(doneUnheard(it.load, found), [], 'accepted, done, and cut off');
  },

  async C3(chance) {
    const it = await stage(chance);
    const { pid } = it.world.server;
    await under(it, () => strikes(it, 4, 5000 * SLACK, async (i) => {
      const backend = it.own.pids().find((one) => /gloss t/.test(readFileSync(`/proc/${one}/cmdline`, 'utf8')));
      if (i % 2 === 0) {
        process.kill(backend, 'SIGKILL');
        await until('PostgreSQL is ready again', 30_000, () => it.own.ready());
      } else {
        await it.own.kill(i === 1 ? 'SIGKILL' : 'SIGQUIT');
        await it.own.launch();
      }
    }));
    assert.equal(it.world.server.pid, pid, 'the server was never started again');
    assert.equal(it.world.server.child.exitCode, null);
  },

  async C4(chance) {
    const it = await stage(chance);
    const stopped = Math.min(10_000, it.ms / 2);
    await under(it, async () => {
      const since = now();
      const pids = it.own.pids();
      for (const pid of pids) kill(pid, 'SIGSTOP');
      await pause(stopped);
      for (const pid of pids) kill(pid, 'SIGCONT');
      const first = await it.load.backAfter(now(), 3000 * SLACK, 'PostgreSQL');
      inTime(it.load, since, 6000);
      kill(it.world.server.pid, 'SIGSTOP');
      await pause(stopped);
      kill(it.world.server.pid, 'SIGCONT');
      return `back after ${first.toFixed(0)} and ${(await it.load.backAfter(now(), 3000 * SLACK, 'the server')).toFixed(0)} ms`;
    });
  },

  async C5(chance) {
    const own = await Cluster.start({ durable: true });
    const { proxy, behind } = await proxied(own);
    const it = await stage({ ...chance, cluster: own, via: behind });
    const found = await under(it, async () => {
      for (const end = now() + it.ms; now() < end;) {
        proxy.swallowCommit({ chance: () => it.dice.chance(0.03), then: it.dice.chance(0.9) ? 'reset' : 'silence' });
        await pause(700);
      }
      proxy.heal();
      await until('writing works', 10_000 * SLACK, async () => it.load.succeeded(now() - 500).some(({ op }) => op === 'create'));
    });
    await proxy.close();
    assert.ok(proxy.swallowed > 0, 'no answer was lost');
    console.log(`# ${proxy.swallowed} answers of commits were lost, ${found.notes.size} notes are there`);
  },

  async C6(chance) {
    const first = await Cluster.start({ durable: true, settings: ['synchronous_standby_names=*', 'synchronous_commit=local', 'hot_standby=on'] });
    const second = await first.standby(['synchronous_standby_names=']);
    // From now on a commit waits for the other one.
    first.sql('postgres', 'ALTER DATABASE gloss_template SET synchronous_commit = on');
    const both = Object.create(first);
    both.makeDatabase = (name, template) => {
      first.makeDatabase(name, template);
      first.sql('postgres', `ALTER DATABASE ${name} SET synchronous_commit = on`);
      return name;
    };
    both.newDatabase = () => both.makeDatabase('gloss_two', 'gloss_template');
    both.options = (database) => ['user=gloss', 'user=gloss_owner'].flatMap((user, i) => [
      i ? '--owner-database' : '--database', `host=${first.folder},${second.folder} ${user} dbname=${database} target_session_attrs=read-write`]);
    const it = await stage({ ...chance, cluster: first, via: both });
    await under(it, async () => {
      await pause(it.ms / 2);
      await until('the standby follows in step', 10_000, () => first.sql('postgres', 'SELECT sync_state FROM pg_stat_replication') === 'sync');
      await first.kill('SIGKILL');
      const killed = now();
      // What it still had to say has been said by then: nobody else may be written to before it is gone.
      await pause(500);
      second.sql('postgres', 'SELECT pg_promote()');
      const promoted = now();
      it.world.cluster = it.load.judge = second;
      const back = await it.load.backAfter(promoted, 3000 * SLACK, 'the promoted one');
      await until('writing works', 3000 * SLACK, () => it.load.succeeded(promoted).some(({ op }) => op === 'create'));
      await pause(it.ms / 2);
      return `promoted after ${(promoted - killed).toFixed(0)} ms, back after ${back.toFixed(0)} ms more`;
    });
  },

  async C7(chance) {
    const own = await Cluster.start({ durable: true });
    const { proxy, behind } = await proxied(own);
    const it = await stage({ ...chance, cluster: own, via: behind });
    await under(it, async () => {
      await pause(it.ms / 4);
      const since = now();
      proxy.drop();
      await pause(10_000);
      assert.ok(it.load.history.some(({ from, status }) => from >= since && status === 503));
      proxy.heal();
      const back = await it.load.backAfter(now(), 3000 * SLACK, 'the network');
      inTime(it.load, since, 6000);
      return `back after ${back.toFixed(0)} ms`;
    });
    await proxy.close();
  },

  async C8(chance) {
    const disk = await fullableCluster({ durable: true });
    const it = await stage({ ...chance, cluster: disk.cluster });
    await under(it, async () => {
      await pause(it.ms / 6);
      disk.dataFull();
      await pause(it.ms / 3);
      disk.space();
      const first = await it.load.backAfter(now(), 3000 * SLACK, 'after the data had no space');
      await pause(it.ms / 6);
      disk.logFull();
      // What was on its way may still have got in.
      await pause(1000);
      const since = now();
      await pause(it.ms / 4);
      const taken = it.load.succeeded(since).filter(({ from }) => from >= since);
      assert.deepEqual(taken.map(({ op }) => op).filter((op) => op !== 'read' && op !== 'list'), [], 'taken while the disk was full');
      disk.space();
      if (!await it.own.ready()) await it.own.launch();
      const second = await it.load.backAfter(now(), 5000 * SLACK, 'after the log had no space');
      return `back after ${first.toFixed(0)} and ${second.toFixed(0)} ms`;
    });
  },

  async C10(chance) {
    const library = ['x86_64-linux-gnu', 'aarch64-linux-gnu'].map((machine) => `/usr/lib/${machine}/faketime/libfaketimeMT.so.1`).find(existsSync);
    assert.ok(library, 'faketime is not installed');
    const folder = mkdtempSync(join(tmpdir(), 'gloss-clock-'));
    const clock = join(folder, 'clock');
    writeFileSync(clock, '+0', { mode: 0o644 });
    spawnSync('chmod', ['755', folder]);
    try {
      const it = await stage({ ...chance, env: { LD_PRELOAD: library, FAKETIME_TIMESTAMP_FILE: clock, FAKETIME_NO_CACHE: '1', FAKETIME_DONT_FAKE_MONOTONIC: '1' } });
      await under(it, async () => {
        for (const shift of ['+1h', '-1h', '+0']) {
          await pause(it.ms / 4);
          writeFileSync(clock, shift);
          await it.load.backAfter(now(), 1000 * SLACK, `the clock at ${shift}`);
        }
        await pause(it.ms / 4);
      });
      assert.ok(it.load.history.every(({ status }) => ![0, -1, 503].includes(status)), 'clocks do not matter');
      // The newest first, by the database's clock.
      const times = (await it.load.people[0].sees(it.load.essay)).map(({ created }) => created ?? '');
      assert.deepEqual(times, [...times].sort().reverse());
      await it.world.server.stop();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },

  async C11(chance) {
    const it = await stage({ ...chance, load: undefined });
    const other = await Server.start(it.world.args, { expectsErrors: true });
    it.load.urls = () => (it.alone ? [it.world.url] : [it.world.url, other.url]);
    await under(it, async () => {
      await pause(it.ms / 3);
      const since = now();
      await other.kill('SIGKILL');
      await pause(it.ms / 4);
      const cut = it.load.history.filter(({ from, status }) => from >= since && [503, 500].includes(status));
      assert.deepEqual(cut, [], 'the one that is left is not disturbed');
      await other.launch();
      await pause(it.ms / 3);
    });
    await other.stop();
  },

  async C12(chance) {
    const it = await stage(chance);
    await under(it, async () => {
      for (let i = 0; i < 3; i++) {
        await pause(it.ms / 4);
        gloss(['migrate', ...it.world.cluster.options(it.world.database)]);
      }
      const unwell = it.load.history.filter(({ status }) => status === 503);
      const lasted = unwell.length ? unwell.at(-1).to - unwell[0].from : 0;
      assert.ok(lasted <= 2000 * SLACK, `503 for ${lasted.toFixed(0)} ms`);
      return `503 for ${lasted.toFixed(0)} ms`;
    });
  },

  async C13(chance) {
    const own = await Cluster.start({ durable: true, settings: ['max_connections=40'] });
    const it = await stage({ ...chance, cluster: own, under: ['prlimit', '--nofile=128:128'] });
    await under(it, async () => {
      await pause(it.ms / 5);
      // Every seat at the database is taken.
      const since = now();
      const leave = await takeSeats(own, it.world.database, 37);
      await pause(it.ms / 5);
      assert.ok(it.load.history.some(({ from, status }) => from >= since && status === 503));
      inTime(it.load, since, 6000);
      await leave();
      const first = await it.load.backAfter(now(), 3000 * SLACK, 'after the seats');
      // Everybody connects, and says nothing.
      const idle = Array.from({ length: 200 }, () => net.connect(it.world.server.port, '127.0.0.1').on('error', () => {}));
      await pause(it.ms / 5);
      for (const socket of idle) socket.destroy();
      const second = await it.load.backAfter(now(), 3000 * SLACK, 'after the crowd');
      await until('it is ready', 3000 * SLACK, () => ready(it.world));
      return `back after ${first.toFixed(0)} and ${second.toFixed(0)} ms`;
    });
  },
};
