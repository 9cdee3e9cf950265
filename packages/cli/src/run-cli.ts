import { ExportError } from '@mandate/exports';
import { DirectoryError } from '@mandate/issuer';
import { TokenAuthorityError } from '@mandate/tokens';
import { Command, CommanderError } from 'commander';
import { CliError, EXIT, type ExitCode } from './cli-error.js';
import { addApiKeys } from './commands/api-keys.js';
import { addDatabase } from './commands/database.js';
import { addDecode } from './commands/decode.js';
import { addDiff } from './commands/diff.js';
import { addExports } from './commands/exports.js';
import { addKeys } from './commands/keys.js';
import { addRoutes } from './commands/routes.js';
import { addSigningKeys } from './commands/signing-keys.js';
import { addTokens } from './commands/tokens.js';
import { addUsers } from './commands/users.js';
import { addWhy } from './commands/why.js';
import type { Io } from './io.js';
import { clean } from './output/print-table.js';

/**
 * Runs one command, such as `['tokens', 'list']`.
 * @returns the exit code: 0 for success, 1 if the answer is "no", 2 if the command line or its environment is
 * invalid, 3 if a database, a server or a module failed. Never rejects.
 *
 * @example
 * const code = await runCli(['decode', '--json'], createProcessIo());
 */
export async function runCli(args: readonly string[], io: Io): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.ok;
  const program = createProgram(io, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    // commander has written its message already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    io.err(`mandate: ${clean(toMessage(error))}`);
    return error instanceof CliError ? error.exitCode : toExitCode(error);
  }
}

function createProgram(io: Io, end: (code: ExitCode) => void): Command {
  const program = new Command('mandate')
    .description(
      'Explain decisions, check keys and routes, administer tokens, users, exports and databases.',
    )
    .showHelpAfterError('Add --help for the options.')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.out(text.trimEnd()),
      writeErr: (text) => io.err(text.trimEnd()),
    })
    .addHelpText('after', HELP);
  addWhy(program, io, end);
  addDecode(program, io, end);
  addKeys(program, io, end);
  addRoutes(program, io, end);
  addDiff(program, io, end);
  addTokens(program, io, end);
  addUsers(program, io);
  addApiKeys(program, io);
  addSigningKeys(program, io);
  addExports(program, io, end);
  addDatabase(program, io, end);
  return program;
}

const HELP = `
Exit codes: 0 success; 1 the answer is no; 2 the command line or its environment is invalid; 3 a database,
a server or a module failed. Secrets come from the environment or standard input, never from arguments.`;

/** Errors whose messages are for people who administer. Those of drivers can hold internals. */
const KNOWN = [CliError, TokenAuthorityError, DirectoryError, ExportError, TypeError] as const;

function toMessage(error: unknown): string {
  if (KNOWN.some((type) => error instanceof type)) return (error as Error).message;
  const { code, name } = (error ?? {}) as { readonly code?: unknown; readonly name?: unknown };
  return `failed: ${typeof code === 'string' ? code : String(name ?? 'unknown error')}`;
}

/** What the services reject is the caller's; what else fails is not. */
function toExitCode(error: unknown): ExitCode {
  const isRejected = KNOWN.some((type) => error instanceof type);
  return isRejected ? EXIT.negative : EXIT.failure;
}
