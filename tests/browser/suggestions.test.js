// Other words for a passage: suggested by mouse and by keys, shown where they would stand, discussed,
// and offered to who may edit the text.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { browser } from '../support/chromium.js';
import { World } from '../support/people.js';
import { Screen } from '../support/screen.js';

const world = await World.start();
const launched = await browser();
const [alice, bob] = await world.people3();
const group = await world.group(alice, bob);
const SOURCE = `# On Walking

I went to the woods because I wished to live *deliberately*.

The mass of men lead lives of quiet desperation.

It is a characteristic of wisdom not to do rash things.
`;
const essay = await alice.putsMarkdown(SOURCE, { title: 'On Walking', group: group.id, language: 'en' });
const path = `/d/${essay.id}`;
const ana = await Screen.open(launched, world.url, { bypassCSP: true });
const ben = await Screen.open(launched, world.url, { bypassCSP: true });
await ana.signsIn(alice.name, alice.password, path);
await ben.signsIn(bob.name, bob.password, path);
for (const screen of [ana, ben]) await screen.page.waitForSelector('html[data-complete]');

const suggests = (quote, replacement, fields = {}) => bob.annotates(essay, { kind: 'suggestion', quote, replacement, ...fields });
test('other words are suggested for what is selected, and the card shows what would change', async () => {
  await ben.selects('quiet desperation');
  await ben.presses('Suggest');
  assert.equal(await ben.page.inputValue('.writing .replacement'), 'quiet desperation');
  await ben.isAccessible('a suggestion that is being written');
  await ben.page.click('.writing button[type=submit]');
  await ben.page.locator('.writing .fault', { hasText: 'Change the words first' }).waitFor();
  await ben.page.fill('.writing .replacement', 'loud desperation');
  await ben.page.locator('.writing textarea').last().fill('It is not quiet at all.');
  await ben.page.click('.writing button[type=submit]');
  const card = ben.thread('It is not quiet at all.');
  await card.waitFor();
  assert.equal(await card.locator('.suggested del').textContent(), 'quiet');
  assert.equal(await card.locator('.suggested ins').textContent(), 'loud');
  assert.equal(await card.locator('[data-act=accept]').count(), 0, 'who cannot edit the text cannot take it in');
  await ana.sees('It is not quiet at all.');
  await ana.thread('It is not quiet at all.').first().locator('[data-act=accept]').waitFor();
  await ana.isAccessible('a suggestion to be decided on');
});

test('with keys alone: a sentence is chosen, and other words are suggested', async () => {
  const { keyboard } = ben.page;
  await ben.page.locator('#body p', { hasText: 'characteristic' }).locator('.write').focus();
  for (const key of ['Enter', 'Enter', 'Tab', 'Tab', 'Tab']) await keyboard.press(key);
  assert.equal(await ben.page.evaluate(() => document.activeElement.textContent), 'Suggest');
  await keyboard.press('Enter');
  await ben.page.waitForSelector('.writing .replacement:focus');
  await keyboard.press('Control+A');
  await keyboard.type('Wisdom does nothing rash.');
  await keyboard.press('Control+Enter');
  await ben.page.locator('.thread.focused .suggested ins').first().waitFor();

});

test('on a phone, in the dark, the differences are told apart', async () => {
  await suggests('the woods', 'the deep woods', { body: 'deeper' });
  const phone = await Screen.open(launched, world.url, { bypassCSP: true, viewport: { width: 390, height: 800 }, colorScheme: 'dark', hasTouch: true });
  await phone.signsIn(alice.name, alice.password, path);
  await phone.page.waitForSelector('html[data-complete]');
  await phone.page.locator('#body .noted').first().click();
  await phone.page.locator('dialog.sheet[open]').waitFor();
  await phone.isAccessible('a suggestion on a phone, dark');
  await phone.close();
});

test('no browser had anything to complain about, and no policy was broken', () => {
  for (const screen of [ana, ben]) screen.isContent();
});
