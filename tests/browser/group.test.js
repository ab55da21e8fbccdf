// A group's own page, as its leader and its members use it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { browser } from '../support/chromium.js';
import { Person, World, expect } from '../support/people.js';
import { Screen } from '../support/screen.js';

const world = await World.start();
const launched = await browser();
const alice = await world.person('alice', { display_name: 'Alice Moreau' });
const bob = await world.person('bob', { display_name: 'Bob' });
const carol = await world.person('carol', { display_name: 'Carol' });
const group = await world.group(alice, bob, carol);
const essay = await alice.puts('Quiet desperation.', { group: group.id, title: 'On Walking' });

const screenOf = async (person, part = 'texts', options = {}) => {
  const screen = await Screen.open(launched, world.url, options);
  await screen.signsIn(person.name, person.password, `/g/${group.id}`);
  await screen.goes(`/g/${group.id}#${part}`);
  await screen.settled();
  return screen;
};
const partsOf = (screen) => screen.page.locator('.parts a').allInnerTexts().then((names) => names.map((name) => name.replace(/ \d+$/, '')));
const rowOf = (screen, name) => screen.page.locator('.members > li', { hasText: name });
const changes = async (screen, name, words) => {
  await rowOf(screen, name).locator('summary').click();
  await rowOf(screen, name).getByText(words, { exact: true }).click();
};

const leader = await screenOf(alice);
leader.page.on('dialog', (dialog) => dialog.accept());

test('who leads the group finds all of it, an ordinary member what is theirs', async () => {
  assert.deepEqual(await partsOf(leader), ['Texts', 'Members', 'Invite', 'To look at', 'Settings', 'You here']);
  const member = await screenOf(bob, 'members');
  assert.deepEqual(await partsOf(member), ['Texts', 'Members', 'You here']);
  assert.equal(await member.page.locator('.members').getByText(/Make owner|Remove/).count(), 0);
  await member.close();
});

test('without scripts the group, its rules and its texts are there', async () => {
  const { text } = await new Person(world, { cookie: bob.cookie }).get(`/g/${group.id}`);
  for (const words of ['Thursday readers', 'Private: only its members', 'Members see each other', 'On Walking', 'Carol']) assert.ok(text.includes(words), words);
});

test('a part has an address, the way back leads to the one before, and the focus goes along', async () => {
  await leader.goes(`/g/${group.id}#members`);
  await leader.settled();
  assert.deepEqual(await leader.page.locator('.part:visible').evaluateAll((parts) => parts.map(({ id }) => id)), ['members']);
  await leader.page.click('.parts >> text=Invite');
  await leader.page.waitForFunction(() => document.activeElement?.textContent === 'Invite' && document.activeElement.matches('h2'));
  await leader.page.goBack();
  await leader.page.locator('#members').waitFor({ state: 'visible' });
});

test('what others did meanwhile is there on coming back to the window, and what one types stays', async () => {
  const erin = await world.person('erin', { display_name: 'Erin' });
  const comesBack = (screen) => screen.page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  await leader.goes(`/g/${group.id}#settings`);
  await leader.settled();
  await leader.page.locator('#settings textarea').first().fill('half a sentence');
  await erin.joins(group, alice);
  await comesBack(leader);
  await rowOf(leader, 'Erin').waitFor({ state: 'attached' });
  assert.equal(await leader.page.locator('#settings textarea').first().inputValue(), 'half a sentence');
  // another role has other parts
  const member = await screenOf(erin, 'members');
  expect(await alice.patch(`groups/${group.id}/members/${erin.id}`, { role: 'moderator' }), 200);
  await comesBack(member);
  await member.page.locator('.parts a', { hasText: 'To look at' }).waitFor();
  await member.close();
  await erin.leaves(group);
  await comesBack(leader);
  await rowOf(leader, 'Erin').waitFor({ state: 'detached' });
});

test('a leader makes an owner and an ordinary member again, by keyboard', async () => {
  await leader.goes(`/g/${group.id}#members`);
  await leader.settled();
  await rowOf(leader, 'Bob').locator('summary').focus();
  await leader.page.keyboard.press('Enter');
  await leader.page.keyboard.press('Tab');
  await leader.page.keyboard.press('Tab');
  await leader.page.keyboard.press('Enter');
  await rowOf(leader, 'Bob').locator('.role', { hasText: 'owner' }).waitFor();
  assert.equal(await leader.page.evaluate(() => document.activeElement?.getAttribute('aria-label')), 'More about Bob');
  await changes(leader, 'Bob', 'Make member');
  await rowOf(leader, 'Bob').locator('.role', { hasText: /^$/ }).waitFor({ state: 'attached' });
});

test('a removed member is gone, and what is refused is said in the row', async () => {
  const dora = await world.person('dora', { display_name: 'Dora' });
  await dora.joins(group, alice);
  await leader.goes(`/g/${group.id}#members`);
  await leader.page.reload();
  await leader.settled();
  expect(await dora.post(`groups/${group.id}/leave`), 204);
  await changes(leader, 'Dora', 'Remove from the group');
  await rowOf(leader, 'Dora').locator('.fault:not([hidden])').waitFor();
  await changes(leader, 'Carol', 'Remove from the group');
  await rowOf(leader, 'Carol').waitFor({ state: 'detached' });
  assert.equal((await carol.get(`groups/${group.id}`)).status, 404);
});

