// The filled databases: a cluster with one for each size, and the names of what lies in them.
import { totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { readFileSync } from 'node:fs';
import { gloss, root } from '../support/binary.js';
import { Cluster } from '../support/cluster.js';
import { send } from '../support/client.js';
import { Server } from '../support/server.js';

// Another way of filling: kept databases of the old one are left alone.
const FILLING = 2;
export const READERS = 8;
// They are in all fifty groups; the second has muted ten people.
export const WIDE_READERS = [210, 211];
export const SENTENCES = { long: 300, short: 48 };

// As the private cluster has them, and room for the whole table; no checkpoint comes by in a round.
function settings(rows) {
  const mb = Math.floor(totalmem() / 2 ** 20);
  return [`shared_buffers=${rows < 50_000 ? 64 : Math.min(4096, Math.floor(mb / 4))}MB`, `effective_cache_size=${Math.floor(mb / 2)}MB`,
    'jit=off', 'random_page_cost=1.1', 'default_toast_compression=lz4', 'wal_compression=lz4',
    'max_parallel_workers_per_gather=0', 'autovacuum_naptime=10s', 'max_wal_size=8GB', 'checkpoint_timeout=1h'];
}

export async function startCluster(rows, kept, more = []) {
  return Cluster.start({ durable: true, settings: [...settings(rows), ...more], kept: kept ? resolve(kept) : undefined });
}

// -- names, as fill.sql makes them

const digits = (text) => BigInt(`0x${text}`);
const id = (what, n) => digits(`0187${what}00000007000${8_000_000_000_000_000n + BigInt(n)}`);
export const groupId = (n) => id(1, n);
export const documentId = (n) => id(3, n);
const noteFirst = (t) => (19_000_000_000n + BigInt(t)) * 10_000n + 7000n;
const noteSecond = (slot) => 8_000_000_000_000_000n + BigInt(slot);
const noteId = (t, slot) => digits(`0${noteFirst(t)}${noteSecond(slot)}`);

export const uuid = (n) => n.toString(16).padStart(32, '0').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');

export const idOf = (text) => digits(text.replaceAll('-', ''));

const CROCKFORD = '0123456789abcdefghjkmnpqrstvwxyz';
export function typeId(prefix, n) {
  let text = '';
  for (let left = n, i = 0; i < 26; i++, left >>= 5n) text = CROCKFORD[Number(left & 31n)] + text;
  return `${prefix}_${text}`;
}

export const tokenOf = (reader) => `gloss_${String(reader).padStart(43, 'b')}`;

// Markdown whose sentences have 64 characters each with what stands behind them, so that the place
// of each can be worked out.
function markdown(sentences) {
  const all = Array.from({ length: sentences }, (_, i) => `Sentence ${String(i).padStart(4, '0')} speaks of walking and of thinking, if one may.`.padEnd(63, '.'));
  const paragraphs = [];
  for (let i = 0; i < sentences; i += 4) paragraphs.push(all.slice(i, i + 4).join(' '));
  return `${paragraphs.join('\n\n')}\n`;
}
export const quoteOf = (sentence) => `${String(sentence).padStart(4, '0')} speaks of walking and of thinking,`.slice(0, 36);

// -- one filled database

export class World {
  constructor(cluster, rows) {
    this.cluster = cluster;
    this.rows = rows;
    this.database = `bench_${FILLING}_${rows}`;
  }

  // Fills it unless an earlier run has; says so.
  async fill(say) {
    const { cluster, database } = this;
    if (!cluster.sql('postgres', `SELECT 1 FROM pg_database WHERE datname = '${database}'`)) {
      const began = Date.now();
      const making = `${database}_unfinished`;
      cluster.dropDatabase(making);
      cluster.makeDatabase(making);
      const texts = await this.#putTexts(making);
      const script = readFileSync(join(root, 'tests/bench/fill.sql'), 'utf8');
      const variables = { rows: this.rows, long_text: texts.long, short_text: texts.short };
      const said = cluster.sql(making, `${Object.entries(variables).map(([name, value]) => `\\set ${name} ${value}\n`).join('')}${script}`);
      if (!/filled$/.test(said)) throw new Error(`filling failed\n${said}`);
      cluster.sql('postgres', `ALTER DATABASE ${making} RENAME TO ${database}`);
      say(`${this.rows.toLocaleString('en')} annotations filled in ${((Date.now() - began) / 1000).toFixed(0)} s`);
      this.isNew = true;
    }
    gloss(['migrate', ...cluster.options(database)]);
    // what housekeeping does every few seconds, which for so much at once takes it long
    this.sql(`SET search_path = gloss;\n${readFileSync(join(root, 'server/sql/shelves/fold.sql'), 'utf8')}`);
    [this.long, this.short] = cluster.sql(database, 'SELECT long, short FROM bench.filled').split('|').map(Number);
    return this;
  }

  // Their canonical form, HTML and source map are the server's own work.
  async #putTexts(database) {
    const options = this.cluster.options(database);
    gloss(['user', 'add', 'writer', '--password-stdin', ...options.slice(0, 2)], { input: 'correct horse battery' });
    const token = gloss(['token', 'create', 'writer', ...options.slice(0, 2)]).stdout.trim();
    const server = await Server.start([...options, '--workers', '1']);
    const texts = {};
    for (const [name, sentences] of Object.entries(SENTENCES)) {
      const answer = await send(server.url, { method: 'POST', path: '/api/v1/documents', headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
        body: JSON.stringify({ title: name, markdown: markdown(sentences) }) });
      if (answer.status !== 201) throw new Error(`a text was not taken: ${answer.text}`);
      texts[name] = this.cluster.sql(database, `SELECT document_id FROM gloss.revision WHERE chars = ${answer.json.revision.chars}`);
    }
    await server.stop();
    return texts;
  }

  // Are its invariants those of a database that the server has written?
  examine() {
    return gloss(['doctor', ...this.cluster.options(this.database).slice(0, 2)], { status: null });
  }

  options() { return this.cluster.options(this.database); }
  sql(text) { return this.cluster.sql(this.database, text); }

  // -- what is asked for

  // Documents of 1,000: the first tenth is written to, the others are read.
  get written() { return Math.max(1, Math.floor(this.long / 10)); }
  get pages() { return Array.from({ length: Math.max(1, this.long - this.written) }, (_, i) => Math.min(this.written + i, this.long - 1)); }

  // Phases of annotations on a document, in milliseconds (hexadecimal, in decimal digits).
  get phases() { return { long: Math.floor(900_000 / this.long), short: Math.floor(18_000_000 / Math.max(this.short, 1)) }; }

  // The annotation `j` on document `d`.
  note(d, j) {
    return d < this.long ? noteId(j * 900_000 + d * this.phases.long, d * 1000 + j)
      : noteId(j * 18_000_000 + (d - this.long) * this.phases.short, this.long * 1000 + (d - this.long) * 50 + j);
  }
}
