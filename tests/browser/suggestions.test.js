// Other words for a passage: suggested by mouse and by keys, shown where they would stand, discussed,
// and taken in or turned down by who may edit the text.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { browser } from '../support/chromium.js';
import { World, expect } from '../support/people.js';
import { Screen } from '../support/screen.js';

const world = await World.start();
const launched = await browser();
const [alice, bob, carol] = await world.people3();
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
  const context = await launched.newContext({ javaScriptEnabled: false, baseURL: world.url, storageState: await ana.page.context().storageState() });
  const plain = await context.newPage();
  await plain.goto(`${path}/history`);
  assert.deepEqual(await plain.locator('.credit').allTextContents(), ['With 2 suggestions by bob', 'With 1 suggestion by bob'], 'whose they were is read without scripts');
  await plain.click('.credit a >> nth=0');
  assert.equal(new URL(plain.url()).hash, `#n=${first.id}`);
  await context.close();
});

/** The next revision, made elsewhere, and read by who decides. */
const revises = async (words, others) => {
  const source = expect(await alice.get(`documents/${essay.id}/original`), 200);
  assert.ok(source.includes(words), source);
  const { revision } = await alice.reads(essay);
  expect(await alice.post(`documents/${essay.id}/revisions`, { markdown: source.replace(words, others) }, { headers: { 'If-Match': `"${revision.id}"` } }), 201);
  await ana.goes(path);
  await ana.page.waitForSelector('html[data-complete]');
};

test('one that does not fit any more says so on its card, with the passage as it is, and nothing is overwritten', async () => {
  await suggests('characteristic of wisdom', 'sign of wisdom', { body: 'shorter' });
  await revises('characteristic of wisdom', 'characteristic of great wisdom');
  const card = ana.thread('shorter').first();
  await ana.opens('shorter');
  await card.locator('[data-act=accept]').click();
  await card.locator('.misfit', { hasText: 'It does not fit any more: its passage reads otherwise. It says now: “characteristic of great wisdom”. Once bob says that it is meant for this place, it can be taken in.' }).waitFor();
  assert.match(await ana.page.textContent('#said'), /^Nothing was changed\. It does not fit any more/);
  await ana.page.waitForFunction(() => document.activeElement?.getAttribute('data-act') === 'accept');
  await ana.isAccessible('a suggestion that does not fit');
  assert.match(expect(await alice.get(`documents/${essay.id}/original`), 200), /characteristic of great wisdom/);
});

test('of several each that does not fit is named, and the others go in without it', async () => {
  await suggests('lives of loud', 'lives of great and loud', { body: 'greater' });
  await suggests('loud desperation', 'noise', { body: 'louder' });
  await ana.sees('louder');
  await menu(ana, 'Take in suggestions (3)');
  const row = (words) => ana.page.locator('dialog li', { hasText: words });
  assert.equal(await row('shorter').locator('input').isChecked(), false, 'what is known not to fit is not ticked');
  await row('shorter').locator('input').check();
  await ana.page.click('dialog button.main');
  await ana.page.locator('dialog form > .fault', { hasText: 'Nothing was changed: 2 of them do not fit and are not ticked any more. Once more, and the other one goes in.' }).waitFor();
  assert.match(await row('shorter').locator('.fault').textContent(), /It says now: “characteristic of great wisdom”/);
  assert.match(await row('louder').locator('.fault').textContent(), /It overlaps another that is ticked/);
  assert.deepEqual(await ana.page.locator('dialog li input').evaluateAll((boxes) => boxes.map((box) => box.checked)), [true, false, false]);
  await ana.isAccessible('suggestions that do not fit');
  await ana.page.click('dialog button.main');
  await ana.page.locator('#body', { hasText: 'lives of great and loud desperation' }).waitFor();
  await ana.page.locator('#revised', { hasText: '1 suggestion was taken in' }).waitFor();
});

