// Many requests over connections of their own, with as little work for each as can be: the machine has
// to serve them too.
import net from 'node:net';

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
export const quantile = (times, share) => [...times].sort((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * share))];

class Connection {
  constructor(port, address) {
    this.port = port;
    this.address = address;
    this.open();
  }

  open() {
    this.parts = '';
    this.socket = net.connect({ port: this.port, host: '127.0.0.1', localAddress: this.address, noDelay: true });
    this.socket.setEncoding('latin1');
    this.socket.on('data', (part) => this.take(part));
    this.socket.on('error', () => {});
    this.socket.on('close', () => {
      this.end('lost', '');
      if (!this.over) this.open();
    });
  }

  // done(status, head, milliseconds); the status is 'lost' when the connection ended instead.
  ask(bytes, done) {
    this.done = done;
    this.since = performance.now();
    this.socket.write(bytes);
  }

  take(part) {
    this.parts += part;
    const head = this.parts.indexOf('\r\n\r\n');
    if (head < 0) return;
    const length = /content-length: (\d+)/i.exec(this.parts.slice(0, head));
    if (this.parts.length < head + 4 + Number(length?.[1] ?? 0)) return;
    const text = this.parts;
    this.parts = '';
    this.end(Number(text.slice(9, 12)), text.slice(0, head));
  }

  end(status, head) {
    const { done } = this;
    this.done = undefined;
    done?.(status, head, performance.now() - this.since);
  }

  close() {
    this.over = true;
    this.socket.destroy();
  }
}

// rate: so many a second, whatever comes back; without one each connection asks again when it has been
// answered. Counts what came: by status, with the times of those that were served and of the refused.
export async function load(port, request, { seconds, connections, rate, address }) {
  const bytes = Buffer.from(request);
  const pool = Array.from({ length: connections }, () => new Connection(port, address));
  const idle = [...pool];
  const result = { statuses: {}, served: [], refused: [], silent: 0, unsent: 0, asked: 0 };
  const until = performance.now() + seconds * 1000;
  let waiting = 0;
  const ask = (connection) => {
    waiting++;
    result.asked++;
    connection.ask(bytes, (status, head, ms) => {
      waiting--;
      result.statuses[status] = (result.statuses[status] ?? 0) + 1;
      if (status === 200) result.served.push(ms);
      else if (status === 503 || status === 429) {
        result.refused.push(ms);
        if (!/retry-after: \d/i.test(head)) result.silent++;
      }
      if (!rate && performance.now() < until) ask(connection);
      else idle.push(connection);
    });
  };
  await pause(100);
  if (!rate) while (idle.length) ask(idle.pop());
  const began = performance.now();
  let sent = 0;
  while (performance.now() < until) {
    for (const due = ((performance.now() - began) / 1000) * (rate ?? 0); sent < due; sent++) {
      if (idle.length) ask(idle.pop());
      else result.unsent++;
    }
    await pause(2);
  }
  result.seconds = (performance.now() - began) / 1000;
  for (let i = 0; i < 3000 && waiting > 0; i++) await pause(10);
  result.unanswered = waiting;
  for (const connection of pool) connection.close();
  return result;
}

// Over and over, the answers of many requests sent one behind the other: each must be the one that was
// asked for. Returns how many came, and those that were another's.
export async function pipelines(port, { connections, rounds, depth, request, belongs }) {
  const foreign = [];
  let answers = 0;
  await Promise.all(Array.from({ length: connections }, (_, c) => new Promise((resolve, reject) => {
    const socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
    let text = '';
    let round = 0;
    let wanted = [];
    const send = () => {
      if (round === rounds) return socket.end(resolve);
      wanted = Array.from({ length: depth }, (_, i) => ({ id: `c${c}r${round}n${i}`, number: (c * rounds + round) * depth + i }));
      round++;
      return socket.write(wanted.map(request).join(''));
    };
    socket.setEncoding('latin1');
    socket.on('error', reject);
    socket.on('connect', send);
    socket.on('close', () => (wanted.length ? reject(new Error(`closed, ${wanted.length} answers missing`)) : resolve()));
    socket.on('data', (part) => {
      text += part;
      for (;;) {
        const head = text.indexOf('\r\n\r\n');
        const length = Number(/content-length: (\d+)/i.exec(text.slice(0, head))?.[1] ?? 0);
        if (head < 0 || text.length < head + 4 + length) return;
        const one = wanted.shift();
        answers++;
        if (!belongs(one, text.slice(0, head), text.slice(head + 4, head + 4 + length))) foreign.push(`${one.id}: ${text.slice(0, head + 4 + length)}`);
        text = text.slice(head + 4 + length);
        if (wanted.length === 0) send();
      }
    });
  })));
  return { answers, foreign };
}
