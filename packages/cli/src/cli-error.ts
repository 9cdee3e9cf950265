/** The codes with which the command ends. */
export const EXIT = {
  ok: 0,
  /** The answer is "no": a request is rejected, a route is unguarded, a policy differs. */
  negative: 1,
  /** The command line, an environment variable or a file is invalid. */
  usage: 2,
  /** A database, a key server or a module failed. */
  failure: 3,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** An error to show as one line, without a stack. Its message must not hold a secret. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exitCode: ExitCode;

  constructor(message: string, exitCode: ExitCode = EXIT.usage) {
    super(message);
    this.exitCode = exitCode;
  }
}
