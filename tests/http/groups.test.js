import assert from 'node:assert/strict';
import test from 'node:test';
import { World, expect, refused } from '../support/people.js';

const world = await World.start();
const [alice, bob, carol] = await world.people3();
const NOWHERE = 'grp_01h00000000000000000000000';
const names = async (who, group) => expect(await who.get(`${group.path}/members`), 200).data.map((m) => `${m.user.name} ${m.role}`).sort();

test('who founds a group owns it, alone at first', async () => {
  const group = await alice.founds('Thursday readers', { description: 'We read on Thursdays.' });
  assert.deepEqual([group.name, group.description, group.kind, group.access, group.role, group.members, group.version], ['Thursday readers', 'We read on Thursdays.', 'group', 'private', 'owner', 1, 1]);
  assert.deepEqual(await names(alice, group), ['alice owner']);
  refused(await bob.get(group.path), 'not-found');
  refused(await bob.get(`${group.path}/members`), 'not-found');
});

test('a group has a name', async () => {
  for (const name of ['', 'x'.repeat(101), 7, 'a\nb']) refused(await alice.post('groups', { name }), 'invalid-body', '/name');
  refused(await alice.post('groups', {}), 'invalid-body', '/name');
  refused(await alice.post('groups', { name: 'x', description: 'x'.repeat(2001) }), 'invalid-body', '/description');
});

test('everybody is in Everyone and in a group of their own', async () => {
  const { data } = expect(await bob.get('groups'), 200);
  assert.ok(data.some((g) => g.kind === 'everyone') && data.some((g) => g.kind === 'mine'));
  const mine = expect(await bob.get('groups/mine'), 200);
  assert.deepEqual([mine.kind, mine.members, mine.role], ['mine', 1, 'owner']);
  const everyone = expect(await bob.get('groups/everyone'), 200);
  assert.deepEqual([everyone.kind, everyone.role], ['everyone', 'member']);
  refused(await alice.get(`groups/${mine.id}`), 'not-found');
});

test('nobody leaves Everyone or their own group, nor takes them apart', async () => {
  for (const id of ['everyone', 'mine']) {
    const answer = await bob.post(`groups/${id}/leave`);
    assert.ok([403, 409].includes(answer.status), answer.text);
    assert.ok([403, 409].includes((await bob.delete(`groups/${id}`)).status));
  }
  refused(await bob.patch('groups/everyone', { name: 'Mine' }), 'not-allowed');
});

test('a group lists only where one is in', async () => {
  const group = await alice.founds('Secret');
  assert.ok(!expect(await bob.get('groups'), 200).data.some((g) => g.id === group.id));
  refused(await bob.get(`groups/${NOWHERE}`), 'not-found');
});

test('owners change a group, members do not', async () => {
  const group = await world.group(alice, bob);
  const changed = expect(await alice.patch(group.path, { name: 'Friday readers', description: null }), 200);
  assert.deepEqual([changed.name, changed.description, changed.version > group.version], ['Friday readers', null, true]);
  refused(await bob.patch(group.path, { name: 'x' }), 'not-allowed');
  refused(await carol.patch(group.path, { name: 'x' }), 'not-found');
  refused(await alice.patch(group.path, { name: null }), 'invalid-body', '/name');
});

test('a member becomes an owner, and then does what owners do', async () => {
  const group = await world.group(alice, bob, carol);
  refused(await bob.patch(`${group.path}/members/${carol.id}`, { role: 'owner' }), 'not-allowed');
  assert.equal(expect(await alice.patch(`${group.path}/members/${bob.id}`, { role: 'owner' }), 200).role, 'owner');
  expect(await bob.patch(group.path, { name: 'Ours now' }), 200);
  expect(await bob.patch(`${group.path}/members/${alice.id}`, { role: 'member' }), 200);
  assert.deepEqual(await names(carol, group), ['alice member', 'bob owner', 'carol member']);
  refused(await alice.patch(group.path, { name: 'x' }), 'not-allowed');
  refused(await bob.patch(`${group.path}/members/${carol.id}`, { role: 'king' }), 'invalid-body', '/role');
  refused(await bob.patch(`${group.path}/members/usr_01h00000000000000000000000`, { role: 'owner' }), 'not-found');
});

