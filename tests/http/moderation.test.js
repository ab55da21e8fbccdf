// What leaders do about what members wrote: they look first, hide, bring back; readers tell them.
import assert from 'node:assert/strict';
import test from 'node:test';
import { gloss } from '../support/binary.js';
import { World, expect, refused } from '../support/people.js';

const world = await World.start();
const [alice, bob, carol] = await world.people3();
const TEXT = 'The mass of men lead lives of quiet desperation. What is called resignation is confirmed desperation.';
const group = await world.group(alice, bob, carol);
const essay = await alice.puts(TEXT, { group: group.id });

const decides = async (who, note, state, more = {}) => expect(await who.put(`${note.path}/moderation`, { state, ...more }), 200);
const flags = (who, note, fields = { reason: 'spam' }) => who.post(`${note.path}/flags`, fields);
const seen = async (who, note) => (await who.get(note.path)).status === 200;
const seers = async (note) => (await Promise.all([alice, bob, carol].map(async (who) => ((await seen(who, note)) ? who.name : null)))).filter(Boolean);
const listed = async (who, note, document = essay) => (await who.sees(document)).some((n) => n.id === note.id);
const log = async (of = group, who = alice) => expect(await who.get(`${of.path}/modlog`), 200).data;
const queue = async (query = '', of = group, who = alice) => expect(await who.get(`${of.path}/moderation${query}`), 200).data;

// A group in which a leader looks first, with a text in it.
async function premoderated() {
  const strict = await alice.founds('Strict readers', { premoderated: true });
  for (const member of [bob, carol]) await member.joins(strict, alice);
  return { strict, text: await alice.puts(TEXT, { group: strict.id }) };
}

test('what is hidden is its author’s and the leaders’, with what hangs on it, and comes back as it was', async () => {
  const note = await bob.annotates(essay, { quote: 'mass', body: 'one' });
  const reply = await carol.replies(note, 'two');
  const further = await bob.replies(reply, 'three');
  await carol.reacts(note, 'agree');
  assert.deepEqual(await seers(note), ['alice', 'bob', 'carol']);
  await decides(alice, note, 'hidden', { note: 'off topic' });
  assert.deepEqual(await seers(note), ['alice', 'bob']);
  assert.deepEqual(await seers(reply), ['alice', 'carol']);
  assert.deepEqual(await seers(further), ['alice', 'bob']);
  assert.equal(await listed(carol, note), false);
  assert.equal((await alice.reads(note)).replies, 2);
  await decides(alice, note, 'approved');
  for (const it of [note, reply, further]) assert.deepEqual(await seers(it), ['alice', 'bob', 'carol']);
  const back = await carol.reads(note);
  assert.deepEqual([back.replies, back.reactions, back.version, back.updated_at], [2, { agree: 1 }, note.version, note.updated_at]);
});

test('a reply that is hidden leaves what is above it where it is', async () => {
  const note = await bob.annotates(essay, { quote: 'mass', body: 'one' });
  const reply = await carol.replies(note, 'two');
  const below = await alice.replies(reply, 'three');
  await decides(alice, reply, 'denied');
  assert.deepEqual(await seers(note), ['alice', 'bob', 'carol']);
  assert.deepEqual(await seers(reply), ['alice', 'carol']);
  assert.deepEqual(await seers(below), ['alice']);
  assert.equal((await bob.reads(note)).replies, 0);
  assert.equal((await carol.reads(note)).replies, 1);
  await decides(alice, reply, 'approved');
  assert.equal((await bob.reads(note)).replies, 2);
});

test('what is said while it is hidden stays with those who could read it then', async () => {
  const note = await bob.annotates(essay, { quote: 'mass', body: 'one' });
  await decides(alice, note, 'hidden');
  const aside = await alice.replies(note, 'please put it another way');
  await decides(alice, note, 'approved');
  assert.deepEqual(await seers(note), ['alice', 'bob', 'carol']);
  assert.deepEqual(await seers(aside), ['alice']);
});

