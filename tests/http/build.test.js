// What comes out of the build: a hardened program, installed where packagers expect it.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import test, { after } from 'node:test';
import { binary, root, sanitized } from '../support/binary.js';

const run = (command, args, options) => execFileSync(command, args, { encoding: 'utf8', cwd: root, maxBuffer: 64 << 20, ...options });

test('the program is position independent, with all its relocations read-only and no stack to run', () => {
  const said = run('readelf', ['-hldW', binary]);
  assert.match(said, /Type:\s+DYN/);
  assert.match(said, /FLAGS_1.*NOW.*PIE/);
  assert.match(said, /GNU_RELRO/);
  assert.match(said, /GNU_STACK.* RW /);
  // Sanitizers look themselves at what the checked functions would.
  if (!sanitized) assert.match(run('readelf', ['-sW', binary]), /__\w+_chk/);
});

test('the program names no folder that it was built in', () => {
  assert.ok(!run('strings', ['-a', binary]).includes(`${root}/server`));
});

test('make install copies the program and its papers, and make uninstall takes them away', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gloss-install-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const out = dirname(binary);
  const make = (target) => run('make', ['-s', target, `DESTDIR=${folder}`, 'prefix=/usr', `BUILD=${dirname(out)}`, `CONFIG=${basename(out)}`], { env: { ...process.env, MAKEFLAGS: '' } });
  const files = () => run('find', [folder, '-type', 'f', '-printf', '%P\\n']).split('\n').filter(Boolean).sort();
  make('install');
  assert.deepEqual(files(), ['usr/bin/gloss', 'usr/share/doc/gloss/LICENSE', 'usr/share/doc/gloss/README.md']);
  make('uninstall');
  assert.deepEqual(files(), []);
});
