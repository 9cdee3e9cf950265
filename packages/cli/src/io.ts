/** What a command reads and writes besides files and databases. */
export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The directory that relative paths start from. */
  readonly directory: string;
  /** Reads standard input to its end. */
  readStdin(): Promise<string>;
  /** Writes a line of the result. */
  out(line: string): void;
  /** Writes a line for the person who runs the command. */
  err(line: string): void;
  /** The clock, in Unix milliseconds. */
  now(): number;
}

/**
 * Creates the input and output of this process.
 *
 * @example
 * process.exitCode = await runCli(process.argv.slice(2), createProcessIo());
 */
export function createProcessIo(): Io {
  return {
    env: process.env,
    directory: process.cwd(),
    readStdin,
    out: (line) => void process.stdout.write(`${line}\n`),
    err: (line) => void process.stderr.write(`${line}\n`),
    now: Date.now,
  };
}

/** More than any token, password or request body that a command takes. */
const MAX_STDIN_BYTES = 1024 * 1024;

async function readStdin(): Promise<string> {
  let text = '';
  for await (const chunk of process.stdin.setEncoding('utf8')) {
    text += chunk;
    if (text.length > MAX_STDIN_BYTES) throw new Error('standard input has more than 1 MB');
  }
  return text;
}
