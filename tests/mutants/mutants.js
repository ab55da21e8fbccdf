// Drops single conditions of the visibility rule, one at a time, and runs the tests that should notice:
// node tests/mutants/mutants.js [--out build/release] [--draw N] [--only PATTERN] [--list]
//
// What is dropped: in statements that show or move annotations, each line of a condition about audiences,
// authors, groups or states, and each lock; in the functions of the schema, as the migrated database has
// them, each condition of the rule; each trigger that keeps passes; each check of the door. A mutant that
// the tests let live fails the run, unless EQUIVALENT says why it is none.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const args = process.argv.slice(2);
const option = (name, otherwise) => (args.includes(name) ? args[args.indexOf(name) + 1] : otherwise);
const out = resolve(option('--out', 'build/release'));
process.env.GLOSS_BIN ??= join(out, 'gloss');
const { root } = await import('../support/binary.js');
const { Cluster } = await import('../support/cluster.js');
const { statementNames, statementText } = await import('../support/sql.js');

const JUDGE = ['tests/sql/visibility.test.js'];
const LOCKS = ['tests/sql/locks.test.js', 'tests/sql/interleavings.test.js'];

// Conditions that another one implies: without them the same rows come.
const EQUIVALENT = [
  [/^annotations\/lock: ORDER BY g\.id/, 'whoever changes a rule of the group holds the document too'],
  [/^passes_renew\(\): AND x\.id <> ALL/, 'what one can read is in no branch of what one could read once'],
  [/reading\.set/, 'the name of an event'],
  [/^annotations\/\w+: .*deleted_at/, 'what is deleted has no words left, and the oracle lets tombstones be seen'],
];

// -- what is dropped ---------------------------------------------------------------------------------

const ABOUT = /audience|author_id|user_id|\bopen\b|\balso\b|\$2::integer\[\]|\breads\b|holder_id|moderation|\bclass\b|\brole\b|\bstate\b|access|sealed|revealed|annotating|premoderated|draft|group_id/;
const LOCKING = / FOR (SHARE|UPDATE|NO KEY UPDATE|KEY SHARE)( OF \w+)?/;

const balanced = (text) => {
  let depth = 0;
  for (const c of text) if ((depth += (c === '(') - (c === ')')) < 0) return false;
  return depth === 0;
};

