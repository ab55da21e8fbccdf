// The rules by which a group reads, and the ways into it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { browser } from '../support/chromium.js';
import { World, expect } from '../support/people.js';
import { Screen } from '../support/screen.js';

const world = await World.start();
const launched = await browser();
const alice = await world.person('alice', { display_name: 'Alice Moreau' });
const bob = await world.person('bob', { display_name: 'Bob' });

const leader = await Screen.open(launched, world.url);
await leader.signsIn(alice.name, alice.password);
leader.page.on('dialog', (dialog) => dialog.accept());
const partsOf = (screen) => screen.page.locator('.parts a').allInnerTexts().then((names) => names.map((name) => name.replace(/ \d+$/, '')));

test('names are hidden in a group, all its members read that, and it is not taken back', async () => {
  const club = await world.group(alice, bob);
  await leader.goes(`/g/${club.id}#settings`);
  await leader.settled();
  await leader.page.check('[name=anonymous][value=true]');
  await leader.page.check('[name=leaders_see_through][value=false]');
  await leader.page.click('#settings-form button.main');
  await leader.page.locator('.rules', { hasText: 'nobody in the group sees who is behind one' }).waitFor();
  await leader.settled();
  assert.ok(await leader.page.isDisabled('[name=anonymous][value=false]'));
  const { text } = await world.anyone.get(`/join/${(await alice.invites(club)).code}`);
  assert.match(text, /nobody in the group sees who is behind one/);
  assert.doesNotMatch(text, /Alice Moreau/);
});

test('who reads in an open group joins with one press', async () => {
  const club = await bob.founds('Open door', { access: 'open' });
  await leader.goes(`/g/${club.id}`);
  await leader.settled();
  assert.equal(await leader.page.locator('.parts').isVisible(), false);
  await leader.page.click('#join');
  await leader.page.waitForSelector('#join', { state: 'detached' });
  await leader.settled();
  assert.deepEqual(await partsOf(leader), ['Texts', 'Members', 'You here']);
});

test('a leader lets each read for themselves first, sees who is ready, and opens it for all', async () => {
  const club = await world.group(alice, bob);
  const text = await alice.puts('The mass of men.', { group: club.id, title: 'Sealed' });
  await leader.goes(`/g/${club.id}`);
  await leader.settled();
  const item = leader.page.locator('.texts > li', { hasText: 'Sealed' });
  await item.locator('.menu summary').click();
  await item.getByText('Each for themselves first').click();
  await leader.page.fill('[name=own_count]', '2');
  await leader.page.check('[name=by_reader]');
  await leader.page.click('#rule button.main');
  await leader.page.locator('.texts .sealed', { hasText: 'Members see what the others wrote when they have written 2 notes of their own, when they say that they have read it, or when' }).waitFor();
  assert.match((await bob.get(`/g/${club.id}`)).text, /You see what others wrote when you have written 2 notes of your own, when you say that you have read it, or when/);
  await bob.annotates(text, { quote: 'mass', body: 'one' });
  await leader.settled();
  await item.locator('.menu summary').click();
  await item.getByText('Who is ready').click();
  await leader.page.locator('.ask li', { hasText: 'Bob' }).getByText('1 of 2 notes').waitFor();
  await leader.page.click('#reveal-now');
  await leader.page.waitForSelector('.texts .sealed', { state: 'detached' });
  assert.ok((await bob.get(`groups/${club.id}/documents/${text.id}/reveal`)).json.revealed_at);
});

test('a date that is ticked has to be given, and to lie ahead', async () => {
  const club = await world.group(alice, bob);
  const text = await alice.puts('The mass of men.', { group: club.id, title: 'Dated' });
  await leader.goes(`/g/${club.id}`);
  await leader.settled();
  const item = leader.page.locator('.texts > li', { hasText: 'Dated' });
  await item.locator('.menu summary').click();
  await item.getByText('Each for themselves first').click();
  const when = leader.page.locator('[name=due_at]');
  const complains = () => when.evaluate((input) => Object.keys(ValidityState.prototype).find((name) => name !== 'valid' && input.validity[name]));
  await leader.page.check('[name=by_date]');
  assert.equal(await complains(), 'valueMissing');
  await when.fill('2020-01-01T10:00');
  assert.equal(await complains(), 'rangeUnderflow');
  await leader.page.uncheck('[name=by_date]');
  assert.equal(await complains(), undefined);
  await leader.page.click('#rule button.main');
  await item.locator('.sealed').waitFor();
  assert.equal((await alice.get(`groups/${club.id}/documents/${text.id}/reveal`)).json.rule.due_at, null);
  await leader.settled();
});

