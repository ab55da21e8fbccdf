// How one comes into a group, and under which name one is known there.
import assert from 'node:assert/strict';
import test from 'node:test';
import { World, expect, refused } from '../support/people.js';
import { statementText } from '../support/sql.js';

const world = await World.start();
const [alice, bob, carol] = await world.people3();
const dave = await world.person('dave', { display_name: 'Dave the Elder' });

const asks = (who, group, message) => who.post(`${group.path}/requests`, { message });
const decides = (who, request, state, reason) => who.patch(`requests/${request.id}`, { state, ...(reason && { reason }) });
const waiting = async (who, group, query = '') => expect(await who.get(`${group.path}/requests${query}`), 200).data;
const masks = (who, group, name) => who.put(`${group.path}/mask`, { name });
const members = async (who, group) => expect(await who.get(`${group.path}/members`), 200).data;
const called = async (who, group) => (await members(who, group)).map(({ user }) => user.display_name);

test('one invites to no role that one could not give', async () => {
  const group = await world.group(alice, bob, carol);
  expect(await alice.patch(`${group.path}/members/${bob.id}`, { role: 'admin' }), 200);
  const leader = await alice.invites(group, { role: 'admin' });
  for (const role of ['admin', 'owner']) refused(await bob.post(`${group.path}/invitations`, { role }), 'not-allowed');
  const moderator = await bob.invites(group, { role: 'moderator' });
  assert.deepEqual(expect(await bob.get(`${group.path}/invitations`), 200).data.map(({ id }) => id).includes(leader.id), false);
  refused(await bob.post(`invitations/${leader.id}/rotate`), 'not-allowed');
  assert.equal((await dave.accepts(moderator)).role, 'moderator');
  expect(await alice.get(`invitations/${leader.code}`), 200);
});

test('an invitation ends when who made it could no longer make it', async () => {
  const group = await world.group(alice, bob);
  const gives = (role) => alice.patch(`${group.path}/members/${bob.id}`, { role });
  expect(await gives('owner'), 200);
  const [owner, member] = [await bob.invites(group, { role: 'owner' }), await bob.invites(group)];
  expect(await gives('admin'), 200);
  refused(await carol.post(`invitations/${owner.code}/accept`), 'gone');
  expect(await carol.get(`invitations/${member.code}`), 200);
  expect(await gives('member'), 200);
  refused(await carol.post(`invitations/${member.code}/accept`), 'gone');
  expect(await gives('owner'), 200);
  const back = await bob.invites(group);
  expect(await alice.delete(`${group.path}/members/${bob.id}`), 204);
  refused(await bob.post(`invitations/${back.code}/accept`), 'gone');
});

test('an owner who hands a group over leaves no way back to owning it', async () => {
  const group = await world.group(alice, bob);
  const invitation = await alice.invites(group, { role: 'owner' });
  expect(await alice.post(`${group.path}/owner`, { user: bob.id }), 200);
  refused(await carol.post(`invitations/${invitation.code}/accept`), 'gone');
});

test('a rotated invitation has another code, and the old one is dead', async () => {
  const group = await world.group(alice, bob);
  const first = await alice.invites(group, { uses: 3 });
  const keyed = { headers: { 'Idempotency-Key': `rotate-${first.id}` } };
  const second = expect(await alice.post(`invitations/${first.id}/rotate`, undefined, keyed), 200);
  assert.deepEqual([second.id, second.uses_left, second.code === first.code], [first.id, 3, false]);
  assert.equal(expect(await alice.post(`invitations/${first.id}/rotate`, undefined, keyed), 200).code, second.code);
  refused(await carol.post(`invitations/${first.code}/accept`), 'not-found');
  refused(await bob.post(`invitations/${first.id}/rotate`), 'not-allowed');
  refused(await carol.post(`invitations/${first.id}/rotate`), 'not-found');
  refused(await alice.post(`invitations/${first.code}/rotate`), 'not-found');
  await carol.accepts(second);
  expect(await alice.delete(`invitations/${first.id}`), 204);
  refused(await alice.post(`invitations/${first.id}/rotate`, undefined, { headers: { 'Idempotency-Key': `rotate-again-${first.id}` } }), 'not-found');
  refused(await alice.post(`invitations/${first.id}/rotate`, undefined, keyed), 'not-found');
  const used = await alice.invites(group, { uses: 1 });
  await dave.accepts(used);
  refused(await alice.post(`invitations/${used.id}/rotate`), 'gone');
});

