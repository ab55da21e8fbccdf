// From reading to replying without a mouse and without a selection, as with a screen reader: the page
// never learns what those select.
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

I went to the woods because I wished to live deliberately. My 👩‍👩‍👧 came along.

The mass of men lead lives of quiet desperation. What is called resignation is confirmed desperation.

- bread, and patience

${Array.from({ length: 30 }, (_, i) => `Paragraph ${i + 1} is not down in any map.`).join('\n\n')}
`, { group: group.id, language: 'en' });
const note = await alice.annotates(essay, { quote: 'quiet desperation', body: 'Is this fair?' });
await alice.replies(note, 'I wonder.');

const screen = await Screen.open(launched, world.url);
const { page } = screen;
const { keyboard } = page;
await screen.signsIn(bob.name, bob.password, `/d/${essay.id}`);
await screen.settled();

const presses = async (...keys) => {
  for (const key of keys) await keyboard.press(key);
};
const said = async (words) => page.waitForFunction((wanted) => document.querySelector('#said').textContent.includes(wanted), words);
const focused = (what) => page.evaluate((selector) => document.activeElement?.matches(selector) ?? false, what);
const here = () => page.locator('.here').evaluate((block) => block.innerText);
const chosen = () => page.locator('.chooser q').textContent();

/** The nodes that assistive technology is given: role, name, and what a node says where more is told. */
async function tree() {
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send('Accessibility.getFullAXTree');
  await session.detach();
  return nodes.filter((node) => !node.ignored).map((node) => ({
    role: node.role?.value,
    name: node.name?.value ?? '',
    details: node.properties?.find((one) => one.name === 'details')?.value.relatedNodes?.map((one) => one.idref),
  }));
}

test('what a screen reader is given: a button for each block, one for its notes, and the thread it leads to', async () => {
  const nodes = await tree();
  const named = (role, name) => nodes.filter((node) => node.role === role && node.name === name);
  const blocks = await page.locator('#body [data-o]').count();
  assert.equal(named('button', 'Note on this paragraph').length, blocks);
  assert.equal(named('heading', 'On Walking').length, 1, 'no button is part of a heading\'s name');
  assert.equal(named('complementary', 'Notes').length, 1);
  const [button] = nodes.filter((node) => node.role === 'button' && node.name.startsWith('1 note, on: quiet desperation'));
  assert.deepEqual(button?.details, [`t-${note.id}`]);
  assert.equal(nodes.filter((node) => node.role === 'article' && node.name.includes('alice')).length, 1);
});

test('j and k go from paragraph to paragraph, and only where one is can Tab reach its button', async () => {
  await presses('j', 'j', 'j', 'k');
  assert.match(await here(), /^I went to the woods/);
  assert.ok(await focused('.here'));
  await presses('Tab');
  assert.ok(await focused('.here > .write'));
  assert.equal(await page.locator('.write:not([tabindex="-1"])').count(), 1);
});

test('the button chooses the paragraph, and arrows go on from there', async () => {
  await presses('Enter');
  assert.match(await chosen(), /^I went to .* along\.$/);
  await presses('ArrowDown');
  assert.equal(await chosen(), 'The mass of men lead lives of quiet desperation.');
  await presses('ArrowUp');
  assert.equal(await chosen(), 'My 👩‍👩‍👧 came along.');
  await said('My 👩‍👩‍👧 came along.');
  await presses('ArrowRight', 'ArrowRight', 'Shift+ArrowRight');
  assert.equal(await chosen(), '👩‍👩‍👧 came');
  await presses('Shift+ArrowLeft');
  assert.equal(await chosen(), '👩‍👩‍👧');
  assert.deepEqual((await screen.painted()).pending, ['👩‍👩‍👧']);
  await presses('Escape');
  assert.match(await here(), /^I went to the woods/);
  assert.ok(await focused('.here'));
});

test('read, choose, write, reply, agree, and back: no mouse, no selection', async () => {
  await presses('j', 'v', 'ArrowDown');
  assert.equal(await chosen(), 'What is called resignation is confirmed desperation.');
  await presses('ArrowLeft', 'ArrowLeft', 'Shift+ArrowRight');
  assert.equal(await chosen(), 'confirmed desperation');
  await presses('Enter');
  assert.ok(await focused('.chooser .actions button'), 'Enter goes to what can be done');
  await presses('Tab', 'Enter');
  await page.waitForSelector('.writing textarea:focus');
  await keyboard.type('And by whom?');
  await presses('Control+Enter');
  await said('Saved');
  await page.waitForFunction(() => document.activeElement?.closest('.thread.focused'));
  const [mine] = (await bob.sees(essay)).filter((one) => one.body === 'And by whom?');
  assert.equal(mine.quote.exact, 'confirmed desperation');

  await presses('p');
  assert.ok(await focused(`#t-${note.id} > article`));
  await presses('ArrowDown', 'ArrowDown');
  await said('2 of 2 in this thread');
  assert.match(await page.evaluate(() => document.activeElement.innerText), /I wonder\./);
  await presses('r');
  await page.waitForSelector('.slot textarea:focus');
  assert.equal(await page.getAttribute('.slot textarea', 'placeholder'), 'Your reply to alice');
  await keyboard.type('So do I.');
  await presses('Control+Enter');
  await page.locator('.replies .entry:focus', { hasText: 'So do I.' }).waitFor();
  const replies = (await bob.sees(essay)).filter((one) => one.parent);
  assert.equal(replies.find((one) => one.body === 'So do I.').parent, replies.find((one) => one.body === 'I wonder.').id);

  await presses('ArrowUp', 'ArrowUp', '+');
  await said('agree: yes, 1 reader');
  await presses('-');
  await said('disagree: yes, 1 reader');
  await presses('+');
  await said('agree: no longer');
  await presses('Escape');
  assert.match(await here(), /^The mass of men/);
  assert.ok(await focused('.here'));
  assert.equal(await page.evaluate(() => String(getSelection())), '');
});

