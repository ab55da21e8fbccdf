// The fault proxy itself: what it does to a connection is what it says.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import test, { after } from 'node:test';
import { patience } from '../support/binary.js';
import { FaultProxy, Messages } from '../support/fault_proxy.js';

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// Says back what it hears, and keeps the sizes of what came in.
const echo = net.createServer({ allowHalfOpen: true }, (socket) => {
  socket.on('data', (chunk) => { heard.push(chunk.length); socket.write(chunk); });
  socket.on('end', () => socket.end('bye'));
  socket.on('error', () => {});
}).listen(0, '127.0.0.1');
const heard = [];
await once(echo, 'listening');
const proxy = await FaultProxy.start({ to: { host: '127.0.0.1', port: echo.address().port } });
after(async () => {
  await proxy.close();
  echo.close();
});

function connect() {
  const socket = net.connect(proxy.at);
  const client = { socket, text: '', closed: new Promise((resolve) => { socket.on('close', resolve); }) };
  socket.on('error', (error) => { client.error = error.code; });
  socket.setEncoding('utf8').on('data', (part) => { client.text += part; });
  client.hears = async (text) => {
    const end = Date.now() + 5000 * patience;
    while (client.text !== text && Date.now() < end) await pause(5);
    assert.equal(client.text, text);
  };
  return client;
}

test('a healthy proxy hands on what it is given, and the end of it', async () => {
  const client = connect();
  client.socket.write('hello');
  await client.hears('hello');
  client.socket.end();
  await client.hears('hellobye');
  await client.closed;
});

test('delays come on top, each way', async () => {
  const client = connect();
  proxy.delay(100);
  const sent = Date.now();
  client.socket.write('x');
  await client.hears('x');
  assert.ok(Date.now() - sent >= 198, `${Date.now() - sent} ms`);
  proxy.heal();
  client.socket.destroy();
});

test('a rate holds back what is too much at once', async () => {
  const client = connect();
  await once(client.socket, 'connect');
  proxy.rate(10_000);
  const sent = Date.now();
  client.socket.write('x'.repeat(2000));
  await client.hears('x'.repeat(2000));
  assert.ok(Date.now() - sent >= 180, `${Date.now() - sent} ms`);
  proxy.heal();
  client.socket.destroy();
});

test('dropped bytes are gone without a word, in either direction', async () => {
  const client = connect();
  client.socket.write('a');
  await client.hears('a');
  proxy.drop({ up: false, down: true });
  client.socket.write('b');
  await pause(50);
  proxy.drop();
  client.socket.write('c');
  await pause(50);
  proxy.heal();
  client.socket.write('d');
  await client.hears('ad');
  client.socket.destroy();
});

test('split writes arrive in pieces and whole', async () => {
  const client = connect();
  await once(client.socket, 'connect');
  heard.length = 0;
  proxy.split(1, 1);
  client.socket.write('0123456789');
  await client.hears('0123456789');
  assert.ok(heard.length > 3, `${heard}`);
  proxy.heal();
  client.socket.destroy();
});

test('a cut connection gives what came before the cut', async () => {
  const client = connect();
  proxy.cutAfter(4);
  client.socket.write('abcdefgh');
  await client.closed;
  assert.ok('abcd'.startsWith(client.text), client.text);
  proxy.heal();
});

test('a reset ends every connection, and the next ones are well', async () => {
  const clients = [connect(), connect()];
  for (const client of clients) client.socket.write('x');
  for (const client of clients) await client.hears('x');
  proxy.reset();
  for (const client of clients) await client.closed;
  assert.equal(clients[0].error, 'ECONNRESET');
  const next = connect();
  next.socket.write('y');
  await next.hears('y');
  next.socket.destroy();
});

test('half a connection ends, the other half goes on', async () => {
  const client = connect();
  client.socket.write('x');
  await client.hears('x');
  proxy.half();
  await client.hears('xbye');
  client.socket.destroy();
});

test('who refuses is not there, and comes back at the same place', async () => {
  await proxy.refuse();
  const client = connect();
  await client.closed;
  assert.equal(client.error, 'ECONNREFUSED');
  await proxy.open();
  const next = connect();
  next.socket.write('z');
  await next.hears('z');
  next.socket.destroy();
});

test('messages are found whatever the pieces they come in', () => {
  const message = (type, text) => {
    const bytes = Buffer.alloc(5 + text.length);
    bytes.write(type, 0);
    bytes.writeInt32BE(4 + text.length, 1);
    bytes.write(text, 5);
    return bytes;
  };
  const all = Buffer.concat([message('C', 'INSERT 0 1\0'), message('Z', 'I'), message('2', '')]);
  for (const piece of [1, 2, 3, 7, 100]) {
    const messages = new Messages(false);
    const types = [];
    for (let at = 0; at < all.length; at += piece) types.push(...messages.take(all.subarray(at, at + piece)).map(({ type }) => type));
    assert.deepEqual(types, ['C', 'Z', '2'], `pieces of ${piece}`);
  }
});