test('the last owner stays, and stays an owner', async () => {
  const group = await world.group(alice, bob);
  refused(await alice.post(`${group.path}/leave`), 'last-owner');
  refused(await alice.delete(`${group.path}/members/${alice.id}`), 'last-owner');
  refused(await alice.patch(`${group.path}/members/${alice.id}`, { role: 'member' }), 'last-owner');
});

test('an owner makes leaders, an admin makes moderators', async () => {
  const dave = await world.person();
  const group = await world.group(alice, bob, carol, dave);
  const gives = (who, whom, role) => who.patch(`${group.path}/members/${whom.id}`, { role });
  expect(await gives(alice, bob, 'admin'), 200);
  expect(await gives(bob, carol, 'moderator'), 200);
  for (const [whom, role] of [[carol, 'admin'], [carol, 'owner'], [alice, 'member'], [bob, 'owner']]) refused(await gives(bob, whom, role), 'not-allowed');
  refused(await gives(carol, dave, 'moderator'), 'not-allowed');
  refused(await bob.delete(`${group.path}/members/${alice.id}`), 'not-allowed');
  refused(await carol.delete(`${group.path}/members/${dave.id}`), 'not-allowed');
  assert.deepEqual(expect(await dave.get(`${group.path}/members?role=moderator`), 200).data.map((m) => m.user.name), ['carol']);
  refused(await dave.get(`${group.path}/members?role=king`), 'invalid-query', '/query/role');
  expect(await bob.delete(`${group.path}/members/${carol.id}`), 204);
  expect(await alice.delete(`${group.path}/members/${bob.id}`), 204);
});

test('what a group’s JSON lets one do is what the table says', async () => {
  const { data } = expect(await alice.get('permissions'), 200);
  const due = (role) => data.filter(({ roles, kinds }) => roles.includes(role) && kinds.includes('group')).map(({ deed }) => deed);
  const group = await world.group(alice, bob);
  assert.deepEqual((await alice.reads(group)).may, due('owner'));
  for (const role of ['admin', 'moderator', 'member']) {
    expect(await alice.patch(`${group.path}/members/${bob.id}`, { role }), 200);
    assert.deepEqual((await bob.reads(group)).may, due(role));
  }
  expect(await alice.patch(group.path, { access: 'open' }), 200);
  assert.deepEqual((await carol.reads(group)).may, data.filter(({ others }) => others.includes('open')).map(({ deed }) => deed));
});

test('a group is handed over: its owner is an admin then', async () => {
  const group = await world.group(alice, bob);
  const to = (who, user, options) => who.post(`${group.path}/owner`, { user }, options);
  refused(await to(bob, bob.id), 'not-allowed');
  refused(await to(carol, bob.id), 'not-found');
  refused(await to(alice, carol.id), 'not-found');
  refused(await to(alice, alice.id), 'conflict');
  refused(await to(alice, ''), 'invalid-body', '/user');
  refused(await to(alice, 'nobody-of-this-name'), 'not-found');
  refused(await to(alice, 'carol'), 'not-found');
  const keyed = { headers: { 'Idempotency-Key': `hand-over-${group.id}` } };
  for (let i = 0; i < 2; i++) assert.equal(expect(await to(alice, bob.id, keyed), 200).role, 'admin');
  refused(await to(alice, bob.id), 'not-allowed');
  assert.deepEqual(await names(bob, group), ['alice admin', 'bob owner']);
  // by the name, too
  assert.equal(expect(await to(bob, 'alice'), 200).role, 'admin');
  assert.deepEqual(await names(alice, group), ['alice owner', 'bob admin']);
  expect(await bob.post(`${group.path}/leave`), 204);
});

