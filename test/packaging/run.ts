import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const bins = fileURLToPath(new URL('../node_modules/.bin', import.meta.url));

/** Runs a program and answers what it printed; if it fails, the error says all that it printed. */
export async function run(file: string, args: readonly string[], cwd: string): Promise<string> {
  try {
    return (await execute(file, args, { cwd })).stdout;
  } catch (error) {
    // The message holds what it wrote to stderr already; compilers and checkers write to stdout.
    const { message, stdout } = error as Error & { stdout: string };
    throw new Error([message, stdout].join('\n'));
  }
}

/** Runs a tool that the test package depends on. */
export const runTool = (name: string, args: readonly string[], cwd: string): Promise<string> =>
  run(join(bins, name), args, cwd);