// The ways in which this line can lose what it asks for.
function* weaker(line) {
  const bare = line.replace(/--.*/, '');
  if (/^\s*--/.test(line) || !bare.trim()) return;
  if (LOCKING.test(bare)) yield bare.replace(LOCKING, '');
  if (!ABOUT.test(bare)) return;
  const [, space, word, rest] = /^(\s*)(AND|OR|WHERE)\s(.*)$/.exec(bare) ?? [];
  if (word && word !== 'OR') {
    const [, condition, tail] = /^(.*?)([);,]*)$/.exec(rest);
    for (let cut = tail.length; cut >= 0; cut--) {
      const whole = condition + tail.slice(0, cut);
      if (balanced(whole) && !/\b(THEN|SELECT|CASE)\b/.test(whole)) {
        yield `${space}${word} true${tail.slice(cut)}`;
        break;
      }
    }
  }
  if (word === 'OR' && balanced(rest) && !/\bTHEN\b/.test(rest)) yield `${space}OR false`;
  const when = /^(.*\bWHEN )(.+?)( THEN .*)$/.exec(bare);
  if (when && balanced(when[2])) yield `${when[1]}false${when[3]}`;
  const decided = /^(\s*WHEN .+ THEN )([^']+)$/.exec(bare);
  if (decided && balanced(decided[2]) && /[<>=]|EXISTS/.test(decided[2])) yield `${decided[1]}true`;
  const iffed = /^(\s*(?:ELS)?IF )(.+)( THEN)$/.exec(bare);
  if (iffed && balanced(iffed[2])) yield `${iffed[1]}false${iffed[3]}`;
}

function linesOf(name, text, more) {
  const lines = text.split('\n');
  const found = [];
  for (const [i, line] of lines.entries()) {
    for (const weak of weaker(line)) {
      const changed = [...lines.slice(0, i), weak, ...lines.slice(i + 1)].join('\n');
      found.push({ name: `${name}: ${line.trim()} → ${weak.trim() || 'nothing'}`, tests: LOCKING.test(line) ? LOCKS : JUDGE, ...more(changed) });
    }
  }
  return found;
}

const SHOWN = /^annotations\/(find|list_|page_|history|lock|insert|update|settle)|^reactions\/(list|put)|^shelves\/of_/;
// What the judge does not see, the tests of the feature do.
const FURTHER = [
  [/^(set_reading|open_counted|own_sealed|reveal_due|reveal_reading)\(/, ['tests/http/readings.test.js']],
  [/^(publish_drafts|drafts_unfit|lock_documents)\(/, ['tests/http/drafts.test.js']],
  [/^(show_annotation|unshow_annotation|base_there|audience_there|group_reads)\(/, ['tests/http/showings.test.js']],
  [/^(settle_annotations|base_for|audience_for|is_premoderated|annotating_allows|mask_of)\(/, ['tests/http/moderation.test.js']],
];
const further = (name) => FURTHER.filter(([pattern]) => pattern.test(name)).flatMap(([, tests]) => tests);

const RULE = ['pass_of', 'reads_of', 'passes_renew', 'annotating_allows', 'base_for', 'audience_for', 'audience_narrower', 'is_premoderated', 'settle_annotations',
  'mask_of', 'audience_there', 'base_there', 'publish_drafts', 'show_annotation', 'unshow_annotation', 'set_reading', 'open_counted', 'own_sealed', 'reveal_due', 'lock_documents', 'group_reads', 'drafts_unfit'];

function all(cluster) {
  const mutants = [];
  const asked = (sql) => cluster.sql('gloss_template', `SET search_path = gloss; ${sql}`);
  for (const name of statementNames().filter((n) => SHOWN.test(n))) {
    mutants.push(...linesOf(name, statementText(name), (text) => ({ change: { statements: { [name]: text } } })));
  }
  for (const name of RULE) {
    const [definition] = [asked(`SELECT pg_get_functiondef(p.oid) FROM pg_proc p WHERE p.proname = '${name}' AND p.pronamespace = 'gloss'::regnamespace`)];
    if (definition) mutants.push(...linesOf(`${name}()`, definition, (text) => ({ change: { sql: text } })).map((mutant) => ({ ...mutant, tests: [...mutant.tests, ...further(mutant.name)] })));
  }
  const triggers = asked(`SELECT t.tgname || ' ON ' || c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    WHERE NOT t.tgisinternal AND c.relnamespace = 'gloss'::regnamespace AND t.tgname LIKE '%_pass' ORDER BY 1`);
  for (const trigger of triggers.split('\n').filter(Boolean)) mutants.push({ name: `trigger ${trigger}`, tests: JUDGE, change: { sql: `DROP TRIGGER ${trigger}` } });
  return mutants;
}

// -- the run -----------------------------------------------------------------------------------------

const folder = mkdtempSync(join(tmpdir(), 'gloss-mutants-'));
let files = 0;

function passes(test, mutant) {
  const path = join(folder, `${++files}.json`);
  writeFileSync(path, JSON.stringify(mutant.change));
  return new Promise((done) => {
    const child = spawn(process.execPath, ['--test-reporter=tap', test], { cwd: root, stdio: ['ignore', 'pipe', 'ignore'], env: { ...process.env, GLOSS_TEST_MUTANT: path } });
    let failed = false;
    // one failure is enough
    child.stdout.setEncoding('utf8').on('data', (text) => {
      if (!/^not ok/m.test(text) || failed) return;
      failed = true;
      child.kill();
    });
    const late = setTimeout(() => child.kill(), 180_000);
    child.on('close', (code) => {
      clearTimeout(late);
      done(code === 0 && !failed);
    });
  });
}

async function survives(mutant) {
  for (const test of mutant.tests) if (!await passes(test, mutant)) return false;
  return true;
}

const cluster = await Cluster.start();
process.env.GLOSS_TEST_CLUSTER = cluster.folder;
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

let mutants = all(cluster).filter(({ name }) => !EQUIVALENT.some(([pattern]) => pattern.test(name)) && new RegExp(option('--only', '')).test(name));
const found = mutants.length;
let seed = Number(process.env.GLOSS_TEST_SEED ?? (process.env.CI ? 20260301 : Date.now() % 1000000));
const number = Number(option('--draw', found)) || found;
if (number < found) {
  console.log(`seed ${seed}`);
  const drawn = [];
  while (drawn.length < number) {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    drawn.push(...mutants.splice(Math.floor((seed / 2 ** 32) * mutants.length), 1));
  }
  mutants = drawn;
}
const alive = [];
const queue = [...mutants];
let done = 0;
if (!args.includes('--list')) {
  // A test that fails anyway notices nothing.
  for (const name of new Set(mutants.flatMap(({ tests }) => tests))) {
    if (!await passes(name, { change: {} })) {
      console.log(`${name} fails without a mutant\n0 passed, 1 failed`);
      process.exit(1);
    }
  }
  await Promise.all(Array.from({ length: 2 }, async () => {
    while (queue.length) {
      const mutant = queue.shift();
      const lives = await survives(mutant);
      if (lives) alive.push(mutant.name);
      console.log(`${++done}/${mutants.length} ${lives ? 'LIVES' : 'caught'} ${mutant.name}`);
    }
  }));
} else for (const { name } of mutants) console.log(name);
console.log(`${found} mutants, ${done} run`);
console.log(`${done - alive.length} passed, ${alive.length} failed`);
process.exit(alive.length ? 1 : 0);
