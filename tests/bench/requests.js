// What is asked for over HTTP, and whether the answers are right.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { send } from '../support/client.js';
import { READERS, documentId, quoteOf, tokenOf } from './world.js';

// How many of a hundred requests of the mix are of each kind.
export const MIX = { one: 70, page: 25, insert: 5 };
const STATUS = { one: 200, page: 200, insert: 201 };

const random = (n) => Math.floor(Math.random() * n);

// One request as it goes over the wire.
export function request(method, path, token, body, extra = '') {
  const head = `${method} ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n`
    + `${token ? `Authorization: Bearer ${token}\r\n` : ''}${extra}`;
  return body === undefined ? `${head}\r\n` : `${head}Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

// Requests of each kind, in files for load.c. ids: how this server writes a thing's id.
export function writeRequests(folder, name, world, ids) {
  const files = {
    one: Array.from({ length: 20_000 }, () => {
      const { d, j } = anyNote(world);
      return request('GET', `/api/v1/annotations/${ids('ann', world.note(d, j))}`, tokenOf(1 + random(READERS)));
    }),
    page: world.pages.flatMap((d) => Array.from({ length: READERS }, (_, reader) => (
      request('GET', `/api/v1/annotations?document=${ids('doc', documentId(d))}`, tokenOf(1 + reader))))),
    insert: Array.from({ length: 2000 }, () => request('POST', '/api/v1/annotations', tokenOf(1 + random(READERS)),
      newNote(ids('doc', documentId(random(world.written))), random(300)), 'Idempotency-Key: bench-@@@@@@@@@@@@@@@@\r\n')),
  };
  return Object.fromEntries(Object.entries(files).map(([kind, requests]) => {
    const file = join(folder, `${name}-${kind}.requests`);
    writeFileSync(file, requests.map((text) => `${Buffer.byteLength(text)}\n${text}`).join(''));
    return [kind, { status: STATUS[kind], file, weight: MIX[kind] }];
  }));
}

export const newNote = (document, sentence) => JSON.stringify({ document, quote: quoteOf(sentence), body: 'Who says so, and to whom? It asks for more than the passage can bear, as others did before.', tags: ['walking'] });

// One that every reader sees.
function anyNote(world) {
  const slot = random(world.long * 1000 + world.short * 50);
  const isLong = slot < world.long * 1000;
  const d = isLong ? Math.floor(slot / 1000) : world.long + Math.floor((slot - world.long * 1000) / 50);
  const j = isLong ? slot % 1000 : (slot - world.long * 1000) % 50;
  return { d, j: j % 10 === 9 ? j - 1 : j };
}

export async function ask(base, method, path, { token = tokenOf(1), body, headers = {} } = {}) {
  return send(base, { method, path, body, headers: { Authorization: `Bearer ${token}`, ...body ? { 'Content-Type': 'application/json' } : {}, ...headers } });
}

export function must(condition, what, answer) {
  if (!condition) throw new Error(`${what}: ${answer?.status} ${answer?.text?.slice(0, 600)}`);
}

// Is what it answers right? Hands back the ids of a page's annotations, and bodies to serve as files.
export async function check(name, base, world, ids) {
  const note = ids('ann', world.note(0, 0));
  const document = ids('doc', documentId(world.pages[0]));
  const one = await ask(base, 'GET', `/api/v1/annotations/${note}`);
  must(one.status === 200 && one.json.id === note && one.json.quote.exact === quoteOf(0) && one.json.anchor.start === 9, `${name}: one`, one);
  const hidden = await ask(base, 'GET', `/api/v1/annotations/${ids('ann', world.note(0, 9))}`);
  must(hidden.status === 404, `${name}: a private one is hidden`, hidden);
  const page = await ask(base, 'GET', `/api/v1/annotations?document=${document}`);
  must(page.status === 200 && page.json.data.length === 50 && page.json.data.every((a) => a.document === document), `${name}: page`, page);
  const key = `check-${Date.now()}-${random(1e9)}`;
  const post = () => ask(base, 'POST', '/api/v1/annotations', { body: newNote(ids('doc', documentId(0)), 7), headers: { 'Idempotency-Key': key } });
  const made = await post();
  must(made.status === 201 && made.json.anchor.start === 64 * 7 + 9, `${name}: insert`, made);
  const again = await post();
  must(again.json.id === made.json.id, `${name}: the same insert again`, again);
  const stranger = await ask(base, 'GET', `/api/v1/annotations/${note}`, { token: tokenOf(77) });
  must(stranger.status === 401, `${name}: a token that nobody has`, stranger);
  return { page: page.json.data.map((a) => a.id), bytes: { one: one.bytes, page: page.bytes } };
}
