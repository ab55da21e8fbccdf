import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pack } from '../../server/reader/assets/margin.js';

const box = (key, want, height = 50) => ({ key, want, height });
const tops = (boxes, focused) => [...pack(boxes, 10, focused).values()];

test('cards with room stand beside their passages', () => {
  assert.deepEqual(tops([box('a', 0), box('b', 100), box('c', 300)]), [0, 100, 300]);
});

test('cards without room give way downwards', () => {
  assert.deepEqual(tops([box('a', 100), box('b', 110), box('c', 120)]), [100, 160, 220]);
});

test('the focused card stands exactly, those before it give way upwards', () => {
  assert.deepEqual(tops([box('a', 200), box('b', 205), box('c', 210)], 'c'), [90, 150, 210]);
});

test('those after the focused card give way downwards', () => {
  assert.deepEqual(tops([box('a', 200), box('b', 205), box('c', 210)], 'a'), [200, 260, 320]);
});

test('nothing is pushed above the top, though the focused card then stands lower', () => {
  assert.deepEqual(tops([box('a', 0), box('b', 0), box('c', 20)], 'c'), [0, 60, 120]);
});

test('whatever is focused, cards keep their order and never overlap', () => {
  let seed = 11;
  const random = (n) => (seed = (seed * 48271) % 2147483647) % n;
  for (let round = 0; round < 300; round += 1) {
    const boxes = Array.from({ length: 1 + random(20) }, () => ({ want: random(900), height: 20 + random(200) }))
      .sort((a, b) => a.want - b.want).map((one, i) => ({ ...one, key: String(i) }));
    const placed = tops(boxes, random(3) ? String(random(boxes.length)) : null);
    placed.forEach((top, i) => assert.ok(top >= (i ? placed[i - 1] + boxes[i - 1].height + 10 : 0) - 1e-9));
  }
});
