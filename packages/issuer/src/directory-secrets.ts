import { createHash, randomBytes } from 'node:crypto';

/** 256 random bits: an API key for login keys. */
export const createApiKey = (): string => randomBytes(32).toString('base64url');

/** 256 random bits: a `gssnid`. */
export const createSessionId = (): string => randomBytes(32).toString('base64url');

/** What is stored of a `gssnid`, so that the store holds nothing to log in with. */
export const hashSession = (gssnid: string): string =>
  createHash('sha256').update(gssnid).digest('base64url');
