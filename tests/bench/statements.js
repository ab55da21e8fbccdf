// What one request asks the database, taken down from PostgreSQL's own log, and made into scripts for
// pgbench: the same statements with the same parameters, each prepared once, several in one pipeline
// where the server sends them so.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

// For startCluster(): a log that a program can read. Nothing is written to it but while asked.
export const LOG_SETTINGS = ['logging_collector=on', 'log_destination=jsonlog', 'log_directory=log', 'log_filename=bench.log',
  'log_rotation_age=0', 'log_rotation_size=0'];

// what a request finds remembered, and what the server does by itself
const ELSEWHERE = /identify|fold|purge|touch|watch|reveal_due/;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function logFile(cluster) {
  const folder = join(cluster.folder, 'data/log');
  return join(folder, readdirSync(folder).find((name) => name.endsWith('.json')));
}

// `$1 = 'a', $2 = NULL` as texts and nulls.
function readParameters(detail) {
  const found = [];
  for (const [, value] of detail.matchAll(/\$\d+ = (NULL|'(?:[^']|'')*')/g)) {
    found.push(value === 'NULL' ? null : value.slice(1, -1).replaceAll("''", "'"));
  }
  return found;
}

// A line of our own in the log; answers where the log ends behind it. What backends have said before
// is in front of it.
let marks = 0;
async function mark(cluster) {
  const text = `bench mark ${process.pid} ${Date.now()} ${++marks}.`;
  cluster.sql('postgres', `DO $$ BEGIN RAISE LOG '${text}'; END $$`);
  for (let i = 0; i < 500; i++) {
    const log = readFileSync(logFile(cluster));
    const at = log.lastIndexOf(text);
    const end = at < 0 ? -1 : log.indexOf('\n', at);
    if (end >= 0) return { log, end: end + 1 };
    await pause(20);
  }
  throw new Error('the log does not show what was written to it');
}

// The statements that `act` has the server ask, in their order: [{ name, sql, parameters, unit }],
// those of one transaction with the same unit. Wants a server whose connections began under log().
export async function overheard(cluster, act) {
  const from = (await mark(cluster)).end;
  await act();
  const { log, end } = await mark(cluster);
  const lines = log.subarray(from, end).toString('utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line));
  const heard = [];
  for (const { message, detail, pid, vxid, user } of lines) {
    const [, name, sql] = /^execute (\S+): ([^]*)$/.exec(message) ?? [];
    if (user !== 'gloss' || !sql || ELSEWHERE.test(name)) continue;
    heard.push({ name, sql: sql.replace(/^\s*--.*$/gm, '').trim().replace(/;$/, ''), parameters: readParameters(detail ?? ''), unit: `${pid} ${vxid}` });
  }
  return heard;
}

// While it is on, connections that begin write down what they execute.
export function log(cluster, on) {
  cluster.sql('postgres', on ? "ALTER ROLE gloss SET log_statement = 'all'" : 'ALTER ROLE gloss RESET log_statement');
}

// A script of overheard statements. `varying`: SQL with pgbench's variables in place of some
// parameters, by their values; the others become variables of `constants`. pgbench makes a parameter of
// each mention of a variable; so it is mentioned once, and by its number from then on.
export function script(heard, { before = '', varying = {}, constants, name }) {
  let text = before;
  for (let i = 0; i < heard.length; i++) {
    const { sql, parameters, unit } = heard[i];
    const first = heard[i - 1]?.unit !== unit;
    const last = heard[i + 1]?.unit !== unit;
    if (first && !last) text += '\\startpipeline\n';
    const numbers = new Map();
    const mention = (variable) => {
      if (!numbers.has(variable)) {
        numbers.set(variable, numbers.size + 1);
        return `:${variable}`;
      }
      return `$${numbers.get(variable)}`;
    };
    const bound = sql.replace(/\$(\d+)/g, (_, n) => {
      const value = parameters[n - 1];
      if (value === null) return 'null';
      if (value in varying) return `(${varying[value].replace(/(?<!:):([a-z_0-9]+)/g, (__, variable) => mention(variable))})`;
      const variable = `${name}_${i}_${n}`;
      constants[variable] = value;
      return mention(variable);
    });
    text += `${bound};\n`;
    if (last && !first) text += '\\endpipeline\n';
  }
  return text;
}

// Writes them where pgbench finds them.
export function writeScripts(folder, scripts) {
  return Object.fromEntries(Object.entries(scripts).map(([name, text]) => {
    const path = join(folder, `${name}.pgbench`);
    writeFileSync(path, text);
    return [name, path];
  }));
}
