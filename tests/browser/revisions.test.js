// A text that changes: its notes follow, and where they cannot their authors are asked. By mouse, by
// keys and without scripts.
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

I went to the woods because I wished to live deliberately.

The mass of men lead lives of quiet desperation.

A stereotyped but unconscious despair is concealed even under what are called the games of mankind.

It is a characteristic of wisdom not to do rash things.

So thoroughly and sincerely are we compelled to live.
`;
const essay = await alice.putsMarkdown(SOURCE, { title: 'On Walking', group: group.id });
const path = `/d/${essay.id}`;
const notes = {};
for (const [name, quote] of Object.entries({ stays: 'live deliberately', changes: 'lives of quiet desperation', goes: 'It is a characteristic of wisdom not to do rash things.' }))
  notes[name] = await bob.annotates(essay, { quote, body: `it ${name}` });

const ana = await Screen.open(launched, world.url, { bypassCSP: true });
const ben = await Screen.open(launched, world.url, { bypassCSP: true });
await ana.signsIn(alice.name, alice.password, path);
await ben.signsIn(bob.name, bob.password, path);
for (const screen of [ana, ben]) await screen.settled();

/** The next revision, made elsewhere. */
async function revises(markdown, note) {
  const { revision } = await alice.reads(essay);
  return expect(await alice.post(`documents/${essay.id}/revisions`, { markdown, ...(note && { note }) }, { headers: { 'If-Match': `"${revision.id}"` } }), 201).revision;
}

async function complete(screen) {
  await screen.page.waitForSelector('html[data-complete]');
}

test('who may edit a text finds the way in its menu, and nobody else does', async () => {
  await ana.page.click('.text .menu summary');
  assert.equal(await ben.page.locator(`a[href="${path}/edit"]`).count(), 0);
  await ana.page.click(`a[href="${path}/edit"]`);
  await ana.settled();
  assert.equal(await ana.page.inputValue('#edit textarea'), SOURCE);
  await ana.isAccessible('the form in which a text is edited');
});

test('what is typed is kept, and is there again', async () => {
  await ana.page.fill('#edit textarea', `${SOURCE}\nMore.\n`);
  await ana.page.waitForFunction(() => Object.keys(localStorage).some((key) => key.startsWith('gloss:draft:') && key.endsWith(':text')));
  await ana.goes(`${path}/edit`);
  await ana.settled();
  await ana.page.locator('#faster', { hasText: 'did not save' }).waitFor();
  assert.equal(await ana.page.inputValue('#edit textarea'), `${SOURCE}\nMore.\n`);
  await ana.page.click('#faster >> text=Discard it');
  await ana.page.waitForFunction((source) => document.querySelector('#edit textarea')?.value === source && document.documentElement.dataset.ready, SOURCE);
});

test('what is typed in two tabs is kept twice, and neither takes the other away', async () => {
  const stored = (screen, words) => screen.page.waitForFunction((wanted) => Object.keys(localStorage).some((key) => key.startsWith('gloss:draft:') && key.endsWith(':text') && localStorage.getItem(key).includes(wanted)), words);
  const second = new Screen(await ana.page.context().newPage(), world.url);
  for (const screen of [ana, second]) {
    await screen.goes(`${path}/edit`);
    await screen.settled();
  }
  await ana.page.fill('#edit textarea', `${SOURCE}\nIn the first.\n`);
  await stored(ana, 'In the first.');
  await second.page.fill('#edit textarea', `${SOURCE}\nIn the second.\n`);
  await stored(second, 'In the second.');
  await ana.goes(`${path}/edit`);
  await ana.settled();
  assert.equal(await ana.page.inputValue('#edit textarea'), `${SOURCE}\nIn the second.\n`);
  await ana.page.click('#faster >> text=Show what you wrote in another tab');
  assert.equal(await ana.page.inputValue('#aside textarea'), `${SOURCE}\nIn the first.\n`);
  // in a tab that has typed nothing of its own to keep, nothing is thrown away
  const third = new Screen(await ana.page.context().newPage(), world.url);
  await third.goes(`${path}/edit`);
  await third.settled();
  await second.page.fill('#edit textarea', `${SOURCE}\nAgain in the second.\n`);
  await stored(second, 'Again in the second.');
  await third.page.fill('#edit textarea', SOURCE);
  await third.page.fill('#edit [name=note]', '');
  await third.goes(`${path}/edit`);
  await third.settled();
  assert.equal(await third.page.inputValue('#edit textarea'), `${SOURCE}\nAgain in the second.\n`);
  await third.page.click('#faster >> text=Discard it');
  await third.page.waitForFunction((source) => document.querySelector('#edit textarea')?.value === source && document.documentElement.dataset.ready, SOURCE);
  await third.page.click('#edit button.main');
  await third.page.locator('#faster', { hasText: 'nothing to save' }).waitFor();
  for (const { page } of [second, third]) await page.close();
});

test('the text is edited, what became of the notes is told, and they stand where their words went', async () => {
  await ana.page.fill('#edit textarea', SOURCE.replace('I went', 'Once upon a time I went')
    .replace('lives of quiet desperation', 'lives of loud desperation').replace('It is a characteristic of wisdom not to do rash things.\n\n', ''));
  await ana.page.fill('#edit [name=note]', 'mended');
  await ana.page.keyboard.press('Control+Enter');
  await ana.page.waitForURL((url) => url.pathname === path);
  await complete(ana);
  await ana.page.locator('#revised', { hasText: 'The text was saved as revision 2.' }).waitFor();
  assert.match(await ana.page.textContent('#revised'), /1 note stayed, the words of 1 changed, 1 is no longer in the text\./);
  const painted = await ana.painted();
  assert.ok(Object.values(painted).flat().includes('live deliberately'), JSON.stringify(painted));
  assert.deepEqual(painted.doubtful, ['lives of loud desperation']);
  const card = ana.thread('it changes');
  assert.equal(await card.locator('.now-reads del').textContent(), 'quiet');
  assert.equal(await card.locator('.now-reads ins').textContent(), 'loud');
  await ana.isAccessible('a text that was just saved');
});

test('a note that is no longer in the text has a row of its own, which opens its card and leads to where it stood', async () => {
  const row = ana.page.locator('#lost li');
  assert.equal(await row.locator('q').textContent(), 'It is a characteristic of wisdom not to do rash things.');
  await row.locator('button').click();
  await ana.page.locator('.thread.focused', { hasText: 'it goes' }).waitFor();
  await row.locator('a').click();
  await ana.page.waitForURL((url) => url.pathname === `${path}@${essay.revision.id}`);
  await complete(ana);
  await ana.page.locator('.thread.focused', { hasText: 'it goes' }).waitFor();
  assert.ok(Object.values(await ana.painted()).flat().includes('It is a characteristic of wisdom not to do rash things.'));
});

test('the text as it was says so, and is there to be read and no more', async () => {
  assert.match(await ana.page.textContent('.then'), /This is revision 1 of the text, .* with the notes as they stood then/);
  assert.equal(await ana.page.locator('#about-whole, [data-act=reply]:visible, .write, #lost:visible').count(), 0);
  await ana.isAccessible('an old revision');
  await ana.page.click('.then >> text=What has changed since');
  await ana.settled();
});

test('what differs is shown in the text, and n and p go from change to change', async () => {
  assert.match((await ana.page.locator('.hunk del').allTextContents()).join(''), /^quiet.*It is a characteristic of wisdom not to do rash things/s);
  assert.deepEqual((await ana.page.locator('.hunk ins').allTextContents()).map((words) => words.trim()), ['Once upon a time', 'loud']);
  await ana.isAccessible('differences');
  await ana.page.keyboard.press('n');
  assert.match(await ana.page.evaluate(() => document.activeElement.textContent), /^Change 1 of/);
});

test('without scripts the history, an old revision and the differences are read', async () => {
  const context = await launched.newContext({ javaScriptEnabled: false, baseURL: world.url, storageState: await ana.page.context().storageState() });
  const page = await context.newPage();
  await page.goto(path);
  await page.click('.menu summary');
  await page.click('text=History');
  assert.equal(await page.locator('.revisions > li').count(), 2);
  await page.click('text=Compare the two');
  assert.match(await page.textContent('main'), /quietloud desperation/);
  await page.goBack();
  await page.click('text=Revision 1');
  assert.match(await page.textContent('#body'), /quiet desperation/);
  assert.match(await page.textContent('.then'), /revision 1/);
  await context.close();
});

test('the history tells who changed what, and goes back to any of it', async () => {
  await ana.goes(`${path}/history`);
  await ana.settled();
  assert.match(await ana.page.locator('.revisions > li').first().textContent(), /Revision 2.*alice.*mended/s);
  await ana.isAccessible('the history');
  await ana.page.click('.restore');
  await ana.page.fill('dialog [name=note]', 'it was better');
  await ana.isAccessible('the question before an old text is restored');
  await ana.page.click('dialog button.main');
  await ana.page.waitForURL((url) => url.pathname === path);
  await complete(ana);
  await ana.page.locator('#revised', { hasText: 'as revision 3. All 3 notes stayed where they were.' }).waitFor();
  assert.match(await ana.page.textContent('#body'), /It is a characteristic/);
  assert.equal(await ana.page.locator('#lost:visible').count(), 0);
});

test('who was slower loses nothing, sees what the other changed, and both are put together', async () => {
  await ana.goes(`${path}/edit`);
  await ana.settled();
  await revises(SOURCE.replace('# On Walking', '# On walking far'), 'another title');
  await ana.page.fill('#edit textarea', SOURCE.replace('games of mankind', 'games of people'));
  await ana.page.click('#edit button.main');
  await ana.page.locator('#faster', { hasText: 'alice was faster: revision 4' }).waitFor();
  assert.match(await ana.page.locator('#faster .difference').textContent(), /walking far/);
  assert.match(await ana.page.inputValue('#edit textarea'), /games of people/);
  await ana.isAccessible('somebody was faster');
  await ana.page.click('text=Put both together');
  assert.match(await ana.page.inputValue('#edit textarea'), /^# On walking far[^]*games of people/);
  await ana.page.click('#edit button.main');
  await ana.page.waitForURL((url) => url.pathname === path);
  await complete(ana);
  assert.match(await ana.page.textContent('#body'), /On walking far[^]*games of people/);
});

test('where both changed the same words, they are not mixed, and one says whose shall stand', async () => {
  await ana.goes(`${path}/edit`);
  await ana.settled();
  await revises(SOURCE.replace('games of mankind', 'games of theirs'));
  await ana.page.fill('#edit textarea', SOURCE.replace('games of mankind', 'games of mine'));
  await ana.page.click('#edit button.main');
  await ana.page.locator('#faster', { hasText: 'cannot be put together' }).waitFor();
  assert.equal(await ana.page.locator('text=Put both together').count(), 0);
  await ana.page.click('text=Go on from theirs');
  assert.match(await ana.page.inputValue('#edit textarea'), /games of theirs/);
  assert.match(await ana.page.inputValue('#aside textarea'), /games of mine/);
  await ana.page.fill('#edit textarea', SOURCE);
  await ana.page.click('#edit button.main');
  await ana.page.waitForURL((url) => url.pathname === path);
});

// -- each author is asked about their own -------------------------------------------------------------

const poem = await alice.puts('One bright morning in the middle of the night.\nTwo dead boys got up to fight.\nBack to back they faced each other.\nDrew their swords and shot each other.\n', { title: 'A poem', group: group.id });
const mine = {};
for (const [name, quote] of Object.entries({ changed: 'bright morning', gone: 'Two dead boys got up to fight.', other: 'faced each other' }))
  mine[name] = await bob.annotates(poem, { quote, body: `the ${name} one` });
const gil = await Screen.open(launched, world.url, { bypassCSP: true, colorScheme: 'dark' });
await gil.signsIn(bob.name, bob.password, `/d/${poem.id}`);
await complete(gil);
const reviewed = (id) => bob.reads(`/api/v1/annotations/${id}`);
const pressed = async (...keys) => {
  for (const key of keys) await gil.page.keyboard.press(key);
};

test('while a text is open and somebody changes it, what is shown stays, is told of, and what is written is kept', async () => {
  await gil.selects('swords');
  await gil.presses('Comment');
  await gil.page.fill('.writing textarea', 'How can that be?');
  const { revision } = await alice.reads(poem);
  expect(await alice.post(`documents/${poem.id}/revisions`, { text: 'Listen.\nOne fine morning in the middle of the night.\nBack to back they faced each other.\nDrew their swords and shot each other.\n' },
    { headers: { 'If-Match': `"${revision.id}"` } }), 201);
  await gil.page.locator('#revised', { hasText: 'alice has changed this text just now' }).waitFor();
  assert.match(await gil.page.textContent('#body'), /bright morning/);
  assert.doesNotMatch(await gil.page.textContent('#said'), /changed/, 'not while somebody writes');
  assert.ok(Object.values(await gil.painted()).flat().includes('bright morning'), 'what is shown stays as it is');
  await gil.isAccessible('a text that was just changed, dark');
  await gil.page.click('#revised [data-act=load]');
  await complete(gil);
  assert.match(await gil.page.textContent('#body'), /fine morning/);
  assert.equal(await gil.page.inputValue('.writing textarea'), 'How can that be?');
  await gil.page.click('.writing button[type=submit]');
  await gil.sees('How can that be?');
});

test('who comes back is told what became of their notes, and sees one of them then and now', async () => {
  await gil.page.locator('#revised', { hasText: 'This text changed since your last visit: 2 of your notes need you.' }).waitFor();
  await gil.page.click('#revised [data-act=review]');
  await gil.page.locator('.review', { hasText: 'Your notes: 1 of 2' }).waitFor();
  assert.equal(await gil.page.locator('.review figure:nth-child(1) mark').textContent(), 'bright morning');
  assert.equal(await gil.page.locator('.review figure:nth-child(2) mark').textContent(), 'brightfine morning');
  await gil.isAccessible('then and now, dark');
  await gil.page.click('.review [data-act=keep]');
  await gil.page.locator('.review', { hasText: 'no longer in the text' }).waitFor();
  const { anchor } = await reviewed(mine.changed.id);
  assert.deepEqual([anchor.state, anchor.confirmed], ['changed', true]);
});

test('the one that is gone is placed with keys alone', async () => {
  await gil.isAccessible('one that is gone, dark');
  await gil.page.locator('.review [data-act=place]').focus();
  await pressed('Enter');
  await gil.page.waitForSelector('.placing-now p:focus');
  await pressed('Tab', 'Enter');
  await gil.page.waitForSelector('.chooser .stage:focus');
  await pressed('Control+Home');
  while (!/Drew/.test(await gil.page.textContent('.chooser q'))) await pressed('ArrowDown');
  await pressed('Enter');
  assert.equal(await gil.page.evaluate(() => document.activeElement.textContent), 'Put the note here');
  await pressed('Enter');
  await gil.page.waitForFunction(() => document.querySelector('.review').hidden);
  const { anchor, quote } = await reviewed(mine.gone.id);
  assert.equal(quote.exact, 'Two dead boys got up to fight.');
  assert.equal(anchor.confirmed, true);
  await gil.page.locator('#lost').waitFor({ state: 'hidden' });
  assert.equal(await gil.page.locator('#revised:visible').count(), 0);
});

test('by mouse a note gets another place from its own card, or is left as gone', async () => {
  const { revision } = await alice.reads(poem);
  expect(await alice.post(`documents/${poem.id}/revisions`, { text: 'Listen.\nOne fine morning in the middle of the night.\nDrew their swords and shot each other.\n' }, { headers: { 'If-Match': `"${revision.id}"` } }), 201);
  await gil.page.locator('#revised [data-act=load]').click();
  await complete(gil);
  await gil.page.locator('#lost button').click();
  await gil.page.locator('.thread.focused [data-act=review]').click();
  await gil.page.locator('.review [data-act=place]').click();
  await gil.selects('Listen');
  assert.deepEqual((await gil.page.locator('.bar button:visible').allTextContents()), ['Put the note here']);
  await gil.presses('Put the note here');
  await gil.page.waitForFunction(() => document.querySelector('.review').hidden);
  assert.equal((await reviewed(mine.other.id)).anchor.start, 0);
  await gil.opens('the changed one');
  await gil.page.locator('.thread.focused').waitFor();
});

test('on a phone, then and now stand one above the other', async () => {
  const { revision } = await alice.reads(poem);
  expect(await alice.post(`documents/${poem.id}/revisions`, { text: 'One odd morning.\nDrew their swords and shot each other.\n' }, { headers: { 'If-Match': `"${revision.id}"` } }), 201);
  const phone = await Screen.open(launched, world.url, { bypassCSP: true, viewport: { width: 390, height: 800 }, hasTouch: true });
  await phone.signsIn(bob.name, bob.password, `/d/${poem.id}`);
  await complete(phone);
  await phone.page.click('#revised [data-act=review]');
  await phone.page.locator('.review h2').waitFor();
  await phone.isAccessible('then and now on a phone');
  await phone.page.click('.review [data-act=gone]');
  await phone.page.waitForFunction(() => !document.querySelector('.review h2')?.textContent.includes('1 of'));
  await phone.goes(`/d/${poem.id}/history`);
  await phone.isAccessible('the history on a phone');
  await phone.goes(`/d/${poem.id}/diff`);
  await phone.isAccessible('differences on a phone');
  await phone.close();
});

test('a long text is saved while the page says how far it is, and goes on where the page is left', async () => {
  const long = await alice.puts('The mass of men lead lives of quiet desperation.\n'.repeat(600), { title: 'A long one' });
  await alice.annotates(long, { start: 4, end: 8, body: 'mass' });
  let held = true;
  await ana.page.route('**/api/v1/jobs/*', async (route) => {
    if (!held) return route.continue();
    const answer = await route.fetch();
    const job = { ...await answer.json(), state: 'running', stage: 'carry', done: 3200, total: 10000, result: null, problem: null };
    return route.fulfill({ json: job });
  });
  await ana.goes(`/d/${long.id}/edit`);
  await ana.settled();
  await ana.page.fill('#edit textarea', `It begins.\n${await ana.page.inputValue('#edit textarea')}`);
  await ana.page.click('#edit button.main');
  await ana.page.locator('#saving', { hasText: 'carrying 3,200 of 10,000 notes over' }).waitFor();
  assert.equal(await ana.page.locator('#saving progress').evaluate((bar) => bar.value / bar.max), 0.32);
  assert.equal(await ana.page.locator('#edit textarea').evaluate((area) => area.readOnly), true);
  await ana.isAccessible('a text that is being saved');
  await ana.goes(`/d/${long.id}/edit`);
  await ana.page.locator('#saving', { hasText: 'carrying 3,200 of 10,000 notes over' }).waitFor();
  held = false;
  await ana.page.waitForURL((url) => url.pathname === `/d/${long.id}`);
  await ana.page.locator('#revised', { hasText: 'The text was saved as revision 2.' }).waitFor();
  await ana.page.unroute('**/api/v1/jobs/*');
  assert.equal((await alice.reads(long)).revision.number, 2);
  // what stands in the way of a job is told as ever, and what was written stays
  await ana.goes(`/d/${long.id}/edit`);
  await ana.settled();
  const text = await ana.page.inputValue('#edit textarea');
  await ana.page.fill('#edit textarea', ' '.repeat(30000));
  await ana.page.click('#edit button.main');
  await ana.page.locator('#edit .fault:not([hidden])').waitFor();
  assert.equal(await ana.page.isHidden('#saving'), true);
  await ana.page.fill('#edit textarea', text);
});

test('no browser had anything to complain about, and no policy was broken', () => {
  for (const screen of [ana, ben, gil]) screen.isContent();
});
