// Ten thousand connections that wait: they stay, cost little, and nobody notices.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import net from 'node:net';
import test from 'node:test';
import { load, quantile } from '../support/load.js';
import { World, expect } from '../support/people.js';

const MANY = 10_000;
const ASK = 'GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n';

test('ten thousand idle connections are held, at nine kilobytes each, and others go on', async (t) => {
  const world = await World.start();
  const alice = await world.person('alice');
  const me = `GET /api/v1/me HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${alice.token}\r\n\r\n`;
  const residentKB = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${world.server.pid}/status`, 'utf8'))[1]);
  await load(world.server.port, ASK, { seconds: 1, connections: 100 });
  const calm = await load(world.server.port, me, { seconds: 3, connections: 4 });
  const before = residentKB();
  const sockets = [];
  // From several addresses: one may not have them all.
  for (let i = 0; i < MANY; i += 250) {
    sockets.push(...await Promise.all(Array.from({ length: 250 }, (_, j) => new Promise((resolve, reject) => {
      const socket = net.connect({ port: world.server.port, host: '127.0.0.1', localAddress: `127.0.1.${1 + ((i + j) % 20)}` }, () => socket.write(ASK));
      socket.once('data', (bytes) => { socket.status = `${bytes}`.slice(9, 12); resolve(socket); });
      socket.on('close', () => { socket.gone = true; });
      socket.on('error', reject);
    }))));
  }
  assert.ok(sockets.every((socket) => socket.status === '200'));
  const each = (residentKB() - before) / MANY;
  const meanwhile = await load(world.server.port, me, { seconds: 5, connections: 4 });
  const measured = { each, calm_p99: quantile(calm.served, 0.99), p99: quantile(meanwhile.served, 0.99), calm_rate: calm.served.length / calm.seconds, rate: meanwhile.served.length / meanwhile.seconds };
  t.diagnostic(JSON.stringify(measured));
  assert.equal(sockets.filter((socket) => socket.gone).length, 0);
  assert.deepEqual(Object.keys(meanwhile.statuses), ['200']);
  assert.ok(each <= 9, `${each} KiB each`);
  assert.ok(measured.rate > measured.calm_rate * 0.6 && measured.p99 < 50, JSON.stringify(measured));
  for (const socket of sockets) socket.destroy();
  expect(await alice.get('me'), 200);
});
