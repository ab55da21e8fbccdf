// The README's commands are run as they stand, against a server of the test's own.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { binary, environment, gloss, root } from '../support/binary.js';
import { World } from '../support/people.js';

const readme = readFileSync(join(root, 'README.md'), 'utf8');
const world = await World.start();
const folder = mkdtempSync(join(tmpdir(), 'gloss-readme-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function program(name, script) {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/bash\n${script}\n`);
  chmodSync(path, 0o755);
}

test('every line of the first session with curl works', () => {
  const [, session] = /```sh\n([\s\S]*?)```/.exec(readme);
  // Other programs of the same names, in front: they know where this test's server and database are.
  program('gloss', `exec '${binary}' "$@" --database '${world.cluster.conninfo(world.database)}'`);
  program('curl', 'exec /usr/bin/curl --fail-with-body "$@"');
  const script = session
    .replace('PATH="$PWD/build/release:$PATH"', `PATH="${folder}:$PATH"`)
    .replace('http://127.0.0.1:8080', world.url);
  assert.ok(script.includes(folder) && script.includes(world.url), 'the README begins otherwise now');
  const done = spawnSync('bash', ['-euxo', 'pipefail', '-c', script], { cwd: folder, encoding: 'utf8', env: environment(), timeout: 60_000 });
  assert.equal(done.status, 0, `${done.stdout}\n${done.stderr}`);
  assert.match(done.stdout, /quiet desperation/);
  assert.match(done.stdout, /I read it otherwise/);
  assert.match(done.stdout, /quiet resignation/, 'what was suggested stands in the text');
});

test('the table of options is the one of --help', () => {
  const shown = [...gloss(['serve', '--help']).stdout.matchAll(/^ {2}(--\S+(?: \S+)?)\s[\s\S]*?\((GLOSS_\w+)\)$/gm)].map(([, option, variable]) => `${option} ${variable}`);
  const documented = [...readme.matchAll(/^\| `(--[^`]+)` \| `(GLOSS_\w+)` \|/gm)].map(([, option, variable]) => `${option.replaceAll('\\|', '|')} ${variable}`);
  assert.deepEqual(shown.filter((line) => !line.startsWith('--config')), documented);
});

test('the table of what one may do in a group is the one that the program prints', () => {
  assert.ok(readme.includes(gloss(['permissions']).stdout), gloss(['permissions']).stdout);
});

test('the folders and files of the tour are there', () => {
  const tour = /## The sources, in reading order\n([\s\S]*?)\n## /.exec(readme)[1];
  for (const [, path] of tour.matchAll(/`((?:server|api|migrations|tests|\.ci)\/[^`]*)`/g)) {
    assert.ok(existsSync(join(root, path)), `${path} is not there`);
  }
});
