import { parseJwtTimes } from './jwt-times.js';
import { isToken, parseIsoDate, type TimedToken } from './token-answer.js';

/** What is known about a token that your server issued. */
export interface SetTokenOptions {
  /**
   * ISO 8601 with a time zone. Default: the `exp` of a JWT. Without either, the token is used until
   * it is rejected.
   */
  readonly expiration?: string | undefined;
}

/**
 * Converts a token that a script or the page supplied. Nothing says when it was issued or by which
 * clock, so its lifetime is the shorter of two: the time to its expiration by the local clock, and
 * its whole lifetime.
 *
 * @throws TypeError if the token is not a bearer token, or `expiration` is not ISO 8601.
 */
export function toGivenToken(
  token: unknown,
  nowMs: number,
  options: SetTokenOptions = {},
): TimedToken {
  if (!isToken(token)) throw new TypeError('setToken: not a bearer token');
  const jwt = parseJwtTimes(token);
  const stated = parseIsoDate(options.expiration);
  if (options.expiration !== undefined && stated === undefined) {
    throw new TypeError('setToken: expiration must be ISO 8601');
  }
  const expirationMs = stated ?? jwt.expiresAtMs ?? Number.POSITIVE_INFINITY;
  const lifetimeMs = Math.min(expirationMs - nowMs, jwt.lifetimeMs);
  return { token, expirationMs, receivedAtMs: nowMs, lifetimeMs };
}
