// What stands in front of the server in real life, with connections to it that are used again. Each
// gives every request that it passes on an id of its own, X-Request-Id: via-…, so that the server's
// log tells what a proxy has sent and what somebody else has.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { patience } from './binary.js';
import { freePort } from './server.js';

const running = new Set();
process.on('exit', () => { for (const proxy of running) proxy.end('SIGKILL'); });

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const listens = (port) => new Promise((resolve) => {
  const socket = net.connect(port, '127.0.0.1', () => { socket.destroy(); resolve(true); });
  socket.on('error', () => resolve(false));
});

class Proxy {
  static async start(command, args, folder, port) {
    const proxy = new Proxy();
    proxy.folder = folder;
    proxy.port = port;
    proxy.url = `http://127.0.0.1:${port}`;
    proxy.said = '';
    proxy.child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [proxy.child.stdout, proxy.child.stderr]) stream.setEncoding('utf8').on('data', (text) => { proxy.said += text; });
    running.add(proxy);
    for (let i = 0; i < 200 * patience; i++) {
      if (await listens(port)) return proxy;
      if (proxy.child.exitCode !== null) break;
      await pause(50);
    }
    proxy.end('SIGKILL');
    throw new Error(`${command} does not listen\n${proxy.said}`);
  }

  end(signal) {
    if (this.child.exitCode === null && this.child.signalCode === null) process.kill(this.child.pid, signal);
  }

  async stop() {
    const ended = this.child.exitCode ?? this.child.signalCode ?? once(this.child, 'exit');
    this.end('SIGTERM');
    await ended;
    running.delete(this);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

// Debian's own programs, which need not be on the path of whoever is not root.
const find = (name) => execFileSync('sh', ['-c', `PATH=$PATH:/usr/sbin command -v ${name}`], { encoding: 'utf8' }).trim();

// buffered: it reads a request whole before it passes it on.
export async function startNginx(server, { buffered }) {
  const folder = mkdtempSync(join(tmpdir(), 'gloss-nginx-'));
  const port = await freePort();
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${join(folder, name)};`).join(' ');
  mkdirSync(join(folder, 'logs'));
  writeFileSync(join(folder, 'nginx.conf'), `
daemon off; master_process off; pid ${join(folder, 'pid')}; error_log stderr crit;
events { worker_connections 1024; }
http {
  access_log off; ${temporary}
  underscores_in_headers on; ignore_invalid_headers off;
  upstream gloss { server 127.0.0.1:${server.port}; keepalive 4; }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://gloss;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $host;
      proxy_set_header X-Request-Id via-$request_id;
      proxy_request_buffering ${buffered ? 'on' : 'off'};
      proxy_next_upstream off;
    }
  }
}
`);
  return Proxy.start(find('nginx'), ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', 'stderr'], folder, port);
}

export async function startHaproxy(server) {
  const folder = mkdtempSync(join(tmpdir(), 'gloss-haproxy-'));
  const port = await freePort();
  writeFileSync(join(folder, 'haproxy.cfg'), `
global
  maxconn 512
  nbthread 1
defaults
  mode http
  timeout connect 5s
  timeout client 20s
  timeout server 20s
  http-reuse always
frontend front
  bind 127.0.0.1:${port}
  http-request set-header X-Request-Id via-%[uuid()]
  default_backend gloss
backend gloss
  server gloss 127.0.0.1:${server.port} pool-max-conn 4
`);
  return Proxy.start(find('haproxy'), ['-db', '-f', join(folder, 'haproxy.cfg')], folder, port);
}
