// Is the history of a load true of what is there? Nothing acknowledged is lost, nothing is there twice,
// no edit was overwritten unseen, what was taken back stays away, and nobody read the past.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { gloss } from '../support/binary.js';
import { program } from '../support/cluster.js';

const fromTypeId = (id) => {
  const digits = '0123456789abcdefghjkmnpqrstvwxyz';
  const hex = [...id.slice(id.indexOf('_') + 1)].reduce((n, c) => n * 32n + BigInt(digits.indexOf(c)), 0n).toString(16).padStart(32, '0');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
};

// What PostgreSQL itself has, past the server: every note with all its versions.
function stored({ world, judge, essay }) {
  const document = fromTypeId(essay.id);
  const judged = (text) => judge.sql(world.database, text);
  const rows = judged(`SELECT coalesce(json_agg(r), '[]') FROM (
    SELECT a.id, a.version, a.body,
           (SELECT coalesce(json_object_agg(p.version, p.body), '{}') FROM gloss.annotation_past p WHERE p.document_id = a.document_id AND p.annotation_id = a.id) AS past
      FROM gloss.annotation a WHERE a.document_id = '${document}' AND a.deleted_at IS NULL) r`);
  const notes = new Map(JSON.parse(rows).map((row) => [row.id, { version: row.version, bodies: new Map([...Object.entries(row.past).map(([v, body]) => [Number(v), body]), [row.version, row.body]]) }]));
  const created = judged(`SELECT subject_id FROM gloss.event WHERE document_id = '${document}' AND kind = 'annotation.created'`).split('\n').filter(Boolean);
  return { notes, created };
}

