import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PAINTS, heat, segments } from '../../server/reader/assets/segments.js';

const paints = (passages) => segments(passages).map(({ start, end, paint }) => `${start}-${end} ${paint}`);

test('passages that overlap become segments that do not', () => {
  assert.deepEqual(paints([{ start: 0, end: 10 }, { start: 5, end: 15 }]), ['0-5 heat-1', '5-10 heat-2', '10-15 heat-1']);
});

test('a passage at position 0 is painted', () => {
  assert.deepEqual(paints([{ start: 0, end: 1 }]), ['0-1 heat-1']);
});

test('passages that touch without overlapping make one segment', () => {
  assert.deepEqual(paints([{ start: 0, end: 4 }, { start: 4, end: 9 }]), ['0-9 heat-1']);
});

test('an empty passage paints nothing', () => {
  assert.deepEqual(paints([{ start: 3, end: 3 }]), []);
});

test('what only its author sees looks different, until somebody else is there too', () => {
  assert.deepEqual(paints([{ start: 0, end: 10, mine: true, hidden: true }, { start: 6, end: 8 }]),
    ['0-6 private', '6-8 heat-2', '8-10 private']);
});

test('one of mine alone is painted as mine', () => {
  assert.deepEqual(paints([{ start: 0, end: 4, mine: true }]), ['0-4 mine']);
});

test('a doubtful place is told from a certain one', () => {
  assert.deepEqual(paints([{ start: 0, end: 4, doubtful: true }, { start: 2, end: 6 }]),
    ['0-2 doubtful', '2-4 heat-2', '4-6 heat-1']);
});

test('heat never leaves its five steps', () => {
  for (let n = 1; n < 2000; n += 1) assert.ok(PAINTS.includes(heat(n)), String(n));
});

test('any passages give segments in order, without overlap, that cover what the passages cover', () => {
  let seed = 7;
  const random = (n) => (seed = (seed * 48271) % 2147483647) % n;
  for (let round = 0; round < 200; round += 1) {
    const passages = Array.from({ length: random(12) }, () => {
      const start = random(60);
      return { start, end: start + random(20), mine: random(2) === 0, hidden: random(5) === 0 };
    });
    const found = segments(passages);
    const covered = (list) => new Set(list.flatMap(({ start, end }) => Array.from({ length: end - start }, (_, i) => start + i)));
    found.forEach((segment, i) => assert.ok(segment.start < segment.end && (i === 0 || found[i - 1].end <= segment.start)));
    assert.deepEqual([...covered(found)].sort((a, b) => a - b), [...covered(passages)].sort((a, b) => a - b));
  }
});
