import { checkOptions } from '@mandate/internal/check-options';
import { isPromise, type MaybePromise } from '@mandate/internal/maybe-promise';
import { AuthError } from '../auth-error.js';
import type { AuthRequest } from '../auth-request.js';
import type { TokenFinder } from '../find-credentials.js';
import { checkSite, toOrigins } from './check-site.js';
import { compilePlace, type Place } from './compile-place.js';
import type { TokenPlace } from './token-place.js';

export interface TokenFinderOptions {
  /**
   * The origins of the pages that may use a token from a cookie, as browsers write them:
   * `https://app.example.com`. They matter only for requests without `Sec-Fetch-Site`: those of old browsers, and
   * the WebSocket upgrades of Chromium. Default: none, so such requests can only read, and open no socket.
   */
  readonly publicOrigins?: readonly string[] | undefined;
}

/**
 * Makes a finder of tokens for the option `token` of a guard. It looks at each place of the list and at no
 * other. A request with tokens in two places is rejected unless they are the same token. An empty value
 * counts as absent.
 *
 * A token that only a cookie holds is accepted for GET, HEAD and OPTIONS. For other methods and for upgrades,
 * the request must come from a page of this origin: `Sec-Fetch-Site` must be `same-origin`, or, without that
 * header, `Origin` must be one of `publicOrigins`. Otherwise it is rejected with `cross_site` (403), before
 * anything looks at the token.
 *
 * @throws TypeError if the list is empty, or a place or an option is unknown or invalid.
 *
 * @example
 * const token = createTokenFinder([{ header: 'authorization' }, { cookie: 'access_token' }], {
 *   publicOrigins: ['https://app.example.com'],
 * });
 */
export function createTokenFinder(
  places: readonly TokenPlace[],
  options: TokenFinderOptions = {},
): TokenFinder {
  checkOptions<TokenFinderOptions>('createTokenFinder', options, { publicOrigins: true });
  if (!Array.isArray(places) || places.length === 0) {
    throw new TypeError('createTokenFinder: the first argument must be a list of places');
  }
  return new PlacesFinder(places.map(compilePlace), toOrigins(options.publicOrigins ?? []));
}

class PlacesFinder implements TokenFinder {
  readonly #places: readonly Place[];
  readonly #origins: ReadonlySet<string>;

  constructor(places: readonly Place[], origins: ReadonlySet<string>) {
    this.#places = places;
    this.#origins = origins;
  }

  find(request: AuthRequest): MaybePromise<string | undefined> {
    const found = new Found();
    const places = this.#places;
    for (let i = 0; i < places.length; i++) {
      const place = places[i] as Place;
      const value = place.read(request);
      if (isPromise(value)) return this.#findLater(request, found, { value, index: i });
      found.add(place, value);
    }
    return this.#choose(request, found);
  }

  /** Continues after a place whose reader returned a promise. */
  async #findLater(
    request: AuthRequest,
    found: Found,
    { value, index }: { readonly value: Promise<unknown>; readonly index: number },
  ): Promise<string | undefined> {
    found.add(this.#places[index] as Place, await value);
    for (const place of this.#places.slice(index + 1)) found.add(place, await place.read(request));
    return this.#choose(request, found);
  }

  #choose(request: AuthRequest, { token, hasOther, isOnlyInCookies }: Found): string | undefined {
    if (token === undefined) return undefined;
    if (hasOther) throw new AuthError('credentials_malformed', 'the request has two tokens');
    // Browsers add only cookies by themselves, so the other places need no check.
    if (isOnlyInCookies) checkSite(request, this.#origins);
    return token;
  }
}

/** The tokens of a request so far. */
class Found {
  /** The first one. */
  token: string | undefined = undefined;
  hasOther = false;
  isOnlyInCookies = true;

  add(place: Place, value: unknown): void {
    if (value === undefined || value === null || value === '') return;
    // A parsed query or cookie may have any type. A space would let a cached header match as a token.
    if (typeof value !== 'string' || value.includes(' ')) {
      throw new AuthError('credentials_malformed', `${place.name} has no single token`);
    }
    if (this.token === undefined) this.token = value;
    else if (this.token !== value) this.hasOther = true;
    if (!place.isCookie) this.isOnlyInCookies = false;
  }
}