test('who may come into a group is its access', async () => {
  const [open, restricted] = [await alice.founds('Open one', { access: 'open' }), await alice.founds('Restricted one', { access: 'restricted' })];
  const closed = await alice.founds('Closed one');
  const found = async (access) => expect(await bob.get(`groups?access=${access}`), 200).data.map(({ id }) => id);
  assert.ok((await found('open')).includes(open.id) && !(await found('open')).includes(restricted.id));
  const both = await found('open,restricted');
  assert.ok([open, restricted].every(({ id }) => both.includes(id)) && !both.includes(closed.id));
  for (const access of ['private', 'open,open,open', '', 'open,']) refused(await bob.get(`groups?access=${access}`), 'invalid-query', '/query/access');
  assert.deepEqual([(await bob.reads(open)).members, (await bob.reads(open)).role], [null, null]);
  refused(await bob.get(`${open.path}/members`), 'not-allowed');
  refused(await bob.post(`${restricted.path}/join`), 'not-allowed');
  refused(await bob.post(`${closed.path}/join`), 'not-found');
  for (let i = 0; i < 2; i++) assert.equal(expect(await bob.post(`${open.path}/join`), 200).role, 'member');
  assert.equal((await bob.reads(open)).members, 2);
  assert.ok(!(await found('open')).includes(open.id));
  expect(await bob.post('groups/everyone/join'), 200);
});

test('a group that is opened is read by all, and closed again by its members alone', async () => {
  const group = await world.group(alice, bob);
  const essay = await alice.puts('For whom?', { group: group.id });
  expect(await alice.patch(group.path, { access: 'restricted' }), 200);
  await carol.reads(essay);
  refused(await carol.post('annotations', { document: essay.id, body: 'Me too.', group: group.id }), 'not-allowed');
  expect(await alice.patch(group.path, { access: 'open' }), 200);
  assert.equal((await carol.annotates(essay, { body: 'Me too.', group: group.id })).group, group.id);
  expect(await alice.patch(group.path, { access: 'private' }), 200);
  refused(await carol.get(essay.path), 'not-found');
  refused(await carol.get(group.path), 'not-found');
  refused(await alice.patch(group.path, { access: 'ajar' }), 'invalid-body', '/access');
});

test('anonymity is only tightened once somebody else is in', async () => {
  const group = await alice.founds('Unknown to each other', { anonymous: true, leaders_see_through: true });
  expect(await alice.patch(group.path, { anonymous: false }), 200);
  expect(await alice.patch(group.path, { anonymous: true, leaders_see_through: false }), 200);
  expect(await alice.patch(group.path, { leaders_see_through: true }), 200);
  await bob.joins(group, alice);
  refused(await alice.patch(group.path, { anonymous: false }), 'anonymity-kept');
  expect(await alice.patch(group.path, { leaders_see_through: false }), 200);
  refused(await alice.patch(group.path, { leaders_see_through: true }), 'anonymity-kept');
  const seen = await bob.reads(group);
  assert.deepEqual([seen.anonymous, seen.leaders_see_through, seen.my_mask.worn], [true, false, true]);
  refused(await alice.patch(group.path, { access: 'open' }), 'invalid-body', '/access');
  refused(await alice.post('groups', { name: 'x', access: 'open', anonymous: true }), 'invalid-body', '/access');
  refused(await alice.post('groups', { name: 'x', anonymous: 'yes' }), 'invalid-body', '/anonymous');
  refused(await bob.patch(group.path, { anonymous: true }), 'not-allowed');
});

