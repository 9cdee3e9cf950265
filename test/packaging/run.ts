import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const pnpmModule = fileURLToPath(new URL('../../.config/pnpm.mjs', import.meta.url));
const bins = fileURLToPath(new URL('../node_modules/.bin', import.meta.url));

/** Without NODE_PATH, with which pnpm lets programs find packages that are not installed. */
const { NODE_PATH: _, ...ENVIRONMENT } = process.env;

/** Runs a program and answers what it printed; if it fails, the error says all that it printed. */
export async function run(file: string, args: readonly string[], cwd: string): Promise<string> {
  try {
    return (await execute(file, args, { cwd, env: ENVIRONMENT })).stdout;
  } catch (error) {
    const { message, stdout, stderr } = error as Error & { stdout: string; stderr: string };
    throw new Error([message, stdout, stderr].join('\n'), { cause: error });
  }
}

/** Runs a tool that the test package depends on. */
export const runTool = (name: string, args: readonly string[], cwd: string): Promise<string> =>
  run(join(bins, name), args, cwd);

/** Runs pnpm the way `npm test` does, so that it need not be installed. */
export function runPnpm(args: readonly string[], cwd: string): Promise<string> {
  const [pnpm] = /pnpm@[\d.]+/.exec(readFileSync(pnpmModule, 'utf8')) ?? [];
  if (pnpm === undefined) throw new Error(`${pnpmModule} names no version`);
  return run('npx', ['--yes', pnpm, ...args], cwd);
}