test('one asks to be let into a restricted group, once at a time', async () => {
  const group = await alice.founds('By request', { access: 'restricted' });
  const asked = expect(await asks(bob, group, 'Please.'), 201);
  assert.deepEqual([asked.group, asked.group_name, asked.user.name, asked.message, asked.state, asked.reason, asked.decided_at],
    [group.id, 'By request', 'bob', 'Please.', 'waiting', null, null]);
  assert.equal(expect(await asks(bob, group, 'Please!'), 200).id, asked.id);
  assert.deepEqual((await waiting(alice, group)).map(({ id }) => id), [asked.id]);
  assert.deepEqual(expect(await bob.get('me/requests'), 200).data.map(({ id }) => id), [asked.id]);
  assert.equal(expect(await bob.get(`requests/${asked.id}`), 200).state, 'waiting');
  refused(await bob.get(`${group.path}/requests`), 'not-allowed');
  refused(await carol.get(`requests/${asked.id}`), 'not-found');
  refused(await decides(carol, asked, 'accepted'), 'not-found');
  refused(await decides(bob, asked, 'accepted'), 'not-allowed');
  refused(await decides(alice, asked, 'withdrawn'), 'not-allowed');
  refused(await decides(alice, asked, 'perhaps'), 'invalid-body', '/state');
  refused(await decides(alice, { id: 'req_01h00000000000000000000000' }, 'accepted'), 'not-found');
  refused(await alice.get(`${group.path}/requests?state=old`), 'invalid-query', '/query/state');
  for (let i = 0; i < 2; i++) assert.equal(expect(await decides(alice, asked, 'accepted'), 200).state, 'accepted');
  assert.equal((await alice.patch(`requests/${asked.id}`, { state: 'accepted' }, { headers: { Prefer: 'return=minimal' } })).status, 204);
  refused(await dave.get('groups/grp_01h00000000000000000000000/requests'), 'not-found');
  refused(await decides(bob, asked, 'withdrawn'), 'conflict');
  assert.equal((await bob.reads(group)).role, 'member');
  refused(await asks(bob, group), 'conflict');
  assert.deepEqual((await waiting(alice, group, '?state=all')).map(({ state }) => state), ['accepted']);
});

test('a moderator decides, with a reason; who was declined may ask again; who asked may take it back', async () => {
  const group = await alice.founds('Moderated door', { access: 'restricted' });
  await bob.accepts(await alice.invites(group, { role: 'moderator' }));
  const keyed = { headers: { 'Idempotency-Key': `ask-${group.id}` } };
  const first = expect(await carol.post(`${group.path}/requests`, {}, keyed), 201);
  assert.equal(expect(await carol.post(`${group.path}/requests`, {}, keyed), 201).id, first.id);
  assert.deepEqual(expect(await decides(bob, first, 'declined', 'We are full.'), 200).reason, 'We are full.');
  assert.equal(expect(await carol.get(`requests/${first.id}`), 200).reason, 'We are full.');
  refused(await carol.get(`${group.path}/members`), 'not-allowed');
  const second = expect(await asks(carol, group), 201);
  expect(await decides(carol, second, 'withdrawn'), 200);
  assert.deepEqual(await waiting(bob, group), []);
  const third = expect(await asks(carol, group), 201);
  await carol.accepts(await alice.invites(group));
  assert.equal(expect(await carol.get(`requests/${third.id}`), 200).state, 'withdrawn');
});

test('an open group is not asked, of a private one nobody knows, and a closed one tells its name no more', async () => {
  const [open, closed] = [await alice.founds('Open', { access: 'open' }), await alice.founds('Closed')];
  refused(await asks(bob, open), 'conflict');
  refused(await asks(bob, closed), 'not-found');
  refused(await asks(bob, { path: '/api/v1/groups/everyone' }), 'conflict');
  refused(await bob.post(`${open.path}/requests`, { message: 7 }), 'invalid-body', '/message');
  const group = await alice.founds('Soon closed', { access: 'restricted' });
  const asked = expect(await asks(bob, group), 201);
  expect(await alice.patch(group.path, { access: 'private', name: 'A secret' }), 200);
  assert.equal(expect(await bob.get(`requests/${asked.id}`), 200).group_name, null);
  assert.ok(!(await bob.get('me/requests')).text.includes('A secret'));
  assert.equal((await waiting(alice, group))[0].group_name, 'A secret');
  expect(await decides(alice, asked, 'accepted'), 200);
  assert.equal((await bob.reads(group)).name, 'A secret');
});

test('a mask is another name in one group, that nobody else has', async () => {
  const group = await world.group(alice, bob, carol);
  const mask = expect(await masks(bob, group, 'Owl'), 200);
  assert.deepEqual([mask.name, mask.worn], ['Owl', true]);
  assert.notEqual(mask.id, bob.id);
  assert.deepEqual((await bob.reads(group)).my_mask, mask);
  assert.equal((await carol.reads(group)).my_mask, null);
  for (const name of ['owl', 'ALICE', 'bob', 'Dave the elder']) refused(await masks(carol, group, name), 'mask-taken');
  for (const name of ['\ua4f3wl', 'Ow\ua4e1', 'O\u0461l', '\u0b20wl', '\u2c9ewl', '\u{10404}wl']) refused(await masks(carol, group, name), 'mask-taken');
  for (const name of [' Owl', 'Owl\u3164', 'O\u200bwl', '\uff2fwl', '\u041ewl', '0wl', 'Owl\u{e0061}', 'B\u043eb']) refused(await masks(carol, group, name), 'mask-taken');
  for (const name of ['', ' ', '\u200b', '\u3164', '\u202elwO', 'x'.repeat(101), 'a\nb', 7]) refused(await masks(carol, group, name), 'invalid-body', '/name');
  refused(await masks(dave, group, 'Fox'), 'not-found');
  refused(await masks(bob, { path: '/api/v1/groups/everyone' }, 'Fox'), 'not-allowed');
  refused(await dave.delete(`${group.path}/mask`), 'not-found');
  refused(await bob.delete('groups/mine/mask'), 'not-allowed');
  assert.deepEqual(expect(await masks(bob, group, 'Fox'), 200), { ...mask, name: 'Fox' });
  for (let i = 0; i < 2; i++) expect(await bob.delete(`${group.path}/mask`), 204);
  assert.deepEqual((await bob.reads(group)).my_mask, { ...mask, name: 'Fox', worn: false });
  assert.equal((await bob.put(`${group.path}/mask`, { name: 'Fox' }, { headers: { Prefer: 'return=minimal' } })).status, 204);
  expect(await bob.delete(`${group.path}/mask`), 204);
  assert.deepEqual(await called(carol, group), ['alice', 'bob', 'carol']);
});