test('a group’s texts are listed in its order, those without a place after them', async () => {
  const group = await world.group(alice, bob);
  const texts = [];
  for (const title of ['one', 'two', 'three', 'four']) texts.push(await alice.puts('Words.', { title, group: group.id }));
  const [one, two, three, four] = texts.map(({ id }) => id);
  const far = await alice.puts('Listed.', { title: 'far' });
  expect(await alice.put(`${group.path}/documents/${far.id}`), 204);
  const order = (who, documents) => who.put(`${group.path}/documents`, { documents });
  const listed = async (who, limit = 2) => {
    const titles = [];
    for (let path = `${group.path}/documents?limit=${limit}`; path;) {
      const page = await who.get(path);
      titles.push(...expect(page, 200).data.map(({ title }) => title));
      path = page.next;
    }
    return titles;
  };
  assert.deepEqual(await listed(bob), ['far', 'four', 'three', 'two', 'one']);
  expect(await order(alice, [two, far.id, one]), 204);
  assert.deepEqual(await listed(bob), ['two', 'far', 'one', 'four', 'three']);
  expect(await order(alice, [four, two]), 204);
  assert.deepEqual(await listed(bob, 1), ['four', 'two', 'far', 'three', 'one']);
  refused(await order(bob, [one]), 'not-allowed');
  refused(await order(carol, [one]), 'not-found');
  refused(await carol.get(`${group.path}/documents`), 'not-found');
  const elsewhere = await alice.puts('Elsewhere.');
  for (const [documents, pointer] of [[[one, elsewhere.id], '/documents/1'], [[one, one], '/documents/1'], [['x'], '/documents/0'], [[7], '/documents/0'], ['all', '/documents']]) {
    refused(await order(alice, documents), 'invalid-body', pointer);
  }
  refused(await alice.put(`${group.path}/documents`, {}), 'invalid-body', '/documents');
  assert.deepEqual(await listed(alice), ['four', 'two', 'far', 'three', 'one']);
  expect(await alice.put('groups/mine/documents', { documents: [elsewhere.id] }), 204);
  refused(await alice.put('groups/everyone/documents', { documents: [] }), 'not-allowed');
});

test('two are alone with each other, whoever asks first', async () => {
  const group = await world.group(alice, bob, carol);
  const pairs = (who, whom) => who.post('groups', { with: whom });
  const [first, second] = await Promise.all([pairs(alice, bob.id), pairs(bob, 'alice')]);
  assert.deepEqual([first.status, second.status].sort(), [200, 201]);
  const [mine, theirs] = [first.json, second.json];
  assert.equal(mine.id, theirs.id);
  assert.deepEqual([mine.kind, mine.name, theirs.name, mine.access, mine.members, mine.role], ['pair', 'bob', 'alice', 'private', 2, 'member']);
  assert.deepEqual(mine.may, ['read', 'write', 'list_text', 'list_members']);
  assert.equal(expect(await pairs(alice, 'bob'), 200).id, mine.id);
  const keyed = { headers: { 'Idempotency-Key': `pair-${group.id}` } };
  const made = expect(await alice.post('groups', { with: carol.id }, keyed), 201);
  assert.equal(expect(await alice.post('groups', { with: carol.id }, keyed), 201).id, made.id);
  refused(await carol.get(`groups/${mine.id}`), 'not-found');
  for (const attempt of [alice.post(`groups/${mine.id}/leave`), alice.delete(`groups/${mine.id}`), alice.patch(`groups/${mine.id}`, { name: 'x' }),
    alice.post(`groups/${mine.id}/invitations`, {}), alice.delete(`groups/${mine.id}/members/${bob.id}`), alice.put(`groups/${mine.id}/mask`, { name: 'x' })]) {
    assert.match(refused(await attempt, 'not-allowed').detail, /between two/);
  }
});

