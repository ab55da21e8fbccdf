// A proxy between two ends of a connection that does to it what networks do: it is slow, it falls
// silent, it cuts. TCP or a unix socket in, TCP or a unix socket out. For PostgreSQL it can also lose
// just the answer of a commit, the one fault after which nobody knows what happened.
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const turn = () => new Promise((resolve) => setImmediate(resolve));
const BACKLOG_BYTES = 1 << 20;

const HEALTHY = { delayMs: 0, bytesPerSecond: 0, dropUp: false, dropDown: false, splitBytes: 0, splitPauseMs: 0, cutAfterBytes: Infinity, swallowCommit: null };

// PostgreSQL's messages in one direction: a byte of type (the first one of a client has none) and a
// length that counts itself. take() gives the whole ones.
export class Messages {
  constructor(startsBare) {
    this.bare = startsBare;
    this.held = Buffer.alloc(0);
  }

  take(chunk) {
    this.held = this.held.length ? Buffer.concat([this.held, chunk]) : chunk;
    const whole = [];
    for (;;) {
      const at = this.bare ? 0 : 1;
      if (this.held.length < at + 4) return whole;
      const bytes = at + this.held.readInt32BE(at);
      if (this.held.length < bytes) return whole;
      whole.push({ type: this.bare ? '' : String.fromCharCode(this.held[0]), bytes: this.held.subarray(0, bytes) });
      this.held = this.held.subarray(bytes);
      this.bare = false;
    }
  }
}

// The parameters of a startup message; null: it is a request for TLS or a cancel.
function startupParameters(bytes) {
  if (bytes.readInt32BE(4) !== 196608) return null;
  const words = bytes.subarray(8).toString('utf8').split('\0');
  return Object.fromEntries(Array.from({ length: Math.floor(words.length / 2) }, (_, i) => [words[2 * i], words[2 * i + 1]]).filter(([key]) => key));
}

// What comes in on one side and goes out on the other, in order, as the faults of the moment have it.
class Direction {
  constructor(link, from, to, isUp) {
    Object.assign(this, { link, from, to, isUp, queue: [], queuedBytes: 0, running: false, ended: false });
    from.on('data', (chunk) => this.take(chunk));
    from.on('end', () => this.push(null));
  }

  get faults() { return this.link.proxy.faults; }

  take(chunk) {
    if (this.isUp ? this.faults.dropUp : this.faults.dropDown) return;
    for (const part of this.link.seen(this.isUp, chunk)) this.push(part);
  }

  push(chunk) {
    this.queue.push({ chunk, due: Date.now() + this.faults.delayMs });
    this.queuedBytes += chunk?.length ?? 0;
    if (this.queuedBytes > BACKLOG_BYTES) this.from.pause();
    if (!this.running) this.run();
  }

  async run() {
    this.running = true;
    while (this.queue.length && !this.link.closed) {
      const { chunk, due } = this.queue.shift();
      if (due > Date.now()) await pause(due - Date.now());
      if (this.link.closed) break;
      if (chunk === null) this.to.end();
      else await this.write(chunk);
      this.queuedBytes -= chunk?.length ?? 0;
      if (this.queuedBytes < BACKLOG_BYTES / 2) this.from.resume();
    }
    this.running = false;
  }

  async write(chunk) {
    const { bytesPerSecond, splitBytes, splitPauseMs } = this.faults;
    const piece = splitBytes || (bytesPerSecond ? Math.max(1, bytesPerSecond >> 4) : chunk.length);
    for (let at = 0; at < chunk.length && !this.link.closed; at += piece) {
      let part = chunk.subarray(at, at + piece);
      if (!this.isUp) {
        const left = this.faults.cutAfterBytes - part.length;
        if (left < 0) part = part.subarray(0, this.faults.cutAfterBytes);
        this.faults.cutAfterBytes = Math.max(0, left);
      }
      const flushed = this.to.write(part);
      if (part.length && this.faults.cutAfterBytes === 0) return this.link.reset();
      if (splitBytes) await (splitPauseMs ? pause(splitPauseMs) : turn());
      if (bytesPerSecond) await pause(part.length * 1000 / bytesPerSecond);
      if (!flushed && !this.to.destroyed) await Promise.race([once(this.to, 'drain'), this.link.over]);
    }
  }
}

class Link {
  constructor(proxy, client) {
    this.proxy = proxy;
    this.client = client;
    this.server = net.connect({ ...proxy.to, allowHalfOpen: true });
    this.over = new Promise((resolve) => { this.isOver = resolve; });
    this.down = new Messages(false);
    this.upward = new Messages(true);
    this.group = [];
    for (const socket of [client, this.server]) {
      socket.setNoDelay(true);
      socket.on('error', () => this.reset());
      socket.on('close', () => { if (client.destroyed && this.server.destroyed) this.close(); });
    }
    this.directions = [new Direction(this, client, this.server, true), new Direction(this, this.server, client, false)];
  }

