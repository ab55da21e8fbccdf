// The end of an account: nothing of it is left but the place of what others have answered.
import assert from 'node:assert/strict';
import test from 'node:test';
import { gloss, patience, sanitized } from '../support/binary.js';
import { faults } from '../support/faults.js';
import { World, expect, refused } from '../support/people.js';

const world = await World.start();
const alice = await world.person('alice');
const [carol, dan] = [await world.person('carol'), await world.person('dan')];
const group = await world.group(alice, carol, dan);
const essay = await alice.puts('The mass of men lead lives of quiet desperation.', { group: group.id });
let count = 0;

// A member of the group who is about to go.
async function mortal() {
  const who = await world.person(`mortal${++count}`);
  return who.joins(group, alice);
}
const signedIn = (who) => new who.constructor(world, { cookie: who.cookie });
const erase = (who, password = who.password) => signedIn(who).post('me/erase', { password });
const settled = () => assert.deepEqual(faults(world), []);

// Every value in the database, as text.
function rows() {
  return world.sql(`SELECT string_agg(query_to_xml('SELECT * FROM gloss.' || c.relname, true, true, '')::text, '') FROM pg_class c
    WHERE c.relnamespace = 'gloss'::regnamespace AND c.relkind = 'r' AND c.relname <> 'migration'`);
}

test('the account is gone: session, tokens, password and name', async () => {
  const bob = await mortal();
  const answer = await erase(bob);
  expect(answer, 204);
  assert.match(answer.headers['set-cookie'][0], /sid=;/);
  refused(await bob.get('me'), 'unauthorized');
  refused(await signedIn(bob).get('me'), 'unauthorized');
  refused(await world.anyone.post('session', { name: bob.name, password: bob.password }), 'wrong-password');
  refused(await erase(bob), 'unauthorized');
  const heir = await world.person(bob.name);
  assert.notEqual(heir.id, bob.id);
  settled();
});

test('only who knows the password ends the account, and only signed in', async () => {
  const bob = await mortal();
  refused(await erase(bob, 'not the password'), 'invalid-body', '/password');
  refused(await signedIn(bob).post('me/erase', {}), 'invalid-body', '/password');
  refused(await signedIn(bob).post('me/erase', { password: bob.password, name: bob.name }), 'invalid-body', '/name');
  refused(await bob.post('me/erase', { password: bob.password }), 'missing-scope');
  expect(await bob.get('me'), 200);
});

test('what was said of a revision goes with its author, the text that others read stays', async () => {
  const bob = await mortal();
  const [shared, own] = [await bob.puts('One two three.', { group: group.id }), await bob.puts('A canary of one’s own.')];
  const revise = (text, words) => bob.post(`${text.path}/revisions`, { text: words, note: 'a canary' }, { headers: { 'If-Match': `"${text.revision.id}"` } });
  const note = await carol.annotates(shared, { quote: 'two', body: 'stays' });
  const { revision } = expect(await revise(shared, 'Zero one two three.'), 201);
  expect(await revise(own, 'Another canary.'), 201);
  const tag = (await carol.get(`${shared.path}/revisions`)).etag;
  expect(await erase(bob), 204);
  const { data } = expect(await carol.get(`${shared.path}/revisions`, { headers: { 'If-None-Match': tag } }), 200);
  assert.deepEqual(data.map(({ id, author, note: said }) => [id, author, said]), [[revision.id, null, null], [shared.revision.id, null, null]]);
  for (const { id } of data) assert.match(expect(await carol.get(`revisions/${id}/text`), 200), /one two three|One two three/);
  assert.deepEqual([(await carol.reads(note)).anchor.start, (await carol.reads(note)).anchor.revision], [9, revision.id]);
  assert.match(expect(await carol.get(`/d/${shared.id}/history`), 200), /a deleted reader/);
  assert.ok(!/canary/.test(rows()));
  // its home group's leaders go on with it
  expect(await alice.post(`${shared.path}/revisions`, { text: 'One two three, at last.' }, { headers: { 'If-Match': `"${revision.id}"` } }), 201);
  assert.equal((await carol.reads(note)).anchor.start, 4);
  settled();
});

