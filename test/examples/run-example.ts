import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

/** The compiler options of an example: its own, or those of the tests, which say how the sources write their markup. */
function findOptions(folder: URL): string {
  const own = fileURLToPath(new URL('tsconfig.json', folder));
  return existsSync(own) ? own : fileURLToPath(new URL('../tsconfig.json', import.meta.url));
}

export interface RunningExample {
  readonly process: ChildProcess;
  /** What it has written so far. */
  output(): string;
  /** The code it exits with; `null` if a signal ended it. */
  readonly exit: Promise<number | null>;
}

/** Runs an example as its `start` script does, but on the sources; ends it with the test. */
export function runExample(
  name: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): RunningExample {
  const folder = new URL(`../../examples/${name}/`, import.meta.url);
  const child = spawn(
    process.execPath,
    ['--conditions=mandate-source', '--import=tsx', 'src/main.ts', ...args],
    {
      cwd: fileURLToPath(folder),
      env: { ...process.env, TSX_TSCONFIG_PATH: findOptions(folder), ...env },
    },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  // `close` comes after the last output, `exit` may come before it.
  const exit = once(child, 'close').then(([code]) => code as number | null);
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exit;
  });
  return { process: child, output: () => output, exit };
}