  // Looks at what passes. With swallowCommit, answers are held until their transaction is decided.
  seen(isUp, chunk) {
    if (!this.proxy.speaksPostgres) return [chunk];
    if (isUp) {
      if (this.parameters === undefined) for (const message of this.upward.take(chunk).slice(0, 1)) this.parameters = startupParameters(message.bytes);
      return [chunk];
    }
    const passed = [];
    for (const message of this.down.take(chunk)) {
      this.group.push(message);
      if (!'ZREA'.includes(message.type) && this.proxy.faults.swallowCommit) continue;
      const wrote = message.type === 'Z' && this.group.some(({ type }) => type === 'C') && !/read_only=on/.test(this.parameters?.options);
      const { swallowCommit } = this.proxy.faults;
      if (wrote && swallowCommit && swallowCommit.chance() ) {
        this.proxy.swallowed++;
        this.group = [];
        if (swallowCommit.then === 'reset') this.reset();
        else this.silent = true;
        return [];
      }
      passed.push(...this.group.map(({ bytes }) => bytes));
      this.group = [];
    }
    return this.silent ? [] : passed.length ? [Buffer.concat(passed)] : [];
  }

  reset() {
    for (const socket of [this.client, this.server]) {
      if (socket.resetAndDestroy && socket.remoteAddress) socket.resetAndDestroy();
      else socket.destroy();
    }
    this.close();
  }

  close() {
    this.closed = true;
    this.isOver();
    this.proxy.links.delete(this);
  }
}

export class FaultProxy {
  // to: { host, port } or { path }. at: the same of where to listen; without it, a free port.
  // speaksPostgres: needed for swallowCommit(). The link must not be encrypted.
  static async start({ to, at = { host: '127.0.0.1', port: 0 }, speaksPostgres = false }) {
    const proxy = new FaultProxy();
    Object.assign(proxy, { to, at, speaksPostgres, links: new Set(), swallowed: 0, accepted: 0 });
    proxy.heal();
    await proxy.open();
    return proxy;
  }

  // Between a server and a test cluster: a socket in a folder of its own, named as PostgreSQL's.
  static postgres(cluster, folder) {
    return FaultProxy.start({ to: { path: join(cluster.folder, '.s.PGSQL.5432') }, at: { path: join(folder, '.s.PGSQL.5432') }, speaksPostgres: true });
  }

  async open() {
    if (this.at.path) rmSync(this.at.path, { force: true });
    this.listener = net.createServer({ allowHalfOpen: true, pauseOnConnect: false }, (client) => {
      this.accepted++;
      this.links.add(new Link(this, client));
    });
    this.listener.listen(this.at);
    await once(this.listener, 'listening');
    // The server may be another user.
    if (this.at.path) chmodSync(this.at.path, 0o777);
    else this.at = { host: this.at.host, port: this.listener.address().port };
  }

  // -- faults; each lasts until heal()
  delay(ms) { this.faults.delayMs = ms; }
  rate(bytesPerSecond) { this.faults.bytesPerSecond = bytesPerSecond; }
  // Swallows what is sent, without a word: both ways, or one.
  drop({ up = true, down = true } = {}) { Object.assign(this.faults, { dropUp: up, dropDown: down }); }
  // Writes of so few bytes each, with a pause between them.
  split(bytes = 1, pauseMs = 0) { Object.assign(this.faults, { splitBytes: bytes, splitPauseMs: pauseMs }); }
  // Once so many bytes more have come back, the connection ends.
  cutAfter(bytes) { this.faults.cutAfterBytes = bytes; }
  // A write is done, and nobody hears of it: its answer is lost, then the connection or all that follows.
  swallowCommit({ chance = () => true, then = 'reset' } = {}) { this.faults.swallowCommit = { chance, then }; }

  reset() { for (const link of [...this.links]) link.reset(); }
  // Ends one direction only.
  half({ up = true } = {}) { for (const { server, client } of this.links) (up ? server : client).end(); }

  // From now on healthy; what was swallowed stays lost.
  heal() { this.faults = { ...HEALTHY }; }

  // Nobody listens any more.
  async refuse() {
    this.listener.close();
    this.reset();
    await once(this.listener, 'close');
  }

  async close() {
    if (this.listener.listening) await this.refuse();
    this.reset();
  }
}

// A cluster as seen by a server behind a proxy of its own; whoever else asks it goes there directly.
// hosts: makes of the proxy's folder what the connection string has as `host`, and what follows it.
export async function proxied(cluster, hosts = (folder) => folder) {
  const folder = mkdtempSync(join(tmpdir(), 'gloss-proxy-'));
  chmodSync(folder, 0o755);
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const proxy = await FaultProxy.postgres(cluster, folder);
  const behind = Object.create(cluster);
  behind.options = (database) => ['--database', `host=${hosts(folder)} user=gloss dbname=${database}`, '--owner-database', cluster.conninfo(database, 'gloss_owner')];
  return { proxy, behind };
}
