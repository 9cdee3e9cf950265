import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

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

/** Runs a program of this directory on the sources. `shell` may set limits before it. */
export function startChild(program: string, args: readonly string[], limits?: string): Child {
  const file = fileURLToPath(new URL(program, import.meta.url));
  const command = [process.execPath, '--conditions=mandate-source', '--import=tsx', file, ...args];
  const [first = '', ...rest] =
    limits === undefined ? command : ['bash', '-c', `${limits}; exec "$@"`, 'bash', ...command];
  // `--import=tsx` is found from the working directory, and only the tests depend on tsx.
  const cwd = fileURLToPath(new URL('.', import.meta.url));
  const child = spawn(first, rest, { cwd, stdio: ['pipe', 'pipe', 'pipe'] });
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