export async function check(load, { tells = console.log } = {}) {
  const { world, history, essay } = load;
  const faults = [...load.faults];
  const wrong = (what) => faults.push(what);
  const { notes, created } = stored(load);
  const of = (id) => notes.get(fromTypeId(id));
  const by = (op) => history.filter((event) => event.op === op);
  const group = (events, name) => events.reduce((map, event) => map.set(event[name], [...(map.get(event[name]) ?? []), event]), new Map());

  // -- writes
  const creates = group(by('create'), 'key');
  const deletes = group(by('delete'), 'id');
  const edits = group(by('edit'), 'id');
  const reads = group(by('read'), 'id');
  const idOfKey = new Map();
  for (const [key, tries] of creates) {
    const ids = new Set(tries.filter(({ status }) => status === 201).map(({ id }) => id));
    if (ids.size > 1) wrong(`one key, several notes: ${key}`);
    if (ids.size) idOfKey.set(key, [...ids][0]);
  }
  const firstBodies = new Map();
  for (const [id, note] of notes) {
    const first = note.bodies.get(1);
    if (firstBodies.has(first)) wrong(`there twice: ${first}`);
    firstBodies.set(first, id);
    for (let v = 1; v <= note.version; v++) if (!note.bodies.has(v)) wrong(`${id} has no version ${v} of ${note.version}`);
    if (!creates.has(first) && first !== 'there from the beginning') wrong(`never sent: ${first}`);
  }
  if (new Set(created).size !== created.length) wrong('a note was created twice, by the log of events');
  let acknowledged = 0;
  for (const [key, id] of idOfKey) {
    acknowledged++;
    const note = of(id);
    if (!note) {
      if (!deletes.has(id)) wrong(`acknowledged and lost: ${key} ${id}`);
    } else if (note.bodies.get(1) !== key) wrong(`${id} was ${key}, now it begins with ${note.bodies.get(1)}`);
  }
  for (const [id, tries] of deletes) {
    if (tries.some(({ status }) => status === 204) && of(id)) wrong(`taken back, and there again: ${id}`);
  }

  // -- edits: each acknowledged one is a version of its own, made on the one that its author had seen
  for (const [id, tries] of edits) {
    const note = of(id);
    const acked = tries.filter(({ status }) => status === 200);
    if (new Set(acked.map(({ version }) => version)).size !== acked.length) wrong(`two edits are one version of ${id}`);
    if (!note) continue;
    for (const { version, body } of acked) if (note.bodies.get(version) !== body) wrong(`a lost update: version ${version} of ${id}`);
    const sent = new Map(tries.map((event) => [event.body, event]));
    const seen = new Set();
    for (const [version, body] of note.bodies) {
      if (version === 1) continue;
      const event = sent.get(body);
      if (!event) wrong(`version ${version} of ${id} was never sent`);
      else if (event.match !== version - 1) wrong(`version ${version} of ${id} was made on ${event.match}`);
      else if ([412, 404, -1].includes(event.status)) wrong(`refused with ${event.status}, and done: version ${version} of ${id}`);
      if (seen.has(body)) wrong(`an edit was done twice: ${body}`);
      seen.add(body);
    }
  }

  // -- reads: what was acknowledged before one began is in it
  for (const [id, asked] of reads) {
    const note = of(id);
    const writes = [...(edits.get(id) ?? []).filter(({ status }) => status === 200), ...asked.filter(({ status }) => status === 200)].sort((a, b) => a.to - b.to);
    let at = 0;
    let newest = 1;
    for (const read of [...asked].sort((a, b) => a.from - b.from)) {
      while (at < writes.length && writes[at].to < read.from) newest = Math.max(newest, writes[at++].version);
      if (read.status === 200 && read.version < newest) wrong(`read version ${read.version} of ${id}, after ${newest}`);
      if (read.status === 200 && note && note.bodies.get(read.version) !== read.body) wrong(`read what was not in version ${read.version} of ${id}`);
      if (read.status === 200 && (deletes.get(id) ?? []).some(({ status, to }) => status === 204 && to < read.from)) wrong(`read after it was taken back: ${id}`);
      if (read.status === 404 && !(deletes.get(id) ?? []).some(({ from }) => from < read.to)) wrong(`not there: ${id}`);
    }
  }
  const made = by('create').filter(({ status }) => status === 201);
  for (const list of by('list').filter(({ ids }) => ids)) {
    if (new Set(list.ids).size !== list.ids.length) wrong('a list has a note twice');
    // The newest hundred, by when they were made: one whose answer was lost is heard of long after that.
    const before = made.filter(({ to, created }) => to < list.from && created > list.since);
    for (const { id } of before) if (!list.ids.includes(id) && !(deletes.get(id) ?? []).some(({ from }) => from < list.to)) wrong(`not in a list: ${id}`);
    for (const id of list.ids) if ((deletes.get(id) ?? []).some(({ status, to }) => status === 204 && to < list.from)) wrong(`in a list after it was taken back: ${id}`);
  }

  // -- as the server sees it now
  const alice = load.people[0];
  const seen = await alice.sees(essay);
  assert.equal(new Set(seen.map(({ id }) => id)).size, seen.length);
  if (seen.length !== notes.size) wrong(`${notes.size} are stored, ${seen.length} are listed`);
  for (const { id, version, body } of seen) if (of(id)?.version !== version || of(id)?.bodies.get(version) !== body) wrong(`shown otherwise than stored: ${id}`);
  const counted = (await alice.reads(essay)).annotations;
  if (counted !== notes.size) wrong(`${notes.size} are stored, ${counted} are counted`);
  for (const [key, id] of [...idOfKey].slice(-200)) {
    if (!of(id)) continue;
    const who = load.people.find((person) => person.id === creates.get(key)[0].who);
    const again = await who.post('annotations', { document: essay.id, body: key }, { headers: { 'Idempotency-Key': key } });
    if (again.status !== 201 || again.json.id !== id) wrong(`the key ${key} gave ${id}, now ${again.status} ${again.json?.id}`);
  }
  gloss(['doctor', ...load.judge.options(world.database)]);
  const amcheck = spawnSync(program('pg_amcheck'), ['--install-missing', '--heapallindexed', '-h', load.judge.folder, '-U', 'postgres', '-d', world.database], { encoding: 'utf8', cwd: '/' });
  if (amcheck.status !== 0) wrong(`pg_amcheck: ${amcheck.stdout}${amcheck.stderr}${amcheck.error ?? ''}`);

  const statuses = [...history.reduce((map, { status, why }) => map.set(why ?? status, (map.get(why ?? status) ?? 0) + 1), new Map())].map(([what, n]) => `${what} ${n}`).join(', ');
  tells(`# ${history.length} requests: ${acknowledged} acknowledged notes, ${by('edit').filter(({ status }) => status === 200).length} edits, ${[...deletes.values()].filter((tries) => tries.some(({ status }) => status === 204)).length} taken back; ${statuses}; p50 ${load.percentile(0.5, 'create').toFixed(1)} ms, p99 ${load.percentile(0.99, 'create').toFixed(1)} ms, slowest ${load.slowest().toFixed(0)} ms`);
  assert.equal(faults.length, 0, `${faults.length} faults:\n${faults.slice(0, 20).join('\n')}`);
  return { acknowledged, notes, created };
}

// Those that had no answer, or were told nothing sure, and were done all the same.
export function doneUnheard(load, { notes }) {
  const bodies = new Set([...notes.values()].map((note) => note.bodies.get(1)));
  const heard = new Set(load.history.filter(({ op, status }) => op === 'create' && status === 201).map(({ key }) => key));
  return [...bodies].filter((body) => !heard.has(body) && body !== 'there from the beginning');
}
