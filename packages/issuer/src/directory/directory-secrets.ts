import { createHash, randomBytes } from 'node:crypto';

/**
 * Generates an API key for login keys: 256 random bits.
 *
 * @example
 * const apiKey = createApiKey();
 */
export const createApiKey = (): string => randomBytes(32).toString('base64url');

/**
 * @throws TypeError if the key is empty, because anyone could sign login keys with it.
 *
 * @example
 * checkApiKey(createApiKey());
 */
export function checkApiKey(apiKey: string): void {
  if (apiKey.trim() === '') throw new TypeError('addApiKey: the API key must not be empty');
}

/**
 * Generates a `gssnid`: 256 random bits.
 *
 * @example
 * const gssnid = createSessionId();
 * const stored = hashSession(gssnid);
 */
export const createSessionId = (): string => randomBytes(32).toString('base64url');

/**
 * The hash of a `gssnid`, so that the store holds nothing to log in with.
 *
 * @example
 * const stored = hashSession(createSessionId());
 */
export const hashSession = (gssnid: string): string =>
  createHash('sha256').update(gssnid).digest('base64url');
