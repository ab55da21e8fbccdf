import assert from 'node:assert/strict';
import test from 'node:test';
import { Person, World, expect, refused } from '../support/people.js';
import { freePort } from '../support/server.js';

const world = await World.start();
const alice = await world.person('alice', { password: 'correct horse' });

const signsIn = (name, password) => world.anyone.post('session', { name, password });
const withCookie = (answer) => new Person(world, { cookie: answer.headers['set-cookie'][0].split(';')[0] });

test('name and password open a session', async () => {
  const answer = await signsIn('alice', 'correct horse');
  assert.equal(expect(answer, 201).user.name, 'alice');
  const cookie = answer.headers['set-cookie'][0];
  assert.match(cookie, /^sid=/);
  assert.match(cookie, /HttpOnly/);
  assert.match(cookie, /SameSite=Lax/i);
  assert.match(cookie, /Path=\//);
  assert.doesNotMatch(cookie, /Secure/);
  assert.equal(expect(await withCookie(answer).get('session'), 200).user.name, 'alice');
  assert.equal(expect(await withCookie(answer).get('me'), 200).name, 'alice');
});

test('a name is the same in capitals', async () => {
  assert.equal(expect(await signsIn('Alice', 'correct horse'), 201).user.name, 'alice');
});

test('a wrong password and an unknown name get the same answer', async () => {
  const wrong = refused(await signsIn('alice', 'wrong horse'), 'wrong-password');
  const unknown = refused(await signsIn('nobody', 'wrong horse'), 'wrong-password');
  assert.equal(wrong.detail, unknown.detail);
});

test('a wrong password and an unknown name wait for the disk alike', async () => {
  const written = () => Number(world.sql("SELECT count(*) FROM gloss.event WHERE kind = 'session.refused'"));
  for (const name of ['alice', 'nobody']) {
    const before = written();
    refused(await signsIn(name, 'wrong horse'), 'wrong-password');
    assert.equal(written(), before + 1, name);
  }
});

test('a sign-in without a name or a password is refused by its field', async () => {
  refused(await world.anyone.post('session', { name: 'alice' }), 'invalid-body', '/password');
  refused(await world.anyone.post('session', { name: 7, password: 'correct horse' }), 'invalid-body', '/name');
});

test('a session that was signed out is over', async () => {
  const session = withCookie(await signsIn('alice', 'correct horse'));
  expect(await session.delete('session'), 204);
  refused(await session.get('me'), 'unauthorized');
  refused(await session.get('session'), 'unauthorized');
});

test('signing out without a session does no harm', async () => {
  expect(await world.anyone.delete('session'), 204);
});

test('no session is a 401 that says how to get one', async () => {
  const answer = await world.anyone.get('session');
  refused(answer, 'unauthorized');
});

test('a password changes when the current one is given, and other sessions end', async () => {
  const dora = await world.person('dora', { password: 'first password' });
  const elsewhere = withCookie(await signsIn('dora', 'first password'));
  const session = withCookie(await signsIn('dora', 'first password'));
  refused(await session.put('me/password', { current: 'not it at all', new: 'second password' }), 'invalid-body', '/current');
  refused(await session.put('me/password', { current: 'first password', new: 'short' }), 'invalid-body', '/new');
  expect(await session.put('me/password', { current: 'first password', new: 'second password' }), 204);
  refused(await signsIn('dora', 'first password'), 'wrong-password');
  expect(await signsIn('dora', 'second password'), 201);
  expect(await session.get('me'), 200);
  await new Promise((resolve) => setTimeout(resolve, 1100));
  refused(await elsewhere.get('me'), 'unauthorized');
  expect(await dora.get('me'), 200);
});

test('a password is taken to the letter: long, spaced, in any script', async () => {
  for (const [name, password] of [['ping', ' пароль с пробелами '], ['pong', '🔑'.repeat(8)], ['pang', 'x'.repeat(1024)]]) {
    await world.person(name, { password });
    expect(await signsIn(name, password), 201);
    refused(await signsIn(name, `${[...password].slice(0, -1).join('')}`), 'wrong-password');
  }
});

test('a bearer token is looked at first, and a bad one is not made good by a cookie', async () => {
  const answer = await world.anyone.get('me', { headers: { Authorization: 'Bearer gloss_nonsense', Cookie: alice.cookie } });
  refused(answer, 'unauthorized');
  for (const value of ['Basic YTpi', 'Bearer', 'Bearer ', 'gloss_x', `Bearer ${alice.token}x`, `bearer  ${alice.token}`]) {
    const { status } = await world.anyone.get('me', { headers: { Authorization: value } });
    assert.ok(status === 401 || /^bearer /i.test(value), value);
  }
});

test('with an https base URL the cookie is __Host-sid and Secure', async () => {
  const secure = await World.start({ args: ['--base-url', 'https://gloss.example'], port: await freePort() });
  const answer = await secure.anyone.post('users', { name: 'alice', password: 'correct horse', session: true });
  assert.match(answer.headers['set-cookie'][0], /^__Host-sid=.*; ?Secure/i);
});

test('no password and no token is in the database or the log', async () => {
  const frida = await world.person('frida', { password: 'canary password' });
  await signsIn('frida', 'canary password wrong');
  const dump = world.sql("SELECT string_agg(t::text, E'\\n') FROM (SELECT u::text FROM gloss.users u UNION ALL SELECT k::text FROM gloss.token k UNION ALL SELECT s::text FROM gloss.session s) AS all_rows(t)");
  for (const secret of ['canary password', frida.token, frida.token.slice(6), frida.cookie.split('=')[1]]) {
    assert.ok(!dump.includes(secret));
    assert.ok(!world.server.err.includes(secret));
  }
});
