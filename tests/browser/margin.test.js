import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pack, packMany } from '../../server/reader/assets/margin.js';

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

const SIZES = { gap: 10, stretch: 500, fold: 30 };
const few = (n, want, weight = 0) => Array.from({ length: n }, (_, i) => ({ key: `${want}-${i}`, want, height: 90, weight }));

test('of more cards than a stretch has room for, the heaviest stand and the rest are folded', () => {
  const boxes = [...few(8, 100), { key: 'heavy', want: 120, height: 90, weight: 5 }, ...few(1, 600)];
  const { tops: placed, folds } = packMany(boxes, SIZES, null, () => false);
  assert.ok(placed.has('heavy') && placed.size < boxes.length);
  assert.equal(placed.size + folds.flatMap(({ keys }) => keys).length, boxes.length);
});

test('whatever is focused or stays, no card is lost, none overlap, and the focused one stands exactly if nothing that stays is in its way', () => {
  let seed = 17;
  const random = (n) => (seed = (seed * 48271) % 2147483647) % n;
  for (let round = 0; round < 300; round += 1) {
    const boxes = Array.from({ length: 1 + random(60) }, () => ({ want: random(3000), height: 20 + random(200), weight: random(4) }))
      .sort((a, b) => a.want - b.want).map((one, i) => ({ ...one, key: String(i) }));
    const focused = random(3) ? boxes[random(boxes.length)] : null;
    const stays = new Set(random(2) ? [String(random(boxes.length))] : []);
    const { tops: placed, folds } = packMany(boxes, SIZES, focused?.key ?? null, (key) => stays.has(key));
    const hidden = folds.flatMap(({ keys }) => keys);
    assert.deepEqual([...placed.keys(), ...hidden].sort(), boxes.map(({ key }) => key).sort());
    if (focused) assert.ok(placed.has(focused.key));
    for (const key of stays) assert.ok(placed.has(key));
    if (focused && stays.size === 0 && focused.want % 500 > 200) assert.ok(placed.get(focused.key) - focused.want < 300, 'near its passage');
    const all = [...boxes.filter(({ key }) => placed.has(key)).map(({ key, height }) => ({ top: placed.get(key), height })),
      ...folds.map(({ top }) => ({ top, height: SIZES.fold }))].sort((a, b) => a.top - b.top);
    all.forEach(({ top }, i) => assert.ok(top >= (i ? all[i - 1].top + all[i - 1].height + 10 : 0) - 1e-9));
  }
});
