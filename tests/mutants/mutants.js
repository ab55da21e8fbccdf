// Drops single conditions of the visibility rule, one at a time, and runs the tests that should notice:
// node tests/mutants/mutants.js [--out build/release] [--draw N] [--only PATTERN] [--list]
//
// What is dropped: in statements that show or move annotations and in the parts that they include, each line
// of a condition about audiences, authors, groups or states, and each lock; in the functions of the schema,
// as the migrated database has them, each condition of the rule; each trigger that keeps passes; each check
// of the door. A mutant that the tests let live fails the run, unless EQUIVALENT says why it is none.
//
// Tests in SQL read a changed statement themselves; for others, a copy of the source is built with it.
import { execFile, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

const args = process.argv.slice(2);
const option = (name, otherwise) => (args.includes(name) ? args[args.indexOf(name) + 1] : otherwise);
const out = resolve(option('--out', 'build/release'));
process.env.GLOSS_BIN ??= join(out, 'gloss');
const { root } = await import('../support/binary.js');
const { Cluster } = await import('../support/cluster.js');
const { sqlFolder, statementNames } = await import('../support/sql.js');

const JUDGE = ['tests/sql/visibility.test.js'];
const WRITING = 'tests/sql/writing.test.js';
const LOCKS = ['tests/sql/locks.test.js', 'tests/sql/interleavings.test.js'];

// Conditions that another one implies: without them the same rows come.
const EQUIVALENT = [
  [/^annotations\/lock: ORDER BY g\.id/, 'whoever changes a rule of the group holds the document too'],
  [/^passes_renew\(\): WHERE x\.id = ANY \(p\.reads/, 'of what one could read once one\'s own is looked for: more of it finds no more'],
  [/^passes_renew\(\): AND x\.id <> ALL/, 'what one can read is in no branch of what one could read once'],
  [/CASE WHEN a\.open THEN 0 ELSE/, 'the class of an audience that is open is 0: it is not looked up'],
  [/WHEN a\.also IS NULL THEN false/, 'null has nothing in common with a pass either'],
  [/^annotations\/(list_(everywhere|of)|page_everywhere)\w*: WHERE p\.audience <> ALL/, 'what comes twice is grouped'],
  [/^annotations\/list_of_author: WHERE a\.version > 0 AND a\.author_id = \$1::uuid →/, 'the filter asks for the author, too'],
  [/^annotations\/insert: CASE WHEN w\.group_id IS NOT NULL/, 'what has been asked is not asked again'],
  [/^annotations\/settle: AND \((a|w)\.base_id IS NOT NULL/, 'what is where it belongs stays there'],
  [/^shelves\/of_documents: WHERE w\.document_id = d\.id AND w\.audience_id/, 'it is the first of the groups that the reader reads'],
  [/^publish_drafts\(\): WHERE a\.id = ANY \(ids\)/, 'what is counted anew without need comes to the same'],
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
      found.push({ name: `${name}: ${line.trim()} → ${weak.trim() || 'nothing'}`, tests: LOCKING.test(line) ? LOCKS : DEED.test(name) || /history/.test(name) ? [WRITING, ...JUDGE] : JUDGE, ...more(changed) });
    }
  }
  return found;
}

const SHOWN = /^annotations\/(find|list_|page_|history|lock|insert|update|settle)|^reactions\/(list|put)|^shelves\/of_/;
// Statements that many deeds are made of: the others are asked about what is kept of one life.
const DEED = /^annotations\/(lock|insert|update|settle)|^reactions\/put/;
// What the judge does not see, the tests of the feature do.
const FURTHER = [
  [/^(settle_annotations|open_counted|base_there|unshow_annotation)\(/, [WRITING]],
  [/^(set_reading|open_counted|own_sealed|reveal_due|reveal_reading)\(/, ['tests/http/readings.test.js']],
  [/^(publish_drafts|drafts_unfit|lock_documents)\(/, ['tests/http/drafts.test.js']],
  [/^(show_annotation|unshow_annotation|base_there|audience_there|group_reads)\(/, ['tests/http/showings.test.js']],
  [/^base_for\(/, [WRITING, 'tests/http/readings.test.js']],
  [/^(settle_annotations|base_for|audience_for|is_premoderated|annotating_allows|mask_of)\(/, ['tests/sql/settle.test.js', 'tests/http/moderation.test.js']],
  [/^annotations\/insert_reply/, ['tests/http/showings.test.js', 'tests/http/replies.test.js', 'tests/http/annotating.test.js', 'tests/http/moderation.test.js']],
  [/^reactions\/put/, ['tests/http/replies.test.js', 'tests/http/showings.test.js', 'tests/http/annotating.test.js']],
  [/^annotations\/(insert|update|settle|history):/, ['tests/http/moderation.test.js', 'tests/http/annotating.test.js', 'tests/http/showings.test.js', 'tests/http/masks.test.js', 'tests/http/replies.test.js']],
];
const further = (name) => FURTHER.filter(([pattern]) => pattern.test(name)).flatMap(([, tests]) => tests);

// Checks of the door, and without them.
const DOOR = [
  ['is_own: it is the author', '!reader_is_nobody(reader) && uuid_eq(reader->id, author)', '!reader_is_nobody(reader)'],
  ['is_own: it is not nobody', '!reader_is_nobody(reader) && uuid_eq(reader->id, author)', 'uuid_eq(reader->id, author)'],
  ['is_listed: a pass that holds the audience', 'pass_holds(&reader->pass, db_get_int(res, row, "audience_id")))\n        return true;', 'true)\n        return true;'],
  ['is_listed: a pass that holds one of the further audiences', 'bool listed = holds_any(&reader->pass, also, count);', 'bool listed = count > 0;'],
  ['decide: what is not listed is refused', 'if (is_listed || !lock_of_door())', 'if (is_listed || reader.bytes[0] != 256)'],
  ['text: one of its audiences', 'holds_any(&reader->pass, audiences, count);', 'true;'],
  ['mask: lifted for leaders', 'str_to_u64(told[1], &leaders) && pass_holds(&reader->pass, (int32_t)leaders)', 'str_to_u64(told[1], &leaders)'],
  ['mask: a row refused', 'return door == DOOR_BROKEN ? DOOR_BROKEN : DOOR_ADMITTED;', 'return DOOR_ADMITTED;'],
  ['tally: sums of other audiences', 'if (lock_of_door() && !pass_holds(&reader->pass, tally[i]))', 'if (tally[i] < 0)'],
  ['tally: own replies that are in no sum', 'out->replies += !pass_holds(&reader->pass, replies[i]);', 'out->replies += replies[i] > 0;'],
  ['tally: replies of the muted that are in a sum', '!lock_of_door() || pass_holds(&reader->pass, muted[i]);', 'muted[i] > 0;'],
  ['tally: own reactions that are in no sum', 'out->reactions[reactions[i]] += !pass_holds(&reader->pass, audiences[i]);', 'out->reactions[reactions[i]] += audiences[i] > 0;'],
  ['aside: home is for those who read there', 'bool at_home = is_mine || pass_holds(&reader->pass, out->audience) || !lock_of_door();', 'bool at_home = true;'],
  ['aside: groups that the reader reads', 'if (!is_mine && lock_of_door() && !pass_holds(&reader->pass, (int32_t)audience))', 'if (!is_mine && audience == 0)'],
  ['aside: all groups for the author', 'if (!is_mine && lock_of_door() &&', 'if (lock_of_door() &&'],
  ['annotation: a row refused', 'if (door != DOOR_ADMITTED)\n        return door;\n    *out = (struct annotation){', '*out = (struct annotation){'],
  ['annotation: tombstones without replies', '(out->is_deleted && out->replies == 0) || ', ''],
  ['annotation: of a text that is gone', ' || db_get_bool(res, row, "document_deleted")', ''],
  ['list: a row refused', 'if (door == DOOR_BROKEN)\n            return false;', ''],
  ['list: another author than the one asked for', 'if (author && door == DOOR_ADMITTED && !uuid_eq(at[out->count].author.id, *author))', 'if (author && out->count > limit)'],
  ['shelf: another holder, or another audience', 'decide(is_own(reader, holder) || pass_holds(&reader->pass, audience), "shelf", reader->id)', 'decide(audience != 0, "shelf", reader->id)'],
  ['shelf: a row refused', 'if (door != DOOR_ADMITTED)\n        return door == DOOR_WITHHELD;', ''],
];

const RULE = ['pass_of', 'reads_of', 'passes_renew', 'annotating_allows', 'base_for', 'audience_for', 'audience_narrower', 'is_premoderated', 'settle_annotations',
  'mask_of', 'audience_there', 'base_there', 'publish_drafts', 'show_annotation', 'unshow_annotation', 'set_reading', 'open_counted', 'own_sealed', 'reveal_due', 'lock_documents', 'group_reads', 'drafts_unfit'];

const DOOR_FILE = 'server/visibility/door.c';

// These, and the parts that they include: each once.
function filesOf(paths, found = new Set()) {
  for (const path of paths) {
    if (found.has(path)) continue;
    found.add(path);
    const parts = readFileSync(join(sqlFolder, path), 'utf8').matchAll(/^\\ir (.+)$/gm);
    filesOf([...parts].map(([, part]) => join(dirname(path), part)), found);
  }
  return [...found];
}

function all(cluster) {
  const mutants = [];
  const asked = (sql) => cluster.sql('gloss_template', `SET search_path = gloss; ${sql}`);
  for (const path of filesOf(statementNames().filter((n) => SHOWN.test(n)).map((name) => `${name}.sql`))) {
    mutants.push(...linesOf(path.replace('.sql', ''), readFileSync(join(sqlFolder, path), 'utf8'), (text) => ({ change: { files: { [path]: text } }, kept: !DEED.test(path) })));
  }
  for (const name of RULE) {
    const [definition] = [asked(`SELECT pg_get_functiondef(p.oid) FROM pg_proc p WHERE p.proname = '${name}' AND p.pronamespace = 'gloss'::regnamespace`)];
    if (definition) mutants.push(...linesOf(`${name}()`, definition, (text) => ({ change: { sql: text } })));
  }
  const triggers = asked(`SELECT t.tgname || ' ON ' || c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    WHERE NOT t.tgisinternal AND c.relnamespace = 'gloss'::regnamespace AND t.tgname LIKE '%_pass' ORDER BY 1`);
  for (const trigger of triggers.split('\n').filter(Boolean)) mutants.push({ name: `trigger ${trigger}`, tests: JUDGE, change: { sql: `DROP TRIGGER ${trigger}` } });
  const door = readFileSync(join(root, DOOR_FILE), 'utf8');
  for (const [name, from, to] of DOOR) {
    if (door.split(from).length !== 2) throw new Error(`the door has no, or more than one, ${from}`);
    mutants.push({ name: `door: ${name}`, tests: ['unit/door_test', 'tests/http/visibility.test.js', 'tests/http/masks.test.js'], change: { source: { [DOOR_FILE]: door.replace(from, () => to) } } });
  }
  return mutants.map((mutant) => ({ ...mutant, tests: [...mutant.tests, ...further(mutant.name)] }));
}

// -- the run -----------------------------------------------------------------------------------------

const folder = mkdtempSync(join(tmpdir(), 'gloss-mutants-'));
const keptWorld = join(folder, 'kept.json');
const sh = promisify(execFile);
let files = 0;

// A copy of the source in which a lane builds: nothing but what a mutant changes is made anew.
class Workshop {
  constructor(lane) {
    this.root = join(folder, `lane${lane}`);
    this.out = join(this.root, 'build', basename(out));
  }

  copy() {
    if (this.changed) return;
    mkdirSync(join(this.root, 'tests'), { recursive: true });
    const copied = ['Makefile', 'VERSION', 'api', 'migrations', 'server', 'tools', 'tests/unit', 'tests/fuzz'];
    for (const part of copied) cpSync(join(root, part), join(this.root, part), { recursive: true, preserveTimestamps: true });
    cpSync(out, this.out, { recursive: true, preserveTimestamps: true });
    const flags = join(this.out, 'flags');
    writeFileSync(flags, readFileSync(flags, 'utf8').replaceAll(`=${root}=`, `=${this.root}=`));
    this.changed = [];
  }

  // The program with these files instead.
  async make(change, target) {
    this.copy();
    for (const path of this.changed.splice(0)) writeFileSync(join(this.root, path), readFileSync(join(root, path)));
    const sources = { ...change.source, ...Object.fromEntries(Object.entries(change.files ?? {}).map(([path, text]) => [`server/sql/${path}`, text])) };
    for (const [path, text] of Object.entries(sources)) {
      writeFileSync(join(this.root, path), text);
      this.changed.push(path);
    }
    await sh('make', ['-s', `CONFIG=${basename(out)}`, `build/${basename(out)}/${target}`], { cwd: this.root, env: { ...process.env, CI: '' } });
    return join(this.out, target);
  }
}

async function passes(test, mutant, workshop) {
  const path = join(folder, `${++files}.json`);
  writeFileSync(path, JSON.stringify(mutant.change));
  if (test.startsWith('unit/')) {
    const program = await workshop.make(mutant.change, test);
    return sh(program, { cwd: root, timeout: 60_000 }).then(() => true, () => false);
  }
  const env = { ...process.env, GLOSS_TEST_MUTANT: path };
  if (mutant.kept) env.GLOSS_TEST_KEPT = keptWorld;
  if (mutant.change.source || (mutant.change.files && test.startsWith('tests/http/'))) env.GLOSS_BIN = await workshop.make(mutant.change, 'gloss');
  return new Promise((done) => {
    const child = spawn(process.execPath, ['--test-reporter=tap', test], { cwd: root, stdio: ['ignore', 'pipe', 'ignore'], env, detached: true });
    let failed = false;
    const end = () => { try { process.kill(-child.pid); } catch { /* it has ended */ } };
    // one failure is enough
    child.stdout.setEncoding('utf8').on('data', (text) => {
      if (!/^not ok/m.test(text) || failed) return;
      failed = true;
      end();
    });
    const late = setTimeout(end, 180_000);
    child.on('close', (code) => {
      clearTimeout(late);
      if (code !== 0) dropDatabases(child.pid);
      done(code === 0 && !failed);
    });
  });
}

// What a test that was ended has left.
function dropDatabases(pid) {
  const names = cluster.sql('postgres', `SELECT datname FROM pg_database WHERE datname LIKE 't${pid}\\_%'`);
  for (const name of names.split('\n').filter(Boolean)) cluster.dropDatabase(name);
}

// The name of the test that has noticed, if one has.
async function noticed(mutant, workshop) {
  for (const test of mutant.tests) if (!await passes(test, mutant, workshop)) return test;
  return null;
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
  const workshops = cpus().slice(0, 2).map((_, lane) => new Workshop(lane));
  const share = (work) => Promise.all(workshops.map(work));
  // A test that fails anyway notices nothing. The first of all makes the world that is kept.
  const tests = [...new Set(mutants.flatMap((mutant) => mutant.tests))];
  const broken = [];
  if (mutants.some((mutant) => mutant.kept) && !await passes(JUDGE[0], { change: {}, kept: true })) broken.push(JUDGE[0]);
  await share(async (workshop) => {
    while (tests.length) {
      const test = tests.shift();
      if (!await passes(test, { change: {} }, workshop)) broken.push(test);
    }
  });
  if (broken.length) {
    console.log(`${broken.join(', ')} fails without a mutant\n0 passed, 1 failed`);
    process.exit(1);
  }
  await share(async (workshop) => {
    while (queue.length) {
      const mutant = queue.shift();
      const by = await noticed(mutant, workshop);
      if (!by) alive.push(mutant.name);
      console.log(`${++done}/${mutants.length} ${by ? 'caught' : 'LIVES'} ${mutant.name}${by ? ` (${basename(by)})` : ''}`);
    }
  });
} else for (const { name } of mutants) console.log(name);
for (const name of alive) console.log(`LIVES ${name}`);
console.log(`${found} mutants, ${done} run`);
console.log(`${done - alive.length} passed, ${alive.length} failed`);
process.exit(alive.length ? 1 : 0);