test('one is alone only with who is in a group with oneself, and known by name there', async () => {
  const group = await alice.founds('Masks in part');
  const [erin, frank] = [await world.person('erin'), await world.person('frank')];
  await erin.joins(group, alice);
  const pairs = (who, whom) => who.post('groups', { with: whom });
  for (const whom of [frank.id, 'frank', 'nobody-at-all', 'usr_01h00000000000000000000000']) refused(await pairs(erin, whom), 'not-found');
  await frank.joins(group, alice);
  const mask = expect(await frank.put(`${group.path}/mask`, { name: 'Owl' }), 200);
  for (const whom of [frank.id, 'frank', mask.id]) refused(await pairs(erin, whom), 'not-found');
  expect(await pairs(alice, 'frank'), 201);
  refused(await pairs(erin, erin.id), 'conflict');
  for (const [body, pointer] of [[{ with: '' }, '/with'], [{ with: 7 }, '/with'], [{ with: 'alice', name: 'x' }, '/name']]) refused(await erin.post('groups', body), 'invalid-body', pointer);
});

test('what is said between two is about texts that both can read', async () => {
  const group = await world.group(alice, bob, carol);
  const pair = (await alice.post('groups', { with: bob.id })).json;
  const common = await alice.puts('The mass of men.', { group: group.id });
  const own = await alice.puts('Mine alone.');
  const note = await alice.annotates(common, { body: 'For you alone.', group: pair.id });
  assert.equal(note.group, pair.id);
  assert.equal((await bob.reads(note)).body, 'For you alone.');
  refused(await carol.get(note.path), 'not-found');
  await bob.replies(note, 'Thanks.');
  refused(await alice.post('annotations', { document: own.id, body: 'x', group: pair.id }), 'invalid-body', '/group');
  expect(await alice.put(`${(await alice.reads(`/api/v1/groups/${pair.id}`)).links.self}/documents/${own.id}`), 204);
  await alice.annotates(own, { body: 'Now you can.', group: pair.id });
});

test('two owners who leave at once do not both get away', async () => {
  const group = await world.group(alice, bob);
  expect(await alice.patch(`${group.path}/members/${bob.id}`, { role: 'owner' }), 200);
  const answers = await Promise.all([alice, bob].map((who) => who.post(`${group.path}/leave`)));
  assert.deepEqual(answers.map((a) => a.status).sort(), [204, 409]);
});

test('who leaves or is removed reads no more, at once', async () => {
  const group = await world.group(alice, bob, carol);
  const essay = await alice.puts('For members.', { group: group.id });
  const note = await bob.annotates(essay, { body: 'from bob' });
  await bob.leaves(group);
  refused(await bob.get(essay.path), 'not-found');
  refused(await bob.get(group.path), 'not-found');
  refused(await bob.post(`${group.path}/leave`), 'not-found');
  refused(await carol.delete(`${group.path}/members/${alice.id}`), 'not-allowed');
  expect(await alice.delete(`${group.path}/members/${carol.id}`), 204);
  refused(await carol.get(essay.path), 'not-found');
  refused(await alice.delete(`${group.path}/members/${carol.id}`), 'not-found');
  assert.equal((await alice.reads(note)).body, 'from bob');
  assert.deepEqual(await names(alice, group), ['alice owner']);
});

test('one’s own words stay readable to oneself after leaving, and can be taken back', async () => {
  const group = await world.group(alice, bob);
  const essay = await alice.puts('For members.', { group: group.id });
  const note = await bob.annotates(essay, { body: 'mine all the same' });
  await bob.leaves(group);
  assert.equal((await bob.reads(note)).body, 'mine all the same');
});

test('a group in which a text has its home is not dissolved; an empty one is', async () => {
  const group = await world.group(alice, bob);
  const essay = await alice.puts('At home.', { group: group.id });
  refused(await bob.delete(group.path), 'not-allowed');
  refused(await alice.delete(group.path), 'conflict');
  await alice.deletes(essay);
  const free = await world.group(alice, bob);
  expect(await alice.delete(free.path), 204);
  refused(await alice.get(free.path), 'not-found');
  refused(await bob.get(free.path), 'not-found');
  refused(await alice.delete(free.path), 'not-found');
  refused(await carol.delete(group.path), 'not-found');
});

