import { findGuardedRequest } from './adapter/guarded-request.js';
import { BearerCredentials, type Credentials } from './credentials.js';
import { type JwtHeader, parseJwt } from './jws/parse-jwt.js';

export type { JwtHeader } from './jws/parse-jwt.js';

/** The token of a request that the guard allowed. Logging, serializing or cloning it leaves the token out. */
export interface RawToken {
  /** The token exactly as the guard verified it, without a scheme. */
  readonly token: string;
  /**
   * The JOSE header of a JWT (RFC 7515 §4), as parsed, and frozen; `undefined` for any other token. It was verified
   * with the token if a verifier of JWTs accepted it.
   */
  readonly header: JwtHeader | undefined;
}

/**
 * Returns the token that the guard verified for a request, for token exchange (RFC 8693 `subject_token`) and for an
 * audit by its issuer. It is the only way to the token: principals, decisions and events do not have it.
 *
 * Do not pass the token on to another API: that API would act for the caller with a token that was not issued for it
 * (confused deputy; RFC 8707, RFC 9700 §2.3). Exchange it for a token of that API.
 *
 * @param holder the object of the host in which the adapter keeps its request; the README of each adapter names it.
 * @returns `undefined` if the request needed no token and had none, or was rejected.
 * @throws TypeError if no `requireAuth(guard)` ran for this object.
 *
 * @example
 * async function exchange(holder: object): Promise<Response> {
 *   const body = new URLSearchParams({
 *     grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
 *     subject_token: getRawToken(holder)?.token ?? '',
 *     subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
 *     audience: 'https://reports.example.com',
 *   });
 *   return fetch('https://sso.example.com/token', { method: 'POST', body });
 * }
 */
export function getRawToken(holder: object): RawToken | undefined {
  const request = findGuardedRequest(holder);
  if (request === undefined) {
    throw new TypeError('getRawToken: requireAuth(guard) did not run for this object');
  }
  const credentials = request.getCredentials();
  if (credentials === undefined) return undefined;
  return new VerifiedRawToken(toToken(credentials));
}

/** Without a check of its characters: the verifier that accepted it may allow others than RFC 6750 does. */
function toToken(credentials: Pick<Credentials, 'token'>): string {
  if (!(credentials instanceof BearerCredentials)) return credentials.token;
  const { field, length } = credentials;
  return field.slice(field.length - length);
}

/** Neither private members nor accessors of a class are logged, serialized or cloned. */
class VerifiedRawToken implements RawToken {
  readonly header: JwtHeader | undefined;
  readonly #token: string;

  constructor(token: string) {
    this.#token = token;
    this.header = parseJwt(token)?.header;
  }

  get token(): string {
    return this.#token;
  }
}
