// Everything that axe knows how to check, in every state of the reading page.
import { test } from 'node:test';
import { browser } from '../support/chromium.js';
import { World } from '../support/people.js';
import { Screen } from '../support/screen.js';

const world = await World.start();
const launched = await browser();
const [alice, bob] = await world.people3();
const group = await world.group(alice, bob);
const essay = await alice.putsMarkdown('# On Walking\n\nThe mass of men lead lives of quiet desperation.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```\ncode\n```\n', { group: group.id });
const empty = await alice.puts('Nobody has said anything here.', { group: group.id, title: 'Empty' });

const note = await bob.annotates(essay, { quote: 'mass of men', body: 'Is **this** fair?\n\n> quoted', kind: 'question', tags: ['irony'] });
await alice.replies(note, 'It *was*.');
await alice.reacts(note, 'agree');
await alice.annotates(essay, { quote: 'quiet', kind: 'highlight', visibility: 'private' });

const STATES = [
  ['light', { width: 1280, height: 900 }],
  ['dark', { width: 1280, height: 900 }],
  ['light', { width: 390, height: 800 }],
  ['light', { width: 320, height: 256 }], // 1280 by 1024 at 400 %
  ['dark', { width: 390, height: 844 }, { hasTouch: true, isMobile: true }],
];

for (const [colorScheme, viewport, more] of STATES) {
  test(`the reading page in each of its states, ${colorScheme}, ${viewport.width} wide${more ? ', touched' : ''}`, async () => {
    const screen = await Screen.open(launched, world.url, { bypassCSP: true, colorScheme, viewport, reducedMotion: 'reduce', ...more });
    const { keyboard } = screen.page;
    await screen.signsIn(bob.name, bob.password);
    await screen.reads(`/d/${empty.id}`);
    await screen.isAccessible('without a note');
    await screen.reads(`/d/${essay.id}#n=${note.id}`);
    await screen.page.waitForSelector('.thread.focused');
    await screen.isAccessible('a thread open');
    await keyboard.press('r');
    await screen.page.waitForSelector('.slot textarea');
    await screen.isAccessible('replying');
    await keyboard.press('Escape');
    await keyboard.press('Escape');
    await screen.isAccessible('with notes');
    await keyboard.press('j');
    await keyboard.press('a');
    await screen.page.waitForSelector('.writing textarea');
    await screen.isAccessible('writing');
    await keyboard.press('Escape');
    await keyboard.press('v');
    await screen.page.waitForSelector('.chooser:not([hidden])');
    await screen.isAccessible('choosing a passage');
    await keyboard.press('Escape');
    await screen.isAccessible('standing at a paragraph');
    await keyboard.press('f');
    await screen.isAccessible('the filter');
    await screen.page.selectOption('#filter [name=kind]', 'question');
    await keyboard.press('Escape');
    await screen.isAccessible('filtered');
    await keyboard.press('?');
    await screen.page.waitForSelector('dialog[open]');
    await screen.isAccessible('the sheet of keys');
    await screen.close();
  });
}
