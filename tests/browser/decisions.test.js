// What else is done with notes: flags, mutes, what leaders decide, masks, further groups.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { browser } from '../support/chromium.js';
import { World, expect } from '../support/people.js';
import { Screen } from '../support/screen.js';

const world = await World.start();
const launched = await browser();
const [alice, bob, carol] = await world.people3();
const group = await world.group(alice, bob, carol);
const seminar = await world.group(alice, bob);
expect(await alice.patch(seminar.links.self, { name: 'Seminar', premoderated: true }), 200);
const essay = await alice.putsMarkdown('# On Walking\n\nThe mass of men lead lives of quiet desperation.\n\nAnother paragraph.', { group: group.id });
await alice.put(`${seminar.links.self}/documents/${essay.id}`);
const path = `/d/${essay.id}`;
await carol.annotates(essay, { quote: 'mass of men', body: 'buy my book', group: group.id });
await carol.annotates(essay, { quote: 'Another', body: 'what carol thinks', group: group.id });

const open = async (who) => {
  const screen = await Screen.open(launched, world.url, { bypassCSP: true });
  await screen.signsIn(who.name, who.password, path);
  await screen.settled();
  return screen;
};
const [reader, leader] = await Promise.all([open(bob), open(alice)]);

/** Opens a note's further deeds and presses one. */
const does = async (screen, words, act) => {
  await screen.opens(words);
  const first = screen.thread(words).first().locator('.first');
  if (await first.locator(`[data-act=${act}]`).isHidden()) await first.locator('[data-act=more]').click();
  await first.locator(`[data-act=${act}]`).click();
  return screen.thread(words).first();
};

test('a reader tells the leaders why a note should not be there', async () => {
  const card = await does(reader, 'buy my book', 'flag');
  await reader.isAccessible('flagging');
  await card.locator('select').selectOption('spam');
  await card.locator('.further input').fill('an advertisement');
  await card.locator('.further button[type=submit]').click();
  await reader.page.locator('.toast', { hasText: 'The leaders are told' }).waitFor();
  const [flag] = expect(await alice.get(`${group.links.self}/flags`), 200).data;
  assert.deepEqual([flag.reason, flag.note, flag.by.name], ['spam', 'an advertisement', 'bob']);
  assert.equal(await reader.thread('buy my book').locator('[data-act=hide]').count(), 0, 'no member decides');
});

test('a leader hides it with a reason, and it is gone for the others', async () => {
  const card = await does(leader, 'buy my book', 'hide');
  await card.locator('.further input').fill('no advertisements');
  await card.locator('.further button[type=submit]').click();
  await leader.thread('buy my book').getByText('A leader has hidden it').waitFor();
  await leader.isAccessible('hidden');
  await reader.thread('buy my book').waitFor({ state: 'detached' });
});

test('its author sees that, and why; and the leader shows it again', async () => {
  const author = await open(carol);
  const card = author.thread('buy my book');
  await card.getByText('Only you and the leaders see it').waitFor();
  await card.getByText('no advertisements').waitFor();
  assert.equal(await card.locator('[data-act^=decide]').count(), 0);
  await author.close();
  await leader.thread('buy my book').locator('[data-act=decide-approved]').click();
  await reader.sees('buy my book');
});

test('what one writes where a leader looks first says so, and waits', async () => {
  await reader.selects('lives of');
  await reader.presses('Comment');
  await reader.page.locator('.writing select[aria-label="Who may read it"]').selectOption(seminar.id);
  await reader.page.locator('.caution', { hasText: 'A leader looks at it' }).waitFor();
  await reader.isAccessible('writing for leaders first');
  await reader.page.fill('.writing textarea', 'may I say this');
  await reader.page.click('.writing button[type=submit]');
  await reader.thread('may I say this').getByText('Waits until a leader has looked at it').waitFor();
  await leader.thread('may I say this').locator('[data-act=decide-approved]').click();
  await leader.thread('may I say this').locator('.moderated').waitFor({ state: 'detached' });
  await reader.thread('may I say this').locator('.moderated').waitFor({ state: 'detached' });
});

test('a muted reader is not read any more, and that can be taken back', async () => {
  await does(reader, 'what carol thinks', 'mute');
  await reader.thread('what carol thinks').waitFor({ state: 'detached' });
  await reader.isAccessible('muted');
  await reader.page.locator('.toast button', { hasText: 'Undo' }).click();
  await reader.sees('what carol thinks');
});

