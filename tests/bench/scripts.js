// Scripts for pgbench: what the server asks for each kind of request, and the least that could be asked.
import { openSync } from 'node:fs';
import { Server } from '../support/server.js';
import { barePrograms } from './bare.js';
import { MIX, ask, must, newNote } from './requests.js';
import { log, overheard, script, writeScripts } from './statements.js';
import { documentId, idOf, typeId, uuid } from './world.js';

// Each page is a script of its own, which each connection of pgbench plans six times.
const PAGES_ASKED = 4;

// Its log costs it its writing, and nobody's disk.
export function startGloss(world, workers) {
  return Server.start([...world.options(), '--rate-limit', 'off', '--workers', String(workers)], { log: openSync('/dev/null', 'w') });
}

// Scripts for pgbench of what this server asks for each kind of request.
async function takeDown(world, workers) {
  log(world.cluster, true);
  const server = await startGloss(world, workers);
  const get = (path) => ask(server.url, 'GET', path);
  const onePath = (d, j) => `/api/v1/annotations/${typeId('ann', world.note(d, j))}`;
  const pagePath = (d) => `/api/v1/annotations?document=${typeId('doc', documentId(d))}`;
  const post = (key) => ask(server.url, 'POST', '/api/v1/annotations', { body: newNote(typeId('doc', documentId(0)), 7), headers: { 'Idempotency-Key': key } });
  // from then on the text is known
  await post(`warm-${Date.now()}`);

  const heard = { page: [] };
  const hear = async (act, least) => {
    // keeps the reader remembered
    await Promise.all(Array.from({ length: 16 }, () => get(onePath(0, 0))));
    const list = await overheard(world.cluster, act);
    if (list.length < least) throw new Error(`the log shows only: ${list.map((s) => s.name)}`);
    return list;
  };
  heard.one = await hear(() => get(onePath(0, 1)), 1);
  for (const d of world.pages.slice(0, PAGES_ASKED)) heard.page.push(await hear(() => get(pagePath(d)), 1));
  const key = `take-${Date.now()}`;
  let made;
  heard.insert = await hear(async () => { made = await post(key); }, 3);
  must(made.status === 201, 'an insert', made);
  await server.stop();
  log(world.cluster, false);
  const insert = heard.insert.find((statement) => /INSERT INTO annotation\b/.test(statement.sql));
  const newId = insert.parameters.find((value) => /^[0-9a-f-]{36}$/.test(value ?? '') && typeId('ann', idOf(value)) === made.json.id);
  return { heard, key, newId };
}

const ANY_NOTE = (world) => `\\set slot random(0, ${world.long * 1000 + world.short * 50 - 1})
\\if :slot < ${world.long * 1000}
\\set d :slot / 1000
\\set j :slot % 1000
\\set j :j - (:j % 10) / 9
\\set t :j * 900000 + :d * ${world.phases.long}
\\set second 8000000000000000 + :d * 1000 + :j
\\else
\\set d (:slot - ${world.long * 1000}) / 50
\\set j (:slot - ${world.long * 1000}) % 50
\\set j :j - (:j % 10) / 9
\\set t :j * 18000000 + :d * ${world.phases.short}
\\set second 8000000000000000 + ${world.long * 1000} + :d * 50 + :j
\\endif
\\set first (19000000000 + :t) * 10000 + 7000
`;
const NEW_NOTE = (world) => `\\set n :n + 1
\\set first (19900000000 + :n) * 10000 + 7000
\\set second 8000000000000000 + random(0, 999999999999999)
\\set doc 8000000000000000 + random(0, ${world.written - 1})
`;
const NOTE = "('0' || :first || :second)::uuid";
const DOCUMENT = "('0187300000007000' || :doc)::uuid";
const REVISION = "('0187400000007000' || :doc)::uuid";

// { same, bare }: scripts by kind, [[path, weight], …]; constants: of all of them; said: the names of the
// statements of one request.
export async function scriptsOf(world, folder, workers) {
  const { heard, key, newId } = await takeDown(world, workers);
  const constants = {};
  const texts = {
    one: script(heard.one, { name: 'o', constants, before: ANY_NOTE(world), varying: { [uuid(world.note(0, 1))]: NOTE } }),
    insert: script(heard.insert, { name: 'i', constants, before: NEW_NOTE(world),
      varying: { [newId]: NOTE, [key]: ':second', [uuid(documentId(0))]: DOCUMENT, [uuid(documentId(0)).replace('01873', '01874')]: REVISION } }),
  };
  heard.page.forEach((page, i) => { texts[`page${i}`] = script(page, { name: `p${i}`, constants }); });
  const bare = barePrograms(world, ANY_NOTE(world), NEW_NOTE(world), PAGES_ASKED);
  Object.assign(constants, bare.constants);
  const all = writeScripts(folder, { ...texts, ...bare.texts });
  const pages = (prefix) => Object.entries(all).filter(([name]) => name.startsWith(prefix)).map(([, path]) => [path, MIX.page]);
  const kinds = (prefix) => {
    const one = [[all[`${prefix}one`], 1]], page = pages(`${prefix}page`), insert = [[all[`${prefix}insert`], 1]];
    return { one, page, insert, mix: [[one[0][0], MIX.one * page.length], ...page, [insert[0][0], MIX.insert * page.length]] };
  };
  const names = (list) => list.map((s) => s.name).join(', ');
  return { same: kinds(''), bare: kinds('bare_'), constants, said: { one: names(heard.one), page: names(heard.page[0]), insert: names(heard.insert) } };
}
