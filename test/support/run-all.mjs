// What `npm test` runs: build, lint and types, then every test. With the names of projects, as in
// `npm run test:unit`, it runs their tests and before them only what those need. The last line is always
// `N passed, N failed, N skipped`, also if it is interrupted or a step before the tests fails.
// Plain JavaScript without dependencies, because it runs before anything is installed.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { PNPM } from '../../.config/pnpm.mjs';

const PNPM_COMMAND = ['npx', '--yes', PNPM, '--silent'];
/** Many times what it takes: it only has to end some day. The tests bound themselves. */
const PREPARATION_LIMIT_MS = 60 * 60_000;

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

const projects = process.argv.slice(2);
/** For the others, the sources are enough. */
const NEED_BUILD = ['browser', 'packaging'];

function toPreparation() {
  if (projects.length === 0) return ['run', 'check'];
  if (projects.some((name) => NEED_BUILD.includes(name))) return ['run', 'build'];
  return ['install', '--frozen-lockfile', '--prefer-offline'];
}

const preparation = [...PNPM_COMMAND, ...toPreparation()];
const prepared = await run(preparation, PREPARATION_LIMIT_MS).catch(() => 1);
if (prepared !== 0 || interruptedBy) fail(prepared);
const VITEST = ['test/node_modules/vitest/vitest.mjs', 'run', '--config', 'test/vitest.config.ts'];
// Not through pnpm, so that this is the process that is signalled and waited for.
const tested = await run([
  process.execPath,
  ...VITEST,
  ...projects.flatMap((name) => ['--project', name]),
]);
if (tested === null) fail(1);
process.exit(tested);
