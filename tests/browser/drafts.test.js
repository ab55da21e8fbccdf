// What is written and not sent stays with its writer, through reloads and crashes, and with nobody else.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { browser } from '../support/chromium.js';
import { World } from '../support/people.js';
import { Screen } from '../support/screen.js';

const world = await World.start();
const launched = await browser();
const [alice, bob] = await world.people3();
const group = await world.group(alice, bob);
const essay = await alice.putsMarkdown('The mass of men lead lives of quiet desperation.\n\nAnother paragraph.', { group: group.id });
const path = `/d/${essay.id}`;
let screen = await Screen.open(launched, world.url);
let { page } = screen;
await screen.signsIn(alice.name, alice.password, path);
await screen.settled();

const drafts = () => page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('gloss:draft:')).length);
const unsent = () => page.locator('#unsent');

async function begins(words, body) {
  await screen.selects(words);
  await screen.presses('Question');
  await page.locator('.writing textarea').pressSequentially(body);
}

test('what was written is kept at a pause, without leaving the page', async () => {
  await begins('quiet desperation', 'half a thought');
  await page.waitForFunction(() => Object.keys(localStorage).some((key) => localStorage[key].includes('half a thought')));
});

test('after a crash of the page it is offered, and goes on where it was', async () => {
  const inspector = await page.context().newCDPSession(page);
  const crashed = page.waitForEvent('crash');
  inspector.send('Page.crash').catch(() => {});
  await crashed;
  screen = new Screen(await page.context().newPage(), world.url);
  page = screen.page;
  await screen.reads(path);
  await unsent().getByText('half a thought').waitFor();
  await unsent().getByText('Go on writing').click();
  assert.equal(await page.inputValue('.writing textarea'), 'half a thought');
  assert.equal(await page.textContent('.writing .passage'), 'quiet desperation');
  assert.equal(await page.inputValue('.writing select[aria-label=Kind]'), 'question');
  assert.deepEqual((await screen.painted()).pending, ['quiet desperation']);
});

test('who signs in after one on the same browser is not shown it', async () => {
  await page.context().clearCookies();
  await screen.signsIn(bob.name, bob.password, path);
  await screen.settled();
  assert.equal(await unsent().count(), 0);
  await screen.selects('quiet desperation');
  await screen.presses('Question');
  assert.equal(await page.inputValue('.writing textarea'), '');
  await page.context().clearCookies();
  await screen.signsIn(alice.name, alice.password, path);
  await screen.settled();
  await unsent().getByText('half a thought').waitFor();
});

test('a text that is longer now is searched for the words that it was about', async () => {
  await page.evaluate(() => {
    const [key] = Object.keys(localStorage).filter((one) => one.startsWith('gloss:draft:'));
    localStorage[key.replace(/\d+-\d+$/, '2-9')] = localStorage[key];
    delete localStorage[key];
  });
  await screen.reads(path);
  await unsent().getByText('Go on writing').click();
  assert.equal(await page.textContent('.writing .passage'), 'quiet desperation');
  assert.equal(await page.inputValue('.writing textarea'), 'half a thought');
});

test('what was sent is not kept any more', async () => {
  await page.click('.writing button[type=submit]');
  await screen.sees('half a thought');
  assert.equal(await drafts(), 0);
  await screen.reads(path);
  assert.equal(await unsent().count(), 0);
});

test('what was thrown away is not kept any more, here or above the text', async () => {
  await begins('Another', 'not worth it');
  await page.locator('.writing button', { hasText: 'Cancel' }).click();
  assert.equal(await drafts(), 0);
  await begins('Another', 'nor this');
  await page.press('.writing textarea', 'Escape');
  await screen.reads(path);
  await unsent().getByText('Discard').click();
  assert.equal(await unsent().count(), 0);
  assert.equal(await drafts(), 0);
});

test('a reply goes on in its thread', async () => {
  await screen.opens('half a thought');
  await page.keyboard.press('r');
  await page.waitForSelector('.slot textarea:focus');
  await page.keyboard.type('half an answer');
  await screen.reads(path);
  await unsent().getByText('Go on writing').click();
  assert.equal(await page.inputValue('.thread.focused .slot textarea'), 'half an answer');
});