test('behind a mask a member is shown by it, whole to themselves and to leaders who see through', async () => {
  const group = await world.group(alice, bob, carol);
  const mask = expect(await masks(bob, group, 'Owl'), 200);
  const [seen] = (await members(carol, group)).slice(-1);
  assert.deepEqual(seen, { user: { id: mask.id, name: null, display_name: 'Owl', masked: true }, role: 'member', joined_at: null });
  const own = (await members(bob, group)).find(({ user }) => user.id === bob.id);
  assert.deepEqual(own.user, { id: bob.id, name: 'bob', display_name: 'Owl', masked: true });
  const through = (await members(alice, group)).find(({ user }) => user.id === bob.id);
  assert.deepEqual(through.user, { id: bob.id, name: 'bob', display_name: 'bob', masked: true, mask: 'Owl' });
  assert.ok(own.joined_at && through.joined_at);
  expect(await alice.patch(group.path, { leaders_see_through: false }), 200);
  assert.ok(!(await alice.get(`${group.path}/members`)).text.includes(bob.id));
  refused(await alice.patch(`${group.path}/members/${bob.id}`, { role: 'moderator' }), 'not-found');
  const promoted = expect(await alice.patch(`${group.path}/members/${mask.id}`, { role: 'moderator' }), 200);
  assert.deepEqual([promoted.user.id, promoted.role], [mask.id, 'moderator']);
  refused(await alice.delete(`${group.path}/members/${bob.id}`), 'not-found');
  expect(await alice.delete(`${group.path}/members/${mask.id}`), 204);
  refused(await bob.get(group.path), 'not-found');
});

test('pages of members end with those behind masks, in an order that tells nothing', async () => {
  const group = await world.group(alice, bob, carol, dave);
  await masks(bob, group, 'Owl');
  await masks(dave, group, 'Fox');
  const seen = [];
  for (let path = `${group.path}/members?limit=1`; path;) {
    const page = await carol.get(path);
    seen.push(...expect(page, 200).data.map(({ user }) => user));
    path = page.next;
  }
  assert.deepEqual(seen.slice(0, 2).map(({ name }) => name), ['alice', 'carol']);
  assert.deepEqual(seen.slice(2).map(({ display_name }) => display_name).sort(), ['Fox', 'Owl']);
  assert.deepEqual(seen.slice(2).map(({ id }) => id), seen.slice(2).map(({ id }) => id).sort());
});

test('where members are hidden from each other, each has a mask from the start', async () => {
  const group = await alice.founds('Masked ball', { anonymous: true, leaders_see_through: false });
  await bob.joins(group, alice);
  await carol.joins(group, alice);
  await masks(carol, group, 'Fox');
  assert.equal((await bob.reads(group)).members, 3);
  assert.deepEqual((await called(bob, group)).map((name) => name.replace(/^Reader .*/, 'Reader')).sort(), ['Fox', 'Reader', 'Reader']);
  refused(await bob.delete(`${group.path}/mask`), 'anonymity-kept');
  for (const id of [bob.id, dave.id]) refused(await alice.delete(`${group.path}/members/${id}`), 'not-found');
  const invitation = await alice.invites(group);
  assert.equal(expect(await dave.get(`invitations/${invitation.code}`), 200).author, null);
  assert.doesNotMatch((await dave.get(`/join/${invitation.code}`)).text, /alice/);
  refused(await masks(bob, group, 'carol'), 'mask-taken');
  // hidden behind a mask, nobody is known by their name
  refused(await alice.post(`${group.path}/owner`, { user: 'carol' }), 'not-found');
  expect(await alice.post(`${group.path}/owner`, { user: (await members(bob, group)).find(({ user }) => user.display_name === 'Fox').user.id }), 200);
  assert.equal((await carol.reads(group)).role, 'owner');
});

test('every pass is what members, roles and masks say, after all this', async () => {
  assert.equal(world.sql(`SET search_path = gloss; ${statementText('doctor/passes')}`), '');
});
