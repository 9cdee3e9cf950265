import { checkNumber } from '@mandate/internal/check-number';
import { isPromise, type MaybePromise } from '@mandate/internal/maybe-promise';
import { AuthError } from './auth-error.js';
import type { AuthRequest } from './auth-request.js';
import { parseJwt, type UnverifiedJwt } from './jws/parse-jwt.js';
import type { Principal } from './principal.js';

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

/** One bearer token and the request it came with. Nothing about the token has been verified. */
export interface Credentials {
  readonly request: AuthRequest;
  /** The guard's clock in Unix milliseconds, read once per request. */
  readonly nowMs: number;
  /**
   * The token: `b64token` of RFC 6750 §2.1.
   * @throws AuthError `credentials_malformed` if it has any other character.
   */
  readonly token: string;
}

/**
 * The credentials as the guard passes them to verifiers, with members that only Mandate's own verifiers use.
 */
export class BearerCredentials implements Credentials {
  readonly request: AuthRequest;
  readonly nowMs: number;
  /**
   * A string that ends with the token, exactly as received: usually the `Authorization` header, or the
   * token alone if more than one space preceded it. Equal fields hold equal tokens, and comparing fields
   * costs a sixth of comparing tokens that were sliced out of them.
   */
  readonly field: string;
  /** What a verifier found in `accepts`, so that its `verify` need not look it up again. */
  memo: object | undefined = undefined;
  /**
   * A principal that a verifier of Mandate returned before and has found unexpired at `nowMs`, so that
   * the guard need not check it again.
   */
  checkedPrincipal: Principal | undefined = undefined;
  readonly #start: number;
  #isChecked = false;
  #jwt: UnverifiedJwt | null | undefined = undefined;

  /** @param start where in `field` the token starts. */
  constructor(arrival: Omit<Credentials, 'token'>, field: string, start: number) {
    this.request = arrival.request;
    this.nowMs = arrival.nowMs;
    this.field = field;
    this.#start = start;
  }

  get token(): string {
    this.checkCharacters();
    return this.#slice();
  }

  /** The length of the token in characters. */
  get length(): number {
    return this.field.length - this.#start;
  }

  /** The claims and header of the token, parsed once; `undefined` if it is not a well-formed JWT. */
  get jwt(): UnverifiedJwt | undefined {
    if (this.#jwt === undefined) {
      const jwt = parseJwt(this.#slice());
      // A well-formed JWT has only allowed characters. Any other token may have any character.
      if (jwt === undefined) this.checkCharacters();
      this.#isChecked = true;
      this.#jwt = jwt ?? null;
    }
    return this.#jwt ?? undefined;
  }

  /** Whether the token starts with a prefix. The other characters are not checked. */
  startsWith(prefix: string): boolean {
    return this.field.startsWith(prefix, this.#start);
  }

  /** @throws AuthError `credentials_malformed` if the token has a character that RFC 6750 forbids. */
  checkCharacters(): void {
    if (this.#isChecked) return;
    checkTokenCharacters(this.#slice());
    this.#isChecked = true;
  }

  #slice(): string {
    return this.field.slice(this.#start);
  }
}

/**
 * The credentials as the guard made them. Credentials from elsewhere, such as another copy of this package,
 * are copied, because only the members of {@link Credentials} can be relied on.
 */
export function toBearerCredentials(credentials: Credentials): BearerCredentials {
  return credentials instanceof BearerCredentials
    ? credentials
    : new BearerCredentials(credentials, credentials.token, 0);
}

/**
 * Finds the one bearer token of a request (RFC 6750 §2.1).
 * @returns `undefined` if no place has a value; a promise only if the application's own function returns one.
 * @throws AuthError `credentials_missing` for a scheme other than Bearer; `credentials_malformed` if there is
 * more than one token, or it is empty or longer than `maxTokenLength`.
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
  const toCredentials = (token: string | undefined) => {
    if (token === undefined) return undefined;
    checkLength(token.length, rules);
    return new BearerCredentials(arrival, token, 0);
  };
  const token = finder.find(arrival.request);
  return isPromise(token) ? token.then(toCredentials) : toCredentials(token);
}

function checkLength(length: number, rules: CredentialsRules): void {
  if (length > rules.maxTokenLength) {
    const limit = `at most ${rules.maxTokenLength} are allowed (maxTokenLength)`;
    throw new AuthError('credentials_malformed', `the token has ${length} characters; ${limit}`);
  }
  if (length <= 0) throw new AuthError('credentials_malformed', 'the token is empty');
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

/** 1 for the characters of `b64token` (RFC 6750 §2.1) that precede its padding `=`. */
const TOKEN_CHARACTERS = new Uint8Array(128);
for (const c of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/') {
  TOKEN_CHARACTERS[c.charCodeAt(0)] = 1;
}

function checkTokenCharacters(token: string): void {
  let end = token.length;
  while (end > 0 && token.charCodeAt(end - 1) === 0x3d) end--;
  let valid = end > 0;
  for (let i = 0; i < end; i++) {
    // A look-up beyond the end of the table returns undefined, which is not 1.
    if (TOKEN_CHARACTERS[token.charCodeAt(i)] !== 1) valid = false;
  }
  if (!valid) throw new AuthError('credentials_malformed', 'the token has a forbidden character');
}
