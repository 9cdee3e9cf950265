import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { bundle } from './bundle.js';

/** A process of its own that answers in lines of JSON. */
export interface Child {
  readonly process: ChildProcess;
  /** Every line so far. */
  readonly lines: readonly string[];
  /** What went wrong in its own words. */
  errors(): string;
  /** The first line, as soon as it is there. */
  readonly firstLine: Promise<string>;
  /** Its exit code; `null` if a signal ended it. After that there are no more lines. */
  readonly exit: Promise<number | null>;
  /** Ends it as nothing can be prepared for. */
  kill(): Promise<void>;
}

/** Runs a program, by its path from this directory, on the sources. `limits` are shell commands that run before it. */
export async function startChild(
  program: string,
  args: readonly string[],
  limits?: string,
): Promise<Child> {
  const command = [process.execPath, await bundle(program), ...args];
  const [first = '', ...rest] =
    limits === undefined ? command : ['bash', '-c', `${limits}; exec "$@"`, 'bash', ...command];
  const child = spawn(first, rest);
  const lines: string[] = [];
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const reader = createInterface({ input: child.stdout });
  reader.on('line', (line) => lines.push(line));
  const exit = Promise.all([once(child, 'close'), once(reader, 'close')]).then(
    ([[code]]) => code as number | null,
  );
  const firstLine = new Promise<string>((resolve, reject) => {
    reader.once('line', resolve);
    void exit.then(() => reject(new Error(`${program} ended: ${errors}`)));
  });
  firstLine.catch(() => {});
  return {
    process: child,
    lines,
    errors: () => errors,
    firstLine,
    exit,
    kill: async () => {
      child.kill('SIGKILL');
      await exit;
    },
  };
}
