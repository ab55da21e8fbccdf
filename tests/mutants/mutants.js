// Drops single conditions of the visibility rule, one at a time, and runs the tests that should notice:
// node tests/mutants/mutants.js [--out build/release] [--draw N] [--only PATTERN] [--lanes N] [--list]
//
// What is dropped: in statements that show or move annotations and in the parts that they include, each
// condition about audiences, authors, groups or states, and each lock; in the functions of the schema, as the
// migrated database has them, each condition of the rule; each trigger that keeps passes; each check of the
// door. A mutant that the tests let live fails the run, unless EQUIVALENT says why it is none.
//
// Tests in SQL are asked about statements, which they read themselves; for the door, a copy of the source is
// built. Each test file runs once without a mutant: it has to pass, and those that took least are asked first.
import { execFile, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

const args = process.argv.slice(2);
const option = (name, otherwise) => (args.includes(name) ? args[args.indexOf(name) + 1] : otherwise);
const out = resolve(option('--out', 'build/release'));
process.env.GLOSS_BIN ??= join(out, 'gloss');
const { root } = await import('../support/binary.js');
const { Cluster } = await import('../support/cluster.js');
const { sqlFolder, statementNames, statementText } = await import('../support/sql.js');

const JUDGE = ['tests/sql/visibility.test.js'];
const [WRITING, READINGS, SHARING] = ['writing', 'readings', 'sharing'].map((name) => `tests/sql/${name}.test.js`);
const LOCKS = ['tests/sql/locks.test.js', 'tests/sql/interleavings.test.js'];

// Conditions without which the same is done: each is another's consequence, and says of which.
const EQUIVALENT = [
  [/^annotations\/seen\.part: WHEN a\.open /, 'the class of an audience that is open is 0: it is not looked up'],
  [/^annotations\/seen\.part: WHEN always a\.also IS NOT NULL \(/, 'what is shown nowhere else is held back nowhere else: nothing is found'],
  [/: WHEN a\.also IS NULL /, 'null has nothing in common with a pass either'],
  [/^annotations\/(list_(everywhere|of)|page_everywhere)\w*: (NOT a\.open|a\.open|a\.audience_id <> ALL|p\.audience <> ALL)/, 'what comes twice is grouped'],
  [/^passes_renew\(\): (q\.)?user_id = ANY/, 'every pass is renewed, and is as it was'],
  [/^annotations\/list_replies\w*: x\.group_id = /, 'of a thread nothing lies in other groups that the reader reads'],
  [/^annotations\/list_\w+: p\.user_id IN/, 'where others could read once, too, one\'s own words are looked for and no others'],
  [/^shelves\/of_documents?: e\.audience_id IS NOT NULL/, 'null is in no list, and what has no audience has no holder'],
  [/^(annotations\/page_of_document\w*|shelves\/of_document): a\.open/, 'what one could read once is what all members read, which is open'],
  [/^annotations\/insert_reply: x\.id = ANY \(a\.also\)/, 'what is shown there is in the list'],
  [/^annotations\/list_of_author: [aw]\.author_id = /, 'the filter asks for the author, too'],
  [/^annotations\/insert: WHEN w\.group_id IS NOT NULL/, 'what has been asked is not asked again'],
  [/^annotations\/update: c\.also IS NOT NULL/, 'the same statement deletes the showings of what is made private, before it would change them'],
  [/^annotations\/update: (w\.class = 2|NOT w\.hides) /, 'a base that is not asked for is not used'],
  [/^pass_on_audience\(\): (n\.class|m\.group_id|\(?g\.access|\(m\.role)/, 'more passes are renewed, and are as they were'],
  [/^pass_on_audience\(\): OR EXISTS/, 'who sets a reading has its group\'s passes renewed (pass_on_reading), and nobody is in a group that is made'],
  [/^prepare_answer\(\): (OR EXISTS|x\.group_id)/, 'what is there already is not made again (ON CONFLICT)'],
  [/^prepare_answer\(\): PERFORM .* FOR SHARE/, 'annotations/lock takes it next: it is the order of locks, and no lock more'],
  [/^annotations\/insert: OR w\.group_id = \$5/, 'what has not been asked before is asked once it is chosen'],
  [/^annotations\/insert: OR \$5 (= u\.own_group_id|IN \(SELECT)/, 'group_reads() says so, too'],
  [/^annotations\/settle: WHEN (always|…) |^annotations\/settle: \([aw]\.base_id IS NOT NULL/, 'what is where it belongs stays there'],
  [/^shelves\/of_documents?: w\.audience_id = ANY/, 'it is the first of the groups that the reader reads'],
  [/^publish_drafts\(\): a\.draft /, 'what is no draft has been refused (drafts_unfit)'],
  [/^publish_drafts\(\): a\.author_id = writer/, 'what is counted anew without need comes to the same'],
  [/^mask_of\(\): m\.group_id = in_group/, 'a name that is free in all groups is free in this one'],
  [/^settle_annotations\(\): a\.also IS (NOT NULL|DISTINCT FROM)/, 'the list is written again as it is'],
  [/^set_reading\(\): a\.group_id = in_group/, 'the audience asked for next is that group\'s'],
];

// -- what is dropped ---------------------------------------------------------------------------------

const ABOUT = /audience|author_id|user_id|\bopen\b|\balso\b|\$2::integer\[\]|\breads\b|holder_id|moderation|\bclass\b|\brole\b|\bstate\b|access|sealed|revealed|annotating|premoderated|draft|group_id|\b[gd]\.deleted_at|ANY \(\$2\)|\b(waits|private|hides|pending)\b/;
// How two tables hang together, and no condition.
const JOINING = /^\w+\.\w+ = \w+\.\w+$/;
// Where a page begins.
const CURSOR = /::timestamptz|= \$7 AND/;
const LOCKING = / FOR (SHARE|UPDATE|NO KEY UPDATE|KEY SHARE)( OF \w+)?/;

// The condition stays where it is, so that the types of its parameters are known.
const always = (condition) => `(${condition} OR true)`;
const never = (condition) => (/^\d+$/.test(condition) ? 'NULL' : `((${condition}) AND false)`);

const ENDS = ['WHERE', 'ORDER', 'GROUP', 'LIMIT', 'OFFSET', 'UNION', 'RETURNING', 'WHEN', 'THEN', 'ELSE', 'END', 'LOOP', 'FOR', 'LEFT', 'CROSS', 'JOIN', 'FROM', 'INTO',
  'AS', 'ON'];

// Each condition of a statement or function, what it is called, and what stands there when it is lost.
function* conditionsOf(text) {
  const sql = text.replace(/--.*/g, (comment) => ' '.repeat(comment.length));
  // up to a word that ends it, or the bracket around it
  const endOf = (from, words) => {
    let depth = 0;
    for (const { 0: word, index } of sql.slice(from).matchAll(/[();,]|\bDISTINCT FROM\b|\b[A-Z]+\b/g)) {
      if (depth === 0 && (/[);,]/.test(word) || words.includes(word))) return from + index;
      if (word === '(' || word === 'CASE') depth++;
      else if (word === ')' || word === 'END') depth--;
    }
    return sql.length;
  };
  for (const { 0: found, 1: word, index } of sql.matchAll(/(?<!CREATE |EXIT |CONFLICT )\b(WHERE|ON|AND|OR|WHEN|IF|ELSIF|THEN|ELSE)\s+/g)) {
    const from = index + found.length;
    const upTo = (...words) => sql.slice(from, endOf(from, [...ENDS, ...words])).trimEnd();
    const [part, whole] = [upTo('AND', 'OR'), upTo('OR')];
    const loses = (condition, name, instead) => ({ name: name.replace(/\s+/g, ' '), line: sql.slice(0, from).split('\n').length, text: text.slice(0, from) + instead(condition) + text.slice(from + condition.length) });
    if (/^(IF|ELSIF|WHEN)$/.test(word)) {
      const asked = upTo();
      const then = sql.slice(from + asked.length).trimStart();
      if (!ABOUT.test(asked) && !(word === 'WHEN' && ABOUT.test(then.slice(0, 40)))) continue;
      yield loses(asked, `${word} ${asked}`, never);
      // a refusal for everybody is noticed by anybody
      if (word === 'WHEN' && ABOUT.test(asked) && !/^(THEN (refuse|')|;)/.test(then)) yield loses(asked, `WHEN always ${asked}`, always);
      if (part !== asked && part === part.trim() && ABOUT.test(part)) yield loses(part, `WHEN … ${part}`, always);
    } else if (/^(THEN|ELSE)$/.test(word)) {
      const value = upTo();
      if (ABOUT.test(value) && /[<>=]|&&|EXISTS/.test(value) && !/^(\(?SELECT|\(SELECT|ARRAY|CASE|[a-z_]+\()/.test(value) && /^\s*(WHEN|ELSE|END)/.test(sql.slice(from + value.length))) yield loses(value, `${word} ${value}`, always);
    } else if (word === 'OR') {
      if (ABOUT.test(whole) && !CURSOR.test(whole)) yield loses(whole, `OR ${whole}`, never);
    } else if (ABOUT.test(part) && !CURSOR.test(part)) {
      const context = sql.slice(0, index + found.length).match(/\b(WHERE|ON)\b(?![^]*\b(WHERE|ON)\b)/)?.[1];
      if (!(context === 'ON' && JOINING.test(part))) yield loses(part, part, always);
    }
  }
}

function linesOf(file, text, more) {
  const found = [];
  for (const { name, line, text: changed } of conditionsOf(text)) {
    const tests = DEED.test(file) || /history/.test(file) ? [WRITING, 'tests/sql/locks.test.js', ...JUDGE] : JUDGE;
    found.push({ name: `${file}: ${name} (line ${line})`, tests, ...more(changed) });
  }
  for (const [i, line] of text.split('\n').entries()) {
    if (LOCKING.test(line) && !/^\s*--/.test(line)) found.push({ name: `${file}: ${line.trim()} (line ${i + 1})`, tests: LOCKS, ...more(text.replace(line, line.replace(LOCKING, ''))) });
  }
  return found;
}

const SHOWN = /^annotations\/(find|list_|page_|history|lock|insert|update|settle)|^reactions\/(list|put)|^shelves\/of_/;
// Statements that many deeds are made of: the others are asked about what is kept of one life.
const DEED = /^annotations\/(lock|insert|update|settle)|^reactions\/put/;
// What the judge does not see, the tests of the feature do.
const FURTHER = [
  [/^trigger |^(pass_of|reads_of|passes_renew)\(/, ['tests/sql/passes.test.js']],
  [/^(set_reading|open_counted|own_sealed|reveal_due|base_for|reveal_reading|answered_apart|answer_audience|prepare_answer|pass_on_audience)\(/, [READINGS, 'tests/http/readings.test.js']],
  [/^(publish_drafts|drafts_unfit|audience_there|base_there|group_reads|audience_for)\(/, [SHARING, 'tests/http/drafts.test.js']],
  [/^(show_annotation|unshow_annotation)\(/, [SHARING, WRITING, 'tests/http/showings.test.js']],
  [/^(settle_annotations|base_for|base_there|audience_for|is_premoderated|annotating_allows|mask_of)\(/, [WRITING, 'tests/sql/settle.test.js', 'tests/http/moderation.test.js']],
  [/^(lock_documents|reveal_due)\(/, LOCKS],
  [/^annotations\/lock/, LOCKS],
];
const further = (name) => FURTHER.filter(([pattern]) => pattern.test(name)).flatMap(([, tests]) => tests);

// Checks of the door, and without them.
const DOOR = [
  ['is_own: it is the author', '!reader_is_nobody(reader) && uuid_eq(reader->id, author)', '!reader_is_nobody(reader)'],
  ['is_own: it is not nobody', '!reader_is_nobody(reader) && uuid_eq(reader->id, author)', 'uuid_eq(reader->id, author)'],
  ['is_listed: a pass that holds the audience', 'pass_holds(&reader->pass, db_get_int(res, row, "audience_id")))\n        return true;', 'true)\n        return true;'],
  ['is_listed: a pass that holds one of the further audiences', 'bool listed = holds_any(&reader->pass, also, count);', 'bool listed = count > 0;'],
  ['decide: what is not listed is refused', 'if (is_listed || !lock_of_door())', 'if (is_listed || reader.bytes[0] != 256)'],
  ['text: one of its audiences', 'is_own(reader, db_get_uuid(res, row, "owner_id")) ||\n        holds_any(&reader->pass, audiences, count);', 'true;'],
  ['putter: named to those who may know', 'if (!uuid_is_nil(id))\n        door = decide(', 'if (!uuid_is_nil(id))\n        door = door == DOOR_WITHHELD ? DOOR_ADMITTED : decide('],
  ['mask: lifted for leaders', 'str_to_u64(told[1], &leaders) && pass_holds(&reader->pass, (int32_t)leaders)', 'str_to_u64(told[1], &leaders)'],
  ['mask: a row refused', 'arena_free(scratch);\n    return door == DOOR_BROKEN ? DOOR_BROKEN : DOOR_ADMITTED;', 'arena_free(scratch);\n    return DOOR_ADMITTED;'],
  ['decider: told to those who know them', 'door = decide(is_listed_by(reader, by, parts[5]), "decider", reader->id);', 'door = DOOR_ADMITTED;'],
  ['decider: a row refused', '*out = it;\n    return door == DOOR_BROKEN ? DOOR_BROKEN : DOOR_ADMITTED;', '*out = it;\n    return DOOR_ADMITTED;'],
  ['credit: told to those who may see it', 'decide(is_listed_by(reader, it->author.id, parts[1]), "credit", reader->id);', 'DOOR_ADMITTED;'],
  ['credit: a row refused', 'if (door == DOOR_BROKEN)\n            return DOOR_BROKEN;\n        out->count += door == DOOR_ADMITTED;', 'out->count += door == DOOR_ADMITTED;'],
  ['by an audience: of the pass', '(str_to_u64(audience, &number) && pass_holds(&reader->pass, (int32_t)number));\n}', 'str_to_u64(audience, &number);\n}'],
  ['by an audience: or by oneself', 'return is_own(reader, who) ||\n        (str_to_u64(audience, &number)', 'return (str_to_u64(audience, &number)'],
  ['tally: sums of other audiences', 'if (lock_of_door() && !pass_holds(&reader->pass, tally[i]))', 'if (tally[i] < 0)'],
  ['tally: own replies that are in no sum', 'out->replies += !pass_holds(&reader->pass, replies[i]);', 'out->replies += replies[i] > 0;'],
  ['tally: what the muted say and give that is in a sum', 'if (lock_of_door() && !pass_holds(&reader->pass, muted[i]))', 'if (muted[i] <= 0)'],
  ['tally: own reactions that are in no sum', 'out->reactions[reactions[i]] += !pass_holds(&reader->pass, audiences[i]);', 'out->reactions[reactions[i]] += audiences[i] > 0;'],
  ['aside: home is for those who read there', 'bool at_home = is_mine || pass_holds(&reader->pass, out->audience) || !lock_of_door();', 'bool at_home = true;'],
  ['aside: groups that the reader reads', 'if (!is_mine && lock_of_door() && !pass_holds(&reader->pass, (int32_t)audience))\n            continue;\n        if (uuid_is_nil(out->group))', 'if (!is_mine && audience == 0)\n            continue;\n        if (uuid_is_nil(out->group))'],
  ['aside: all groups for the author', 'if (!is_mine && lock_of_door() && !pass_holds(&reader->pass, (int32_t)audience))\n            continue;\n        if (uuid_is_nil(out->group))', 'if (lock_of_door() && !pass_holds(&reader->pass, (int32_t)audience))\n            continue;\n        if (uuid_is_nil(out->group))'],
  ['held: what leaders decided, for those who read it', 'if (!is_mine && lock_of_door() && !pass_holds(&reader->pass, (int32_t)audience))\n            continue;\n        it->state', 'if (!is_mine && audience == 0)\n            continue;\n        it->state'],
  ['held: all of it for the author', 'if (!is_mine && lock_of_door() && !pass_holds(&reader->pass, (int32_t)audience))\n            continue;\n        it->state', 'if (lock_of_door() && !pass_holds(&reader->pass, (int32_t)audience))\n            continue;\n        it->state'],
  ['annotation: a row refused', 'if (door != DOOR_ADMITTED)\n        return door;\n    *out = (struct annotation){', '*out = (struct annotation){'],
  ['annotation: tombstones without replies', '(out->is_deleted && out->replies == 0) || ', ''],
  ['annotation: of a text that is gone', ' || db_get_bool(res, row, "document_deleted")', ''],
  ['list: a row refused', 'if (door == DOOR_BROKEN)\n            return false;', ''],
  ['list: another author than the one asked for', 'if (author && door == DOOR_ADMITTED && !uuid_eq(at[out->count].author.id, *author))', 'if (author && out->count > limit)'],
  ['shelf: another holder, or another audience', 'decide(is_own(reader, holder) || pass_holds(&reader->pass, audience), "shelf", reader->id)', 'decide(audience != 0, "shelf", reader->id)'],
  ['shelf: a row refused', 'if (door != DOOR_ADMITTED)\n        return door == DOOR_WITHHELD;', ''],
];

const RULE = ['pass_of', 'reads_of', 'passes_renew', 'annotating_allows', 'base_for', 'audience_for', 'audience_narrower', 'is_premoderated', 'settle_annotations',
  'mask_of', 'audience_there', 'base_there', 'publish_drafts', 'show_annotation', 'unshow_annotation', 'set_reading', 'open_counted', 'own_sealed', 'reveal_due', 'lock_documents', 'group_reads', 'drafts_unfit', 'aside_told', 'held_told', 'own_replies_told', 'own_reactions_told',
  'answered_apart', 'answer_audience', 'prepare_answer', 'reveal_reading', 'pass_on_audience'];

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

  // What is made of the source as it is changed.
  async make(change, target) {
    this.copy();
    for (const path of this.changed.splice(0)) writeFileSync(join(this.root, path), readFileSync(join(root, path)));
    for (const [path, text] of Object.entries(change.source ?? {})) {
      writeFileSync(join(this.root, path), text);
      this.changed.push(path);
    }
    await sh('make', ['-s', `CONFIG=${basename(out)}`, `build/${basename(out)}/${target}`], { cwd: this.root, env: { ...process.env, CI: '' } });
    return join(this.out, target);
  }
}

// How long each test file takes where there is no mutant.
const took = new Map();

// Null where all of the file passes, else what has failed first.
async function failure(test, mutant, workshop) {
  const path = join(folder, `${++files}.json`);
  writeFileSync(path, JSON.stringify(mutant.change));
  if (test.startsWith('unit/')) {
    const program = await workshop.make(mutant.change, test);
    return sh(program, { cwd: root, timeout: 60_000 }).then(() => null, ({ stdout }) => /^not ok.*/m.exec(stdout)?.[0] ?? 'it ended early');
  }
  const env = { SETTLE_SEED: '20260301', ...process.env, GLOSS_TEST_MUTANT: path };
  if (mutant.kept) env.GLOSS_TEST_KEPT = keptWorld;
  if (mutant.change.source) env.GLOSS_BIN = await workshop.make(mutant.change, 'gloss');
  return new Promise((done) => {
    const child = spawn(process.execPath, ['--test-reporter=tap', test], { cwd: root, stdio: ['ignore', 'pipe', 'ignore'], env, detached: true });
    let failed = null;
    const end = () => { try { process.kill(-child.pid); } catch { /* it has ended */ } };
    // one failure is enough
    let heard = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      heard += text;
      const [, name] = /^not ok \d+ - (.*)\n/m.exec(heard) ?? [];
      if (name === undefined || failed) return;
      failed = name;
      end();
    });
    const late = setTimeout(() => {
      failed ??= 'it took too long';
      end();
    }, 120_000 + 4 * (took.get(test) ?? 120_000));
    child.on('close', (code) => {
      clearTimeout(late);
      if (code !== 0) dropDatabases(child.pid);
      done(failed ?? (code === 0 ? null : 'it ended early'));
    });
  });
}

// What a test that was ended has left.
function dropDatabases(pid) {
  const names = cluster.sql('postgres', `SELECT datname FROM pg_database WHERE datname LIKE 't${pid}\\_%'`);
  for (const name of names.split('\n').filter(Boolean)) cluster.dropDatabase(name);
}

// The test that has noticed, if one has. What takes least comes first.
async function noticed(mutant, workshop) {
  for (const test of [...new Set(mutant.tests)].sort((one, other) => took.get(one) - took.get(other))) {
    const what = await failure(test, mutant, workshop);
    if (what) return `${basename(test)}: ${what}`;
  }
  return null;
}

// What PostgreSQL does not take would be noticed by any test.
function check({ name, change }) {
  const sql = `SET search_path = gloss; BEGIN; ${change.sql ?? ''};\n`;
  const statements = statementNames().filter((statement) => filesOf([`${statement}.sql`]).some((path) => change.files?.[path]));
  try {
    cluster.sql('gloss_template', `${sql} ${statements.map((statement, i) => `PREPARE p${i} AS ${statementText(statement, change)};`).join('\n')} ROLLBACK`);
  } catch (error) {
    throw new Error(`${name}: ${error.message}`);
  }
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
  const workshops = Array.from({ length: Number(option('--lanes', Math.min(2, availableParallelism()))) }, (_, lane) => new Workshop(lane));
  const share = (work) => Promise.all(workshops.map(work));
  // A test that fails anyway notices nothing. The first of all makes the world that is kept.
  const tests = [...new Set(mutants.flatMap((mutant) => mutant.tests))];
  const broken = [];
  const clean = async (test, mutant, workshop) => {
    const began = Date.now();
    const what = await failure(test, mutant, workshop);
    took.set(test, Date.now() - began);
    if (what) broken.push(`${test} (${what})`);
  };
  if (mutants.some((mutant) => mutant.kept)) await clean(JUDGE[0], { change: {}, kept: true });
  await share(async (workshop) => {
    while (tests.length) {
      await clean(tests.shift(), { change: {} }, workshop);
    }
  });
  if (broken.length) {
    console.log(`${broken.join(', ')} fails without a mutant\n0 passed, 1 failed`);
    process.exit(1);
  }
  await share(async (workshop) => {
    while (queue.length) {
      const mutant = queue.shift();
      check(mutant);
      const by = await noticed(mutant, workshop);
      if (!by) alive.push(mutant.name);
      console.log(`${++done}/${mutants.length} ${by ? 'caught' : 'LIVES'} ${mutant.name}${by ? ` (${by})` : ''}`);
    }
  });
} else for (const { name } of mutants) console.log(name);
for (const name of alive) console.log(`LIVES ${name}`);
console.log(`${found} mutants, ${done} run`);
console.log(`${done - alive.length} passed, ${alive.length} failed`);
process.exit(alive.length ? 1 : 0);