test('only leaders decide, and not about their own words', async () => {
  const note = await bob.annotates(essay, { quote: 'mass', body: 'one' });
  const own = await alice.annotates(essay, { quote: 'mass', body: 'mine' });
  refused(await carol.put(`${note.path}/moderation`, { state: 'hidden' }), 'not-allowed');
  refused(await bob.put(`${note.path}/moderation`, { state: 'approved' }), 'not-allowed');
  refused(await alice.put(`${own.path}/moderation`, { state: 'hidden' }), 'not-allowed');
  const mine = await bob.annotates(essay, { quote: 'mass', body: 'private', visibility: 'private' });
  refused(await alice.put(`${mine.path}/moderation`, { state: 'hidden' }), 'not-found');
  const personal = await bob.annotates(essay, { quote: 'mass', body: 'in my own', group: 'mine' });
  refused(await bob.put(`${personal.path}/moderation`, { state: 'hidden' }), 'not-allowed');
  const stranger = await world.person('stranger');
  refused(await stranger.put(`${note.path}/moderation`, { state: 'hidden' }), 'not-found');
  expect(await alice.patch(`${group.path}/members/${carol.id}`, { role: 'moderator' }), 200);
  await decides(carol, note, 'spam');
  expect(await alice.patch(`${group.path}/members/${carol.id}`, { role: 'member' }), 200);
  assert.deepEqual(await seers(note), ['alice', 'bob']);
});

test('a decision says what it is', async () => {
  const note = await bob.annotates(essay, { quote: 'mass', body: 'one' });
  const put = (body) => alice.put(`${note.path}/moderation`, body);
  refused(await put({}), 'invalid-body', '/state');
  refused(await put({ state: 'pending' }), 'invalid-body', '/state');
  refused(await put({ state: 'hidden', note: 7 }), 'invalid-body', '/note');
  refused(await put({ state: 'hidden', note: 'x'.repeat(2001) }), 'invalid-body', '/note');
  refused(await put({ state: 'hidden', group: 'nonsense' }), 'invalid-body', '/group');
  refused(await put({ state: 'hidden', why: 'x' }), 'invalid-body', '/why');
  const other = await alice.founds('Other');
  refused(await put({ state: 'hidden', group: other.id }), 'invalid-body', '/group');
  refused(await put({ state: 'hidden', group: 'grp_01h00000000000000000000000' }), 'invalid-body', '/group');
  refused(await alice.put('annotations/nonsense/moderation', { state: 'hidden' }), 'not-found');
  const minimal = await alice.put(`${note.path}/moderation`, { state: 'hidden' }, { headers: { Prefer: 'return=minimal' } });
  assert.equal(minimal.status, 204);
});

test('what is said twice is done once', async () => {
  const note = await bob.annotates(essay, { quote: 'mass', body: 'one' });
  const before = (await log()).length;
  await decides(alice, note, 'approved');
  await decides(alice, note, 'hidden', { note: 'why' });
  await decides(alice, note, 'hidden', { note: 'why' });
  await decides(alice, note, 'hidden', { note: 'because' });
  assert.deepEqual((await log()).slice(0, (await log()).length - before).map((e) => [e.deed, e.note]), [['hide', 'because'], ['hide', 'why']]);
});

test('where leaders look first, what members write waits, and comes as if it came now', async () => {
  const { strict, text } = await premoderated();
  const note = await bob.annotates(text, { quote: 'mass', body: 'one' });
  const tag = async (who) => (await who.get(`/api/v1/annotations?document=${text.id}`)).headers.etag;
  const before = await tag(carol);
  assert.deepEqual(await seers(note), ['alice', 'bob']);
  const later = await alice.annotates(text, { quote: 'men', body: 'a leader’s' });
  assert.deepEqual(await seers(later), ['alice', 'bob', 'carol']);
  assert.deepEqual((await queue('', strict)).map((q) => [q.annotation.id, q.state, q.flags]), [[note.id, 'pending', []]]);
  await decides(alice, note, 'approved');
  assert.deepEqual(await seers(note), ['alice', 'bob', 'carol']);
  assert.deepEqual((await carol.sees(text)).map((n) => n.id), [later.id, note.id]);
  assert.notEqual(await tag(carol), before);
  assert.deepEqual(await queue('', strict), []);
  assert.deepEqual((await log(strict)).map((e) => [e.deed, e.annotation, e.author.name, e.by.name]), [['approve', note.id, 'bob', 'alice']]);
});

