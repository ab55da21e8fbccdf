// The driver's side of faults.c: which call fails next, and what came of it.
import { closeSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';

// As in faults.c.
export const KINDS = {
  'our own memory': 1, 'the libraries’ memory': 2, libpq: 4, libmicrohttpd: 8, sockets: 16,
};
const BYTES = 4096;
const AT = { kinds: 0, failAt: 4, failed: 8, counts: 12, caller: 32, call: 40, file: 88, end: 248 };

export class Board {
  constructor(path) {
    this.path = path;
    this.fd = openSync(path, 'w+', 0o666);
    ftruncateSync(this.fd, BYTES);
  }

  #write(at, ...numbers) {
    writeSync(this.fd, Uint32Array.from(numbers), 0, numbers.length * 4, at);
  }

  // From now on calls of these kinds count, and one of them fails; 0: none.
  arm(kinds, failAt) {
    this.#write(AT.kinds, 0, failAt, 0, ...Object.keys(KINDS).map(() => 0));
    this.#write(AT.kinds, kinds);
  }

  disarm() {
    this.#write(AT.kinds, 0);
    const bytes = Buffer.alloc(AT.end);
    readSync(this.fd, bytes, 0, AT.end, 0);
    const text = (from, to) => bytes.subarray(from, to).toString().split('\0')[0];
    return {
      counts: Object.fromEntries(Object.keys(KINDS).map((kind, i) => [kind, bytes.readUInt32LE(AT.counts + 4 * i)])),
      failed: bytes.readUInt32LE(AT.failed) === 1,
      what: `${text(AT.call, AT.file)} from ${text(AT.file, AT.end)}+0x${bytes.readBigUInt64LE(AT.caller).toString(16)}`,
    };
  }

  close() { closeSync(this.fd); }
}
