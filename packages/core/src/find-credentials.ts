import { checkNumber } from '@mandate/internal/check-number';
import { isPromise, type MaybePromise } from '@mandate/internal/maybe-promise';
import { AuthError } from './auth-error.js';
import type { AuthRequest } from './auth-request.js';
import { BearerCredentials, type Credentials } from './credentials.js';

/** Where to find the token, and how long it may be. */
export interface CredentialsOptions {
  /**
   * The longest token that is accepted, in characters. Default 15360: a token that lists 200 groups
   * has about 11,000, and Node.js limits all headers of a request to 16 KiB. A longer token is rejected
   * with `credentials_malformed` before anything parses it.
   */
  readonly maxTokenLength?: number | undefined;
  /**
   * Finds the token in other places than the `Authorization` header (RFC 6750 §2.1), which neither leaks
   * tokens into logs nor invites CSRF. See `createTokenFinder` of `@mandate/core/token-places`. It replaces the
   * header, so list the header as well if it is to be read.
   */
  readonly token?: TokenFinder | undefined;
}

/** Finds the token of a request; see `createTokenFinder` of `@mandate/core/token-places`. */
export interface TokenFinder {
  /**
   * @returns `undefined` if no place has a value.
   * @throws AuthError `credentials_missing` for another scheme, `credentials_malformed`, or `cross_site`.
   */
  find(request: AuthRequest): MaybePromise<string | undefined>;
}

const MAX_TOKEN_LENGTH = 15 * 1024;

/** {@link CredentialsOptions}, checked and with their defaults. */
export interface CredentialsRules {
  readonly maxTokenLength: number;
  readonly finder: TokenFinder | undefined;
}

/** @throws TypeError if an option is invalid. `NaN` would allow a token of any length. */
export function compileCredentials(options: CredentialsOptions): CredentialsRules {
  const { maxTokenLength = MAX_TOKEN_LENGTH, token: finder } = options;
  checkNumber('createGuard: maxTokenLength', maxTokenLength, { min: 1, isInteger: true });
  // An array, such as a list of places, also has a method `find`.
  if (finder !== undefined && (Array.isArray(finder) || typeof finder?.find !== 'function')) {
    throw new TypeError('createGuard: token must be made by createTokenFinder');
  }
  return { maxTokenLength, finder };
}

/**
 * Finds the one bearer token of a request (RFC 6750 §2.1).
 * @returns `undefined` if no place has a value; a promise only if the application's own function returns one.
 * @throws AuthError `credentials_missing` for a scheme other than Bearer, or without a token after it;
 * `credentials_malformed` if there is more than one token, or it is longer than `maxTokenLength`.
 */
export function findCredentials(
  arrival: Omit<Credentials, 'token'>,
  rules: CredentialsRules,
): MaybePromise<BearerCredentials | undefined> {
  if (rules.finder !== undefined) return findElsewhere(arrival, rules, rules.finder);
  const header = arrival.request.header('authorization');
  if (header === undefined || header === '') return undefined;
  const start = findBearerToken(header);
  checkLength(header.length - start, rules);
  // Cut off further spaces, because otherwise one token could fill a cache with many fields.
  return start === BEARER_LENGTH
    ? new BearerCredentials(arrival, header, start)
    : new BearerCredentials(arrival, header.slice(start), 0);
}

function findElsewhere(
  arrival: Omit<Credentials, 'token'>,
  rules: CredentialsRules,
  finder: TokenFinder,
): MaybePromise<BearerCredentials | undefined> {
  const token = finder.find(arrival.request);
  return isPromise(token)
    ? token.then((found) => toCredentials(arrival, rules, found))
    : toCredentials(arrival, rules, token);
}

function toCredentials(
  arrival: Omit<Credentials, 'token'>,
  rules: CredentialsRules,
  token: string | undefined,
): BearerCredentials | undefined {
  if (token === undefined) return undefined;
  checkLength(token.length, rules);
  return new BearerCredentials(arrival, token, 0);
}

function checkLength(length: number, rules: CredentialsRules): void {
  if (length > rules.maxTokenLength) {
    const limit = `at most ${rules.maxTokenLength} are allowed (maxTokenLength)`;
    throw new AuthError('credentials_malformed', `the token has ${length} characters; ${limit}`);
  }
  // RFC 6750 §3.1: without authentication information, a bare 401, which makes OAuth clients fetch a token.
  if (length <= 0) throw new AuthError('credentials_missing', 'the token is empty');
}

/** The length of `Bearer` and one space. */
const BEARER_LENGTH = 7;

/**
 * Returns the position at which the token of a `Bearer` header starts.
 * @throws AuthError `credentials_missing` for another scheme, `credentials_malformed` for several tokens.
 */
export function findBearerToken(header: string): number {
  if (header.startsWith('Bearer ') || /^bearer(?: |$)/i.test(header)) {
    let start = BEARER_LENGTH;
    while (header.charCodeAt(start) === 0x20) start++;
    return start;
  }
  // Two field lines are joined by a comma. A bearer token must not hide behind another scheme.
  if (/^bearer|,\s*bearer\s/i.test(header)) {
    throw new AuthError('credentials_malformed', 'the Authorization header is malformed');
  }
  throw new AuthError('credentials_missing', 'the Authorization header has another scheme');
}
