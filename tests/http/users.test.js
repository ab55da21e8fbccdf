import assert from 'node:assert/strict';
import test from 'node:test';
import { Person, World, expect, refused } from '../support/people.js';

const world = await World.start();
const invited = await World.start({ signup: 'invited' });
const alice = await world.person('alice');

const signUp = (fields, where = world) => where.anyone.post('users', { name: 'somebody', password: 'long enough', ...fields });

test('somebody signs up and is who they said', async () => {
  const me = expect(await signUp({ name: 'zoe', display_name: 'Zoë Ä. 🐝' }), 201);
  assert.equal(me.name, 'zoe');
  assert.equal(me.display_name, 'Zoë Ä. 🐝');
  assert.equal(me.admin, false);
});

test('without a display name the name is shown', async () => {
  assert.equal(expect(await signUp({ name: 'plain' }), 201).display_name, 'plain');
});

test('a name is taken once, in whatever capitals', async () => {
  await signUp({ name: 'taken' });
  refused(await signUp({ name: 'taken' }), 'name-taken');
  refused(await signUp({ name: 'TAKEN' }), 'invalid-body', '/name');
});

test('a name that could not be a name is refused', async () => {
  for (const name of ['', 'with space', 'é', 'x'.repeat(40), '-dash', 'a/b', 'a\nb', '../x']) {
    refused(await signUp({ name }), 'invalid-body', '/name');
  }
});

test('a password of fewer than 8 characters is refused', async () => {
  refused(await signUp({ name: 'short', password: '1234567' }), 'invalid-body', '/password');
  refused(await signUp({ name: 'short', password: 'x'.repeat(1025) }), 'invalid-body', '/password');
});

test('a display name holds no line breaks and no control characters', async () => {
  for (const display_name of ['', 'a\nb', 'a\u0007b', 'x'.repeat(101)]) {
    refused(await signUp({ name: 'controlled', display_name }), 'invalid-body', '/display_name');
  }
});

test('without an invitation, signing up needs one', async () => {
  refused(await signUp({ name: 'stranger' }, invited), 'not-allowed');
});

test('an invitation lets somebody sign up into its group', async () => {
  const setup = invited.server.out.match(/\/setup\/([A-Za-z0-9_-]+)/)?.[1];
  assert.ok(setup, `no setup link was printed: ${invited.server.out}`);
  const answer = await signUp({ name: 'boss', setup, session: true }, invited);
  assert.equal(expect(answer, 201).admin, true);
  const boss = new Person(invited, { cookie: answer.headers['set-cookie'][0].split(';')[0] });
  boss.token = (await boss.makesToken(undefined)).token;
  const group = await boss.founds('Invited');
  const invitation = await boss.invites(group, { uses: 1 });
  const guest = await signUp({ name: 'guest', invitation: invitation.code, session: true }, invited);
  expect(guest, 201);
  const { data } = expect(await boss.get(`${group.path}/members`), 200);
  assert.deepEqual(data.map((member) => member.user.name).sort(), ['boss', 'guest']);
  refused(await signUp({ name: 'late', invitation: invitation.code }, invited), 'gone');
  refused(await signUp({ name: 'liar', invitation: 'no-such-code' }, invited), 'gone');
});

test('a setup code works once', async () => {
  const setup = invited.server.out.match(/\/setup\/([A-Za-z0-9_-]+)/)[1];
  refused(await signUp({ name: 'second', setup }, invited), 'gone');
});

test('nobody signs up where signing up is closed', async () => {
  const closed = await World.start({ signup: 'closed' });
  refused(await signUp({ name: 'stranger' }, closed), 'not-allowed');
});

test('me says who I am, and where Everyone and my own group are', async () => {
  const me = expect(await alice.get('me'), 200);
  assert.equal(me.name, 'alice');
  assert.equal(expect(await alice.get('groups/mine'), 200).id, me.mine);
  assert.equal(expect(await alice.get('groups/everyone'), 200).id, me.everyone);
  assert.ok(me.scopes.includes('documents:write'));
  assert.ok(!me.scopes.includes('admin'));
});

test('a display name changes, and shows at once on what one has said', async () => {
  const essay = await alice.puts('Some words to talk about.');
  const note = await alice.annotates(essay, { quote: 'words', body: 'x' });
  const session = new Person(world, { cookie: alice.cookie });
  assert.equal(expect(await session.patch('me', { display_name: 'Alice L.' }), 200).display_name, 'Alice L.');
  assert.equal((await alice.reads(note)).author.display_name, 'Alice L.');
  refused(await session.patch('me', { name: 'mallory' }), 'invalid-body', '/name');
  refused(await session.patch('me', { display_name: null }), 'invalid-body', '/display_name');
});
