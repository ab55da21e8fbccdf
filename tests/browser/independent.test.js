// A text that a group reads independently first: the line that says so, what opens it, and the
// comparison of what each marked.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { browser } from '../support/chromium.js';
import { World, expect } from '../support/people.js';
import { Screen } from '../support/screen.js';

const world = await World.start();
const launched = await browser();
const [alice, bob, carol] = await world.people3();
const group = await world.group(alice, bob, carol);
const essay = await alice.putsMarkdown('# On Walking\n\nThe mass of men lead lives of quiet desperation.\n\nAnother paragraph.', { group: group.id });
const path = `/d/${essay.id}`;
const reveal = `${group.links.self}/documents/${essay.id}/reveal`;
expect(await alice.put(reveal, { own_count: 2, by_reader: true, due_at: '2199-03-01T18:00:00Z' }), 200);
await carol.annotates(essay, { quote: 'mass of men', body: 'what carol thinks' });
await carol.annotates(essay, { quote: 'Another', body: 'only carol looked here' });

const screen = await Screen.open(launched, world.url, { bypassCSP: true });
const { page } = screen;
await screen.signsIn(bob.name, bob.password, path);
await screen.settled();
const line = page.locator('#readings');

test('who reads for themselves is told until when, and no number of the others', async () => {
  await line.getByText('each reads for themselves first').waitFor();
  const words = await line.textContent();
  assert.match(words, /until you have written 2 notes here \(0 so far\), or you say that you have read it, or .*2199/);
  assert.equal(await screen.thread('what carol thinks').count(), 0);
  await page.waitForFunction(() => document.querySelector('#count').textContent === ' · 0 notes');
  assert.equal(await line.locator('[data-act=compare]').count(), 0);
  await screen.isAccessible('reading for oneself');
});

test('one\'s own notes are counted in it, and saying that one has read it is asked twice', async () => {
  await screen.comments('mass of', 'what bob thinks');
  await line.getByText('(1 so far)').waitFor();
  await line.getByText('I have read it').click();
  await line.getByText('Not yet').click();
  assert.equal((await bob.reads(reveal)).me.revealed, false);
  await line.getByText('I have read it').click();
  await line.getByText('Yes, show me').click();
  await line.getByText('are open to you now').waitFor();
});

test('then the others\' notes are there without a reload', async () => {
  await screen.sees('what carol thinks');
  await screen.isAccessible('opened');
});

test('the comparison shows where both looked and where one did, and leads there', async () => {
  await page.keyboard.press('Escape');
  await line.locator('[data-act=compare]').click();
  const dialog = page.locator('dialog.compare');
  await dialog.getByText('Where we looked alike').waitFor();
  await screen.isAccessible('comparing');
  const [alike, alone] = await Promise.all([0, 1].map((i) => dialog.locator('ol').nth(i).locator('li').allTextContents()));
  assert.equal(alike.length, 1);
  assert.match(alike[0], /mass of.*(bob, carol|carol, bob)/);
  assert.deepEqual(alone.map((words) => words.replace(/\s+/g, ' ')), ['Anothercarol']);
  assert.equal(await dialog.locator('.lane').count(), 2);
  await dialog.locator('ol').nth(1).locator('button').focus();
  await page.keyboard.press('Enter');
  await dialog.waitFor({ state: 'hidden' });
  await page.locator('.thread.focused', { hasText: 'only carol looked here' }).waitFor();
  assert.match(await page.evaluate(() => document.activeElement.textContent), /^Another/);
});

test('the line can be closed; the comparison stays in the menu of the text', async () => {
  await line.getByText('Close this line').click();
  await line.waitFor({ state: 'hidden' });
  await screen.reads(path);
  await page.locator('.text .menu summary').click();
  await page.locator('.compares button').click();
  await page.locator('dialog.compare[open]').waitFor();
  await page.keyboard.press('Escape');
  assert.ok(await line.isHidden());
});

test('a leader sees who is ready, and opens it to all; who reads at that time sees it at once', async () => {
  const leader = await Screen.open(launched, world.url, { bypassCSP: true });
  const other = await Screen.open(launched, world.url, { bypassCSP: true, viewport: { width: 390, height: 800 }, colorScheme: 'dark' });
  await leader.signsIn(alice.name, alice.password, path);
  await other.signsIn(carol.name, carol.password, path);
  await Promise.all([leader.settled(), other.settled()]);
  const hers = other.page.locator('#readings');
  // she has written two notes, so it has opened to her already
  await hers.getByText('are open to you now').waitFor();
  await other.isAccessible('on a phone');
  const whole = leader.page.locator('#readings');
  await whole.getByText('Who is ready: 2 of 2').click();
  await leader.isAccessible('a leader');
  await whole.getByText('Show all now').click();
  await whole.getByText('Yes, for all its members').click();
  await whole.getByText('are open to all its readers now').waitFor();
  assert.notEqual((await bob.reads(reveal)).revealed_at, null);
});
