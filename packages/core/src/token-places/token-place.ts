import type { MaybePromise } from '@mandate/internal/maybe-promise';
import type { AuthRequest } from '../auth-request.js';

/** A place of a request that may hold the token. */
export type TokenPlace = HeaderPlace | CookiePlace | QueryPlace | TokenReader;

export interface HeaderPlace {
  readonly header: string;
  /**
   * The scheme before the token. Default `'Bearer'` for `authorization`, and otherwise `''`: the whole value
   * is the token. A value with another scheme is rejected.
   */
  readonly scheme?: string | undefined;
}

/**
 * A cookie. Browsers send cookies with requests that other sites start, so a token from a cookie is accepted
 * for unsafe methods and upgrades only from a page of this origin; see {@link
 * TokenFinderOptions.publicOrigins}.
 */
export interface CookiePlace {
  readonly cookie: string;
  /**
   * Reads the cookie through the host, for example a signed cookie:
   * `(request, host) => (host as Request).signedCookies['token']`. Default: from the `Cookie` header.
   */
  readonly read?: TokenReader | undefined;
}

/**
 * A query parameter. URLs are logged and kept in histories, so use it only for clients that cannot send
 * headers.
 */
export interface QueryPlace {
  readonly query: string;
}

/**
 * Reads the token from anywhere. Returns `undefined` if the request has none. If browsers send what it reads by
 * themselves, as they do with cookies, use {@link CookiePlace.read} instead, which protects against CSRF.
 *
 * @param host the request of the host: `req` of Express, `ctx` of Koa, `c` of Hono. `undefined` if the
 * adapter does not have one.
 */
export type TokenReader = (request: AuthRequest, host: unknown) => MaybePromise<string | undefined>;
