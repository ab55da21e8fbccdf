// The rules by which a group reads, and the ways into it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { browser } from '../support/chromium.js';
import { World } from '../support/people.js';
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
  await leader.page.locator('.texts .sealed', { hasText: 'when you have written 2 notes of your own, when you say that you have read it, or when' }).waitFor();
  await bob.annotates(text, { quote: 'mass', body: 'one' });
  await leader.settled();
  await item.locator('.menu summary').click();
  await item.getByText('Who is ready').click();
  await leader.page.locator('.ask li', { hasText: 'Bob' }).getByText('1 of 2 notes').waitFor();
  await leader.page.click('#reveal-now');
  await leader.page.waitForSelector('.texts .sealed', { state: 'detached' });
  assert.ok((await bob.get(`groups/${club.id}/documents/${text.id}/reveal`)).json.revealed_at);
});