test('words are emptied; what others answered stays below a tombstone without an author', async () => {
  const bob = await mortal();
  const answered = await bob.annotates(essay, { quote: 'mass', body: 'canary-one', tags: ['canary-tag'] });
  const lonely = await bob.annotates(essay, { quote: 'men', body: 'canary-two' });
  await bob.replies(lonely, 'canary-three, to myself');
  const edited = await bob.annotates(essay, { body: 'canary-four' });
  await bob.edits(edited, { body: 'canary-five' });
  const reply = await carol.replies(answered, 'I disagree');
  const under = await bob.replies(reply, 'canary-six');
  const hers = await carol.annotates(essay, { body: 'hers' });
  const bobs = await bob.replies(hers, 'canary-seven');
  await bob.reacts(hers, 'agree');
  await dan.reacts(hers, 'agree');
  await dan.reacts(answered, 'thanks');
  await bob.annotates(essay, { body: 'canary-draft', draft: true });
  await bob.annotates(essay, { body: 'canary-private', visibility: 'private' });
  const elsewhere = await bob.annotates('https://example.org/gone', { body: 'canary-page', group: group.id });
  const before = (await carol.reads(essay)).annotations;
  const tag = (await carol.get(`annotations?document=${essay.id}`)).etag;

  expect(await erase(bob), 204);
  const stone = await carol.reads(answered);
  assert.deepEqual([stone.deleted, stone.author, stone.body, stone.tags, stone.quote, stone.selectors, stone.replies, stone.reactions], [true, null, null, [], null, [], 1, {}]);
  assert.equal((await carol.reads(reply)).body, 'I disagree');
  for (const note of [lonely, edited, under, bobs, elsewhere]) refused(await carol.get(note.path), 'not-found');
  const { replies, reactions } = await carol.reads(hers);
  assert.deepEqual([replies, reactions], [0, { agree: 1 }]);
  assert.equal((await carol.reads(essay)).annotations, before - 6);
  assert.notEqual((await carol.get(`annotations?document=${essay.id}`)).etag, tag);
  for (const format of ['md', 'txt', 'html', 'csv', 'jsonld', 'ndjson']) {
    const { text } = await carol.get(`documents/${essay.id}/export.${format}`);
    assert.ok(!/canary|mortal/.test(text), format);
  }
  assert.ok(!/canary/.test(rows()));
  assert.ok(!rows().includes(bob.name));
  settled();
});

test('what was between two is with a deleted reader then, also where one reads', async () => {
  const [ruth, sam] = [await world.person('ruth'), await world.person('sam')];
  const group = await world.group(ruth, sam);
  const essay = await ruth.puts('Between two.', { group: group.id });
  const pair = expect(await ruth.post('groups', { with: sam.id }), 201);
  await ruth.annotates(essay, { body: 'only for you', group: pair.id });
  assert.ok(expect(await signedIn(ruth).get(`/d/${essay.id}`), 200).includes('only for you'));
  expect(await erase(sam), 204);
  const page = expect(await signedIn(ruth).get(`/d/${essay.id}`), 200);
  assert.ok(page.includes('a deleted reader') && !page.includes('Two readers'));
});

test('an erased author’s tombstone is one like any other', async () => {
  const bob = await mortal();
  const [first, second] = [await bob.annotates(essay, { quote: 'men', body: 'x', kind: 'question' }), await bob.annotates(essay, { quote: 'men', body: 'x', kind: 'question' })];
  for (const note of [first, second]) await carol.replies(note, 'answered');
  await bob.deletes(first);
  expect(await erase(bob), 204);
  const plain = ({ id, thread, links, path, created_at, updated_at, version, ...rest }) => rest;
  assert.deepEqual(plain(await carol.reads(second)), plain(await carol.reads(first)));
});

test('who is erased is no member any more, and their groups have owners', async () => {
  const bob = await mortal();
  const shared = await bob.founds('Handed on');
  await dan.joins(shared, bob);
  await carol.joins(shared, bob);
  expect(await bob.patch(`${shared.path}/members/${carol.id}`, { role: 'moderator' }), 200);
  const alone = await bob.founds('Dissolved');
  const text = await bob.puts('Nobody else has read this canary.', { group: alone.id });
  const kept = await bob.puts('This one the group has.', { group: shared.id, uris: ['https://example.org/kept'] });
  expect(await erase(bob), 204);
  assert.equal((await carol.reads(shared)).role, 'owner');
  assert.equal((await dan.reads(shared)).role, 'member');
  const members = expect(await alice.get(`${group.path}/members`), 200).data;
  assert.ok(!members.some((m) => m.user?.id === bob.id || m.id === bob.id));
  assert.equal(world.sql(`SELECT count(*) FROM gloss.groups WHERE name = '' AND deleted_at IS NOT NULL`), '1');
  assert.ok(!/Nobody else has read|Dissolved/.test(rows()));
  refused(await carol.get(`documents/${text.id}`), 'not-found');

  const orphan = await carol.reads(kept);
  assert.equal(orphan.owner, null);
  const page = await carol.get(`/d/${kept.id}`, { contract: false, headers: { Cookie: carol.cookie } });
  assert.match(page.text, /deleted reader/);
  refused(await dan.patch(kept.path, { title: 'Mine' }), 'not-allowed');
  assert.equal(expect(await carol.patch(kept.path, { title: 'Ours' }), 200).title, 'Ours');
  refused(await dan.put(`${kept.path}/annotating`, { allowed: 'none' }), 'not-allowed');
  expect(await carol.put(`${kept.path}/annotating`, { allowed: 'none' }), 200);
  refused(await dan.post(`${kept.path}/move`, { group: 'mine' }), 'not-allowed');
  assert.equal(expect(await carol.post(`${kept.path}/move`, { group: group.id }), 200).group, group.id);
  expect(await alice.delete(kept.path), 204);
  settled();
});

