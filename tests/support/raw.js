// Bytes to the server as they are, for what a well-behaved client never sends.
import net from 'node:net';
import { patience } from './binary.js';

// Everything that comes back until the server closes, or until it has said nothing for a while.
// bytewise: a packet for each byte.
export function raw(base, text, { idleMs = 1000 * patience, bytewise = false } = {}) {
  const { hostname, port } = new URL(base);
  return new Promise((resolve) => {
    const parts = [];
    const done = (closed) => {
      socket.destroy();
      const answer = Buffer.concat(parts).toString('latin1');
      const statuses = [...answer.matchAll(/HTTP\/1\.[01] (\d{3})/g)].map((match) => Number(match[1]));
      resolve({ text: answer, statuses, status: statuses[0], closed });
    };
    const write = () => {
      if (!bytewise) return socket.write(text);
      const bytes = Buffer.from(text);
      socket.setNoDelay(true);
      const one = (i) => i < bytes.length && !socket.destroyed && socket.write(bytes.subarray(i, i + 1), () => setImmediate(one, i + 1));
      return one(0);
    };
    const socket = net.connect(Number(port), hostname, write);
    socket.setTimeout(idleMs, () => done(false));
    socket.on('data', (part) => parts.push(part));
    socket.on('close', () => done(true));
    socket.on('error', () => done(true));
  });
}
