import type { FetchLike } from './authorization-service.js';
import type { AuthorizeParams } from './authorize-params.js';
import { createFetchWithToken, type TokenHolder } from './fetch-with-token.js';
import type { GivenTokenOptions } from './given-token.js';
import { GivenTokens } from './given-tokens.js';
import { type JwtToken, toJwtToken } from './jwt-token.js';
import { DOCUMENTED_ELEMENT_ID } from './page-token.js';
import { waitFor } from './pause.js';
import { Renewals, type TokenSource } from './renewals.js';
import { createTabLock, type TabLock } from './tab-lock.js';
import type { IssuedToken } from './token-answer.js';
import { TokenCache } from './token-cache.js';
import {
  readFetch,
  readPositive,
  readSource,
  readStorageOption,
  type TokenClientOptions,
  toSource,
} from './token-client-options.js';
import { type FailureReason, TokenError } from './token-error.js';
import { openStorage } from './token-storage.js';

export interface AuthorizeOptions extends AuthorizeParams {
  /** Called when there is a token: before `authorize` returns, if it was in the cache. */
  readonly onsuccess?: (() => void) | undefined;
  /** Called when there is none. */
  readonly onfail?: ((reason: FailureReason, error: TokenError) => void) | undefined;
}

interface SignalOption {
  /** Ends the waiting with the signal's reason; the request itself serves others. */
  readonly signal?: AbortSignal | undefined;
}

/** Has a valid token whenever one is needed. Its methods may be passed around on their own. */
export interface TokenClient {
  /**
   * The token: the one that was set, else the page's, else the cached one, else a new one.
   * @throws TokenError
   */
  getToken(this: void, options?: SignalOption): Promise<string>;
  /** The same as an object with its expiration, as a promise or by callbacks. */
  getJwtToken(this: void): Promise<JwtToken>;
  getJwtToken(
    this: void,
    succeeded: (data: JwtToken) => void,
    failed?: (error: TokenError) => void,
  ): void;
  /**
   * Gets a token for these credentials, from the cache or the service, and goes on with them: the token
   * that was set and the page's no longer count.
   * @throws TypeError if `webserver` is no URL that credentials may be sent to.
   */
  authorize(this: void, options: AuthorizeOptions): void;
  /**
   * Uses a token that your server got. It is not stored: set it on every page.
   * @throws TypeError if it is no bearer token.
   */
  setToken(this: void, token: string, options?: GivenTokenOptions): void;
  /**
   * Drops the token, in all tabs: the one that was set, the page's, and the cached one of the current
   * credentials. The next `getToken` gets a new one. With `all: true`, to log out: the tokens of every
   * server, service, group and subject, and the credentials too.
   */
  clearToken(this: void, options?: { readonly all?: boolean | undefined }): void;
  /** `fetch` with the token, for `allowedOrigins`. */
  readonly fetchWithToken: FetchLike;
}

/** `createTokenClient` without the check for unknown options, for which the script has no room. */
export function toTokenClient(options: TokenClientOptions = {}): TokenClient {
  return new Client(options);
}

/** Its methods are fields, so that they may be passed around on their own. */
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
    const timeoutMs = readPositive('timeoutMs', options.timeoutMs ?? 10_000);
    this.#marginMs = 1000 * readPositive('expiryMarginSeconds', options.expiryMarginSeconds ?? 30);
    this.#source = readSource(options);
    const storage = openStorage(readStorageOption(options));
    const alone: TabLock = (_name, run) => run(false);
    const waitMs = timeoutMs + 1000;
    const lock = storage.isShared
      ? createTabLock({ storage, locks: options.locks, waitMs, now, random })
      : alone;
    const fetch = readFetch(options);
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

  readonly getToken = (options: SignalOption = {}): Promise<string> => {
    const current = this.#readCurrent();
    if (current !== undefined) return Promise.resolve(current.token);
    return this.#renew(options.signal).then(({ token }) => token);
  };

  readonly getJwtToken = ((
    succeeded?: (data: JwtToken) => void,
    failed?: (error: TokenError) => void,
  ): Promise<JwtToken> | undefined => {
    const current = this.#readCurrent();
    const issued = current === undefined ? this.#renew() : Promise.resolve(current);
    const answer = issued.then(toJwtToken);
    if (succeeded === undefined) return answer;
    answer.then(succeeded, (error) => failed?.(error));
    return undefined;
  }) as TokenClient['getJwtToken'];

  readonly authorize = ({ onsuccess, onfail, ...params }: AuthorizeOptions): void => {
    const fail = (error: TokenError): void => onfail?.(error.reason, error);
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
    if (this.#renewals.readCurrent(source.key) !== undefined) {
      onsuccess?.();
      return;
    }
    this.#renewals.forget(source);
    this.#renewals.renew(source).then(() => onsuccess?.(), fail);
  };

  readonly setToken = (token: string, options: GivenTokenOptions = {}): void => {
    this.#given.set(token, options);
    if (this.#source !== undefined) this.#renewals.forget(this.#source);
  };

  readonly clearToken = ({ all = false }: { readonly all?: boolean | undefined } = {}): void => {
    this.#given.drop();
    if (all) this.#cache.removeAll();
    if (this.#source !== undefined) this.#cache.remove(this.#source.key);
    if (all) {
      this.#source = undefined;
      this.owner = {};
    }
    this.#renewals.abandon();
  };

  /** Another token than the refused one, if somebody has one already; else a new one. */
  readonly replaceToken = (refused: string, options: SignalOption = {}): Promise<string> => {
    this.#given.dropRefused(refused);
    const key = this.#source?.key;
    if (key !== undefined && this.#cache.read(key)?.token === refused) {
      this.#cache.remove(key);
    }
    return this.getToken(options);
  };

  #readCurrent(): IssuedToken | undefined {
    const given = this.#given.readCurrent(this.#marginMs);
    if (given !== undefined || this.#source === undefined) return given;
    return this.#renewals.readCurrent(this.#source.key);
  }

  #renew(signal?: AbortSignal): Promise<IssuedToken> {
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
  return createFetchWithToken(client, { allowedOrigins, fetch: readFetch(options), now });
}
