import { createFetchWithToken, type TokenHolder } from './fetch-with-token.js';
import type { SetTokenOptions } from './given-token.js';
import { GivenTokens } from './given-tokens.js';
import { type JwtToken, toJwtToken } from './jwt-token.js';
import { DOCUMENTED_ELEMENT_ID } from './page-token.js';
import { waitFor } from './pause.js';
import { Renewals, type TokenSource } from './renewals.js';
import type { FetchLike } from './request-token.js';
import { createTabLock, type TabLock } from './tab-lock.js';
import type { TimedToken } from './token-answer.js';
import { TokenCache } from './token-cache.js';
import {
  checkPositive,
  chooseStorage,
  findSource,
  getFetch,
  type TokenClientOptions,
  toSource,
} from './token-client-options.js';
import { TokenError, type TokenErrorCode } from './token-error.js';
import type { AuthorizeParams } from './token-request.js';
import { openStorage } from './token-storage.js';

export interface AuthorizeOptions extends AuthorizeParams {
  /** Called when there is a token; before `authorize` returns if the token was cached. */
  readonly onsuccess?: (() => void) | undefined;
  /** Called with the error's code when there is no token. */
  readonly onfail?: ((code: TokenErrorCode, error: TokenError) => void) | undefined;
}

export interface TokenRequestOptions {
  /** Ends the wait with the signal's reason. The request continues for other callers. */
  readonly signal?: AbortSignal | undefined;
}

export interface ClearTokenOptions {
  /** Whether to log out: drops the tokens of everyone, and the credentials. Default `false`. */
  readonly all?: boolean | undefined;
}

/** Has a valid token whenever one is needed. The methods do not depend on `this`. */
export interface TokenClient {
  /**
   * Returns the token that was set, otherwise the page's, otherwise the cached one, otherwise a new
   * one.
   * @throws TokenError
   */
  getToken(this: void, options?: TokenRequestOptions): Promise<string>;
  /** Like `getToken`, with the expiration, as a promise or through callbacks. */
  getJwtToken(this: void): Promise<JwtToken>;
  getJwtToken(
    this: void,
    succeeded: (data: JwtToken) => void,
    failed?: (error: TokenError) => void,
  ): void;
  /**
   * Switches to these credentials and gets a token for them, from the cache or the service. A token
   * that was set and the page's token no longer count.
   * @throws TypeError if credentials may not be sent to `webserver`.
   */
  authorize(this: void, options: AuthorizeOptions): void;
  /**
   * Uses a token that your server issued. It is not stored: set it on every page.
   * @throws TypeError if the token is not a bearer token.
   */
  setToken(this: void, token: string, options?: SetTokenOptions): void;
  /**
   * Drops the token in all tabs: the token that was set, the page's token, and the cached token of
   * the current credentials. The next `getToken` requests a new one. With `all: true`, to log out,
   * it also drops the tokens of every other server, service, group and subject, and the
   * credentials.
   */
  clearToken(this: void, options?: ClearTokenOptions): void;
  /**
   * Calls `fetch` with the token, for `allowedOrigins` only.
   *
   * @example
   * const tokens = createTokenClient({ allowedOrigins: ['https://presence.example.com'] });
   * const response = await tokens.fetchWithToken('https://presence.example.com/agents');
   */
  readonly fetchWithToken: FetchLike;
}

/**
 * Skips the check for unknown options, which does not fit into the script for pages.
 *
 * @example
 * const tokens = createUncheckedTokenClient();
 */
export function createUncheckedTokenClient(options: TokenClientOptions = {}): TokenClient {
  return new Client(options);
}

/** The methods are fields, so that they do not depend on `this`. */
class Client implements TokenClient, TokenHolder {
  readonly #cache: TokenCache;
  readonly #renewals: Renewals;
  readonly #given: GivenTokens;
  readonly #marginMs: number;
  #source: TokenSource | undefined;
  owner = {};
  readonly fetchWithToken: FetchLike;

