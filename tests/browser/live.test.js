// The reading page while the server comes and goes, and where a browser lacks what is new.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { browser } from '../support/chromium.js';
import { World } from '../support/people.js';
import { Screen } from '../support/screen.js';

const world = await World.start();
const launched = await browser();
const [alice, bob] = await world.people3();
const group = await world.group(alice, bob);
const essay = await alice.putsMarkdown('# Essay\n\nThe mass of men 👩‍👩‍👧 lead lives of *quiet* desperation.\n\nAnother paragraph.', { group: group.id });
const path = `/d/${essay.id}`;

async function screenOf(person, options) {
  const screen = await Screen.open(launched, world.url, options);
  await screen.signsIn(person.name, person.password, path);
  await screen.settled();
  return screen;
}

test('the server goes away and comes back: the page says so, loses nothing, and goes on', async () => {
  const screen = await screenOf(alice);
  await screen.selects('mass of men');
  await screen.presses('Comment');
  await screen.page.fill('.writing textarea', 'written while nobody listened');

  world.server.wanted = world.server.port;
  await world.server.kill();
  await screen.page.locator('#state', { hasText: 'Not connected' }).waitFor();
  await screen.page.click('.writing button[type=submit]');
  await screen.page.locator('.writing .fault', { hasText: 'kept here' }).waitFor();
  assert.equal(await screen.page.inputValue('.writing textarea'), 'written while nobody listened');

  await world.server.launch();
  await screen.page.click('.writing button[type=submit]');
  await screen.sees('written while nobody listened');
  await bob.annotates(essay, { quote: 'Another paragraph', body: 'after the return' });
  await screen.sees('after the return');
  await screen.page.waitForSelector('#state', { state: 'hidden' });
  assert.equal((await bob.sees(essay)).filter((note) => note.body === 'written while nobody listened').length, 1);
  await screen.close();
});

test('an answer that got lost does not double a note', async () => {
  const screen = await screenOf(alice);
  let lost = 0;
  await screen.page.route('**/api/v1/annotations', async (route) => {
    if (route.request().method() !== 'POST' || lost) return route.continue();
    lost += 1;
    await route.fetch(); // it arrives, and what the server says does not
    return route.abort('connectionreset');
  });
  await screen.comments('quiet', 'only once');
  assert.equal(lost, 1);
  assert.equal((await bob.sees(essay)).filter((note) => note.body === 'only once').length, 1);
  await screen.close();
});

test('the page asks little while nothing happens, and nothing while nobody looks at it', async () => {
  const screen = await screenOf(alice);
  const asked = [];
  screen.page.on('response', (response) => asked.push([response.status(), new URL(response.url()).pathname]));
  await screen.page.waitForResponse('**/api/v1/documents/*');
  await screen.page.waitForTimeout(3000);
  assert.ok(asked.length >= 1 && asked.length <= 5, String(asked.length));
  assert.ok(asked.every(([status, where]) => status === 304 && where === `/api/v1/documents/${essay.id}`), JSON.stringify(asked));
  await screen.page.evaluate(() => {
    Object.defineProperty(document, 'hidden', { value: true, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  });
  await screen.page.waitForTimeout(500);
  asked.length = 0;
  await screen.page.waitForTimeout(3000);
  assert.deepEqual(asked, []);
  screen.isContent();
  await screen.close();
});

test('without CSS highlights passages are marks, and notes are written where they were selected', async () => {
  const context = await launched.newContext({ viewport: { width: 1280, height: 900 }, baseURL: world.url });
  await context.addInitScript(() => { delete window.Highlight; });
  const page = await context.newPage();
  const screen = new Screen(page, world.url);
  await screen.signsIn(alice.name, alice.password, path);
  await screen.settled();
  await screen.comments('lead lives of ', 'between marks');
  const [note] = (await alice.sees(essay)).filter((one) => one.body === 'between marks');
  assert.equal(note.quote.exact, 'lead lives of');
  assert.ok((await page.locator('#body mark.gloss').allTextContents()).join('|').includes('lead lives of'));
  await screen.opens('between marks');
  assert.equal(await page.locator('#body mark.focus').textContent(), 'lead lives of');
  await context.close();
});