test('what is denied stays with its author and the leaders, and waits again when it is changed', async () => {
  const { strict, text } = await premoderated();
  const note = await bob.annotates(text, { quote: 'mass', body: 'rude' });
  await decides(alice, note, 'denied', { note: 'be kind' });
  assert.deepEqual(await seers(note), ['alice', 'bob']);
  assert.deepEqual((await queue('?state=denied', strict)).map((q) => [q.state, q.note]), [['denied', 'be kind']]);
  await bob.edits(note, { body: 'kind' });
  assert.deepEqual((await queue('', strict)).map((q) => [q.state, q.note]), [['pending', null]]);
  await decides(alice, note, 'approved');
  assert.deepEqual(await seers(note), ['alice', 'bob', 'carol']);
  // what was never let through is not to be found in its history
  const versions = async (who) => expect(await who.get(`${note.path}/history`), 200).data.map((v) => v.body);
  assert.deepEqual(await versions(carol), ['kind']);
  assert.deepEqual(await versions(bob), ['kind', 'rude']);
});

test('changed by its author, what was let through waits again, and what hangs on it with it', async () => {
  const { text } = await premoderated();
  const note = await bob.annotates(text, { quote: 'mass', body: 'one' });
  await decides(alice, note, 'approved');
  const reply = await alice.replies(note, 'indeed');
  assert.deepEqual(await seers(reply), ['alice', 'bob', 'carol']);
  await bob.edits(note, { body: 'two' });
  assert.deepEqual(await seers(note), ['alice', 'bob']);
  assert.deepEqual(await seers(reply), ['alice']);
  await decides(alice, note, 'approved');
  assert.deepEqual(await seers(reply), ['alice', 'bob', 'carol']);
  const own = await alice.annotates(text, { quote: 'men', body: 'mine' });
  await alice.edits(own, { body: 'mine, still' });
  assert.deepEqual(await seers(own), ['alice', 'bob', 'carol']);
});

test('a reply waits for its own leave, whatever becomes of what it answers', async () => {
  const { text } = await premoderated();
  const note = await bob.annotates(text, { quote: 'mass', body: 'one' });
  const reply = await bob.replies(note, 'and another thing');
  await decides(alice, note, 'approved');
  assert.deepEqual(await seers(reply), ['alice', 'bob']);
  await decides(alice, reply, 'approved');
  assert.deepEqual(await seers(reply), ['alice', 'bob', 'carol']);
  await decides(alice, note, 'hidden');
  assert.deepEqual(await seers(reply), ['alice', 'bob']);
  const early = await bob.annotates(text, { quote: 'mass', body: 'two' });
  const below = await bob.replies(early, 'more');
  await decides(alice, below, 'approved');
  assert.deepEqual(await seers(below), ['alice', 'bob']);
  await decides(alice, early, 'approved');
  assert.deepEqual(await seers(below), ['alice', 'bob', 'carol']);
});

test('made private and visible again, it is held back as before', async () => {
  const { strict, text } = await premoderated();
  for (const state of ['hidden', 'spam']) {
    const note = await bob.annotates(text, { quote: 'mass', body: 'one' });
    await decides(alice, note, state, { note: 'no' });
    await bob.edits(note, { visibility: 'private' });
    assert.deepEqual(await seers(note), ['bob']);
    await bob.edits(note, { visibility: 'group' });
    assert.deepEqual(await seers(note), ['alice', 'bob']);
    assert.deepEqual((await queue(`?state=${state}`, strict)).map((q) => q.annotation.id), [note.id]);
  }
  const secret = await bob.annotates(text, { quote: 'mass', body: 'to myself', visibility: 'private' });
  assert.equal((await bob.edits(secret, { body: 'still' })).visibility, 'private');
  await bob.edits(secret, { visibility: 'group' });
  assert.deepEqual(await seers(secret), ['alice', 'bob']);
  await decides(alice, secret, 'approved');
  assert.deepEqual(await seers(secret), ['alice', 'bob', 'carol']);
});

