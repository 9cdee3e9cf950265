import { createHash } from 'node:crypto';
import type { LogInCredentials } from '../request/log-in-credentials.js';

/**
 * The key under which an attempt is counted besides its address. Login keys and sessions have none:
 * they have 256 random bits, and only what a person remembers can be guessed. The key is a digest,
 * because databases limit the length of keys, and a longer name would fail as `service_error`
 * without counting.
 */
export function toAccountKey(credentials: LogInCredentials): string | undefined {
  const { kind } = credentials;
  if (kind !== 'password' && kind !== 'g4s') return undefined;
  const name = foldName(credentials.username);
  return `account:${createHash('sha256').update(name).digest('base64url')}`;
}

/** Characters that directories may ignore when they compare names. */
const IGNORED = /[\p{Diacritic}\p{Default_Ignorable_Code_Point}\p{C}\p{Z}]/gu;

/**
 * Folds the spellings of a name together, because each spelling must not have attempts of its own.
 * LDAP ignores soft hyphens; many databases ignore case and accents. Two users whose names fold to
 * one share their limit.
 */
function foldName(username: string): string {
  // Upper case first, because it turns ß into SS.
  return username.normalize('NFKD').replace(IGNORED, '').toUpperCase().toLowerCase();
}