test('what its author puts in its place fits again; what crosses markup says that only an edit helps', async () => {
  await ben.goes(path);
  await ben.page.waitForSelector('html[data-complete]');
  await ben.opens('shorter');
  await ben.thread('shorter').first().locator('[data-act=review]').click();
  await ben.page.click('.review [data-act=keep]');
  await ben.page.waitForFunction(() => document.querySelector('.review').hidden);
  await suggests('to live deliberately', 'to live', { body: 'across' });
  await ana.sees('across');
  await ana.opens('across');
  await ana.thread('across').first().locator('[data-act=accept]').click();
  await ana.thread('across').first().locator('.misfit', { hasText: 'Markup, or the end of a block, stands in the midst of its passage' }).waitFor();
  await ana.opens('shorter');
  await ana.thread('shorter').first().locator('[data-act=accept]').click();
  await ana.page.locator('#body', { hasText: 'It is a sign of wisdom' }).waitFor();
  await ana.page.locator('#revised', { hasText: '1 suggestion was taken in' }).waitFor();
});

test('what waits for a leader is decided on once it is approved', async () => {
  const careful = await alice.founds('Careful readers', { premoderated: true });
  await bob.joins(careful, alice);
  await alice.put(`${careful.links.self}/documents/${essay.id}`);
  await suggests('rash things', 'rash deeds', { body: 'deeds', group: careful.id });
  await ana.goes(path);
  await ana.page.waitForSelector('html[data-complete]');
  const card = ana.thread('deeds').first();
  await ana.opens('deeds');
  assert.match(await card.locator('.moderated').textContent(), /Waits until a leader has looked at it/);
  assert.equal(await card.locator('[data-act=accept]').count(), 0);
  await ana.isAccessible('a suggestion that waits');
  await card.locator('[data-act=decide-approved]').click();
  await card.locator('[data-act=accept]').waitFor();
});

test('where each reads for themselves first, a suggestion and its credit are told to nobody else before', async () => {
  const first = await alice.founds('Each first');
  await bob.joins(first, alice);
  await carol.joins(first, alice);
  const poem = await alice.puts('One fine day in the middle of the night.', { title: 'A poem', group: first.id });
  expect(await alice.put(`${first.links.self}/documents/${poem.id}/reveal`, { own_count: null, by_reader: true, due_at: null }), 200);
  const note = await bob.annotates(poem, { kind: 'suggestion', quote: 'fine', replacement: 'bright', body: 'brighter' });
  const cara = await Screen.open(launched, world.url, { bypassCSP: true });
  await cara.signsIn(carol.name, carol.password, `/d/${poem.id}`);
  await cara.page.waitForSelector('html[data-complete]');
  await ana.goes(`/d/${poem.id}`);
  await ana.page.waitForSelector('html[data-complete]');
  await ana.opens('brighter');
  await ana.thread('brighter').first().locator('[data-act=accept]').click();
  await ana.page.locator('#revised', { hasText: '1 suggestion was taken in' }).waitFor();
  await cara.page.locator('#revised', { hasText: 'alice has changed this text just now' }).waitFor();
  await cara.goes(`/d/${poem.id}/history`);
  assert.equal(await cara.page.locator('.revisions > li').count(), 2);
  assert.doesNotMatch(await cara.page.content(), new RegExp(`suggestion by|${note.id}`));
  expect(await carol.post(`${first.links.self}/documents/${poem.id}/reveal/me`), 200);
  await cara.goes(`/d/${poem.id}/history`);
  await cara.page.locator('.credit', { hasText: 'With 1 suggestion by bob' }).waitFor();
  await cara.close();
});

test('on a phone, in the dark, the differences are told apart', async () => {
  await suggests('the forest', 'the deep woods', { body: 'deeper' });
  const phone = await Screen.open(launched, world.url, { bypassCSP: true, viewport: { width: 390, height: 800 }, colorScheme: 'dark', hasTouch: true, reducedMotion: 'reduce' });
  await phone.signsIn(alice.name, alice.password, path);
  await phone.page.waitForSelector('html[data-complete]');
  await phone.page.locator('#body .noted').first().click();
  await phone.page.locator('dialog.sheet[open]').waitFor();
  // what is half below the bar at the top would be called too small
  await phone.page.evaluate(() => scrollTo(0, 0));
  await phone.isAccessible('a suggestion on a phone, dark');
  await phone.close();
});

test('no browser had anything to complain about, and no policy was broken', () => {
  for (const screen of [ana, ben]) screen.isContent();
});
