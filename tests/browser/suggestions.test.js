// Other words for a passage: suggested by mouse and by keys, shown where they would stand, discussed,
// and taken in or turned down by who may edit the text.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { browser } from '../support/chromium.js';
import { World, expect } from '../support/people.js';
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
const menu = async (screen, words) => {
  await screen.page.click('.text .menu summary');
  await screen.page.locator('.text .menu button', { hasText: words }).click();
};

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
});

test('who may edit the text sees it at once, answers, and takes it in', async () => {
  await ana.sees('It is not quiet at all.');
  await ana.replies('It is not quiet at all.', 'True.');
  const card = ana.thread('It is not quiet at all.').first();
  await ana.isAccessible('a suggestion to be decided on');
  await card.locator('[data-act=accept]').click();
  await ana.page.locator('#revised', { hasText: '1 suggestion was taken in as revision 2.' }).waitFor();
  await ana.page.waitForSelector('html[data-complete]');
  assert.match(await ana.page.textContent('#body'), /lives of loud desperation/);
  const after = ana.thread('It is not quiet at all.').first();
  await after.locator('.fate', { hasText: 'Taken into the text by alice' }).waitFor();
  await after.locator('.replies', { hasText: 'True.' }).waitFor({ state: 'attached' });
  assert.match(expect(await alice.get(`documents/${essay.id}/original`), 200), /loud desperation/);
});

test('the other is told, and what they write meanwhile is not lost', async () => {
  await ben.page.locator('#revised', { hasText: 'alice has changed this text just now' }).waitFor();
  assert.match(await ben.page.textContent('#body'), /quiet desperation/);
  await ben.selects('rash things');
  await ben.presses('Comment');
  await ben.page.fill('.writing textarea', 'What is rash?');
  await ben.page.click('#revised [data-act=load]');
  await ben.page.locator('.writing textarea').waitFor();
  await ben.page.waitForFunction(() => document.querySelector('.writing textarea')?.value === 'What is rash?');
  assert.match(await ben.page.textContent('#body'), /loud desperation/);
  await ben.page.click('.writing button[type=submit]');
  await ben.sees('What is rash?');
});

test('with keys alone: a sentence is chosen, other words are suggested, and rejected with a word why', async () => {
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

  const card = ana.thread('Wisdom').last();
  await ana.page.locator('.suggested', { hasText: 'Wisdom' }).waitFor();
  const thread = ana.page.locator('.thread', { has: ana.page.locator('.suggested', { hasText: 'Wisdom' }) });
  await thread.locator('header').first().click();
  await thread.locator('[data-act=reject]').focus();
  await ana.page.keyboard.press('Enter');
  await ana.page.waitForSelector('.slot textarea:focus');
  await ana.page.keyboard.type('It is Thoreau’s.');
  await ana.page.keyboard.press('Control+Enter');
  await thread.locator('.fate', { hasText: 'Not taken by alice: It is Thoreau’s.' }).waitFor();
  await ben.page.locator('.fate', { hasText: 'It is Thoreau’s.' }).waitFor();
  assert.ok(card);
});

test('several are taken in at once, with credit; one that does not fit stands in the way by name', async () => {
  const first = await suggests('the woods', 'the forest', { body: 'one' });
  await suggests('mass of men', 'mass of people', { body: 'two' });
  await ana.sees('two');
  await menu(ana, 'Take in suggestions (2)');
  await ana.isAccessible('the list of suggestions');
  await ana.page.locator('dialog li', { hasText: 'two' }).locator('input').uncheck();
  await ana.page.locator('dialog li', { hasText: 'one' }).locator('input').uncheck();
  await ana.page.click('dialog button.main');
  await ana.page.locator('dialog .fault', { hasText: 'Tick those' }).waitFor();
  for (const words of ['one', 'two']) await ana.page.locator('dialog li', { hasText: words }).locator('input').check();
  await ana.page.fill('dialog input[type=text]', 'two of Ben’s');
  await ana.page.click('dialog button.main');
  await ana.page.locator('#revised', { hasText: '2 suggestions were taken in' }).waitFor();
  assert.match(await ana.page.textContent('#body'), /the forest[^]*mass of people/);
  await ana.goes(`${path}/history`);
  await ana.page.locator('.credit', { hasText: 'With 2 suggestions by bob' }).waitFor();
  assert.ok(first.id);
});

test('on a phone, in the dark, the differences are told apart', async () => {
  await suggests('the forest', 'the deep woods', { body: 'deeper' });
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
