// What the server is put under, briefly by the HTTP tests and at length by `make conditions`.
import assert from 'node:assert/strict';
import { World, expect } from './people.js';
import { load, pipelines, quantile } from './load.js';

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// A page of fifty notes, which the database has to work for.
async function pageOfNotes(world) {
  const alice = await world.person();
  const essay = await alice.puts('All of it is said. '.repeat(50));
  for (let i = 0; i < 60; i++) expect(await alice.post('annotations', { document: essay.id, quote: 'said', start: 11 + 19 * (i % 49), body: `note ${i}` }), 201);
  return `GET /api/v1/annotations?document=${essay.id} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${alice.token}\r\n\r\n`;
}

// Four times what it can do, for so long; then as before. Returns what was measured.
export async function overload({ seconds, peakSeconds }) {
  const world = await World.start();
  const request = await pageOfNotes(world);
  const port = world.server.port;
  await load(port, request, { seconds: 1, connections: 16 });
  const peak = await load(port, request, { seconds: peakSeconds, connections: 16 });
  const calm = await load(port, request, { seconds: 1, connections: 2 });
  const capacity = peak.served.length / peak.seconds;
  let backends = 0;
  const watch = setInterval(() => {
    try { backends = Math.max(backends, Number(world.sql("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name <> 'psql'"))); } catch { /* the next look */ }
  }, 2000);
  const over = await load(port, request, { seconds, connections: 3000, rate: capacity * 4 });
  clearInterval(watch);
  await pause(5000);
  const after = await load(port, request, { seconds: 1, connections: 2 });
  const goodput = over.served.length / over.seconds;
  assert.deepEqual(Object.keys(over.statuses).filter((status) => !['200', '503', '429'].includes(status)), [], JSON.stringify(over.statuses));
  assert.equal(over.unanswered, 0);
  assert.equal(over.silent, 0, 'refused without Retry-After');
  assert.ok(over.refused.length > 0, 'nothing was refused: it was no overload');
  assert.deepEqual(Object.keys(after.statuses), ['200']);
  assert.ok(backends <= 16, `${backends} connections to the database`);
  return {
    capacity: Math.round(capacity), offered: Math.round((over.asked + over.unsent) / over.seconds), goodput: Math.round(goodput), share: goodput / capacity,
    served_p50: quantile(over.served, 0.5), served_p99: quantile(over.served, 0.99),
    refused_p50: quantile(over.refused, 0.5), refused_p99: quantile(over.refused, 0.99),
    calm_p99: quantile(calm.served, 0.99), after_p99: quantile(after.served, 0.99), backends, unsent: over.unsent,
  };
}

// Requests one behind the other on many connections, of four kinds that each name themselves.
export async function mixUp({ rounds }) {
  const world = await World.start();
  const alice = await world.person();
  const letters = Array.from({ length: 4000 }, (_, i) => `${i} `.padStart(6, '0')).join('');
  const essay = await alice.puts(letters);
  const notes = await Promise.all(Array.from({ length: 20 }, (_, i) => alice.annotates(essay, { body: `This is note ${i}.` })));
  const path = ({ id, number }) => [
    `/api/v1/nothing-${id}`,
    `/api/v1/documents/${essay.id}/text?from=${(number % 3900) * 6}&to=${(number % 3900) * 6 + 6}`,
    notes[number % 20].path,
    `/api/v1/annotations?document=${essay.id}&limit=1&fields=id`,
  ][number % 4];
  return pipelines(world.server.port, {
    connections: 64,
    rounds,
    depth: 8,
    request: (one) => `GET ${path(one)} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${alice.token}\r\nX-Request-Id: ${one.id}\r\n\r\n`,
    belongs: ({ id, number }, head, body) => new RegExp(`^x-request-id: ${id}\r?$`, 'im').test(head) && [
      () => JSON.parse(body).instance === `/api/v1/nothing-${id}`,
      () => body === `${number % 3900} `.padStart(6, '0'),
      () => JSON.parse(body).body === `This is note ${number % 20}.`,
      () => JSON.parse(body).data.length === 1,
    ][number % 4](),
  });
}
