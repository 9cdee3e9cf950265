import { createHash, randomBytes } from 'node:crypto';

/** 256 random bits: an API key for login keys. */
export const createApiKey = (): string => randomBytes(32).toString('base64url');

/** @throws TypeError if it is empty: with that, everybody could sign login keys of the group. */
export function checkApiKey(apiKey: string): void {
  if (apiKey.trim() === '') throw new TypeError('addApiKey: the API key is empty');
}

/** 256 random bits: a `gssnid`. */
export const createSessionId = (): string => randomBytes(32).toString('base64url');

/** What is stored of a `gssnid`, so that the store holds nothing to log in with. */
export const hashSession = (gssnid: string): string =>
  createHash('sha256').update(gssnid).digest('base64url');
