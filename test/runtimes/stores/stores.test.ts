import { execFile } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { findNodeVersions, findRuntimes, type Runtime } from '../../support/runtimes.js';
import { bundle } from '../../tokens/processes/bundle.js';
import type { DriverResults, LockResults, StoreResults } from './program.js';

const runFile = promisify(execFile);
const runtimes = [...findRuntimes().slice(1), ...findNodeVersions()];
/** Where only the package `libsql` can open a file. */
const [old = [], builtIn = []] = [true, false].map((isOld) =>
  runtimes.filter(({ name }) => (name === 'Node 20') === isOld),
);

/** Runs the program where no package is installed, so that it finds only what the runtime has. */
async function run<Result>({ command }: Runtime, what: string): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'mandate-program-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const program = join(folder, 'program.mjs');
  copyFileSync(await bundle('../../runtimes/stores/program.ts'), program);
  const [file, ...args] = command;
  const env = { ...process.env, DENO_NO_UPDATE_CHECK: '1' };
  const { stdout } = await runFile(file, [...args, program, what], { env, maxBuffer: 2 ** 24 });
  return JSON.parse(stdout);
}

test('there are runtimes with node:sqlite and without', () => {
  expect(old.length).toBe(1);
  expect(builtIn.length).toBeGreaterThan(3);
});

test.each(builtIn.map((runtime) => [runtime.name, runtime] as const))(
  'the stores pass their tests on %s with node:sqlite',
  async (_, runtime) => {
    const { passed, failures } = await run<StoreResults>(runtime, 'stores');
    expect(failures).toEqual([]);
    expect(passed).toBeGreaterThan(100);
  },
);

test.each(builtIn.map((runtime) => [runtime.name, runtime] as const))(
  'on %s, a write waits while another connection holds the lock',
  async (_, runtime) => {
    expect(await run<LockResults>(runtime, 'locks')).toEqual({
      impatient: 'SQLITE_BUSY',
      patient: 'written',
    });
  },
);

test.each(builtIn.map((runtime) => [runtime.name, runtime] as const))(
  'on %s, libsql is loaded only if it is named',
  async (_, runtime) => {
    const missing = 'openSqlite needs the package "libsql", which is not installed';
    expect(await run<DriverResults>(runtime, 'drivers')).toEqual({
      'node:sqlite': 'opened',
      // Bun installs a missing package by itself.
      libsql: runtime.name === 'Bun' ? expect.any(String) : expect.stringContaining(missing),
      other: "TypeError: openSqlite: driver must be 'node:sqlite' or 'libsql'",
    });
  },
);

test.each(old.map((runtime) => [runtime.name, runtime] as const))(
  'on %s, node:sqlite is missing',
  async (_, runtime) => {
    expect(await run<DriverResults>(runtime, 'drivers')).toMatchObject({
      'node:sqlite':
        'Error: openSqlite: this runtime has no node:sqlite of Node 22.16, 24 or later',
    });
  },
);