test('readers tell the leaders, once; the author learns nothing', async () => {
  const note = await bob.annotates(essay, { quote: 'mass', body: 'buy this' });
  const tags = async () => (await Promise.all([note.path, `/api/v1/annotations?document=${essay.id}`, essay.path, 'groups/mine'].map((path) => bob.get(path)))).map((r) => [r.headers.etag, r.text]);
  const before = await tags();
  const made = await flags(carol, note, { reason: 'spam', note: 'an advertisement' });
  assert.deepEqual([made.status, made.json.reason, made.json.by.name], [201, 'spam', 'carol']);
  assert.equal((await flags(carol, note, { reason: 'abuse' })).status, 200);
  assert.deepEqual(await tags(), before);
  const waiting = expect(await alice.get(`${group.path}/flags`), 200).data;
  assert.deepEqual(waiting.map((f) => [f.annotation, f.by.name, f.reason, f.note, f.settled_at]), [[note.id, 'carol', 'abuse', null, null]]);
  const [item] = await queue('?state=flagged');
  assert.deepEqual([item.annotation.id, item.state, item.flag_count, item.flags[0].reason], [note.id, 'none', 1, 'abuse']);
  for (const path of ['flags', 'moderation', 'modlog']) {
    refused(await bob.get(`${group.path}/${path}`), 'not-allowed');
    refused(await world.anyone.get(`${group.path}/${path}`), 'unauthorized');
    refused(await alice.get(`groups/grp_01h00000000000000000000000/${path}`), 'not-found');
    refused(await alice.get(`${group.path}/${path}?limit=0`), 'invalid-query', '/query/limit');
    const { headers } = await alice.get(`${group.path}/${path}`);
    assert.equal((await alice.get(`${group.path}/${path}`, { headers: { 'If-None-Match': headers.etag } })).status, 304);
  }
  refused(await alice.get(`${group.path}/moderation?state=nice`), 'invalid-query', '/query/state');
  // all is well: the flags go, and still its author learns nothing
  await decides(alice, note, 'approved');
  assert.deepEqual([expect(await alice.get(`${group.path}/flags`), 200).data, await queue()], [[], []]);
  assert.deepEqual(await tags(), before);
  assert.equal((await log())[0].deed, 'dismiss');
  assert.ok((await flags(carol, note)).json.settled_at);
  await bob.edits(note, { body: 'buy that' });
  assert.equal((await flags(carol, note)).json.settled_at, null);
  expect(await carol.delete(`${note.path}/flags`), 204);
  expect(await carol.delete(`${note.path}/flags`), 204);
  assert.deepEqual(await queue(), []);
});

test('a leader does not hear of flags on their own words, and another one does', async () => {
  const own = await alice.annotates(essay, { quote: 'mass', body: 'mine' });
  await flags(bob, own);
  assert.deepEqual([await queue(), expect(await alice.get(`${group.path}/flags`), 200).data], [[], []]);
  refused(await alice.put(`${own.path}/moderation`, { state: 'approved' }), 'not-allowed');
  expect(await alice.patch(`${group.path}/members/${carol.id}`, { role: 'moderator' }), 200);
  assert.deepEqual((await queue('', group, carol)).map((q) => q.annotation.id), [own.id]);
  await decides(carol, own, 'approved');
  assert.deepEqual(await queue('', group, carol), []);
  expect(await alice.patch(`${group.path}/members/${carol.id}`, { role: 'member' }), 200);
});

test('one flags what one can see and others wrote, where somebody leads', async () => {
  const note = await bob.annotates(essay, { quote: 'mass', body: 'one' });
  refused(await flags(bob, note), 'not-allowed');
  refused(await flags(carol, note, {}), 'invalid-body', '/reason');
  refused(await flags(carol, note, { reason: 'boring' }), 'invalid-body', '/reason');
  refused(await flags(carol, note, { reason: 'other', note: 'x'.repeat(2001) }), 'invalid-body', '/note');
  const secret = await bob.annotates(essay, { quote: 'mass', body: 'one', visibility: 'private' });
  refused(await flags(carol, secret), 'not-found');
  refused(await carol.delete(`${secret.path}/flags`), 'not-found');
  const open = await bob.puts(TEXT, { group: 'everyone' });
  const said = await bob.annotates(open, { quote: 'mass', body: 'in public' });
  refused(await flags(carol, said), 'not-allowed');
});

test('what hangs on hidden words that their author took back comes back with their tombstone', async () => {
  const note = await bob.annotates(essay, { quote: 'mass', body: 'one' });
  const reply = await carol.replies(note, 'two');
  await decides(alice, note, 'hidden');
  await bob.deletes(note);
  assert.deepEqual(await seers(reply), ['alice', 'carol']);
  await decides(alice, note, 'approved');
  assert.deepEqual(await seers(reply), ['alice', 'bob', 'carol']);
  refused(await alice.put(`${note.path}/moderation`, { state: 'hidden' }), 'not-found');
});