  constructor(options: TokenClientOptions) {
    const { now = Date.now, random = Math.random, elementId = DOCUMENTED_ELEMENT_ID } = options;
    const timeoutMs = checkPositive('timeoutMs', options.timeoutMs ?? 10_000);
    this.#marginMs = 1000 * checkPositive('expiryMarginSeconds', options.expiryMarginSeconds ?? 30);
    this.#source = findSource(options);
    const storage = openStorage(chooseStorage(options));
    const alone: TabLock = (_name, run) => run(false);
    const waitMs = timeoutMs + 1000;
    const lock = storage.isShared
      ? createTabLock({ storage, locks: options.locks, waitMs, now, random })
      : alone;
    const fetch = getFetch(options);
    this.fetchWithToken = createFetch(this, options);
    this.#given = new GivenTokens(elementId, now);
    this.#cache = new TokenCache(storage, now, random);
    this.#renewals = new Renewals({
      cache: this.#cache,
      lock,
      fetch,
      now,
      timeoutMs,
      marginMs: this.#marginMs,
    });
  }

  readonly getToken = (options: TokenRequestOptions = {}): Promise<string> => {
    const current = this.#getCurrent();
    if (current !== undefined) return Promise.resolve(current.token);
    return this.#renew(options.signal).then(({ token }) => token);
  };

  readonly getJwtToken = ((
    succeeded?: (data: JwtToken) => void,
    failed?: (error: TokenError) => void,
  ): Promise<JwtToken> | undefined => {
    const current = this.#getCurrent();
    const token = current === undefined ? this.#renew() : Promise.resolve(current);
    const answer = token.then(toJwtToken);
    if (succeeded === undefined) return answer;
    answer.then(succeeded, (error) => failed?.(error));
    return undefined;
  }) as TokenClient['getJwtToken'];

  readonly authorize = ({ onsuccess, onfail, ...params }: AuthorizeOptions): void => {
    const fail = (error: TokenError): void => onfail?.(error.code, error);
    let source: TokenSource;
    try {
      source = toSource(params);
    } catch (error) {
      if (!(error instanceof TokenError)) throw error;
      fail(error);
      return;
    }
    if (source.key !== this.#source?.key) this.owner = {};
    this.#source = source;
    this.#given.drop();
    if (this.#renewals.getCurrent(source.key) !== undefined) {
      onsuccess?.();
      return;
    }
    this.#renewals.forget(source);
    this.#renewals.renew(source).then(() => onsuccess?.(), fail);
  };

  readonly setToken = (token: string, options: SetTokenOptions = {}): void => {
    this.#given.set(token, options);
    if (this.#source !== undefined) this.#renewals.forget(this.#source);
  };

  readonly clearToken = ({ all = false }: ClearTokenOptions = {}): void => {
    this.#given.drop();
    if (all) this.#cache.removeAll();
    if (this.#source !== undefined) this.#cache.remove(this.#source.key);
    if (all) {
      this.#source = undefined;
      this.owner = {};
    }
    this.#renewals.abandon();
  };

  /**
   * Returns another token than the rejected one: an existing one if possible, otherwise a new one.
   */
  readonly replaceToken = (
    rejected: string,
    options: TokenRequestOptions = {},
  ): Promise<string> => {
    this.#given.dropRefused(rejected);
    const key = this.#source?.key;
    if (key !== undefined && this.#cache.load(key)?.token === rejected) {
      this.#cache.remove(key);
    }
    return this.getToken(options);
  };

  #getCurrent(): TimedToken | undefined {
    const given = this.#given.getCurrent(this.#marginMs);
    if (given !== undefined || this.#source === undefined) return given;
    return this.#renewals.getCurrent(this.#source.key);
  }

  #renew(signal?: AbortSignal): Promise<TimedToken> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (this.#source === undefined) {
      return Promise.reject(new TokenError('missing_credentials'));
    }
    return waitFor(this.#renewals.renew(this.#source), signal);
  }
}

function createFetch(client: TokenHolder, options: TokenClientOptions): FetchLike {
  const { allowedOrigins, now = Date.now } = options;
  if (allowedOrigins === undefined) {
    return () => {
      throw new TypeError('fetchWithToken: createTokenClient needs allowedOrigins');
    };
  }
  return createFetchWithToken(client, { allowedOrigins, fetch: getFetch(options), now });
}
