// Others take all the connections that PostgreSQL has for those who are not superusers.
import assert from 'node:assert/strict';
import { Session } from './sql.js';

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// seats: max_connections without those that are reserved. Answers who lets them go again.
export async function takeSeats(cluster, database, seats, limitMs = 20_000) {
  const allow = (yes) => cluster.sql('postgres', `ALTER DATABASE ${database} ALLOW_CONNECTIONS ${yes}`);
  const taken = () => Number(cluster.sql('postgres', "SELECT count(*) FROM pg_stat_activity WHERE usename = 'gloss' AND datname = 'postgres'"));
  const others = [];
  const end = Date.now() + limitMs;
  allow(false);
  cluster.sql('postgres', `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${database}'`);
  // One that comes in vain, because somebody who is being refused still has the seat, comes again.
  for (let missing = seats; missing > 0; missing = seats - taken()) {
    assert.ok(Date.now() < end, `${missing} of ${seats} connections are not taken`);
    for (let i = 0; i < missing; i++) others.push(new Session(cluster, 'postgres', 'gloss'));
    await pause(500);
  }
  allow(true);
  return () => Promise.all(others.map((other) => other.end()));
}
