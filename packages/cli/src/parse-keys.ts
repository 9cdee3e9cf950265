import { CliError } from './cli-error.js';
import type { Io } from './io.js';

const KEY_BYTES = 32;

/** Reads keys of 32 bytes in base64, separated by commas, from an environment variable. @throws CliError */
export function getKeys(io: Io, variable: string): readonly Uint8Array[] {
  const text = io.env[variable]?.trim();
  if (!text)
    throw new CliError(`set ${variable} to keys of 32 bytes in base64, separated by commas`);
  return text.split(',').map((one) => {
    const key = Buffer.from(one.trim(), 'base64');
    if (key.length === KEY_BYTES) return new Uint8Array(key);
    throw new CliError(`${variable} must hold keys of 32 bytes in base64, separated by commas`);
  });
}
