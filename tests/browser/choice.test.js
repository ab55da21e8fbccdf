// Words, sentences and characters, and a passage chosen by them. No browser needed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Choice } from '../../server/reader/assets/choice.js';
import { snap, unitsOf } from '../../server/reader/assets/units.js';

const said = (text, kind, language) => unitsOf(text, kind, language).map(({ start, end }) => [...text].slice(start, end).join(''));

test('words are what is read, without spaces and punctuation; an emoji is one', () => {
  assert.deepEqual(said('It’s 👩‍👩‍👧, “isn’t” it?', 'word'), ['It’s', '👩‍👩‍👧', 'isn’t', 'it']);
});

test('sentences have no white space around them', () => {
  assert.deepEqual(said('  One two. Three!\nFour ', 'sentence'), ['One two.', 'Three!', 'Four']);
});

test('scripts without spaces have words too', () => {
  assert.ok(said('ภาษาไทยไม่มีช่องว่าง', 'word', 'th').length > 2);
  assert.ok(said('我喜欢读书。你呢？', 'word', 'zh').length > 2);
  assert.deepEqual(said('我喜欢读书。你呢？', 'sentence', 'zh'), ['我喜欢读书。', '你呢？']);
});

test('a language that nobody knows is no fault', () => {
  assert.deepEqual(said('one two', 'word', 'not a language'), ['one', 'two']);
});

test('a span never cuts a character that readers see as one', () => {
  const text = 'a👩‍👩‍👧e\u0301b';
  assert.deepEqual(snap(text, { start: 2, end: 7 }), { start: 1, end: 8 });
  assert.deepEqual(snap(text, { start: 0, end: 1 }), { start: 0, end: 1 });
});

const TEXT = ['The mass of men. They lead quiet lives.', 'Second 👩‍👩‍👧 block.'];
const CANONICAL = [...TEXT.join('\n')];

function choice() {
  const made = new Choice([{ start: 0, text: TEXT[0] }, { start: [...TEXT[0]].length + 1, text: TEXT[1] }]);
  made.startAt(0);
  return made;
}
const words = (one) => CANONICAL.slice(one.start, one.end).join('');

/** What is chosen after these steps: s and w move, S and W extend; > and < say where to. */
function after(steps) {
  const one = choice();
  for (const step of steps.split(' ')) {
    const unit = step[0].toLowerCase() === 's' ? 'sentence' : 'word';
    one[step[0] === step[0].toLowerCase() ? 'move' : 'extend'](unit, step[1] === '>' ? 1 : -1);
  }
  return words(one);
}

for (const [steps, chosen] of [
  ['s>', 'They lead quiet lives.'],
  ['s> s>', 'Second 👩‍👩‍👧 block.'],
  ['s> s<', 'The mass of men.'],
  ['w>', 'The'],
  ['w<', 'men'],
  ['w> w> w>', 'of'],
  ['w> w> s>', 'The mass of men.'],
  ['w> W>', 'The mass'],
  ['w> W> W> W<', 'The mass'],
  ['w< W<', 'of '],
  ['w> w> W< W<', 'The '],
  ['W<', 'The mass of men'],
  ['S>', 'The mass of men. They lead quiet lives.'],
  ['S> S>', `${TEXT[0]}\nSecond 👩‍👩‍👧 block.`],
  ['s> s> w> w>', '👩‍👩‍👧'],
  ['s> s> s>', 'Second 👩‍👩‍👧 block.'],
])
  test(`${steps} chooses “${chosen.replace('\n', ' ')}”`, () => {
    assert.equal(after(steps), chosen);
  });

test('whatever the steps, something is chosen, and no character is cut', () => {
  let seed = 5;
  const random = (n) => (seed = (seed * 48271) % 2147483647) % n;
  for (let round = 0; round < 200; round += 1) {
    const one = choice();
    for (let step = 0; step < 20; step += 1) {
      const unit = random(2) ? 'word' : 'sentence';
      const by = random(2) ? 1 : -1;
      one[['move', 'extend'][random(2)]](unit, by);
      if (random(9) === 0) one.toEdge(by, random(2) === 0);
      assert.ok(one.start < one.end);
      assert.deepEqual(snap(CANONICAL.join(''), one), { start: one.start, end: one.end });
    }
  }
});