test('what was flagged and hidden needs no more looking at', async () => {
  const note = await bob.annotates(essay, { quote: 'mass', body: 'one' });
  await flags(carol, note);
  await decides(alice, note, 'hidden');
  assert.deepEqual(await queue(), []);
  assert.ok((await queue('?state=hidden')).some((q) => q.annotation.id === note.id));
  await bob.deletes(note);
  assert.ok(!(await queue('?state=hidden')).some((q) => q.annotation.id === note.id));
  assert.equal((await log())[0].annotation, note.id);
});

test('queue, flags and log are read page by page', async () => {
  const { strict, text } = await premoderated();
  const made = [];
  for (let i = 0; i < 5; i++) made.push(await bob.annotates(text, { quote: 'mass', body: `n ${i}` }));
  const pages = async (what) => {
    const all = [];
    for (let path = `${strict.path}/${what}${what.includes('?') ? '&' : '?'}limit=2`; path;) {
      const answer = await alice.get(path);
      all.push(...expect(answer, 200).data);
      path = answer.next;
    }
    return all;
  };
  const newest = made.map((n) => n.id).reverse();
  assert.deepEqual((await pages('moderation')).map((q) => q.annotation.id), newest);
  for (const note of made) await decides(alice, note, 'approved');
  assert.deepEqual((await pages('modlog')).map((e) => e.annotation), newest);
  for (const note of made) await flags(carol, note);
  assert.deepEqual((await pages('flags')).map((f) => f.annotation), newest);
  assert.deepEqual((await pages('moderation?state=flagged')).map((q) => q.annotation.id), newest);
  for (const what of ['moderation', 'modlog', 'flags']) expect(await alice.get(`${strict.path}/${what}.ndjson`), 200);
});

test('one mutes whom one has met, and not oneself', async () => {
  const muted = async (who = carol) => expect(await who.get('me/mutes'), 200).data.map((m) => m.user.name);
  expect(await carol.put(`me/mutes/${bob.id}`), 204);
  expect(await carol.put(`me/mutes/${bob.id}`), 204);
  assert.deepEqual(await muted(), ['bob']);
  assert.deepEqual(await muted(bob), []);
  refused(await carol.put(`me/mutes/${carol.id}`), 'conflict');
  refused(await carol.put('me/mutes/usr_01h00000000000000000000000'), 'not-found');
  assert.match(refused(await carol.put('me/mutes/bob'), 'not-found').detail, /begins with usr_/);
  refused(await carol.put('me/mutes/bob'), 'not-found');
  refused(await carol.delete('me/mutes/bob'), 'not-found');
  const { headers } = await carol.get('me/mutes');
  assert.equal((await carol.get('me/mutes', { headers: { 'If-None-Match': headers.etag } })).status, 304);
  expect(await carol.get('me/mutes.ndjson'), 200);
  expect(await carol.delete(`me/mutes/${bob.id}`), 204);
  expect(await carol.delete(`me/mutes/${bob.id}`), 204);
  assert.deepEqual(await muted(), []);
});

test('in a further group its own leaders decide, about what is shown there alone', async () => {
  const further = await bob.founds('Further readers');
  await carol.joins(further, bob);
  await alice.joins(further, bob);
  const text = await alice.puts(TEXT, { group: group.id });
  expect(await alice.put(`${further.path}/documents/${text.id}`), 204);
  const dora = await world.person('dora');
  await dora.joins(further, bob);
  const note = await alice.annotates(text, { quote: 'mass', body: 'one', group: group.id, groups: [further.id] });
  assert.equal(await seen(dora, note), true);
  await flags(dora, note);
  assert.deepEqual((await queue('', further, bob)).map((q) => [q.annotation.id, q.flags[0].by.name]), [[note.id, 'dora']]);
  refused(await carol.put(`${note.path}/moderation`, { state: 'hidden', group: further.id }), 'not-allowed');
  await decides(bob, note, 'hidden', { group: further.id, note: 'not here' });
  assert.equal(await seen(dora, note), false);
  assert.deepEqual(await seers(note), ['alice', 'bob', 'carol']);
  assert.deepEqual((await queue('?state=hidden', further, bob)).map((q) => [q.annotation.id, q.state, q.note]), [[note.id, 'hidden', 'not here']]);
  assert.deepEqual((await log(further, bob)).map((e) => e.deed), ['hide']);
  // at home too: each for itself
  expect(await alice.patch(`${group.path}/members/${bob.id}`, { role: 'moderator' }), 200);
  await decides(bob, note, 'hidden', { group: group.id });
  assert.deepEqual(await seers(note), ['alice', 'bob']);
  await decides(bob, note, 'approved', { group: further.id });
  assert.equal(await seen(dora, note), true);
  assert.deepEqual((await carol.reads(note)).group, further.id);
  await decides(bob, note, 'approved', { group: group.id });
  assert.deepEqual((await carol.reads(note)).group, group.id);
  expect(await alice.patch(`${group.path}/members/${bob.id}`, { role: 'member' }), 200);
  // one flag, in the group through which one reads it
  assert.equal((await flags(carol, note)).json.group, group.id);
  expect(await carol.delete(`${note.path}/flags`), 204);
});

