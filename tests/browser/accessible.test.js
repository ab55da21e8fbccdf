// Everything that axe knows how to check, on every page and in every state of the reading page.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { browser } from '../support/chromium.js';
import { World } from '../support/people.js';
import { Screen } from '../support/screen.js';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const world = await World.start();
const launched = await browser();
const [alice, bob] = await world.people3();
const group = await world.group(alice, bob);
const essay = await alice.putsMarkdown('# On Walking\n\nThe mass of men lead lives of quiet desperation.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```\ncode\n```\n', { group: group.id });
const empty = await alice.puts('Nobody has said anything here.', { group: group.id, title: 'Empty' });
const invitation = await alice.invites(group);

const note = await bob.annotates(essay, { quote: 'mass of men', body: 'Is **this** fair?\n\n> quoted', kind: 'question', tags: ['irony'] });
await alice.replies(note, 'It *was*.');
await alice.reacts(note, 'agree');
await alice.annotates(essay, { quote: 'quiet', kind: 'highlight', visibility: 'private' });

/** @param {Screen} screen @param {string} where */
async function isAccessible(screen, where) {
  await screen.page.evaluate(axe);
  const found = await screen.page.evaluate(() => window.axe.run(document,
    { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }));
  const faults = found.violations.flatMap(({ id, nodes }) => nodes.map((node) => `${where}: ${id}: ${node.html.slice(0, 120)}`));
  assert.deepEqual(faults, []);
}

async function screenOf(person, options) {
  const screen = await Screen.open(launched, world.url, { bypassCSP: true, ...options });
  if (person) await screen.signsIn(person.name, person.password);
  return screen;
}

test('the pages for who is signed out', async () => {
  const screen = await screenOf(null);
  const [setup] = /\/setup\/[\w-]+/.exec(`${world.server.out}${world.server.err}`);
  for (const path of ['/', '/signin', setup, '/setup/another', `/join/${invitation.code}`, `/d/${essay.id}`]) {
    await screen.goes(path);
    await isAccessible(screen, path);
  }
});

for (const colorScheme of ['light', 'dark']) {
  test(`the pages for who is signed in, ${colorScheme}`, async () => {
    const screen = await screenOf(alice, { colorScheme });
    for (const path of ['/', '/new', '/account', '/signout', `/g/${group.id}`, '/g/everyone', '/d/nothing']) {
      await screen.goes(path);
      await isAccessible(screen, path);
    }
  });

  // 320 by 256 is a screen of 1280 by 1024 at 400 %
  for (const viewport of [{ width: 1280, height: 900 }, ...(colorScheme === 'dark' ? [] : [{ width: 390, height: 800 }, { width: 320, height: 256 }])]) {
    test(`the reading page in each of its states, ${colorScheme}, ${viewport.width} wide`, async () => {
      const screen = await screenOf(bob, { colorScheme, viewport, reducedMotion: 'reduce' });
      const { keyboard } = screen.page;
      await screen.reads(`/d/${empty.id}`);
      await isAccessible(screen, 'without a note');
      await screen.reads(`/d/${essay.id}`);
      await isAccessible(screen, 'with notes');
      await screen.goes(`/d/${essay.id}#n=${note.id}`);
      await screen.page.waitForSelector('.thread.focused');
      await isAccessible(screen, 'a thread open');
      await keyboard.press('r');
      await screen.page.waitForSelector('.slot textarea');
      await isAccessible(screen, 'replying');
      await keyboard.press('Escape');
      await keyboard.press('Escape');
      await keyboard.press('j');
      await keyboard.press('a');
      await screen.page.waitForSelector('.writing textarea');
      await isAccessible(screen, 'writing');
      await keyboard.press('Escape');
      await keyboard.press('?');
      await screen.page.waitForSelector('dialog[open]');
      await isAccessible(screen, 'the sheet of keys');
    });
  }
}