test('somebody asks to be let in, takes it back, asks again, and is let in', async () => {
  const club = await alice.founds('By asking', { access: 'restricted' });
  const outside = await Screen.open(launched, world.url);
  await outside.signsIn(bob.name, bob.password);
  const asks = async (message) => {
    await outside.page.click('#ask-to-join');
    await outside.page.fill('.ask textarea', message);
    await outside.page.click('.ask button.main');
    await outside.page.locator('.joining', { hasText: 'You asked to join' }).waitFor();
    await outside.settled();
  };
  await outside.goes(`/g/${club.id}`);
  await asks('Never mind me.');
  await outside.page.click('text=Take it back');
  await outside.page.waitForSelector('#ask-to-join');
  await asks('I like to walk.');

  await leader.goes(`/g/${club.id}#requests`);
  await leader.settled();
  await leader.page.locator('.parts a', { hasText: 'Requests 1' }).waitFor();
  const request = leader.page.locator('#requests li', { hasText: 'I like to walk.' });
  await request.getByText('Decline…').click();
  await leader.page.fill('.ask textarea', 'We are full.');
  await leader.page.click('.ask button.main');
  await request.waitFor({ state: 'detached' });
  await outside.page.reload();
  await outside.page.locator('.joining', { hasText: 'We are full.' }).waitFor();
  await outside.settled();
  await asks('And now?');
  await leader.page.reload();
  await leader.page.locator('#requests li', { hasText: 'And now?' }).getByText('Let them in').click();
  await leader.page.locator('#requests .empty').waitFor();
  await outside.page.reload();
  await outside.settled();
  assert.deepEqual(await partsOf(outside), ['Texts', 'Members', 'You here']);
  await outside.close();
});

test('a member takes another name, and their own again', async () => {
  const club = await world.group(bob, alice);
  await leader.goes(`/g/${club.id}#you`);
  await leader.settled();
  await leader.page.locator('#you', { hasText: 'You write here under your own name.' }).waitFor();
  await leader.page.fill('#mask [name=name]', 'Owl');
  await leader.page.click('#mask button[type=submit]');
  await leader.page.locator('#you', { hasText: 'You write here as “Owl”' }).waitFor();
  await leader.page.click('#mask-off');
  await leader.page.locator('#you', { hasText: 'You write here under your own name.' }).waitFor();
});

test('what waits is approved, what was flagged is hidden with a reason, and the log tells', async () => {
  const club = await world.group(alice, bob);
  const carol = await (await world.person('carol', { display_name: 'Carol' })).joins(club, alice);
  const text = await alice.puts('The mass of men.', { group: club.id });
  const flagged = await bob.annotates(text, { quote: 'mass', body: 'The butler did it.' });
  expect(await carol.post(`annotations/${flagged.id}/flags`, { reason: 'spoiler', note: 'I have not read it yet.' }), 201);
  expect(await alice.patch(`groups/${club.id}`, { premoderated: true }), 200);
  await bob.annotates(text, { quote: 'men', body: 'Looked at first.' });
  await leader.goes(`/g/${club.id}#moderation`);
  await leader.settled();
  await leader.page.locator('.parts a', { hasText: 'To look at 2' }).waitFor();
  await leader.page.locator('#moderation li', { hasText: 'Looked at first.' }).getByText('Approve').click();
  const card = leader.page.locator('#moderation .cards > li', { hasText: 'The butler' });
  await card.locator('.flags', { hasText: 'Flagged by Carol: it gives something away – I have not read it yet.' }).waitFor();
  await card.getByText('Hide…').click();
  await leader.page.fill('.ask textarea', 'Wait for Thursday.');
  await leader.page.click('.ask button.main');
  await leader.page.locator('#moderation .empty').waitFor();
  assert.equal((await carol.get(`annotations/${flagged.id}`)).status, 404);
  await leader.page.click('#log summary');
  await leader.page.locator('#log li', { hasText: 'what Bob wrote was hidden' }).getByText('Wait for Thursday.').waitFor();
  await leader.page.selectOption('#moderation select', 'hidden');
  await card.getByText('Show it again').click();
  await leader.page.locator('#moderation .empty', { hasText: 'Nothing is hidden.' }).waitFor();
  assert.equal((await carol.get(`annotations/${flagged.id}`)).status, 200);
});