test('Enter opens the notes of a paragraph, and Enter twice in the chooser highlights', async () => {
  await presses('Enter');
  assert.ok(await focused(`#t-${note.id} > article`));
  await presses('Escape', 'k', 'v', 'Enter', 'Enter');
  await said('Saved');
  const [light] = (await bob.sees(essay)).filter((one) => one.kind === 'highlight');
  assert.equal(light.quote.exact, 'I went to the woods because I wished to live deliberately.');
  assert.ok(await focused('.here'), 'one reads on where one was');
});

test('a paragraph taller than the screen does not jump when one comes back to it', async () => {
  const long = await alice.putsMarkdown(`# Long\n\n${'It is not down in any map; true places never are. '.repeat(120)}`, { group: group.id });
  await alice.annotates(long, { start: 5, end: 19, body: 'at its beginning' });
  await screen.reads(`/d/${long.id}`);
  await presses('n', 'Escape');
  await page.evaluate(() => scrollTo(0, 500));
  await presses('f', 'Escape');
  assert.ok(await focused('.here'));
  assert.equal(await page.evaluate(() => scrollY), 500);
  await screen.reads(`/d/${essay.id}`);
});

test('what is new is told when one has stopped writing, and u goes there', async () => {
  await presses('j', 'j', 'a');
  await page.waitForSelector('.writing textarea:focus');
  await alice.annotates(essay, { quote: 'Paragraph 30', body: 'far below' });
  await screen.sees('far below');
  await page.waitForTimeout(1800);
  assert.doesNotMatch(await page.textContent('#said'), /new note/);
  await presses('Escape');
  await said('1 new note by alice; u goes there');
  await presses('u');
  await page.locator('.thread.focused', { hasText: 'far below' }).waitFor();
  await page.waitForFunction(() => {
    const { top, bottom } = document.querySelector('.here').getBoundingClientRect();
    return top > 0 && bottom < innerHeight;
  });
  await presses('Escape');
  assert.match(await here(), /^Paragraph 30/);
});

test('keys can be other ones and can be switched off, and both are kept', async () => {
  await presses('?');
  const cap = page.locator('input.cap[aria-label="Key for: next paragraph"]');
  await cap.focus();
  await keyboard.type('n');
  await page.locator('dialog .fault', { hasText: '“n” is already: next note.' }).waitFor();
  assert.equal(await cap.inputValue(), 'j');
  await keyboard.type('x');
  await presses('Escape');
  await screen.reads(`/d/${essay.id}`);
  await presses('j');
  assert.equal(await page.locator('.here').count(), 0);
  await presses('x');
  assert.equal(await page.locator('.here').count(), 1);

  await presses('?');
  await page.getByLabel('Single characters are keys').focus();
  await presses('Space', 'Escape');
  await screen.reads(`/d/${essay.id}`);
  await presses('x', '?', 'a');
  assert.equal(await page.locator('.here, dialog[open], .writing').count(), 0);
  await page.locator('[data-keys-button]').focus();
  await presses('Enter');
  await page.getByText('As they were').focus();
  await presses('Enter');
  assert.equal(await cap.inputValue(), 'j');
  await page.getByLabel('Single characters are keys').focus();
  await presses('Space', 'Escape', 'j');
  assert.equal(await page.locator('.here').count(), 1);
});

test('with no keys but Tab, arrows and Enter one gets to every paragraph and writes there', async () => {
  await page.locator('[data-keys-button]').focus();
  await presses('Enter');
  await page.getByLabel('Single characters are keys').focus();
  await presses('Space', 'Escape');
  await screen.reads(`/d/${essay.id}`);
  assert.equal(await page.locator('.write[tabindex="0"]').count(), 1);
  await page.locator('.write[tabindex="0"]').focus();
  await presses('ArrowDown', 'ArrowDown');
  assert.match(await here(), /^The mass of men/);
  assert.ok(await focused('.here > .write'));
  await presses('Enter', 'Enter', 'Tab', 'Enter');
  await page.waitForSelector('.writing textarea:focus');
  await presses('Escape');
  assert.ok(await focused('.here'));
});

test('who has too much of the buttons at the paragraphs can do without', async () => {
  await page.locator('[data-keys-button]').focus();
  await presses('Enter');
  await page.getByLabel('Every paragraph has a button for a note').focus();
  await presses('Space');
  assert.equal(await page.locator('.write').count(), 0);
  await page.getByLabel('Single characters are keys').focus();
  await presses('Space', 'Escape');
  await screen.reads(`/d/${essay.id}`);
  assert.equal(await page.locator('.write').count(), 0);
  await presses('v');
  assert.equal(await chosen(), 'On Walking');
});

test('no browser had anything to complain about, and no policy was broken', () => {
  screen.isContent();
});