test('a join link for one person, and it is ended', async () => {
  await leader.goes(`/g/${group.id}#invite`);
  await leader.page.reload();
  await leader.settled();
  const before = await leader.page.locator('.invitation').count();
  await leader.page.click('#invite .more summary');
  await leader.page.selectOption('[name=uses]', '1');
  await leader.page.selectOption('[name=days]', '7');
  await leader.page.click('#invite-form button[type=submit]');
  const made = leader.page.locator('.invitation', { hasText: 'for one person' });
  await made.waitFor();
  assert.match(await made.innerText(), /until/);
  assert.equal(await leader.page.locator('.invitation').count(), before + 1);
  await made.getByText('End it').click();
  await made.waitFor({ state: 'detached' });
});

test('the texts are put in order by keyboard, and stay so', async () => {
  const club = await alice.founds('In order');
  for (const title of ['One', 'Two', 'Three']) await alice.puts('Words.', { title, group: club.id });
  await leader.goes(`/g/${club.id}`);
  await leader.settled();
  const titles = () => leader.page.locator('.texts .title').allInnerTexts();
  assert.deepEqual(await titles(), ['Three', 'Two', 'One']);
  await leader.page.click('#order');
  await leader.page.getByLabel('Move “Three” down').focus();
  const last = leader.page.waitForResponse((response) => response.request().postData()?.split('doc_').length === 4);
  await leader.page.keyboard.press('Enter');
  await leader.page.keyboard.press('Enter');
  await leader.page.keyboard.press('Enter');
  await last;
  assert.deepEqual(await titles(), ['Two', 'One', 'Three']);
  assert.equal(await leader.page.evaluate(() => document.activeElement?.getAttribute('aria-label')), 'Move “Three” down');
  assert.equal(await leader.page.locator('#said').innerText(), '“Three” is now 3 of 3.');
  await leader.page.waitForLoadState('networkidle');
  await leader.page.reload();
  await leader.settled();
  assert.deepEqual(await titles(), ['Two', 'One', 'Three']);
});

test('two who read together have notes between them', async () => {
  await leader.goes(`/g/${group.id}#members`);
  await leader.settled();
  await changes(leader, 'Bob', 'Notes between us two');
  await leader.page.locator('h1', { hasText: 'You and Bob' }).waitFor();
  await leader.settled();
  assert.equal(await leader.page.locator('.parts').isVisible(), false);
  await leader.page.getByText('choose “Just with …” below a new note').waitFor();
  await leader.goes('/');
  await leader.page.locator('#groups a', { hasText: 'You and Bob' }).waitFor();
});

test('a text of one’s own is read here too, and no longer', async () => {
  await alice.puts('Mine.', { title: 'Kept at home' });
  await leader.goes(`/g/${group.id}#texts`);
  await leader.page.reload();
  await leader.settled();
  await leader.page.click('#texts .more summary');
  await leader.page.selectOption('[name=text]', { label: 'Kept at home' });
  await leader.page.click('text=Let the group read it');
  const item = leader.page.locator('.texts > li', { hasText: 'Kept at home' });
  await item.locator('summary').click();
  await item.getByText('Take it out of this group').click();
  await item.waitFor({ state: 'detached' });
  assert.equal(await leader.page.locator(`[data-text=${essay.id}]`).getByText('Take it out').count(), 0, 'what is at home here cannot be taken out');
});

test('a group gets another name and says what it is about', async () => {
  await leader.goes(`/g/${group.id}#settings`);
  await leader.page.reload();
  await leader.settled();
  await leader.page.fill('#settings-form [name=name]', 'Friday readers');
  await leader.page.fill('#settings-form [name=description]', 'One essay at a time.');
  await leader.page.click('#settings-form button.main');
  await leader.page.locator('h1', { hasText: 'Friday readers' }).waitFor();
  await leader.page.locator('.lead', { hasText: 'One essay at a time.' }).waitFor();
});

test('who takes over the group owns it, and the one before is an admin', async () => {
  const club = await world.group(alice, bob);
  await leader.goes(`/g/${club.id}#members`);
  await leader.settled();
  await changes(leader, 'Bob', 'Hand the group over');
  await rowOf(leader, 'Bob').locator('.role', { hasText: 'owner' }).waitFor();
  await rowOf(leader, 'Alice').locator('.role', { hasText: 'admin' }).waitFor();
  await leader.settled();
  assert.equal(await leader.page.locator('#dissolve').count(), 0);
});

test('what is not there does not ask who is signed in to sign in', async () => {
  await leader.goes('/nothing/of/the/kind');
  assert.equal(await leader.page.locator('nav >> text=Sign in').count(), 0);
});

for (const [name, options] of [['light', {}], ['dark, on a phone', { colorScheme: 'dark', viewport: { width: 390, height: 800 } }]])
  test(`axe finds nothing in any part, ${name}`, async () => {
    const screen = await screenOf(alice, 'texts', { bypassCSP: true, ...options });
    for (const part of await screen.page.locator('.parts a').all()) {
      await part.click();
      await screen.page.locator(new URL(await part.getAttribute('href'), screen.page.url()).hash).waitFor({ state: 'visible' });
      for (const more of await screen.page.locator('.part:visible .more > summary').all()) await more.click();
      const menu = screen.page.locator('.part:visible .menu > summary').first();
      if (await menu.count()) await menu.click();
      await screen.isAccessible(await part.innerText());
      const [page, window] = await screen.page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
      const wide = await screen.page.evaluate(() => [...document.querySelectorAll('main *')].filter((e) => !e.closest('.table') && e.getBoundingClientRect().right > innerWidth).map((e) => e.outerHTML.slice(0, 80)));
      assert.ok(page <= window, `${await part.innerText()}: ${page} px wide in a window of ${window}: ${wide}`);
    }
    await screen.close();
  });
