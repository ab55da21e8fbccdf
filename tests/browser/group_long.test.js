// A group with more than fits on a page, and texts that go from one group to another.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { browser } from '../support/chromium.js';
import { World, expect } from '../support/people.js';
import { Screen } from '../support/screen.js';

const world = await World.start();
const launched = await browser();
const [alice, bob] = await world.people3();
const club = await alice.founds('A large club', { premoderated: true });
await bob.joins(club, alice);
const essay = await alice.puts('The mass of men lead lives of quiet desperation.', { group: club.id, title: 'The first' });
const leader = await Screen.open(launched, world.url, { bypassCSP: true });
await leader.signsIn(alice.name, alice.password);

test('members come a page at a time, and the focus goes on with them', async () => {
  world.sql(`SELECT gloss.create_user(gen_random_uuid(), 'm' || i, 'Member ' || i, NULL, false, gen_random_uuid()) FROM generate_series(1, 60) i;
    INSERT INTO gloss.member (group_id, user_id, role)
    SELECT g.id, u.id, 'member' FROM gloss.users u, gloss.groups g WHERE g.name = 'A large club' AND u.display_name LIKE 'Member %'`);
  await leader.goes(`/g/${club.id}#members`);
  await leader.settled();
  const rows = leader.page.locator('#members .members > li');
  assert.equal(await rows.count(), 50);
  assert.equal(await leader.page.locator('.parts a', { hasText: 'Members' }).innerText(), 'Members 62');
  await leader.isAccessible('the first members of many');
  await leader.page.locator('#members button.on').focus();
  await leader.page.keyboard.press('Enter');
  await leader.page.waitForFunction(() => document.querySelectorAll('#members .members > li').length === 62);
  assert.equal(await rows.evaluateAll((items) => items.indexOf(document.activeElement)), 50);
  await leader.page.waitForFunction(() => document.querySelector('#said').textContent === '12 more members, the last ones');
  assert.equal(await leader.page.locator('#members button.on').count(), 0);
});

test('what waits for leaders comes a page at a time, and so does what they decided', async () => {
  const lines = Array.from({ length: 55 }, (_, i) => JSON.stringify({ document: essay.id, group: club.id, quote: 'mass', body: `waiting ${i}` })).join('\n');
  expect(await bob.request('POST', 'annotations/batch', { body: `${lines}\n`, type: 'application/x-ndjson', headers: { 'Idempotency-Key': 'many-waiting' } }), 200);
  await leader.goes(`/g/${club.id}#moderation`);
  await leader.page.reload();
  await leader.settled();
  const cards = leader.page.locator('#moderation .cards > li');
  assert.equal(await cards.count(), 50);
  assert.equal(await leader.page.locator('.parts a', { hasText: 'To look at' }).innerText(), 'To look at 50+');
  await leader.page.locator('#moderation button.on').click();
  await leader.page.waitForFunction(() => document.querySelectorAll('#moderation .cards > li').length === 55);
  // a decision reads the list anew: it is as long as it was
  await cards.last().getByText('Approve').click();
  await leader.page.waitForFunction(() => document.querySelectorAll('#moderation .cards > li').length === 54);
  await Promise.all(expect(await alice.get(`groups/${club.id}/moderation?limit=60`), 200).data.map(async ({ annotation }) =>
    expect(await alice.put(`annotations/${annotation.id}/moderation`, { state: 'approved', note: null }), 200)));
  await leader.page.locator('#log summary').click();
  await leader.page.waitForFunction(() => document.querySelectorAll('#log li').length === 50);
  await leader.isAccessible('a long log');
  await leader.page.locator('#log button.on').click();
  await leader.page.waitForFunction(() => document.querySelectorAll('#log li').length === 55);
});

test('texts beyond the first hundred have pages of their own, without scripts too, and another order keeps theirs', async () => {
  await Promise.all(Array.from({ length: 101 }, (_, i) => alice.puts(`Text ${i}.`, { group: club.id, title: `Text ${i}` })));
  await leader.goes(`/g/${club.id}`);
  await leader.settled();
  const titles = () => leader.page.locator('ol.texts .title').allTextContents();
  assert.equal((await titles()).length, 100);
  const last = await titles();
  await leader.page.click('#order');
  await leader.page.locator('ol.texts > li').nth(1).locator('.steps button').first().click();
  await leader.page.waitForFunction(() => /is now 1 of 100/.test(document.querySelector('#said').textContent));
  await leader.page.click('#order');
  await leader.page.click('text=More texts');
  await leader.settled();
  const rest = await titles();
  assert.deepEqual([rest.length, rest.at(-1)], [2, 'The first']);
  assert.ok(!last.includes(rest[0]));
  assert.equal(await leader.page.locator('#order').count(), 0, 'the order is that of the whole, from its first page');
  await leader.isAccessible('the last texts of many');
  await leader.page.click('text=Texts before these');
  await leader.settled();
  assert.equal((await titles())[0], last[1]);
  assert.equal((await bob.get(`/g/${club.id}?texts=x`)).text.match(/data-text=/g).length, 100);
});

test('a text gets another home from its own page, and the group that it leaves may go on reading it', async () => {
  const salon = await alice.founds('Salon');
  const moves = async (stays) => {
    await leader.goes(`/d/${essay.id}`);
    await leader.page.waitForSelector('html[data-complete]');
    await leader.page.click('.text .menu summary');
    await leader.page.click('[data-text=move]');
    await leader.page.locator('dialog.ask select').waitFor();
    await leader.isAccessible('moving a text');
    await leader.page.locator('dialog.ask select').selectOption({ label: stays ? 'Salon' : 'Only me' });
    await leader.page.locator('dialog.ask [name=stays]').setChecked(stays);
    const loaded = leader.page.waitForEvent('load');
    await leader.page.click('dialog.ask button.main');
    await loaded;
    await leader.page.waitForSelector('html[data-complete]');
  };
  await moves(true);
  assert.equal((await alice.reads(essay)).group, salon.id);
  assert.match(await leader.page.textContent('.top .where'), /Salon/);
  assert.equal((await bob.sees(essay)).length, 55, 'who read it goes on reading it, and what is said there');
  await moves(false);
  assert.equal((await bob.get(`documents/${essay.id}`)).status, 200, 'it is listed in the club still');
  expect(await alice.delete(`groups/${club.id}/documents/${essay.id}`), 204);
  assert.equal((await bob.get(`documents/${essay.id}`)).status, 404);
});

test('no browser had anything to complain about, and no policy was broken', () => leader.isContent());
