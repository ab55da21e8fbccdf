// With a finger on a narrow screen: the bar at the bottom, and a thread as a sheet.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { browser } from '../support/chromium.js';
import { World } from '../support/people.js';
import { Screen } from '../support/screen.js';

const world = await World.start();
const launched = await browser();
const [alice, bob] = await world.people3();
const group = await world.group(alice, bob);
const essay = await alice.putsMarkdown(`# On Walking

The mass of men lead lives of quiet desperation.

${Array.from({ length: 30 }, (_, i) => `Paragraph ${i + 1} is not down in any map; true places never are.`).join('\n\n')}
`, { group: group.id });
for (const [quote, body] of [['mass of men', 'the first'], ['quiet desperation', 'the second'], ['Paragraph 20', 'the third']])
  await alice.annotates(essay, { quote, body });

const screen = await Screen.open(launched, world.url, { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
const { page } = screen;
await screen.signsIn(bob.name, bob.password, `/d/${essay.id}`);
await screen.settled();
const sheet = page.locator('dialog.sheet[open]');
const place = () => sheet.locator('.place').textContent();

async function tapsOn(words) {
  const [x, y] = await page.evaluate((wanted) => {
    const range = [...CSS.highlights.values()].flatMap((ranges) => [...ranges]).find((one) => String(one) === wanted);
    const { left, top, width, height } = range.getClientRects()[0];
    return [left + width / 2, top + height / 2];
  }, words);
  await page.touchscreen.tap(x, y);
}

/** A finger that goes across the sheet. */
async function swipes(fromX, toX) {
  const { y, height } = await sheet.boundingBox();
  const session = await page.context().newCDPSession(page);
  const touch = (type, x) => session.send('Input.dispatchTouchEvent', { type, touchPoints: type === 'touchEnd' ? [] : [{ x, y: y + height - 30 }] });
  await touch('touchStart', fromX);
  await touch('touchMove', (fromX + toX) / 2);
  await touch('touchMove', toX);
  await touch('touchEnd', toX);
  await session.detach();
}

/** Controls that are smaller than a finger needs, as the browser lays them out. */
const tooSmall = () => page.evaluate(() => [...document.querySelectorAll('button, select, input, summary, textarea')]
  .filter((el) => el.checkVisibility() && !el.closest('#body'))
  .map((el) => [el, (el.closest('label.inline') ?? el).getBoundingClientRect()])
  .filter(([, { width, height }]) => height > 0 && (height < 44 || width < 24))
  .map(([el, { width, height }]) => `${el.outerHTML.slice(0, 80)} ${width}×${height}`));

test('a tap on a passage opens a sheet with its thread, and the passage stays in sight', async () => {
  await tapsOn('quiet desperation');
  await sheet.getByText('the second').waitFor();
  assert.equal(await place(), '2 of 3');
  assert.match(await sheet.getAttribute('aria-label'), /quiet desperation/);
  const top = (await sheet.boundingBox()).y;
  const [passage] = await page.evaluate(() => [...CSS.highlights.get('gloss-focus')].map((range) => range.getBoundingClientRect().bottom));
  assert.ok(passage < top, `${passage} is above ${top}`);
  assert.deepEqual(await tooSmall(), []);
});

test('buttons, a swipe and arrows go to the next one', async () => {
  await sheet.getByLabel('Previous note').tap();
  await sheet.getByText('the first').waitFor();
  await swipes(300, 80);
  await sheet.getByText('the second').waitFor();
  await swipes(80, 300);
  await sheet.getByText('the first').waitFor();
  await page.keyboard.press('ArrowLeft');
  await sheet.getByText('the third').waitFor();
  assert.equal(await place(), '3 of 3');
  await page.keyboard.press('ArrowRight');
  await sheet.getByText('the first').waitFor();
});

test('one answers in the sheet; closing it leads back to the text', async () => {
  await sheet.locator('[data-act=reply]').tap();
  await sheet.locator('textarea').fill('from the tram');
  // no keyboard, no keys
  assert.equal(await sheet.locator('form .hint').innerText(), 'Markdown');
  assert.deepEqual(await tooSmall(), []);
  await sheet.locator('button[type=submit]').tap();
  await sheet.locator('.replies', { hasText: 'from the tram' }).waitFor();
  await sheet.getByLabel('Close').tap();
  await sheet.waitFor({ state: 'detached' });
  assert.match(await page.evaluate(() => document.activeElement.textContent), /^The mass of men/);
});

test('the button at a block opens the sheet too, and a tap elsewhere in the text closes it', async () => {
  await page.locator('.noted').first().tap();
  await sheet.getByText('the first').waitFor();
  await page.locator('#body h1').tap();
  await sheet.waitFor({ state: 'detached' });
});

test('a selection that the browser ends when a button is pressed is still what is meant', async () => {
  await page.evaluate(() => {
    const [node] = [...document.querySelectorAll('#body p')].map((p) => p.firstChild).filter((text) => text.data.startsWith('Paragraph 1 '));
    getSelection().setBaseAndExtent(node, 0, node, 11);
  });
  const bar = page.locator('.bar:not([hidden])');
  const { y, height } = await bar.boundingBox();
  assert.ok(y + height > 780, 'the bar is at the bottom: near the text is the system\'s own menu');
  assert.deepEqual(await tooSmall(), []);
  assert.ok(await bar.evaluate((el) => el.scrollWidth <= el.clientWidth), 'each of its buttons is on the screen');
  await page.evaluate(() => document.querySelector('.bar').addEventListener('pointerdown', () => getSelection().removeAllRanges(), { capture: true, once: true }));
  await bar.locator('button', { hasText: 'Comment' }).tap();
  await sheet.locator('textarea').fill('short');
  await sheet.locator('button[type=submit]').tap();
  await sheet.getByText('short').waitFor();
  const [note] = (await bob.sees(essay)).filter((one) => one.body === 'short');
  assert.equal(note.quote.exact, 'Paragraph 1');
});

test('a phone turned to a wide screen has the thread in the margin, and the sheet when it is turned back', async () => {
  await page.setViewportSize({ width: 1200, height: 800 });
  await sheet.waitFor({ state: 'detached' });
  await page.locator('#threads > .thread.focused', { hasText: 'short' }).waitFor();
  await page.setViewportSize({ width: 390, height: 844 });
  await sheet.getByText('short').waitFor();
  await sheet.getByLabel('Close').tap();
});

test('the filter and the sheet of keys fit a finger', async () => {
  await page.locator('#filter-button').tap();
  assert.deepEqual(await tooSmall(), []);
  await page.locator('#filter button', { hasText: 'Close' }).tap();
  await page.locator('[data-keys-button]').tap();
  assert.deepEqual((await tooSmall()).filter((one) => !one.includes('class="cap"')), []);
  await page.keyboard.press('Escape');
});

test('nothing is wider than the screen', async () => {
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390);
});

test('no browser had anything to complain about, and no policy was broken', () => {
  screen.isContent();
});
