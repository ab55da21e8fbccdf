// What the server is compared with: nginx with files, and the Fastify service of fastify/.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../support/server.js';
import { root } from '../support/binary.js';
import { start, stop } from './measure.js';

async function answering(port, child, path) {
  for (let i = 0; i < 200; i++) {
    if (child.exitCode !== null) break;
    try {
      await fetch(`http://127.0.0.1:${port}${path}`);
      return;
    } catch { await new Promise((resolve) => setTimeout(resolve, 50)); }
  }
  throw new Error(`it does not answer: ${child.text.out}${child.text.err}`);
}

export const hasNginx = () => spawnSync('nginx', ['-v']).status === 0;

// files: { name: bytes }, served as /name.json.
export async function startNginx(folder, files, workers) {
  const port = await freePort();
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, `${name}.json`), bytes, { mode: 0o644 });
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`).join(' ');
  writeFileSync(join(folder, 'nginx.conf'), `worker_processes ${workers};
daemon off;
pid ${folder}/nginx.pid;
error_log stderr crit;
events { worker_connections 4096; }
http {
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000000; open_file_cache max=100;
  types { application/json json; }
  ${temporary}
  server { listen 127.0.0.1:${port} reuseport; root ${folder}; }
}
`);
  const child = start('nginx', ['-e', 'stderr', '-p', folder, '-c', join(folder, 'nginx.conf')]);
  await answering(port, child, '/one.json');
  return { port, pid: child.pid, stop: () => stop(child, 'SIGQUIT') };
}

export async function startFastify(world, workers) {
  const port = await freePort();
  const child = start(process.execPath, [join(root, 'tests/bench/fastify/server.js')], {
    cwd: join(root, 'tests/bench/fastify'),
    env: { ...process.env, NODE_ENV: 'production', PORT: port, WORKERS: workers, PGHOST: world.cluster.folder, PGUSER: 'gloss', PGDATABASE: world.database },
  });
  await answering(port, child, '/api/v1/annotations/none');
  return { port, pid: child.pid, url: `http://127.0.0.1:${port}`, stop: () => stop(child) };
}
