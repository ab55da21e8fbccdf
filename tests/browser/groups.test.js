// Several groups read one text: whose notes are shown, and where a new one goes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { browser } from '../support/chromium.js';
import { World } from '../support/people.js';
import { Screen } from '../support/screen.js';

const world = await World.start();
const launched = await browser();
const [alice, bob, carol] = await world.people3();
const thursday = await world.group(alice, bob);
const seminar = await alice.founds('Seminar');
await bob.joins(seminar, alice);
await carol.joins(seminar, alice);
const essay = await alice.putsMarkdown('# On Walking\n\nThe mass of men lead lives of quiet desperation.\n\nAnother paragraph.', { group: thursday.id, title: 'On Walking' });
await alice.put(`${seminar.links.self}/documents/${essay.id}`);
const path = `/d/${essay.id}`;
const inThursday = await alice.annotates(essay, { quote: 'mass of men', body: 'said on Thursday', group: thursday.id });
await carol.annotates(essay, { quote: 'quiet', body: 'said in the seminar', group: seminar.id });
await bob.annotates(essay, { quote: 'lives', body: 'said to myself', visibility: 'private', group: thursday.id });

const screen = await Screen.open(launched, world.url, { bypassCSP: true });
const { page } = screen;
await screen.signsIn(bob.name, bob.password, path);
await screen.settled();
const button = page.locator('#groups-button');
const says = () => button.locator('.roomy').textContent();
const box = (words) => page.locator('#groups label', { hasText: words }).locator('input');
const shown = (n) => page.waitForFunction((wanted) => document.querySelectorAll('#threads > .thread').length === wanted, n);
const asked = () => page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name).filter((name) => name.includes('/annotations?')).at(-1));

test('all groups are shown at first, and each card says through which it is read', async () => {
  await shown(3);
  assert.equal(await says(), 'All groups');
  assert.match(await screen.thread('said on Thursday').locator('.through').textContent(), /Thursday readers/);
  assert.match(await screen.thread('said in the seminar').locator('.through').textContent(), /Seminar/);
  assert.equal(await screen.thread('said to myself').locator('.through').count(), 0);
});

test('one group alone, by keys: its notes are asked for, and nothing needs to be said of groups', async () => {
  await page.keyboard.press('g');
  await box('Thursday').waitFor();
  await screen.isAccessible('the switcher');
  await box('Seminar').uncheck();
  await shown(2);
  await box('Only me').uncheck();
  await shown(1);
  assert.match(await asked(), new RegExp(`group=${thursday.id}`));
  assert.equal(await page.locator('.through').count(), 0);
  await page.keyboard.press('Escape');
  assert.equal(await says(), 'Thursday readers');
  await screen.isAccessible('one group');
});

test('it is remembered for this text, and what others write there comes without a reload', async () => {
  await screen.reads(path);
  await shown(1);
  await carol.annotates(essay, { quote: 'Another', body: 'not for this list', group: seminar.id });
  await alice.annotates(essay, { quote: 'Another', body: 'for this list', group: thursday.id });
  await screen.sees('for this list');
  assert.equal(await screen.thread('not for this list').count(), 0);
  await alice.deletes(inThursday);
  await screen.thread('said on Thursday').waitFor({ state: 'detached' });
});

test('a new note goes to the group that is shown, or to the one that is chosen', async () => {
  await screen.selects('desperation');
  await screen.presses('Comment');
  const who = page.locator('.writing select[aria-label="Who may read it"]');
  assert.deepEqual(await who.locator('option').allTextContents(), ['Thursday readers', 'Seminar', 'Only me', 'Just with …']);
  assert.equal(await who.inputValue(), thursday.id);
  await page.fill('.writing textarea', 'to the others');
  await who.selectOption(seminar.id);
  await page.click('.writing button[type=submit]');
  await page.locator('.thread.focused', { hasText: 'to the others' }).waitFor();
  assert.equal((await carol.sees(essay)).filter(({ body }) => body === 'to the others').length, 1);
  assert.equal(await says(), 'All groups', 'what was just written is to be seen');
});

test('a link to a note of a group that is not ticked shows it all the same', async () => {
  const [note] = (await carol.sees(essay)).filter(({ body }) => body === 'not for this list');
  await button.click();
  await box('Seminar').uncheck();
  await page.keyboard.press('Escape');
  await screen.thread('not for this list').waitFor({ state: 'detached' });
  await page.evaluate((id) => location.assign(`#n=${id}`), note.id);
  await page.locator('.thread.focused', { hasText: 'not for this list' }).waitFor();
});

