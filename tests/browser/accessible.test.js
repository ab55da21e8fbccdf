// Everything that axe knows how to check, on every page but the reading page.
import { test } from 'node:test';
import { browser } from '../support/chromium.js';
import { World } from '../support/people.js';
import { Screen } from '../support/screen.js';

const world = await World.start();
const launched = await browser();
const [alice, bob] = await world.people3();
const group = await world.group(alice, bob);
const essay = await alice.puts('Quiet desperation.', { group: group.id, title: 'Essay' });
const invitation = await alice.invites(group);

test('the pages for who is signed out', async () => {
  const screen = await Screen.open(launched, world.url, { bypassCSP: true });
  const [setup] = /\/setup\/[\w-]+/.exec(`${world.server.out}${world.server.err}`);
  for (const path of ['/', '/signin', setup, '/setup/another', `/join/${invitation.code}`, `/d/${essay.id}`]) {
    await screen.goes(path);
    await screen.isAccessible(path);
  }
  await screen.close();
});

for (const colorScheme of ['light', 'dark']) {
  test(`the pages for who is signed in, ${colorScheme}`, async () => {
    const screen = await Screen.open(launched, world.url, { bypassCSP: true, colorScheme });
    await screen.signsIn(alice.name, alice.password);
    for (const path of ['/', '/new', '/account', '/signout', `/g/${group.id}`, '/g/everyone', '/d/nothing']) {
      await screen.goes(path);
      await screen.isAccessible(path);
    }
    await screen.close();
  });
}
