import { isToken, type TimedToken } from './token-answer.js';
import type { TokenKey } from './token-key.js';

/**
 * Writes a storage entry: JSON that names its own key, so that a copied entry serves no other key.
 */
export function formatStoredToken(key: TokenKey, token: TimedToken): string {
  return JSON.stringify({ key, ...token });
}

/**
 * Parses a storage entry. A storage can hold anything, so an entry that is corrupt, of another
 * program, of another key or from the future is `undefined`, as if it were missing.
 */
export function parseStoredToken(
  key: TokenKey,
  text: string,
  nowMs: number,
): TimedToken | undefined {
  const entry = parseObject(text);
  if (entry['key'] !== key || !isToken(entry['token'])) return undefined;
  const { token, expirationMs, receivedAtMs, lifetimeMs } = entry;
  if (!isTime(expirationMs) || !isTime(receivedAtMs) || !isTime(lifetimeMs)) return undefined;
  // The clock has been set back since, so the token's age is unknown.
  return receivedAtMs > nowMs ? undefined : { token, expirationMs, receivedAtMs, lifetimeMs };
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    return { ...JSON.parse(text) };
  } catch {
    return {};
  }
}

/** The limit is the largest time of a Date. `1e400` parses to Infinity and would never expire. */
const isTime = (value: unknown): value is number =>
  typeof value === 'number' && Math.abs(value) <= 8.64e15;
