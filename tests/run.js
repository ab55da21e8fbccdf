// Runs suites and sums up: node tests/run.js [--out build/release] [unit|sql|http|browser|conditions|FILE]…
//
// The last line is `N passed, N failed` (and skipped), the status 0 only when nothing failed and
// something passed. A suite without a test fails; under CI a skipped test does. After a run of all
// HTTP tests, every operation and status of the contract must have been visited.
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';

const args = process.argv.slice(2);
const at = args.indexOf('--out');
const out = resolve(at >= 0 ? args.splice(at, 2)[1] : 'build/release');
process.env.GLOSS_BIN ??= join(out, 'gloss');

const { binary, patience, root } = await import('./support/binary.js');
const wanted = args.length ? args : ['unit', 'sql', 'http', 'browser'];
const SUITES = {
  unit: { folder: join(out, 'unit'), suffix: '_test', seconds: 120 },
  sql: { folder: join(root, 'tests/sql'), suffix: '.test.js', seconds: 240 },
  http: { folder: join(root, 'tests/http'), suffix: '.test.js', seconds: 240, again: true },
  // One after the other, with the machine to themselves.
  conditions: { folder: join(root, 'tests/conditions'), suffix: '.test.js', seconds: 600, lanes: 1 },
  browser: { folder: join(root, 'tests/browser'), suffix: '.test.js', seconds: 240, again: true },
  torture: { folder: join(root, 'tests/torture'), suffix: '.test.js', seconds: process.env.TORTURE === 'full' ? 24 * 3600 : 240 },
};

// What takes longest begins first, so that nobody waits for it alone at the end.
const LONGEST = ['matrix', 'slow_database', 'locked', 'connections', 'slow', 'whole_lists', 'overload', 'wire', 'metrics', 'batch', 'cluster', 'roundtrip', 'reading',
  'accessible_reading', 'live', 'scripts', 'crowd'];
// About processes, the cluster and time: the same under every compiler's eyes, so once is enough for
// who asks for the rest with GLOSS_TEST_BRIEF=1.
const WHOLE = ['chaos', 'crash', 'cluster_crash', 'limits', 'load', 'locked'];
// Long, pure and of one thread: under ThreadSanitizer they would find what they find without it.
const PURE = /thread/.test(basename(out)) ? ['apply', 'carry', 'carry_laws', 'reader_changes', 'resolve', 'text'] : [];
const brief = process.env.GLOSS_TEST_BRIEF === '1';
// So many files that failed beside others are run once more by themselves: on a busy machine a browser
// or a clock may be late. Who passes then is named as unsteady; a server that a sanitizer has something
// to say about, one that crashed and a file that took too long get no second chance.
const AGAIN_MAX = 2;

const total = { passed: 0, failed: 0, skipped: 0 };

function suiteOf(name) {
  if (!name.endsWith('.js')) return SUITES.unit;
  return Object.values(SUITES).find(({ folder }) => resolve(name).startsWith(`${folder}/`)) ?? SUITES.http;
}

function filesOf(name) {
  const suite = SUITES[name];
  if (!suite) return existsSync(name) ? [{ path: resolve(name), suite: suiteOf(name) }] : [];
  if (!existsSync(suite.folder)) return [];
  const place = (file) => (LONGEST.indexOf(file.slice(0, -suite.suffix.length)) + LONGEST.length + 1) % (LONGEST.length + 1);
  return readdirSync(suite.folder).filter((file) => file.endsWith(suite.suffix)).sort()
    .filter((file) => !brief || ![...WHOLE, ...PURE].includes(file.slice(0, -suite.suffix.length)))
    .sort((one, other) => place(one) - place(other)).map((file) => ({ path: join(suite.folder, file), suite }));
}

// Node's runner counts in closing comments, the C programs in their lines.
function count(tap) {
  const closing = (word) => [...tap.matchAll(new RegExp(`^# ${word} (\\d+)$`, 'gm'))].reduce((sum, m) => sum + Number(m[1]), 0);
  if (/^# pass \d+$/m.test(tap)) {
    return { passed: closing('pass'), failed: closing('fail') + closing('cancelled'), skipped: closing('skipped') + closing('todo') };
  }
  return { passed: (tap.match(/^ok /gm) ?? []).length, failed: (tap.match(/^not ok /gm) ?? []).length, skipped: 0 };
}

const children = new Set();
process.on('exit', () => {
  for (const child of children) try { process.kill(child.pid, 'SIGTERM'); } catch { /* it has ended */ }
});

// Where sanitizers write while one file runs: programs that became another user too.
let reportFolders = 0;
function newReportFolder() {
  const folder = join(temporary, `reports-${++reportFolders}`);
  mkdirSync(folder);
  chmodSync(folder, 0o1777);
  return folder;
}

const reportsIn = (folder) => readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));

