// The log names ids, routes and numbers: never what people write, nor what lets them in.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import test from 'node:test';
import { World, expect } from '../support/people.js';

const secret = (what) => `${what}${randomBytes(9).toString('hex')}`;

test('no body, quote, token, password, code or address of a text gets into the log', async () => {
  const world = await World.start({ expectsErrors: true });
  const words = Object.fromEntries(['password', 'wrong', 'title', 'text', 'body', 'tag', 'group', 'name', 'uri', 'cursor', 'broken', 'label'].map((what) => [what, secret(what)]));
  const alice = await world.person('alice', { password: words.password });
  const bob = await world.person('bob');
  await world.anyone.post('session', { name: 'alice', password: words.wrong });
  const group = await alice.founds(words.group, { description: words.group });
  const invitation = await alice.invites(group);
  await bob.accepts(invitation);
  await world.anyone.get(`/join/${invitation.code}`);
  const essay = await alice.puts(`Before ${words.text} after.`, { title: words.title, group: group.id, uris: [`https://example.org/${words.uri}`] });
  const note = await alice.annotates(essay, { quote: words.text, body: words.body, tags: [words.tag] });
  await bob.replies(note, words.body);
  await alice.patch(note.path, { body: `${words.body} again` });
  await alice.post(`${essay.path}/resolve-quote`, { quote: words.text });
  await alice.post('annotations', { document: essay.id, quote: `${words.broken} nowhere`, body: words.body });
  await alice.request('POST', 'annotations', { body: `{"body":"${words.broken}`, type: 'application/json' });
  await alice.post('annotations', { document: essay.id, [words.broken]: words.broken });
  await alice.get(`annotations?cursor=${words.cursor}`);
  await alice.get(`annotations?tag=${words.tag}&document=${encodeURIComponent(`https://example.org/${words.uri}`)}`);
  await alice.get(`/${words.name}/${words.name}`, { contract: false });
  await alice.get('me', { headers: { Authorization: `Bearer gloss_${words.wrong}` } });
  await alice.post('documents', { text: 'x', uris: [`https://example.org/${words.uri}`], group: group.id });
  const { token } = await alice.makesToken(['export'], { name: words.label });
  await alice.get('me/export.ndjson', { headers: { Authorization: `Bearer ${token}` } });
  // what the database refuses or does not answer is logged too
  world.sql('ALTER TABLE gloss.annotation ADD CONSTRAINT not_now CHECK (false) NOT VALID');
  const failed = await alice.post('annotations', { document: essay.id, quote: words.text, body: words.body });
  assert.ok(failed.status >= 500, failed.text);
  assert.ok(!failed.text.includes(words.body));
  await alice.deletes(essay);
  await world.server.stop();

  const log = world.server.err;
  assert.ok(world.server.log().length > 20);
  assert.ok(world.server.log().some((line) => line.event === 'database.error'), log);
  const kept = [...Object.values(words), token, alice.token, alice.cookie.split('=')[1], bob.token, bob.password, invitation.code];
  for (const word of kept) assert.ok(!log.includes(word), `${word} is in the log`);
  await world.server.launch();
  expect(await world.anyone.get('/healthz'), 200);
});