test('one\'s own note is shown in a further group, and not any more', async () => {
  await leader.comments('quiet', 'for both');
  const card = await does(leader, 'for both', 'show-in');
  await card.locator('.further label', { hasText: 'Seminar' }).locator('input').check();
  await leader.isAccessible('showing it elsewhere');
  await card.locator('.further button[type=submit]').click();
  await leader.thread('for both').locator('.through', { hasText: 'Seminar' }).waitFor();
  const [note] = (await bob.sees(essay)).filter(({ body }) => body === 'for both');
  assert.deepEqual(note.groups, [seminar.id]);
});

test('a leader of a further group decides about it there alone, and its author reads why', async () => {
  const { id } = await bob.annotates(essay, { quote: 'desperation', body: 'for two groups', group: group.id });
  expect(await bob.put(`annotations/${id}/groups/${seminar.id}`), 200);
  const waiting = leader.thread('for two groups').locator('.moderated', { hasText: 'In Seminar: Waits until a leader has looked at it. There only its author and the leaders see it.' });
  await waiting.waitFor();
  await leader.opens('for two groups');
  await leader.isAccessible('shown in a further group, where it waits');
  await leader.thread('for two groups').locator(`[data-act=decide-approved-${seminar.id}]`).click();
  await waiting.waitFor({ state: 'detached' });
  const card = await does(leader, 'for two groups', `hide-${seminar.id}`);
  await card.locator('.further p', { hasText: 'In Seminar alone.' }).waitFor();
  await card.locator('.further input').fill('not in a seminar');
  await card.locator('.further button[type=submit]').click();
  await card.locator('.moderated', { hasText: 'In Seminar: A leader has hidden it.' }).waitFor();
  await leader.isAccessible('hidden in a further group');
  await reader.thread('for two groups').locator('.moderated', { hasText: 'In Seminar: A leader has hidden it. There only you and the leaders see it.' }).getByText('not in a seminar').waitFor();
  const read = async (who) => expect(await who.get(`annotations/${id}`), 200);
  assert.deepEqual((await read(bob)).held, [{ group: seminar.id, state: 'hidden', note: 'not in a seminar' }]);
  assert.equal((await read(bob)).moderation, null);
  assert.ok(!('held' in await read(carol)), 'who reads it at home alone learns nothing of it');
  await card.locator(`[data-act=decide-approved-${seminar.id}]`).click();
  await card.locator('.moderated').waitFor({ state: 'detached' });
  assert.ok(!('held' in await read(bob)));
});

test('who writes under a mask is shown by it, and leaders learn in words who that is', async () => {
  expect(await carol.put(`${group.links.self}/mask`, { name: 'Owl' }), 200);
  await carol.annotates(essay, { quote: 'desperation', body: 'hoo', group: group.id });
  const card = reader.thread('hoo');
  await card.locator('.mask').waitFor();
  assert.equal(await card.locator('.author').textContent(), 'Owl');
  assert.equal(await card.locator('.behind').count(), 0);
  await leader.opens('hoo');
  assert.match(await leader.thread('hoo').locator('.behind').textContent(), /carol is behind it/);
  await leader.isAccessible('masks');
});

test('the owner of a text lets nobody write on it, or some groups, and readers are told', async () => {
  await leader.page.keyboard.press('Escape');
  await leader.page.locator('.text .menu summary').click();
  await leader.page.locator('[data-text=annotating]').click();
  const dialog = leader.page.locator('dialog.annotating');
  await dialog.getByText('These groups alone').click();
  await dialog.locator('.named').waitFor();
  await leader.isAccessible('who may write');
  await dialog.getByText('Nobody').click();
  const saved = leader.page.waitForEvent('load');
  await dialog.getByText('Save').click();
  await saved;
  await leader.settled();
  await reader.reads(path);
  await reader.page.getByText('Its owner has switched notes off').waitFor();
  await reader.selects('desperation');
  await reader.presses('Comment');
  assert.equal(await reader.page.locator('.writing select[aria-label="Who may read it"]').isVisible(), false);
  await reader.page.locator('.caution', { hasText: 'Only you will read it' }).waitFor();
  await reader.isAccessible('notes switched off');
  await reader.page.fill('.writing textarea', 'to myself then');
  await reader.page.click('.writing button[type=submit]');
  await reader.sees('to myself then');
  assert.equal((await bob.sees(essay)).find(({ body }) => body === 'to myself then').visibility, 'private');
});
