// The filter: which notes are shown, how many are not, and the way back.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ANYTHING, sift } from '../../server/reader/assets/sift.js';
import { browser } from '../support/chromium.js';
import { World } from '../support/people.js';
import { Screen } from '../support/screen.js';

const one = (fields) => ({ id: 'x', parent: null, author: { id: 'ana' }, kind: 'comment', tags: [], body: '', group: 'g', visibility: 'group',
  quote: { exact: 'q' }, anchor: { start: 0, state: 'exact' }, deleted: false, ...fields });
const THREADS = [
  { id: 'a', root: one({ id: 'a', body: 'Café, or not?', kind: 'question', tags: ['irony'] }), replies: [one({ id: 'a2', parent: 'a', author: { id: 'ben' }, body: 'Tea.' })] },
  { id: 'b', root: one({ id: 'b', author: { id: 'ben' }, visibility: 'private', anchor: { start: 3, state: 'moved' } }), replies: [] },
  { id: 'c', root: one({ id: 'c', group: 'h', anchor: { start: null, state: 'gone' } }), replies: [] },
];

const world = await World.start();
const launched = await browser();
const [alice, bob] = await world.people3();
const group = await world.group(alice, bob);
const essay = await alice.puts('The mass of men lead lives of quiet desperation.', { group: group.id });
const note = await alice.annotates(essay, { quote: 'mass of men', body: 'Is this fair?', kind: 'question', tags: ['irony'] });
await alice.replies(note, 'I wonder.');
await bob.annotates(essay, { quote: 'quiet', body: 'mine alone', visibility: 'private' });
await bob.annotates(essay, { quote: 'lives', kind: 'highlight' });

const screen = await Screen.open(launched, world.url);
const { page } = screen;
await screen.signsIn(bob.name, bob.password, `/d/${essay.id}`);
await screen.settled();
const cards = () => page.locator('#threads > .thread').count();
const button = page.locator('#filter-button');

for (const [wanted, shown, hidden] of [
  [{}, 'a b c', 0],
  [{ author: 'ben' }, 'a b', 1],
  [{ author: 'ben', kind: 'question' }, '', 3],
  [{ kind: 'question' }, 'a', 2],
  [{ tag: 'irony' }, 'a', 2],
  [{ words: 'cafe NOT' }, 'a', 2],
  [{ words: 'cafe tea' }, '', 3],
  [{ state: 'gone' }, 'c', 2],
  [{ state: 'moved' }, 'b', 2],
  [{ state: 'new' }, 'a', 2],
])
  test(`${JSON.stringify(wanted)} shows “${shown}” and hides ${hidden}`, () => {
    const found = sift(THREADS, { ...ANYTHING, ...wanted }, new Set(['a2']));
    assert.equal(found.shown.map(({ id }) => id).join(' '), shown);
    assert.equal(found.hidden, hidden);
  });

test('a note is what stands at a passage, wherever notes are counted, and replies are counted apart', async () => {
  assert.equal(await page.textContent('#count'), ' · 3 notes, 1 reply');
  assert.equal(await cards(), 3);
});

test('what is hidden is not painted and not counted at its block, and the page says how much it is', async () => {
  await button.click();
  await page.selectOption('#filter [name=kind]', 'question');
  await page.locator('#filter .result', { hasText: '1 of 3 notes shown, 2 hidden' }).waitFor();
  assert.equal(await cards(), 1);
  assert.deepEqual(await screen.painted(), { 'heat-1': ['mass of men'] });
  assert.match(await page.locator('.noted').getAttribute('aria-label'), /^1 note, on: mass of men/);
  await page.keyboard.press('Escape');
  assert.equal(await button.textContent(), 'Filter · 2 hidden');
  assert.ok(await button.evaluate((el) => el === document.activeElement));
});

test('each choice has a way back of its own', async () => {
  await page.keyboard.press('f');
  await page.selectOption('#filter [name=author]', alice.id);
  await page.keyboard.press('Escape');
  await page.locator('#filtered .chip', { hasText: 'question' }).click();
  assert.equal(await cards(), 1);
  await page.locator('#filtered .chip', { hasText: 'by alice' }).click();
  await page.waitForFunction(() => document.querySelectorAll('#threads > .thread').length === 3);
  assert.ok(await page.locator('#filtered').isHidden());
});

test('words, with the key for them', async () => {
  await page.keyboard.press('/');
  await page.keyboard.type('wonder');
  await page.waitForFunction(() => document.querySelectorAll('#threads > .thread').length === 1);
  await page.keyboard.type('ful');
  await page.locator('#no-notes', { hasText: 'No note is like that.' }).waitFor();
});

test('a link to a note that the filter hides shows it all the same, and so does one\'s own new note', async () => {
  await page.evaluate((id) => location.assign(`#n=${id}`), note.id);
  await page.waitForSelector(`.thread.focused[data-key="${note.id}"]`);
  assert.equal(await button.textContent(), 'Filter');
  await page.keyboard.press('f');
  await page.selectOption('#filter [name=kind]', 'question');
  await page.keyboard.press('Escape');
  await screen.comments('quiet desperation', 'and now?');
  await page.locator('.thread.focused', { hasText: 'and now?' }).waitFor();
});

test('no browser had anything to complain about, and no policy was broken', () => {
  screen.isContent();
});