test('a text of one’s own group goes with its words; one that a group reads stays with that group', async () => {
  const bob = await mortal();
  const own = await bob.puts('A diary of canaries.', { title: 'canary diary' });
  const listed = await bob.puts('Read by others.', { uris: ['https://example.org/read'] });
  expect(await bob.put(`${group.path}/documents/${listed.id}`), 204);
  const note = await carol.annotates(listed, { quote: 'others', body: 'me' });
  expect(await erase(bob), 204);
  const stays = await carol.reads(listed);
  assert.deepEqual([stays.group, stays.owner, stays.uris], [group.id, null, ['https://example.org/read']]);
  assert.equal((await carol.reads(note)).body, 'me');
  assert.ok(!/diary|canar/.test(rows()));
  refused(await carol.get(own.path), 'not-found');
  settled();
});

test('of what leaders took away the group keeps that it was, not why', async () => {
  const bob = await mortal();
  const [first, second, hers] = [await bob.annotates(essay, { body: 'x' }), await bob.annotates(essay, { body: 'y' }), await carol.annotates(essay, { body: 'z' })];
  await dan.replies(first, 'answered');
  for (const [note, why] of [[first, 'he calls me a canary'], [second, 'canary again'], [hers, 'another reason']]) {
    expect(await alice.put(`${note.path}/moderation`, { state: 'hidden', note: why }), 200);
  }
  expect(await erase(bob), 204);
  const log = expect(await alice.get(`${group.path}/modlog`), 200).data.filter((e) => [first.id, second.id, hers.id].includes(e.annotation));
  assert.deepEqual(log.map((e) => [e.deed, e.note, e.author?.name ?? null]), [['hide', 'another reason', 'carol'], ['hide', null, null], ['hide', null, null]]);
  assert.ok(!/calls me a canary|canary again/.test(rows()));
  settled();
});

test('what was shown in a further group is gone there too', async () => {
  const bob = await mortal();
  const second = await world.group(dan, bob);
  expect(await alice.put(`${second.path}/documents/${essay.id}`), 404);
  const text = await bob.puts('Two groups.', { group: group.id });
  expect(await bob.put(`${second.path}/documents/${text.id}`), 204);
  const shown = await bob.annotates(text, { body: 'canary', group: group.id, groups: [second.id] });
  const answered = await bob.annotates(text, { body: 'canary', group: group.id, groups: [second.id] });
  await dan.replies(answered, 'from there');
  expect(await erase(bob), 204);
  refused(await dan.get(shown.path), 'not-found');
  assert.equal((await dan.reads(answered)).author, null);
  settled();
});

test('the last admin stays; one of two may go', async () => {
  const [ada, ben] = [await world.person('ada'), await world.person('ben')];
  world.sql(`UPDATE gloss.users SET admin = true WHERE name IN ('ada', 'ben')`);
  expect(await erase(ben), 204);
  refused(await erase(ada), 'last-admin');
  expect(await ada.get('me'), 200);
  world.sql(`UPDATE gloss.users SET admin = false WHERE name = 'ada'`);
});

test('of two admins who go at once one stays', async () => {
  const pair = [await world.person('eva'), await world.person('eli')];
  world.sql(`UPDATE gloss.users SET admin = true WHERE name IN ('eva', 'eli')`);
  const answers = await Promise.all(pair.map((who) => erase(who)));
  assert.deepEqual(answers.map((a) => a.status).sort(), [204, 409]);
  world.sql(`UPDATE gloss.users SET admin = false`);
});

