// The strip: the text in small, as a list of places.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { partsOf } from '../../server/reader/assets/strip.js';
import { browser } from '../support/chromium.js';
import { World } from '../support/people.js';
import { Screen } from '../support/screen.js';

const world = await World.start();
const launched = await browser();
const [alice, bob] = await world.people3();
const group = await world.group(alice, bob);
const essay = await alice.putsMarkdown(Array.from({ length: 60 }, (_, i) => `Paragraph ${i + 1} is not down in any map.`).join('\n\n'), { group: group.id });
await alice.annotates(essay, { quote: 'Paragraph 3 ', body: 'near the top' });
const last = await alice.annotates(essay, { quote: 'Paragraph 58', body: 'near the end' });
await alice.replies(last, 'and more');
await alice.reacts(last, 'agree');
await bob.reacts(last, 'disagree');
const screen = await Screen.open(launched, world.url);
const { page } = screen;
await screen.signsIn(bob.name, bob.password, `/d/${essay.id}`);
await screen.settled();
const strip = page.getByRole('navigation', { name: 'Where the notes are' });

const thread = (id, start, { reactions = {}, kind = 'comment', replies = [] } = {}) => ({ id, start, end: start + 1, root: { id, kind, reactions }, replies });

test('parts are equal in characters; each knows how much was said, what is new, and whether it is disputed', () => {
  const parts = partsOf([
    thread('whole', -1), thread('a', 0, { reactions: { agree: 2 } }), thread('b', 9, { kind: 'objection', replies: [{ id: 'r' }] }), thread('c', 99),
  ], 100, 10, new Set(['r']));
  assert.deepEqual(parts.map(({ at, first, notes, news, mood }) => [at, first.id, notes, news, mood]),
    [[0, 'a', 3, 1, 'disputed'], [9, 'c', 1, 0, '']]);
});

test('it is a list of links that say what colour and shape say', async () => {
  const names = await strip.getByRole('link').evaluateAll((links) => links.map((link) => link.getAttribute('aria-label')));
  assert.equal(names.length, 2);
  assert.match(names[0], /^\d %: 1 note, first on: Paragraph 3$/);
  assert.match(names[1], /^9\d %: 2 notes, disputed, first on: Paragraph 58$/);
});

test('Tab comes to one of them, arrows jump in the text, and Enter opens the thread', async () => {
  assert.equal(await strip.locator('a[tabindex="0"]').count(), 1);
  await strip.locator('a[tabindex="0"]').focus();
  await page.keyboard.press('ArrowDown');
  await page.waitForFunction(() => {
    const { top } = [...document.querySelectorAll('#body p')][57].getBoundingClientRect();
    return top > 0 && top < innerHeight;
  });
  await page.keyboard.press('Enter');
  await page.locator('.thread.focused', { hasText: 'near the end' }).waitFor();
  await page.keyboard.press('Escape');
  assert.match(await page.evaluate(() => document.activeElement.textContent), /^Paragraph 58/);
});

test('what is new is marked', async () => {
  await alice.annotates(essay, { quote: 'Paragraph 30', body: 'just now' });
  await strip.getByRole('link', { name: /1 new, first on: Paragraph 30/ }).waitFor();
  screen.isContent();
});
