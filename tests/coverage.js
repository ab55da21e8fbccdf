// How much of the server's own code the tests reach, of a build with gcov's counters:
//
//   node tests/coverage.js --out build/coverage --lines 95 --branches 85 unit sql http
//
// Prints each file's share, what is missing by lines, and the total; fails below either floor. The
// branches of an assert do not count: that it fails is our own bug, which no test may show. A
// process that is killed takes its counts with it.
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const args = process.argv.slice(2);
const option = (name, otherwise) => {
  const at = args.indexOf(name);
  return at < 0 ? otherwise : args.splice(at, 2)[1];
};
const out = resolve(option('--out', 'build/coverage'));
const floors = { lines: Number(option('--lines', 0)), branches: Number(option('--branches', 0)) };
const suites = args.length ? args : ['unit', 'sql', 'http'];

function walk(folder, suffix) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return walk(path, suffix);
    return entry.name.endsWith(suffix) ? [path] : [];
  });
}

// -- running ---------------------------------------------------------------------------------------

// Counters go to a folder that every user may write in: a server that root starts becomes another.
const counts = mkdtempSync(join(tmpdir(), 'gloss-coverage-'));
chmodSync(counts, 0o777);
process.on('exit', () => rmSync(counts, { recursive: true, force: true }));
const env = { ...process.env, GCOV_PREFIX: counts };

function letAllWrite(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    chmodSync(path, entry.isDirectory() ? 0o777 : 0o666);
    if (entry.isDirectory()) letAllWrite(path);
  }
}

// The last line of a run is `N passed, N failed`.
function run(names) {
  return new Promise((done) => {
    const child = spawn(process.execPath, [join(root, 'tests/run.js'), '--out', out, ...names], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    let last = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      process.stdout.write(text);
      last = (last + text).slice(-200);
    });
    child.on('close', (code) => {
      const [, passed, failed] = /(\d+) passed, (\d+) failed[^\n]*\n$/.exec(last) ?? [0, 0, 1];
      done({ passed: Number(passed), failed: Number(failed) || Number(code !== 0) });
    });
  });
}

// -- counting --------------------------------------------------------------------------------------

// The lines of a source on which an assert stands, from its name to its semicolon.
function assertLines(lines) {
  const found = new Set();
  let inside = false;
  lines.forEach((line, i) => {
    inside ||= /\b(assert|_Static_assert)\(/.test(line);
    if (inside) found.add(i + 1);
    if (/;\s*(\/\*.*)?$/.test(line)) inside = false;
  });
  return found;
}

// file → { lines: line → count, branches: "line:number" → count }
function readCounts() {
  const files = new Map();
  for (const gcda of walk(counts, '.gcda')) {
    const at = gcda.indexOf(`${out}/`);
    if (at < 0) continue;
    const beside = gcda.slice(at);
    copyFileSync(gcda, beside);
    const done = spawnSync('gcov', ['--json-format', '--branch-probabilities', '--stdout', beside], { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 28 });
    rmSync(beside);
    if (done.status !== 0) throw new Error(`gcov ${beside}: ${done.stderr}`);
    for (const text of done.stdout.split('\n').filter(Boolean)) {
      for (const { file, lines } of JSON.parse(text).files) {
        const path = relative(root, resolve(root, file));
        if (!path.startsWith('server/') || path.startsWith('server/tools/')) continue;
        if (!files.has(path)) files.set(path, { lines: new Map(), branches: new Map() });
        const known = files.get(path);
        for (const line of lines) {
          const number = line.line_number;
          known.lines.set(number, (known.lines.get(number) ?? 0) + line.count);
          line.branches.forEach(({ count }, i) => {
            const key = `${number}:${i}`;
            known.branches.set(key, (known.branches.get(key) ?? 0) + count);
          });
        }
      }
    }
  }
  for (const [path, { branches }] of files) {
    const asserts = assertLines(readFileSync(join(root, path), 'utf8').split('\n'));
    for (const key of branches.keys()) if (asserts.has(Number(key.split(':')[0]))) branches.delete(key);
  }
  return files;
}

// -- telling ---------------------------------------------------------------------------------------

// 3,4,5,9 as "3-5 9"
function ranges(numbers) {
  const sorted = [...new Set(numbers)].sort((a, b) => a - b);
  const parts = [];
  for (const n of sorted) {
    if (parts.at(-1)?.[1] === n - 1) parts.at(-1)[1] = n;
    else parts.push([n, n]);
  }
  return parts.map(([a, b]) => (a === b ? `${a}` : `${a}-${b}`)).join(' ');
}

const share = ({ reached, all }) => (all ? (100 * reached) / all : 100);
const tally = (map) => ({ all: map.size, reached: [...map.values()].filter((count) => count > 0).length });
const plus = (a, b) => ({ all: a.all + b.all, reached: a.reached + b.reached });
const percent = (t) => share(t).toFixed(1).padStart(6);

function report(files) {
  const text = [];
  const total = { lines: { all: 0, reached: 0 }, branches: { all: 0, reached: 0 } };
  text.push(' lines branches  file: lines that no test reaches; lines of which a branch is never taken');
  for (const [path, { lines, branches }] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const of = { lines: tally(lines), branches: tally(branches) };
    total.lines = plus(total.lines, of.lines);
    total.branches = plus(total.branches, of.branches);
    const missed = [...lines].filter(([, count]) => count === 0).map(([line]) => line);
    const half = [...branches].filter(([, count]) => count === 0).map(([key]) => Number(key.split(':')[0])).filter((line) => !missed.includes(line));
    text.push(`${percent(of.lines)}  ${percent(of.branches)}  ${path}: ${ranges(missed) || '-'}; ${ranges(half) || '-'}`);
  }
  text.push(`${percent(total.lines)}  ${percent(total.branches)}  all of ${files.size} files: ${total.lines.reached} of ${total.lines.all} lines, ${total.branches.reached} of ${total.branches.all} branches`);
  return { text: `${text.join('\n')}\n`, total };
}

const sum = { passed: 0, failed: 0 };
// First what runs every object: whoever else runs then finds files that it may write to.
spawnSync(join(out, 'gloss'), ['version'], { env });
for (const part of [suites.slice(0, 1), suites.slice(1)].filter((names) => names.length)) {
  const { passed, failed } = await run(part);
  sum.passed += passed;
  sum.failed += failed;
  letAllWrite(counts);
}
const { text, total } = report(readCounts());
writeFileSync(join(out, 'report.txt'), text);
console.log(text);
for (const [what, floor] of Object.entries(floors)) {
  const reached = share(total[what]) >= floor;
  console.log(`${reached ? 'ok    ' : 'FAILED'} ${share(total[what]).toFixed(2)} % of ${what}, of which ${floor} % have to be reached`);
  sum[reached ? 'passed' : 'failed']++;
}
console.log(`${sum.passed} passed, ${sum.failed} failed`);
process.exit(sum.failed === 0 && sum.passed > 0 && statSync(out).isDirectory() ? 0 : 1);
