import { type IssuedToken, isToken } from './token-answer.js';
import type { TokenKey } from './token-key.js';

/** A storage entry is JSON that names its own key, so that a copied entry serves nobody else. */
export function writeStoredToken(key: TokenKey, issued: IssuedToken): string {
  return JSON.stringify({ key, ...issued });
}

/**
 * Reads an entry back. Anything can stand in a storage: what is corrupt, of another program, of another
 * key or from the future is `undefined`, as if it were not there.
 */
export function readStoredToken(
  key: TokenKey,
  text: string,
  nowMs: number,
): IssuedToken | undefined {
  const entry = parseObject(text);
  if (entry['key'] !== key || !isToken(entry['token'])) return undefined;
  const { token, expirationMs, receivedAtMs, lifetimeMs } = entry;
  if (!isTime(expirationMs) || !isTime(receivedAtMs) || !isTime(lifetimeMs)) return undefined;
  // The clock was set back since: how old the token is, nobody knows.
  return receivedAtMs > nowMs ? undefined : { token, expirationMs, receivedAtMs, lifetimeMs };
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    return { ...JSON.parse(text) };
  } catch {
    return {};
  }
}

/** What a Date can hold; `1e400` parses to Infinity, which would never expire. */
const isTime = (value: unknown): value is number =>
  typeof value === 'number' && Math.abs(value) <= 8.64e15;
