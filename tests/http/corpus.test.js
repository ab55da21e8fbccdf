// Requests that nobody should send (corpus/requests.js): to the server itself, whole and byte by byte,
// and through the proxies that stand in front of it elsewhere. What one of them takes for one request
// and the server for two is smuggled past the proxy.
import assert from 'node:assert/strict';
import test, { after } from 'node:test';
import { patience } from '../support/binary.js';
import { World } from '../support/people.js';
import { startHaproxy, startNginx } from '../support/proxies.js';
import { raw } from '../support/raw.js';
import { BAD, FINE, HEAD_TWICE, OTHER_PROTOCOLS, OTHER_VERSIONS, TOO_LONG_TO_READ, UNSEEN, next } from './corpus/requests.js';

const SECOND_MS = 1000 * patience;
const world = await World.start();
const proxies = [];
after(() => Promise.all(proxies.map((proxy) => proxy.stop())));

let asked = 0;
// One request and NEXT behind it, on a connection of their own. ran: whether NEXT did, by the log.
async function sends(text, { url = world.url, bytewise = false, idleMs = SECOND_MS } = {}) {
  const id = `next-${++asked}`;
  const started = Date.now();
  const answer = await raw(url, Buffer.from(text + next(id), 'latin1'), { bytewise, idleMs });
  return { ...answer, ms: Date.now() - started, id };
}

// A few at a time; what went wrong is told of all of them together.
async function each(cases, act) {
  const queue = Object.entries(cases);
  const wrong = [];
  await Promise.all(Array.from({ length: 8 }, async () => {
    while (queue.length) {
      const [what, text] = queue.shift();
      const fault = await act(text, what);
      if (fault) wrong.push(`${what}: ${fault}`);
    }
  }));
  assert.deepEqual(wrong, []);
}

const ids = () => new Set(world.server.log().map((line) => line.id));
const short = (cases) => Object.fromEntries(Object.entries(cases).filter(([, text]) => text.length < 1000));

for (const bytewise of [false, true]) {
  const how = bytewise ? ', byte by byte' : '';
  const only = bytewise ? short : (cases) => cases;

  test(`each bad request is refused and closed within a second, and nothing behind it runs${how}`, { timeout: 120_000 * patience }, async () => {
    const unwanted = [];
    await each(only(BAD), async (text) => {
      const answer = await sends(text, { bytewise, idleMs: SECOND_MS });
      unwanted.push(answer.id);
      // Who still writes while the answer is on its way may lose it.
      if (bytewise && answer.closed && answer.statuses.length === 0) return undefined;
      if (answer.statuses.length !== 1 || answer.status < 400 || answer.status > 499) return `answered ${answer.statuses}`;
      if (!answer.closed) return 'not closed';
      if (answer.ms > SECOND_MS) return `took ${answer.ms} ms`;
    });
    const seen = ids();
    assert.deepEqual(unwanted.filter((id) => seen.has(id)), []);
  });

  test(`what is odd but right is taken, and what comes behind it too${how}`, { timeout: 120_000 * patience }, async () => {
    await each(only(FINE), async (text) => {
      const { statuses, text: said, id } = await sends(text, { bytewise, idleMs: 2 * SECOND_MS });
      if (statuses.length !== 2 || statuses[1] !== 200 || statuses[0] > 499 || !said.includes(id)) return `answered ${statuses}`;
    });
  });
}

test('libmicrohttpd writes the head of some refusals twice, and closes', async () => {
  await each(HEAD_TWICE, async (text) => {
    const { statuses, closed } = await sends(text);
    if (!closed || statuses.length !== 2 || statuses.some((status) => ![400, 413].includes(status))) return `answered ${statuses}`;
  });
});

test('another version of HTTP is refused by 505', async () => {
  await each(OTHER_VERSIONS, async (text) => {
    const { statuses, closed } = await sends(text);
    if (!closed || `${statuses}` !== '505') return `answered ${statuses}`;
  });
});

test('what is not HTTP is closed without a word', async () => {
  await each(OTHER_PROTOCOLS, async (text) => {
    const { text: said, closed } = await sends(text);
    if (!closed || said !== '') return `answered ${said}`;
  });
});

test('lines that do not fit are refused, and do not keep the server busy', async () => {
  await each(TOO_LONG_TO_READ, async (text) => {
    const { statuses, closed, ms } = await sends(text, { idleMs: 3 * SECOND_MS });
    if (!closed || statuses.length !== 1 || ![400, 431].includes(statuses[0])) return `answered ${statuses}`;
    if (ms > 2 * SECOND_MS) return `took ${ms} ms`;
  });
});

test('what libmicrohttpd does not show is answered all the same', async () => {
  await each(UNSEEN, async (text) => {
    const { statuses } = await sends(text, { idleMs: 2 * SECOND_MS });
    if (statuses.length === 0 || statuses[0] !== 200) return `answered ${statuses}`;
  });
});

const THROUGH = {
  'nginx, which reads requests whole': () => startNginx(world.server, { buffered: true }),
  'nginx, which passes them on as they come': () => startNginx(world.server, { buffered: false }),
  HAProxy: () => startHaproxy(world.server),
};

for (const [name, start] of Object.entries(THROUGH)) {
  test(`through ${name}: everything is answered, and no request is smuggled past it`, { timeout: 120_000 * patience }, async () => {
    const proxy = await start();
    proxies.push(proxy);
    const before = world.server.log().length;
    const all = { ...BAD, ...FINE, ...HEAD_TWICE, ...OTHER_VERSIONS, ...OTHER_PROTOCOLS, ...TOO_LONG_TO_READ, ...UNSEEN };
    await each(all, async (text, what) => {
      const answer = await sends(text, { url: proxy.url });
      const path = `/bystander-${answer.id}`;
      const bystander = await raw(proxy.url, `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
      if (`${bystander.statuses}` !== '404' || !bystander.text.includes(path)) return `a bystander was told ${bystander.text}`;
      if (answer.statuses.length === 0 && !answer.closed) return 'not answered';
      // Some of what we refuse by 400 they do not implement; what they hear of us is never a failure.
      if (answer.statuses.some((status) => status > 499 && ![501, 505].includes(status))) return `answered ${answer.statuses}`;
    });
    const passed = world.server.log().slice(before).filter((line) => line.event === 'request');
    assert.ok(passed.length > Object.keys(all).length, 'the proxy passed nothing on');
    assert.deepEqual(passed.filter((line) => !line.id.startsWith('via-')), []);
  });
}
