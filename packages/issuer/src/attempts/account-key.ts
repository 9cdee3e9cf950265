import { createHash } from 'node:crypto';
import type { Credentials } from '../request/credentials.js';

/**
 * What an attempt is counted under beside its address; nothing for keys and sessions, which have 256
 * bits: only what a person remembers can be guessed. It is a digest, because databases have a longest key:
 * a name beyond that would be a fault of theirs every time, and no attempt.
 */
export function toAccountKey(credentials: Credentials): string | undefined {
  const { kind } = credentials;
  if (kind !== 'password' && kind !== 'g4s') return undefined;
  const name = foldName(credentials.username);
  return `account:${createHash('sha256').update(name).digest('base64url')}`;
}

/** What directories take for nothing, where they compare names less strictly than ours do. */
const IGNORED = /[\p{Diacritic}\p{Default_Ignorable_Code_Point}\p{C}\p{Z}]/gu;

/**
 * However a directory compares names, another spelling must not be another ten attempts: LDAP drops
 * soft hyphens, many databases case and accents. Two users whose names fold to one share their limit.
 */
function foldName(username: string): string {
  // Capital letters first, which make SS of ß.
  return username.normalize('NFKD').replace(IGNORED, '').toUpperCase().toLowerCase();
}