test('a note can be shown in a further group from the beginning', async () => {
  await screen.selects('men lead');
  await screen.presses('Comment');
  await page.fill('.writing textarea', 'for both groups');
  await page.selectOption('.writing select[aria-label="Who may read it"]', thursday.id);
  await page.locator('.writing .also label', { hasText: 'Seminar' }).locator('input').check();
  await screen.isAccessible('writing for two groups');
  await page.click('.writing button[type=submit]');
  await screen.thread('for both groups').locator('.through', { hasText: 'Seminar' }).waitFor();
  assert.equal((await carol.sees(essay)).filter(({ body }) => body === 'for both groups').length, 1);
});

test('and it can be for one other reader alone', async () => {
  await screen.selects('Another paragraph');
  await screen.presses('Comment');
  await page.fill('.writing textarea', 'between us');
  await page.selectOption('.writing select[aria-label="Who may read it"]', { label: 'Just with …' });
  const whom = page.locator('.writing select[aria-label="With whom"]');
  await page.click('.writing button[type=submit]');
  await page.locator('.writing .fault', { hasText: 'Choose with whom' }).waitFor();
  await whom.selectOption({ label: 'carol' });
  await screen.isAccessible('writing to one');
  await page.click('.writing button[type=submit]');
  await screen.thread('between us').locator('.through', { hasText: 'Just with carol' }).waitFor();
  assert.equal((await carol.sees(essay)).filter(({ body }) => body === 'between us').length, 1);
  assert.equal((await alice.sees(essay)).filter(({ body }) => body === 'between us').length, 0);
});

test('drafts are seen by their writer alone, until they are published together', async () => {
  for (const [words, body] of [['mass of', 'first thought'], ['Another', 'second thought']]) {
    await screen.selects(words);
    await screen.presses('Comment');
    await page.fill('.writing textarea', body);
    await page.locator('.writing select[aria-label="Who may read it"]').selectOption(thursday.id);
    await page.locator('.writing button', { hasText: 'Save as draft' }).click();
    await screen.sees(body);
  }
  const line = page.locator('#drafts');
  await line.getByText('2 drafts, only you see them').waitFor();
  await screen.isAccessible('with drafts');
  assert.equal((await alice.sees(essay)).filter(({ body }) => /thought/.test(body)).length, 0);
  await line.getByText('Publish together').click();
  await line.waitFor({ state: 'hidden' });
  assert.equal((await alice.sees(essay)).filter(({ body }) => /thought/.test(body)).length, 2);
});

test('where one of them cannot be published none is, and it says which', async () => {
  await bob.annotates(essay, { quote: 'lives', body: 'can go', group: thursday.id, draft: true });
  await bob.annotates(essay, { quote: 'quiet', body: 'cannot go', group: seminar.id, draft: true });
  await screen.sees('cannot go');
  await alice.delete(`${seminar.links.self}/documents/${essay.id}`);
  await page.locator('#drafts').getByText('Publish together').click();
  const fault = page.locator('#drafts [role=alert]');
  await fault.getByText('None was published').waitFor();
  assert.match(await fault.locator('li').textContent(), /cannot go/);
  await screen.isAccessible('drafts refused');
  await fault.locator('li button').click();
  await page.locator('.thread.focused', { hasText: 'cannot go' }).waitFor();
  assert.equal((await alice.sees(essay)).filter(({ body }) => body === 'can go').length, 0);
});

test('who signs out with words that were not sent is warned, and they go with the session', async () => {
  await page.keyboard.press('Escape');
  await screen.selects('mass of men');
  await screen.presses('Comment');
  await page.locator('.writing textarea').pressSequentially('left behind');
  await page.waitForFunction(() => Object.values(localStorage).some((value) => value.includes('left behind')));
  await screen.goes('/signout');
  await page.getByText('you wrote 1 note and did not send it').waitFor();
  await screen.isAccessible('signing out');
  await page.getByRole('button', { name: 'Throw away and sign out' }).click();
  await page.waitForURL((url) => url.pathname === '/');
  assert.equal(await page.evaluate(() => Object.values(localStorage).some((value) => value.includes('left behind'))), false);
});
