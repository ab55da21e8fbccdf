// What it costs that not everybody sees everything: a page of one group beside the page of all fifty that a
// reader is in, and the pages of one group beside what the server asked for before groups had their rules.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../support/binary.js';
import { ask, must, request } from './requests.js';
import { log, overheard, script, writeScripts } from './statements.js';
import { WIDE_READERS, documentId, groupId, tokenOf, typeId, uuid } from './world.js';

const [reader, muting] = WIDE_READERS;
const GROUP = 0;

// The first is what the aim is about.
const LISTS = [
  { name: 'newest first', reader },
  { name: 'by their last change', reader, query: 'order=updated' },
  { name: 'but for ten who are muted', reader: muting },
  { name: 'by change, ten muted', reader: muting, query: 'order=updated' },
  { name: 'since a day', reader, query: 'since=2025-01-01' },
  { name: 'with a tag', reader, query: 'tag=doubt' },
];

const path = (query, ...more) => `/api/v1/annotations?${['limit=50', query, ...more].filter(Boolean).join('&')}`;
const pathsOf = ({ query }) => ({ one: path(query, `group=${typeId('grp', groupId(GROUP))}`), all: path(query) });

const before = (name) => readFileSync(join(root, 'tests/bench/before', `${name}.sql`), 'utf8').replace(/^\s*--.*$/gm, '').trim().replace(/;$/, '');

// Scripts of what this server asks for each page, and of what it asked once.
export async function groupScripts(world, folder, start) {
  log(world.cluster, true);
  const server = await start();
  const constants = {};
  const texts = {};
  const statements = [];
  const hear = async (url, who) => {
    const get = () => ask(server.url, 'GET', url, { token: tokenOf(who) });
    await Promise.all(Array.from({ length: 16 }, get));
    const list = (await overheard(world.cluster, get)).filter((statement) => /^annotations_(page|list)_/.test(statement.name));
    if (list.length !== 1) throw new Error(`the log does not show one statement: ${list.map((s) => s.name)}`);
    return list;
  };
  for (const [i, list] of LISTS.entries()) {
    const heard = {};
    for (const [which, url] of Object.entries(pathsOf(list))) {
      heard[which] = await hear(url, list.reader);
      texts[`${which}${i}`] = script(heard[which], { name: `${which}${i}`, constants });
    }
    statements.push(heard.all[0].name);
    if (i > 0) continue;
    const [{ parameters }] = heard.one;
    texts.group = texts.one0;
    texts.group_before = script([{ sql: before('page_of_group'), parameters: [...parameters.slice(0, 5), parameters[5].slice(1, -1), ...Array(5).fill(null)] }],
      { name: 'gb', constants });
  }
  const [page] = await hear(path(`document=${typeId('doc', documentId(world.pages[0]))}`), reader);
  texts.text = script([page], { name: 't', constants });
  texts.text_before = script([{ ...page, sql: before('page_of_document') }], { name: 'tb', constants });
  await server.stop();
  log(world.cluster, false);
  return { scripts: writeScripts(folder, texts), constants, statements };
}

// For load.c; and are the pages right?
export async function groupRequests(world, folder, url) {
  const files = {};
  for (const [i, list] of LISTS.entries()) {
    for (const [which, at] of Object.entries(pathsOf(list))) {
      const answer = await ask(url, 'GET', at, { token: tokenOf(list.reader) });
      const groups = new Set(answer.json?.data?.map((a) => a.group));
      must(answer.status === 200 && answer.json.data.length === 50 && (which === 'all' || groups.size === 1), `a page of ${which} group, ${list.name}`, answer);
      const text = request('GET', at, tokenOf(list.reader));
      const file = join(folder, `${which}${i}.requests`);
      writeFileSync(file, `${Buffer.byteLength(text)}\n${text}`);
      files[`${which}${i}`] = { status: 200, file };
    }
  }
  return files;
}

// What is compared: how many times as much a page of all groups costs as one of one group.
export const PAIRS = LISTS.map(({ name }, i) => ({ name, less: `one${i}`, more: `all${i}` }));
// ... and a page now as one before, as bare statements.
export const PAIRS_BEFORE = ['group', 'text'].map((name) => ({ name: `one ${name}`, less: `${name}_before`, more: name }));
