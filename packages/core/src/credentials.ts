import { AuthError } from './auth-error.js';
import type { AuthRequest } from './auth-request.js';
import { parseJwt, type UnverifiedJwt } from './jws/parse-jwt.js';
import type { Principal } from './principal.js';

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
 *
 * @example
 * const credentials = new BearerCredentials({ request, nowMs: Date.now() }, 'Bearer abc', 7);
 * credentials.token; // 'abc'
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
  checkedPrincipal: Principal<object> | undefined = undefined;
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
 *
 * @example
 * const accepts = (credentials: Credentials) =>
 *   toBearerCredentials(credentials).startsWith('legacy_');
 */
export function toBearerCredentials(credentials: Credentials): BearerCredentials {
  return credentials instanceof BearerCredentials
    ? credentials
    : new BearerCredentials(credentials, credentials.token, 0);
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
