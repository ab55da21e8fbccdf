import assert from 'node:assert/strict';
import test from 'node:test';
import { Person, World, expect } from '../support/people.js';

const world = await World.start();
const [alice, bob] = await world.people3();
const group = await world.group(alice, bob);
const essay = await alice.putsMarkdown('# On Walking\n\nThe mass of men lead lives of quiet desperation.', { title: 'On <Walking>', group: group.id });
const note = await bob.annotates(essay, { quote: 'mass of men', body: 'Is <b>this</b> fair?' });
const signedIn = (who) => new Person(world, { cookie: who.cookie });
const page = async (who, path, status = 200) => {
  const answer = await who.get(path);
  expect(answer, status);
  return answer;
};

test('every page is there for who is signed in', async () => {
  const invitation = await alice.invites(group);
  const newcomer = await world.person();
  for (const path of ['/', '/signin', '/signout', '/new', '/account', `/g/${group.id}`, `/d/${essay.id}`]) {
    const answer = await page(signedIn(bob), path);
    assert.match(answer.text, /<title>[^<]+<\/title>/, path);
    assert.match(answer.text, /<html[^>]* lang=/, path);
  }
  await page(signedIn(newcomer), `/join/${invitation.code}`);
});

test('a member who follows a join link again is sent on to the group', async () => {
  const invitation = await alice.invites(group);
  assert.equal((await page(signedIn(bob), `/join/${invitation.code}`, 302)).headers.location, `/g/${group.id}`);
});

test('without JavaScript the text and its annotations are there', async () => {
  const { text } = await page(signedIn(alice), `/d/${essay.id}`);
  assert.match(text, /The mass of men lead lives of quiet desperation\./);
  assert.match(text, /Is &lt;b&gt;this&lt;\/b&gt; fair\?/);
  assert.match(text, /bob/);
});

test('nothing that readers wrote becomes markup', async () => {
  const { text } = await page(signedIn(alice), `/d/${essay.id}`);
  assert.ok(!text.includes('<Walking>') && !text.includes('<b>this</b>'));
  assert.ok(!(await page(signedIn(alice), '/')).text.includes('<Walking>'));
});

test('a permalink leads to the passage', async () => {
  const answer = await page(signedIn(alice), `/n/${note.id}`, 302);
  assert.match(answer.headers.location, new RegExp(`^/d/${essay.id}.*${note.id}`));
});

test('who is not signed in sees the way in, and nothing of the text', async () => {
  for (const path of ['/', `/d/${essay.id}`, `/n/${note.id}`, `/g/${group.id}`, '/account', '/new']) {
    const answer = await world.anyone.get(path);
    assert.ok([200, 401, 404].includes(answer.status), `${path}: ${answer.status}`);
    assert.equal(answer.mediaType, 'text/html', path);
    assert.ok(!answer.text.includes('desperation') && !answer.text.includes('Thursday'), path);
  }
});

test('a mistake on the way to a page is a page', async () => {
  for (const path of ['/d/doc_01h00000000000000000000000', '/n/nonsense', '/g/nonsense', '/join/nonsense', '/setup/nonsense']) {
    const answer = await signedIn(alice).get(path);
    assert.equal(answer.mediaType, 'text/html', path);
    assert.ok([200, 404, 410].includes(answer.status), `${path}: ${answer.status}`);
    assert.match(answer.text, /<title>/);
  }
});

test('a join link that was revoked says that it has ended', async () => {
  const group = await alice.founds('Closing');
  const invitation = await alice.invites(group);
  expect(await alice.delete(`invitations/${invitation.id}`), 204);
  assert.match((await page(signedIn(bob), `/join/${invitation.code}`, 410)).text, /ended/);
});

test('a join link says who invites and to what, without signing in', async () => {
  const invitation = await alice.invites(group);
  const { text } = await page(world.anyone, `/join/${invitation.code}`);
  assert.match(text, /Thursday readers/);
});

