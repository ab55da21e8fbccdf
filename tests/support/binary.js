// The program under test: GLOSS_BIN, or what `make` built.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
export const binary = resolve(process.env.GLOSS_BIN ?? join(root, 'build/release/gloss'));
export const sanitized = /address|undefined|thread|coverage/.test(binary);
// ThreadSanitizer keeps notes on every byte in use: a program is then about twice as large.
export const shadowed = /thread/.test(binary);
// Everything waits longer where sanitizers make it slow.
export const patience = sanitized ? 4 : 1;

// The contract as JSON, as the build made it beside the program.
export function readContract() {
  const path = join(dirname(binary), 'made/openapi.json');
  if (!existsSync(path)) throw new Error(`${path} is not there: run make first`);
  return JSON.parse(readFileSync(path, 'utf8'));
}

// Who is told to end takes down what they started: exit handlers do that, and a signal alone runs none.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130));

// A sanitizer's report goes into the folder that the runner looks into after each file: so it is seen
// of programs too that are killed, or that nobody asks how they ended.
const kept = (name) => (process.env.GLOSS_TEST_REPORTS ? `:log_path=${join(process.env.GLOSS_TEST_REPORTS, name)}` : '');

// The environment of the program: nothing of the caller's settings reaches it.
export function environment(extra = {}) {
  const env = Object.fromEntries(Object.entries(process.env).filter(([key]) => !/^(GLOSS_|PG)/.test(key)));
  return {
    ...env,
    ASAN_OPTIONS: `detect_leaks=${process.env.GLOSS_TEST_LEAKS ?? 1}:abort_on_error=0${kept('asan')}`,
    UBSAN_OPTIONS: `print_stacktrace=1${kept('ubsan')}`,
    TSAN_OPTIONS: `second_deadlock_stack=1${kept('tsan')}`,
    ...extra,
  };
}

// Runs a command to its end; throws unless it ends with `status` (0).
export function gloss(args, { input = '', status = 0, env = {} } = {}) {
  const done = spawnSync(binary, args, { input, encoding: 'utf8', env: environment(env), cwd: '/', timeout: 60_000 * patience });
  if (done.error) throw done.error;
  if (status !== null && done.status !== status) {
    throw new Error(`gloss ${args.join(' ')} ended with ${done.status ?? done.signal}, not ${status}\n${done.stdout}${done.stderr}`);
  }
  return done;
}