test('an invitation is made, seen, accepted', async () => {
  const group = await alice.founds('Inviting');
  const invitation = await alice.invites(group, { uses: 2 });
  assert.deepEqual([invitation.group, invitation.role, invitation.uses_left, invitation.expires_at, invitation.author.name], [group.id, 'member', 2, null, 'alice']);
  assert.equal(invitation.links.html, `/join/${invitation.code}`);
  const seen = expect(await world.anyone.get(`invitations/${invitation.code}`), 200);
  assert.deepEqual([seen.group.name, seen.author.name], ['Inviting', 'alice']);
  assert.equal((await bob.accepts(invitation)).role, 'member');
  assert.equal((await bob.accepts(invitation)).members, 2);
  const listed = expect(await alice.get(`${group.path}/invitations`), 200).data;
  assert.deepEqual(listed.map((i) => [i.id, i.uses_left]), [[invitation.id, 1]]);
  await carol.accepts(invitation);
  const late = await world.person();
  refused(await late.post(`invitations/${invitation.code}/accept`), 'gone');
  refused(await world.anyone.get(`invitations/${invitation.code}`), 'gone');
});

test('the last use of an invitation goes to one of two who want it', async () => {
  const group = await alice.founds('One place');
  const invitation = await alice.invites(group, { uses: 1 });
  const answers = await Promise.all([bob, carol].map((who) => who.post(`invitations/${invitation.code}/accept`)));
  assert.deepEqual(answers.map((a) => a.status).sort(), [200, 410]);
});

test('a revoked or expired invitation lets nobody in', async () => {
  const group = await alice.founds('Closing');
  const invitation = await alice.invites(group);
  refused(await bob.delete(`invitations/${invitation.id}`), 'not-found');
  expect(await alice.delete(`invitations/${invitation.id}`), 204);
  refused(await alice.delete(`invitations/${invitation.id}`), 'not-found');
  refused(await bob.post(`invitations/${invitation.code}/accept`), 'gone');
  const short = await alice.invites(group, { expires_at: new Date(Date.now() + 2500).toISOString() });
  await new Promise((resolve) => setTimeout(resolve, 3000));
  refused(await bob.post(`invitations/${short.code}/accept`), 'gone');
});

test('a code that nobody made is not there', async () => {
  for (const code of ['nonsense', 'x'.repeat(300), '%F0%9F%98%80']) {
    refused(await world.anyone.get(`invitations/${code}`), 'not-found');
    refused(await bob.post(`invitations/${code}/accept`), 'not-found');
  }
});

test('owners invite, members do not; what cannot be is refused by its field', async () => {
  const group = await world.group(alice, bob);
  refused(await bob.post(`${group.path}/invitations`, {}), 'not-allowed');
  refused(await bob.get(`${group.path}/invitations`), 'not-allowed');
  refused(await carol.post(`${group.path}/invitations`, {}), 'not-found');
  refused(await carol.get(`${group.path}/invitations`), 'not-found');
  const invitation = await alice.invites(group);
  refused(await bob.delete(`invitations/${invitation.id}`), 'not-allowed');
  for (const [fields, pointer] of [[{ uses: 0 }, '/uses'], [{ uses: 'many' }, '/uses'], [{ role: 'king' }, '/role'], [{ expires_at: 'soon' }, '/expires_at'], [{ expires_at: '2001-01-01T00:00:00Z' }, '/expires_at']]) {
    refused(await alice.post(`${group.path}/invitations`, fields), 'invalid-body', pointer);
  }
});

test('an invitation as owner makes an owner', async () => {
  const group = await alice.founds('Owners');
  assert.equal((await bob.accepts(await alice.invites(group, { role: 'owner' }))).role, 'owner');
});

test('members are listed page by page, the first to join first', async () => {
  const group = await world.group(alice, bob, carol);
  const seen = [];
  let path = `${group.path}/members?limit=2`;
  while (path) {
    const page = await bob.get(path);
    seen.push(...expect(page, 200).data.map((m) => m.user.name));
    path = page.next;
  }
  assert.deepEqual(seen, ['alice', 'bob', 'carol']);
});