test('scripts and styles are there, never change under their address, and nothing else is', async () => {
  const { text } = await page(signedIn(alice), `/d/${essay.id}`);
  const assets = [...text.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map((match) => match[1]);
  assert.ok(assets.length > 0);
  for (const path of assets) {
    const answer = await page(world.anyone, path);
    assert.match(answer.headers['cache-control'], /immutable/);
    assert.equal((await world.anyone.get(path, { headers: { 'If-None-Match': answer.etag } })).status, 304);
  }
  const version = assets[0].split('/')[2];
  for (const file of ['nothing.js', '..%2froutes.c', '%2e%2e']) assert.equal((await world.anyone.get(`/assets/${version}/${file}`, { contract: false })).status >= 400, true);
  expect(await world.anyone.get(`/assets/${version}/nothing.js`), 404);
});

test('who is asked to sign in hears where an account comes from', async () => {
  assert.match((await page(world.anyone, '/signin')).text, /No account yet\?|I am new here/);
  assert.match((await page(world.anyone, `/d/${essay.id}`, 401)).text, /No account yet\?/);
});

test('a page has no script and no style of its own', async () => {
  for (const path of ['/', '/signin', `/d/${essay.id}`, `/d/${essay.id}/edit`, `/d/${essay.id}/history`, `/d/${essay.id}/diff`, `/g/${group.id}`, '/new', '/account']) {
    const { text } = await page(signedIn(alice), path);
    assert.doesNotMatch(text, /<style|<script(?![^>]*\bsrc=)(?![^>]*type="application\/json")|\son[a-z]+="|\sstyle="|javascript:/i, path);
  }
});

test('without scripts the form signs in and leads on, to nowhere but this server, and signs out', async () => {
  const form = { method: 'POST', type: 'application/x-www-form-urlencoded', headers: { 'Sec-Fetch-Site': 'same-origin' } };
  const sends = (path, password, headers = {}) => world.anyone.request('POST', path,
    { ...form, headers: { ...form.headers, ...headers }, body: `name=bob&password=${encodeURIComponent(password)}` });
  const answer = await sends(`/signin?next=${encodeURIComponent(`/d/${essay.id}`)}`, bob.password);
  expect(answer, 303);
  assert.equal(answer.headers.location, `/d/${essay.id}`);
  for (const next of ['//evil.example/', 'https://evil.example/', '/\\evil.example', '/\t/evil.example']) {
    assert.equal((await sends(`/signin?next=${encodeURIComponent(next)}`, bob.password)).headers.location, '/', next);
  }
  const cookie = answer.headers['set-cookie'][0].split(';')[0];
  const person = new Person(world, { cookie });
  expect(await person.get('/account'), 200);

  const wrong = await sends('/signin', 'not the password');
  expect(wrong, 401);
  assert.match(wrong.text, /wrong/);
  assert.equal((await sends('/signin', bob.password, { 'Sec-Fetch-Site': 'cross-site' })).status, 403);

  assert.equal((await person.request('POST', '/signout', { headers: { 'Sec-Fetch-Site': 'cross-site' } })).status, 403);
  expect(await person.request('POST', '/signout', { headers: form.headers }), 303);
  expect(await person.get('/account'), 401);
});

test('the set-up link welcomes as long as it holds, and says so when it does not', async () => {
  const [path] = /\/setup\/[\w-]+/.exec(`${world.server.out}${world.server.err}`);
  assert.match((await page(world.anyone, path)).text, /id="signup"/);
  assert.doesNotMatch((await page(world.anyone, '/setup/another', 410)).text, /id="signup"/);
});

test('an old revision says which it is, the history lists it, and nobody else is told of either', async () => {
  const { revision } = await alice.reads(essay);
  const then = await page(signedIn(bob), `/d/${essay.id}@${revision.id}`);
  assert.match(then.text, /This is revision 1 of the text/);
  assert.match(then.text, /The mass of men lead lives of quiet desperation\./);
  assert.match((await page(signedIn(bob), `/d/${essay.id}/history`)).text, new RegExp(`/d/${essay.id}@${revision.id}`));
  assert.match((await page(signedIn(bob), `/d/${essay.id}/diff`)).text, /The two read the same/);
  const carol = await world.person();
  for (const path of [`/d/${essay.id}@${revision.id}`, `/d/${essay.id}/history`, `/d/${essay.id}/diff`, `/d/${essay.id}/edit`]) {
    expect(await signedIn(carol).get(path), 404);
    expect(await world.anyone.get(path), 401);
  }
});

test('a revision of another text, and what is no revision, are not there', async () => {
  const other = await alice.puts('Another.', { group: group.id });
  const ids = ['nonsense', 'rev_01h00000000000000000000000', other.revision.id];
  for (const id of ids) {
    expect(await signedIn(alice).get(`/d/${essay.id}@${id}`), 404);
    expect(await signedIn(alice).get(`/d/${essay.id}/diff?from=${id}`), 404);
  }
  expect(await signedIn(alice).get(`/d/nonsense@${other.revision.id}`), 404);
  for (const part of ['edit', 'history', 'diff']) expect(await signedIn(alice).get(`/d/nonsense/${part}`), 404);
});

test('the form in which a text is edited has its source to the letter, and is for those who may', async () => {
  const source = '\n\n# A & B\n\n*one* </textarea> two\n';
  const text = await alice.putsMarkdown(source, { group: group.id, title: 'Odd' });
  const { text: html } = await page(signedIn(alice), `/d/${text.id}/edit`);
  assert.ok(html.includes('disabled>\n\n\n# A &amp; B\n\n*one* &lt;/textarea&gt; two\n</textarea>'), html);
  expect(await signedIn(bob).get(`/d/${text.id}/edit`), 403);
  const latin = await alice.request('POST', '/api/v1/documents', { body: Buffer.from('Caf\xe9 au lait', 'latin1'), type: 'text/plain; charset=windows-1252' });
  assert.match((await page(signedIn(alice), `/d/${latin.json.id}/edit`)).text, /Café au lait<\/textarea>/);
});
