// What `npm test` runs: build, lint and types, then every test. Its last line is always
// `N passed, N failed, N skipped`, also if it is interrupted or a step before the tests fails.
// Plain JavaScript without dependencies, because it runs before anything is installed.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { PNPM } from '../../.config/pnpm.mjs';

const RUN = ['npx', '--yes', PNPM, '--silent', 'run'];
/** Many times what it takes: it only has to end some day. The tests bound themselves. */
const CHECK_LIMIT_MS = 60 * 60_000;

/** @type {import('node:child_process').ChildProcess | undefined} */
let step;
/** @type {NodeJS.Signals | undefined} */
let interruptedBy;
for (const signal of /** @type {const} */ (['SIGHUP', 'SIGINT', 'SIGTERM'])) {
  process.on(signal, () => {
    interruptedBy ??= signal;
    end(signal);
  });
}

/** Signals a step and all that it started. Shells and npx do not pass signals on. */
function end(/** @type {NodeJS.Signals} */ signal) {
  try {
    if (step?.pid !== undefined) process.kill(-step.pid, signal);
  } catch {
    // It ended in the meantime.
  }
}

/** Runs a command in a process group of its own. Resolves with its exit code, `null` after a signal. */
async function run([file, ...args], limitMs) {
  step = spawn(file, args, { stdio: ['ignore', 'inherit', 'inherit'], detached: true });
  const timer = limitMs && setTimeout(() => end('SIGKILL'), limitMs);
  const [exitCode] = await once(step, 'exit');
  clearTimeout(timer);
  return exitCode;
}

/** Ends with the line that the tests would have printed. */
function fail(exitCode) {
  console.log('\n0 passed, 1 failed, 0 skipped');
  process.exit(interruptedBy ? 128 + constants.signals[interruptedBy] : exitCode || 1);
}

const checked = await run([...RUN, 'check'], CHECK_LIMIT_MS).catch(() => 1);
if (checked !== 0 || interruptedBy) fail(checked);
const VITEST = ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/vitest.config.ts'];
// Not through pnpm, so that this is the process that is signalled and waited for.
const tested = await run([process.execPath, ...VITEST]);
if (tested === null) fail(1);
process.exit(tested);
