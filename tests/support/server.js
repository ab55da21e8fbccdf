// The server under test, as a process of its own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { binary, environment, patience } from './binary.js';

const SAID = /gloss is listening on (https?:\/\/[^\s"]+)/;
const REPORT = /(AddressSanitizer|LeakSanitizer|ThreadSanitizer|runtime error:|Assertion .* failed)/;
const CRASH = /^SIG(SEGV|BUS|ILL|FPE)$/;

const running = new Set();
process.on('exit', () => {
  for (const server of running) try { process.kill(server.child.pid, 'SIGKILL'); } catch { /* it has ended */ }
});

export class Server {
  // options: further arguments of `serve`. expectsErrors: the log may have lines of level error.
  // under: a command that starts it (prlimit …).
  // port: where to listen, when the address that it prints is not the one to ask.
  // log: a file descriptor that its log goes to, instead of being kept here.
  // forgets: of the log only errors and reports are kept, for runs that would fill the memory.
  static async start(args, { expectsErrors = false, env = {}, port = 0, log = 'pipe', under = [], forgets = false } = {}) {
    const server = new Server();
    server.logTo = log;
    server.wanted = port;
    server.expectsErrors = expectsErrors;
    server.forgets = forgets;
    server.args = args;
    server.env = env;
    server.under = under;
    try {
      await server.launch();
    } catch (error) {
      await server.kill();
      throw error;
    }
    return server;
  }

  async launch() {
    this.out = '';
    this.err = '';
    const [command, ...first] = [...this.under, binary];
    this.child = spawn(command, [...first, 'serve', '--listen', `127.0.0.1:${this.wanted}`, ...this.args], { env: environment(this.env), cwd: '/', stdio: ['ignore', 'pipe', this.logTo] });
    running.add(this);
    this.ended = once(this.child, 'exit').then(([code, signal]) => {
      running.delete(this);
      this.reportsCrash(signal);
      return code ?? signal;
    });
    this.child.stderr?.setEncoding('utf8').on('data', (text) => this.hears(text));
    this.url = await new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`the server did not say where it listens\n${this.out}${this.err}`)), 30_000 * patience);
      this.child.on('exit', (code) => {
        clearTimeout(timer);
        reject(new Error(`the server ended with ${code} at its start\n${this.out}${this.err}`));
      });
      this.child.on('error', reject);
      this.child.stdout.setEncoding('utf8').on('data', (text) => {
        this.out += text;
        const said = SAID.exec(this.out);
        if (!said) return;
        clearTimeout(timer);
        resolve(this.wanted ? `http://127.0.0.1:${this.wanted}` : said[1].replace(/\/$/, ''));
      });
    });
  }

  // For the runner, beside the sanitizers' reports: whatever the tests make of it, this is a fault.
  reportsCrash(signal) {
    const folder = process.env.GLOSS_TEST_REPORTS;
    if (folder && CRASH.test(signal)) writeFileSync(join(folder, `crash.${this.pid}`), `a server was ended by ${signal}\n${this.err.slice(-4000)}`);
  }

  hears(text) {
    if (!this.forgets) {
      this.err += text;
      return;
    }
    const lines = ((this.partOfLine ?? '') + text).split('\n');
    this.partOfLine = lines.pop();
    this.err += lines.filter((line) => !/"level":"(debug|info|warn)"/.test(line)).map((line) => `${line}\n`).join('');
  }

  get port() { return Number(new URL(this.url).port); }
  get pid() { return this.child.pid; }

  // The lines of its log so far.
  log() {
    return this.err.split('\n').filter((line) => line.startsWith('{')).flatMap((line) => {
      try { return [JSON.parse(line)]; } catch { return []; }
    });
  }

  async kill(signal = 'SIGKILL') {
    if (this.child.exitCode === null && this.child.signalCode === null) process.kill(this.child.pid, signal);
    return this.ended;
  }

  async stop() {
    const late = setTimeout(() => process.kill(this.child.pid, 'SIGKILL'), 30_000 * patience);
    const code = await this.kill('SIGTERM');
    clearTimeout(late);
    if (REPORT.test(this.err)) throw new Error(`the server's report:\n${this.err}`);
    if (code !== 0) throw new Error(`the server ended with ${code}\n${this.err.slice(-4000)}`);
    const errors = this.log().filter((line) => line.level === 'error');
    if (errors.length && !this.expectsErrors) {
      throw new Error(`the server logged errors:\n${errors.map((line) => JSON.stringify(line)).join('\n')}`);
    }
  }
}

export async function freePort() {
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  const { port } = holder.address();
  await new Promise((resolve) => holder.close(resolve));
  return port;
}
