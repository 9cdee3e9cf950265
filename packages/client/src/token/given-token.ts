import { readJwtTimes } from './jwt-times.js';
import { type IssuedToken, isToken, readDate } from './token-answer.js';

/** What is known about a token that somebody else got. */
export interface GivenTokenOptions {
  /** ISO 8601. Default: the `exp` of the token if it is a JWT; else it is used until it is refused. */
  readonly expiration?: string | undefined;
}

/**
 * A token that was not asked for here: set by a script or by the page. When it was issued, by whose
 * clock, is not known; so the shorter of what our clock says and of its whole lifetime counts.
 * @throws TypeError if it is no bearer token, or `expiration` is not ISO 8601.
 */
export function toGivenToken(
  token: unknown,
  nowMs: number,
  options: GivenTokenOptions = {},
): IssuedToken {
  if (!isToken(token)) throw new TypeError('setToken: this is no bearer token');
  const jwt = readJwtTimes(token);
  const stated = readDate(options.expiration);
  if (options.expiration !== undefined && stated === undefined) {
    throw new TypeError('setToken: expiration must be ISO 8601');
  }
  const expirationMs = stated ?? jwt.expiresAtMs ?? Number.POSITIVE_INFINITY;
  const lifetimeMs = Math.min(expirationMs - nowMs, jwt.lifetimeMs);
  return { token, expirationMs, receivedAtMs: nowMs, lifetimeMs };
}
