// Statements of server/sql on a real PostgreSQL, run by psql as the server's role: for tests of what no
// HTTP answer shows (plans, locks, the passes themselves).
import { spawn } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './binary.js';

export const sqlFolder = join(root, 'server/sql');
const NULL = '\u2205';
// As server/db/pool.c connects for short reads.
const OPTIONS = '-c search_path=gloss -c plan_cache_mode=force_generic_plan -c jit=off -c random_page_cost=1.1 -c enable_bitmapscan=off -c client_min_messages=warning';

// "annotations/find" of every file there is.
export function statementNames() {
  return readdirSync(sqlFolder, { withFileTypes: true }).filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => readdirSync(join(sqlFolder, name)).filter((file) => file.endsWith('.sql')).map((file) => `${name}/${file.replace(/\.sql$/, '')}`)).sort();
}

// What a mutant has in files of this folder instead, and what it changes in each new database (tests/mutants).
export const mutant = process.env.GLOSS_TEST_MUTANT ? JSON.parse(readFileSync(process.env.GLOSS_TEST_MUTANT, 'utf8')) : {};

// With the parts that it includes, as server/tools/embed.c reads it.
const withParts = (path, files) => (files?.[path] ?? readFileSync(join(sqlFolder, path), 'utf8'))
  .replace(/^\\ir (.+)\n/gm, (_, part) => withParts(join(dirname(path), part), files));

export const statementText = (name, { files } = mutant) => withParts(`${name}.sql`, files).trim().replace(/;$/, '');

export function literal(value) {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return `'{${value.map((v) => (typeof v === 'string' ? `"${v}"` : v)).join(',')}}'`;
  return typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value);
}

function parseCsv(text) {
  const rows = [];
  let row = [];
  let field = '';
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (quoted) {
      if (c === '"' && text[i + 1] === '"') { field += '"'; i++; } else if (c === '"') quoted = false;
      else field += c;
    } else if (c === '"') quoted = true;
    else if (c === ',') { row.push(field); field = ''; } else if (c === '\n') {
      row.push(field);
      rows.push(row);
      row = [];
      field = '';
    } else field += c;
  }
  return rows;
}

export class Session {
  #waiting = [];
  #prepared = new Map();
  #text = '';
  #count = 0;

  constructor(cluster, database, role = 'gloss') {
    this.psql = spawn('psql', ['-Xq', '--csv', '-P', `null=${NULL}`, '-h', cluster.folder, '-U', role, database],
      { env: { ...process.env, PGOPTIONS: OPTIONS }, stdio: ['pipe', 'pipe', 'pipe'] });
    this.psql.stdout.setEncoding('utf8').on('data', (part) => this.#hear(part));
    this.psql.stderr.resume();
    this.ended = new Promise((done) => { this.psql.on('close', done); });
  }

  #hear(part) {
    this.#text += part;
    while (this.#waiting.length) {
      const { mark, resolve, reject, sql } = this.#waiting[0];
      const at = this.#text.indexOf(mark);
      const end = at < 0 ? -1 : this.#text.indexOf('\n', at);
      if (end < 0) return;
      const [state, ...words] = this.#text.slice(at + mark.length + 1, end).split(' ');
      const [head, ...rows] = parseCsv(this.#text.slice(0, at));
      this.#text = this.#text.slice(end + 1);
      this.#waiting.shift();
      if (state !== '00000') reject(Object.assign(new Error(`${state} ${words.join(' ')}\n${sql.slice(0, 400)}`), { state, refusal: words.join(' ') }));
      else resolve(rows.map((row) => Object.fromEntries(head.map((name, i) => [name, row[i] === NULL ? null : row[i]]))));
    }
  }

  // One statement; its rows as objects of texts.
  run(sql) {
    const mark = `--end-${++this.#count}--`;
    const answer = new Promise((resolve, reject) => { this.#waiting.push({ mark, resolve, reject, sql }); });
    this.psql.stdin.write(`${sql};\n\\echo ${mark} :SQLSTATE :LAST_ERROR_MESSAGE\n`);
    return answer;
  }

  prepare(name) {
    if (!this.#prepared.has(name)) {
      const done = this.run(`PREPARE "${name}" AS ${statementText(name)}`);
      done.catch(() => this.#prepared.delete(name));
      this.#prepared.set(name, done);
    }
    return this.#prepared.get(name);
  }

  // Sent at once, whatever is still under way: answers come in order.
  async call(name, ...params) {
    const prepared = this.prepare(name);
    const answer = this.run(`EXECUTE "${name}"${params.length ? `(${params.map(literal).join(', ')})` : ''}`);
    answer.catch(() => {});
    await prepared;
    return answer;
  }

  // Several calls as one transaction, like a batch of the server's: [name, ...params] each. What comes after
  // one that fails does nothing, and COMMIT ends it as ROLLBACK would.
  async batch(...calls) {
    await Promise.all(calls.map(([name]) => this.prepare(name)));
    const done = await Promise.allSettled([this.run('BEGIN'), ...calls.map((call) => this.call(...call)), this.run('COMMIT')]);
    const failed = done.find(({ status }) => status === 'rejected');
    if (failed) throw failed.reason;
    return done.at(-2).value;
  }

  // A statement that waits for a lock in vain does not hold up the end.
  end() {
    this.psql.stdin.end();
    setTimeout(() => this.psql.kill('SIGKILL'), 2000).unref();
    return this.ended;
  }
}

export const numbers = (text) => (text ?? '{}').slice(1, -1).split(',').filter(Boolean).map(Number);
export const ids = (text) => (text ?? '{}').slice(1, -1).split(',').filter(Boolean);

// Is the promise still open after a while?
export async function waits(promise, ms = 150) {
  const open = Symbol('open');
  return await Promise.race([promise.catch(() => null), new Promise((done) => { setTimeout(done, ms, open); })]) === open;
}
