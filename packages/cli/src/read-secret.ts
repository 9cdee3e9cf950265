import { CliError } from './cli-error.js';
import type { Io } from './io.js';

/**
 * Reads a secret from an environment variable, otherwise from standard input. A secret is never an argument, because
 * every user of the machine sees those.
 * @throws CliError if there is none.
 */
export async function readSecret(io: Io, variable: string, what: string): Promise<string> {
  const secret = io.env[variable] ?? (await io.readStdin());
  const text = secret.trim();
  if (text === '') throw new CliError(`no ${what}: set ${variable}, or send it to standard input`);
  return text;
}

/** Reads the token of a request. `Bearer` before it is ignored. */
export async function readToken(io: Io): Promise<string> {
  const text = await readSecret(io, 'MANDATE_TOKEN', 'token');
  return text.replace(/^(authorization:\s*)?bearer\s+/i, '');
}