function run({ path, suite }, env, unsteady) {
  const isNode = path.endsWith('.js');
  const command = isNode ? [process.execPath, '--test-reporter=tap', path] : [path];
  const started = Date.now();
  // Long runs of what is short otherwise say how long.
  const seconds = Number(process.env.GLOSS_TEST_SECONDS ?? suite.seconds);
  const reports = newReportFolder();
  return new Promise((done) => {
    let text = '';
    let late = false;
    const child = spawn(command[0], command.slice(1), { env: { ...process.env, ...env, GLOSS_TEST_REPORTS: reports }, stdio: ['ignore', 'pipe', 'pipe'], cwd: root });
    children.add(child);
    const timer = setTimeout(() => {
      late = true;
      // First gently, so that what it started is taken down with it.
      process.kill(child.pid, 'SIGTERM');
      setTimeout(() => { try { process.kill(child.pid, 'SIGKILL'); } catch { /* it has ended */ } }, 2000).unref();
    }, seconds * patience * 1000);
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (part) => { text += part; });
    child.on('close', (code, signal) => {
      children.delete(child);
      clearTimeout(timer);
      const result = count(text);
      const told = reportsIn(reports);
      const name = path.startsWith(root) ? path.slice(root.length + 1) : path;
      if (late) text += `\n# took longer than ${seconds * patience} s`;
      if (result.passed + result.failed + result.skipped === 0) text += '\n# no test in it';
      const again = suite.again && unsteady?.length < AGAIN_MAX && result.failed > 0 && !late && !signal && told.length === 0;
      // A file that ends badly without a failed test (a crash, a leak at its exit) has failed.
      // So has one with a server that a sanitizer has something to say about.
      if ((late || code !== 0 || told.length || result.passed + result.skipped === 0) && result.failed === 0) result.failed = 1;
      text += told.map((report) => `\n${report}`).join('');
      const took = ((Date.now() - started) / 1000).toFixed(1);
      console.log(`${again ? 'again ' : result.failed ? 'FAILED' : 'ok    '} ${name}: ${result.passed} passed, ${result.failed} failed${result.skipped ? `, ${result.skipped} skipped` : ''} (${took} s${signal ? `, ${signal}` : ''})`);
      if (suite.lanes) for (const measured of text.match(/^# \{.*\}$/gm) ?? []) console.log(`  ${measured.slice(2)}`);
      if (again) text = text.replace(/^not ok/gm, 'unsteady');
      if (result.failed) console.log(text.split('\n').filter((line) => !/^\s*(ok |duration_ms|---|\.\.\.|type: 'test')/.test(line)).join('\n'));
      if (again) unsteady.push({ path, suite });
      else for (const key of Object.keys(total)) total[key] += result[key];
      done();
    });
  });
}

async function runAll(files, env) {
  const queue = [...files];
  // One more than there are processors: many tests mostly wait.
  const lanes = files[0]?.suite.lanes ?? Math.min(5, 1 + (availableParallelism?.() ?? cpus().length));
  const unsteady = [];
  await Promise.all(Array.from({ length: lanes }, async () => {
    while (queue.length) await run(queue.shift(), env, unsteady);
  }));
  for (const file of unsteady) await run(file, env);
}

async function checkVisits(path) {
  const { documentedVisits } = await import('./support/contract.js');
  const seen = new Set(existsSync(path) ? readFileSync(path, 'utf8').split('\n') : []);
  const missing = documentedVisits().filter((visit) => !seen.has(visit));
  console.log(`${missing.length ? 'FAILED' : 'ok    '} every operation and status of the contract was visited${missing.length ? `, but ${missing.length}:\n  ${missing.join('\n  ')}` : ''}`);
  total[missing.length ? 'failed' : 'passed']++;
}

const temporary = mkdtempSync(join(tmpdir(), 'gloss-run-'));
chmodSync(temporary, 0o755);
const env = { GLOSS_TEST_VISITED: join(temporary, 'visited') };
const files = wanted.map(filesOf);
try {
  if (files.flat().some(({ path }) => path.endsWith('.js'))) {
    if (!existsSync(binary)) throw new Error(`${binary} is not there: run make first`);
    const { Cluster } = await import('./support/cluster.js');
    env.GLOSS_TEST_CLUSTER = (await Cluster.start()).folder;
  }
  for (const [i, name] of wanted.entries()) {
    if (files[i].length === 0) {
      console.log(`FAILED ${name}: no tests`);
      total.failed++;
    }
    await runAll(files[i], env);
    if (name === 'http' && !brief) await checkVisits(env.GLOSS_TEST_VISITED);
  }
} catch (error) {
  console.log(`FAILED to run: ${error.message}`);
  total.failed++;
}
rmSync(temporary, { recursive: true, force: true });
if (process.env.CI && total.skipped) {
  console.log(`FAILED ${total.skipped} skipped: under CI every test runs`);
  total.failed += total.skipped;
  total.skipped = 0;
}
console.log(`${total.passed} passed, ${total.failed} failed${total.skipped ? `, ${total.skipped} skipped` : ''}`);
process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1);
