// A server that serves nobody ends, so that whoever watches it starts it again.
import assert from 'node:assert/strict';
import test from 'node:test';
import { gloss, patience } from '../support/binary.js';
import { World } from '../support/people.js';
import { raw } from '../support/raw.js';

const world = await World.start({ expectsErrors: true, env: { GLOSS_TEST: '1', GLOSS_TEST_STUCK: 'on', GLOSS_TEST_HURRY: '100' } });
const asks = (how) => raw(world.url, `GET /healthz HTTP/1.1\r\nHost: a\r\nX-Request-Id: lost\r\nX-Test-Stuck: ${how}\r\n\r\n`, { idleMs: 20_000 * patience });

test('a request that nobody goes on with ends the server, and the log names it', { timeout: 60_000 * patience }, async () => {
  assert.deepEqual((await asks('request')).statuses, []);
  assert.equal(await world.server.ended, 'SIGABRT');
  const [line] = world.server.log().filter(({ event }) => event === 'request.stuck');
  assert.equal(line?.id, 'lost');
  assert.equal(line.route, '/healthz');
  await world.server.launch();
  assert.equal((await world.anyone.get('/healthz')).status, 200);
});

test('a loop that does not turn ends the server', { timeout: 60_000 * patience }, async () => {
  assert.deepEqual((await asks('loop')).statuses, []);
  assert.equal(await world.server.ended, 'SIGABRT');
  assert.equal(world.server.log().filter(({ event }) => event === 'loop.stuck').length, 1);
  await world.server.launch();
  assert.equal((await world.anyone.get('/healthz')).status, 200);
});

test('what only tests may do is refused elsewhere', () => {
  for (const [name, value] of [['GLOSS_TEST_HURRY', '10'], ['GLOSS_TEST_STUCK', 'on'], ['GLOSS_TEST_CONNECTIONS', '9']]) {
    for (const env of [{ [name]: value }, { [name]: '-', GLOSS_TEST: '1' }]) {
      if (name === 'GLOSS_TEST_STUCK' && env.GLOSS_TEST) continue;
      const { stderr } = gloss(['serve', '--listen', '127.0.0.1:0', ...world.args], { status: 1, env });
      assert.match(stderr, new RegExp(`${name}.* for tests`));
    }
  }
});