test('leaders of a further group who are not in the first decide there', async () => {
  const doro = await world.person('doro');
  const further = await doro.founds('Readers elsewhere');
  for (const member of [bob, carol]) await member.joins(further, doro);
  const home = await world.group(alice, bob);
  const text = await bob.puts(TEXT, { group: home.id });
  expect(await bob.put(`${further.path}/documents/${text.id}`), 204);
  for (const named of [{}, { group: further.id }]) {
    const note = await bob.annotates(text, { quote: 'mass', body: 'one', group: home.id, groups: [further.id] });
    assert.deepEqual(await Promise.all([doro, carol].map((who) => seen(who, note))), [true, true]);
    await decides(doro, note, 'hidden', named);
    assert.deepEqual(await Promise.all([doro, carol, alice].map((who) => seen(who, note))), [true, false, true]);
    assert.deepEqual((await queue('?state=hidden', further, doro)).map((q) => q.annotation.id), [note.id]);
    await decides(doro, note, 'approved', named);
    assert.equal(await seen(carol, note), true);
  }
});

test('where nobody is known by name, flags and the log tell no name either', async () => {
  for (const through of [true, false]) {
    const masked = await alice.founds('Masked readers', { anonymous: true, leaders_see_through: through });
    for (const member of [bob, carol]) await member.joins(masked, alice);
    expect(await bob.put(`${masked.path}/mask`, { name: 'Owl' }), 200);
    expect(await carol.put(`${masked.path}/mask`, { name: 'Fox' }), 200);
    const text = await alice.puts(TEXT, { group: masked.id });
    const note = await bob.annotates(text, { quote: 'mass', body: 'one' });
    const { by } = (await flags(carol, note)).json;
    assert.deepEqual([by.id, by.name, by.display_name, by.masked], [carol.id, 'carol', 'Fox', true]);
    const raw = [(await alice.get(`${masked.path}/flags`)).text, (await alice.get(`${masked.path}/moderation`)).text];
    await decides(alice, note, 'hidden');
    raw.push((await alice.get(`${masked.path}/modlog`)).text);
    const [flag] = JSON.parse(raw[0]).data;
    const [entry] = await log(masked);
    if (through) {
      assert.deepEqual([flag.by.name, flag.by.mask, entry.author.name, entry.author.mask], ['carol', 'Fox', 'bob', 'Owl']);
      continue;
    }
    assert.deepEqual([flag.by.name, flag.by.display_name, entry.author.name, entry.author.display_name], [null, 'Fox', null, 'Owl']);
    for (const text of raw) for (const word of ['"bob"', '"carol"', bob.id, carol.id]) assert.ok(!text.includes(word), `${word} in ${text}`);
    // one mutes who is shown: the mask, and not who wears it
    expect(await alice.put(`me/mutes/${entry.author.id}`), 204);
    const [muted] = expect(await alice.get('me/mutes'), 200).data;
    assert.deepEqual([muted.user.id, muted.user.name, muted.user.display_name, muted.user.masked], [entry.author.id, null, 'Owl', true]);
    await decides(alice, note, 'approved');
    const elsewhere = await bob.annotates(essay, { quote: 'mass', body: 'as oneself' });
    assert.deepEqual([await listed(alice, note, text), await listed(alice, elsewhere)], [false, true]);
    refused(await bob.put(`me/mutes/${entry.author.id}`), 'conflict');
    refused(await (await world.person('outsider')).put(`me/mutes/${entry.author.id}`), 'not-found');
    expect(await alice.delete(`me/mutes/${entry.author.id}`), 204);
    assert.equal(await listed(alice, note, text), true);
  }
});

test('every row is where its history says', () => {
  const { stdout } = gloss(['doctor', ...world.cluster.options(world.database)], { status: null });
  assert.doesNotMatch(stdout, /FAULT (?!durability)/);
});