test('the command line ends an account too', async () => {
  const bob = await mortal();
  await bob.annotates(essay, { body: 'canary at the prompt' });
  const done = gloss(['user', 'erase', bob.name, ...world.cluster.options(world.database)]);
  assert.equal(done.status, 0, done.stderr);
  assert.match(done.stdout, new RegExp(`^erased ${bob.name}$`, 'm'));
  const again = gloss(['user', 'erase', bob.name, ...world.cluster.options(world.database)], { status: 1 });
  assert.match(again.stderr, /there is no user/);
  assert.ok(!rows().includes('canary at the prompt'));
  settled();
});

test('words that were on their way when the account ended are emptied soon after', async () => {
  const bob = await mortal();
  const note = await bob.annotates(essay, { body: 'before' });
  expect(await erase(bob), 204);
  refused(await carol.get(note.path), 'not-found');
  // as a request would have stored it that another server was in the middle of
  world.sql(`SET search_path = gloss; WITH it AS (
      INSERT INTO annotation (document_id, id, group_id, author_id, audience_id, open, thread_id, kind, body, shown, renderer, created_at, updated_at)
      SELECT d.id, i.id, d.group_id, u.id, d.audience_id, true, i.id, 'comment', 'late canary', '"kind":"comment","body":"late canary","body_html":null,"tags":[],"quote":null,"selectors":[]', 1, now(), now()
        FROM document d, users u, (SELECT gen_random_uuid() AS id) i
       WHERE d.id = (SELECT document_id FROM annotation WHERE body = 'hers' LIMIT 1) AND u.state = 'erased' ORDER BY u.updated_at DESC LIMIT 1 RETURNING *)
    INSERT INTO event (document_id, kind, group_id, audience_id, subject_id, actor_id, delta)
    SELECT document_id, 'annotation.created', group_id, audience_id, id, author_id, 1 FROM it`);
  const end = Date.now() + 20_000 * patience;
  while (rows().includes('late canary') && Date.now() < end) await new Promise((resolve) => { setTimeout(resolve, 300); });
  assert.ok(!rows().includes('late canary'));
  settled();
});

test('ten thousand annotations go in one piece, and in time', async () => {
  const bob = await mortal();
  const text = await bob.puts('Much.', { group: group.id, title: 'Much' });
  const n = sanitized ? 1000 : 10_000;
  world.sql(`SET search_path = gloss; INSERT INTO annotation (document_id, id, group_id, author_id, audience_id, open, thread_id, kind, body, shown, renderer, created_at, updated_at)
    SELECT d.id, i.id, d.group_id, d.owner_id, d.audience_id, true, i.id, 'comment', 'x', '"kind":"comment"', 1, now(), now()
      FROM document d, (SELECT gen_random_uuid() AS id FROM generate_series(1, ${n})) i WHERE d.title = 'Much'`);
  world.sql(`SET search_path = gloss; INSERT INTO annotation (document_id, id, group_id, author_id, audience_id, open, thread_id, parent_id, ancestors, kind, body, shown, renderer, created_at, updated_at)
    SELECT a.document_id, gen_random_uuid(), a.group_id, u.id, a.audience_id, true, a.id, a.id, ARRAY[a.id], 'comment', 'r', '"kind":"comment"', 1, now(), now()
      FROM annotation a, users u WHERE u.name = 'dan' AND a.document_id = (SELECT id FROM document WHERE title = 'Much') AND get_byte(uuid_send(a.id), 0) < 64`);
  world.sql(`SET search_path = gloss; INSERT INTO event (document_id, ordinal, kind, group_id, audience_id, subject_id, delta)
    SELECT a.document_id, row_number() OVER (), 'annotation.created', a.group_id, a.audience_id, a.id, 1 FROM annotation a WHERE a.document_id = (SELECT id FROM document WHERE title = 'Much')`);
  world.sql('ANALYZE gloss.annotation, gloss.event'); // as it is soon after such a crowd of writes, by itself
  world.sql(`SET search_path = gloss; SELECT recount_threads(d.id, ARRAY(SELECT a.id FROM annotation a WHERE a.document_id = d.id)) FROM document d WHERE title = 'Much'`);
  const began = Date.now();
  expect(await erase(bob), 204);
  assert.ok(Date.now() - began < 20_000 * patience, `${Date.now() - began} ms`);
  const live = Number(world.sql(`SELECT count(*) FROM gloss.annotation a WHERE a.document_id = (SELECT id FROM gloss.document WHERE title = 'Much') AND deleted_at IS NULL`));
  assert.equal((await dan.reads(text)).annotations, live);
  assert.equal(world.sql(`SELECT count(*) FROM gloss.annotation a JOIN gloss.users u ON u.id = a.author_id WHERE u.state = 'erased' AND a.deleted_at IS NULL`), '0');
  settled();
});