test('whom one has muted one reads again, from one’s account', async () => {
  expect(await alice.put(`me/mutes/${bob.id}`), 204);
  await leader.goes('/account');
  await leader.page.click('#muted li button');
  await leader.page.locator('#muted', { hasText: 'Nobody so far.' }).waitFor();
  assert.deepEqual(expect(await alice.get('me/mutes'), 200).data, []);
});

test('groups that one could join stand below one’s own', async () => {
  const club = await bob.founds('Come in', { access: 'open', description: 'Whoever likes.' });
  const asked = await bob.founds('Ask first', { access: 'restricted' });
  expect(await alice.post(`groups/${asked.id}/requests`, {}), 201);
  await leader.goes('/');
  await leader.settled();
  await leader.page.locator('#others li', { hasText: 'Ask first' }).getByText('You have asked').waitFor();
  await leader.page.locator('#others li', { hasText: 'Whoever likes.' }).getByText('Join').click();
  await leader.page.waitForURL(`**/g/${club.id}`);
  await leader.goes('/');
  await leader.page.locator('#groups .groups').first().locator('li', { hasText: 'Come in' }).getByText('2 members').waitFor();
});

test('axe finds nothing where one asks to join, where a rule is set, and in the list of groups', async () => {
  const club = await alice.founds('Looked at', { access: 'restricted' });
  const text = await alice.puts('The mass of men.', { group: club.id });
  await alice.puts('Of men.', { group: club.id });
  expect(await alice.put(`groups/${club.id}/documents/${text.id}/reveal`, { own_count: 2 }), 200);
  for (const [person, options] of [[alice, {}], [bob, { colorScheme: 'dark', viewport: { width: 390, height: 800 } }]]) {
    const screen = await Screen.open(launched, world.url, { bypassCSP: true, ...options });
    await screen.signsIn(person.name, person.password);
    await screen.settled();
    await screen.isAccessible('texts and groups');
    await screen.goes(`/g/${club.id}`);
    await screen.settled();
    if (person === alice) {
      await screen.page.click('#order');
      await screen.isAccessible('putting texts in order');
      await screen.page.click('#order');
      await screen.page.locator(`[data-text=${text.id}] .menu summary`).click();
      await screen.page.getByText('Who is ready').click();
      await screen.page.locator('.ask .more summary').click();
    } else {
      await screen.page.click('#ask-to-join');
    }
    await screen.page.waitForSelector('.ask');
    await screen.isAccessible('the dialog');
    await screen.close();
  }
});

test('an account is erased with its password, and not without', async () => {
  const club = await world.group(alice, bob);
  const note = await bob.annotates(await alice.puts('The mass of men.', { group: club.id }), { quote: 'mass', body: 'Mine.' });
  await alice.replies(note, 'An answer.');
  const screen = await Screen.open(launched, world.url);
  screen.page.on('dialog', (dialog) => dialog.accept());
  await screen.signsIn(bob.name, bob.password);
  await screen.goes('/account');
  const erases = async (password) => {
    await screen.page.fill('#erase [name=password]', password);
    await screen.page.check('#erase [name=sure]');
    await screen.page.click('#erase button');
  };
  await erases('not the one he has');
  await screen.page.locator('#erase .fault:not([hidden])').waitFor();
  await erases(bob.password);
  await screen.page.waitForURL((url) => url.pathname === '/');
  await screen.page.locator('nav >> text=Sign in').waitFor();
  assert.equal(expect(await alice.get(`annotations/${note.id}`), 200).author, null);
  await screen.close();
});
