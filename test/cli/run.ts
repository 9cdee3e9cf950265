import { createProcessIo, type Io, runCli } from '@mandate/cli';

/** What a command printed, and its exit code. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly stdin?: string;
  readonly directory?: string;
  readonly now?: () => number;
}

/** Runs a command as a terminal would, with the words of a line as arguments. */
export async function run(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const out: string[] = [];
  const err: string[] = [];
  const io: Io = {
    ...createProcessIo(),
    env: options.env ?? {},
    directory: options.directory ?? process.cwd(),
    readStdin: async () => options.stdin ?? '',
    out: (line) => void out.push(line),
    err: (line) => void err.push(line),
    now: options.now ?? Date.now,
  };
  const code = await runCli(args, io);
  return { code, out: out.join('\n'), err: err.join('\n') };
}
