import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { vi } from 'vitest';
import type { RunningExample } from './run-example.js';

/**
 * Waits until an example serves the URL, and runs each `curl` command that it printed.
 * @returns the statuses of the answers.
 */
export async function runPrintedCommands(
  example: RunningExample,
  url: string,
): Promise<readonly string[]> {
  await vi.waitFor(() => fetch(url), { timeout: 240_000, interval: 50 });
  const commands = example.output().match(/^ {2}curl .*$/gm) ?? [];
  const answers = await Promise.all(
    commands.map((command) => promisify(execFile)('sh', ['-c', command])),
  );
  return answers.map(({ stdout }) => stdout.slice('HTTP/1.1 '.length, 12));
}
