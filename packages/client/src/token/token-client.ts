import { type FetchLike, requestToken } from './authorization-service.js';
import { type AuthorizeParams, compileAuthorization } from './authorize-params.js';
import { createFetchWithToken, type TokenHolder } from './fetch-with-token.js';
import type { GivenTokenOptions } from './given-token.js';
import { GivenTokens } from './given-tokens.js';
import { DOCUMENTED_ELEMENT_ID } from './page-token.js';
import { waitFor } from './pause.js';
import { Renewals, type TokenSource } from './renewals.js';
import { createTabLock, type LockManagerLike, type TabLock } from './tab-lock.js';
import { type IssuedToken, readTokenAnswer, type TokenAnswer } from './token-answer.js';
import { TokenCache } from './token-cache.js';
import { type FailureReason, TokenError } from './token-error.js';
import { type TokenIdentity, toTokenKey } from './token-key.js';
import { openStorage, type StorageOption } from './token-storage.js';

/** A token as `auth.getJwtToken` answers it (Genesys, Service Client API). */
export interface JwtToken {
  /** When it expires by the server's clock: ISO 8601, UTC, milliseconds. */
  readonly expiration: string;
  readonly jwtToken: string;
}

export interface AuthorizeOptions extends AuthorizeParams {
  /** Called when there is a token: before `authorize` returns, if it was in the cache. */
  readonly onsuccess?: (() => void) | undefined;
  /** Called when there is none. */
  readonly onfail?: ((reason: FailureReason, error: TokenError) => void) | undefined;
}

interface FromAuthorization {
  /** What to ask of the authorization service, until `authorize()` is called with something else. */
  readonly authorize?: AuthorizeParams | undefined;
  readonly fetchToken?: undefined;
  readonly identity?: undefined;
}

interface FromElsewhere {
  /**
   * Gets a token in a way of your own: from your server, from a service host. It is called when there is
   * no valid one, once however many ask. Throw a `TokenError` to say why there is none; whatever else
   * it throws becomes `service_error`.
   */
  readonly fetchToken: (options: {
    /** Aborted after `timeoutMs`. */
    readonly signal: AbortSignal;
  }) => Promise<TokenAnswer | JwtToken | string>;
  /**
   * Whose token `fetchToken` gets. It keeps the tokens of several users, groups and servers apart in
   * a shared storage; without it tokens stay in memory.
   */
  readonly identity?:
    | (Pick<TokenIdentity, 'subject'> & Partial<Omit<TokenIdentity, 'subject'>>)
    | undefined;
  readonly authorize?: undefined;
}

interface CommonOptions {
  /**
   * Where tokens are kept. Default `'localStorage'` as in the Glance document, and `'memory'` for
   * `fetchToken` without `identity` and where there is no such storage, as in Node. A script that runs
   * in your page can read what is stored there; `'memory'` costs a request after each reload.
   */
  readonly storage?: StorageOption | undefined;
  /**
   * Seconds before its end at which a token counts as expired and is renewed. Default 30, and at most
   * a quarter of its lifetime. Less risks that it expires on its way; more asks for tokens earlier.
   */
  readonly expiryMarginSeconds?: number | undefined;
  /**
   * Milliseconds for one request for a token. Default 10000. Then it fails with `timeout`. A tab waits
   * as long, and a second more, for the request of another tab before it sends its own.
   */
  readonly timeoutMs?: number | undefined;
  /**
   * The origins that `fetchWithToken` may send the token to: `https:`, or loopback; scheme, host and port
   * exactly. Default: none, and `fetchWithToken` throws.
   */
  readonly allowedOrigins?: readonly string[] | undefined;
  /**
   * The id of an element with `data-authtoken`, beside the script element that loaded this code.
   * Default `'glance-cobrowse'`, as in the document. `null`: no attribute is read at all.
   */
  readonly elementId?: string | null | undefined;
  /** Another `fetch`. Default: the global one. */
  readonly fetch?: FetchLike | undefined;
  /** Another lock manager than `navigator.locks`; `null` for a lease in the storage instead. */
  readonly locks?: LockManagerLike | null | undefined;
  /** The clock, in Unix milliseconds. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
  /** A number from 0 up to 1. Default `Math.random`. */
  readonly random?: (() => number) | undefined;
}

export type TokenClientOptions = CommonOptions & (FromAuthorization | FromElsewhere);

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

/**
 * A token client. It asks for a token when one is first needed, and never while a valid one is there.
 * @throws TypeError if an option is not what it should be.
 * @throws TokenError `missing_credentials` or `invalid_duration`, if `authorize` is given and is so.
 */
export function createTokenClient(options: TokenClientOptions = {}): TokenClient {
  return new Client(options);
}

/** Its methods are fields, so that they may be passed around on their own. */
class Client implements TokenClient, TokenHolder {
  readonly #cache: TokenCache;
  readonly #renewals: Renewals;
  readonly #given: GivenTokens;
  readonly #marginMs: number;
  #source: TokenSource | undefined;
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
    if (all) this.#source = undefined;
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

function toJwtToken({ token, expirationMs }: IssuedToken): JwtToken {
  if (!Number.isFinite(expirationMs)) {
    throw new TokenError('service_error', 'nothing says when the token expires');
  }
  return { expiration: new Date(expirationMs).toISOString(), jwtToken: token };
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

// Called on the global object, where `fetch` looks for its realm, and looked up late, for whoever
// replaces it.
const readFetch = ({ fetch }: TokenClientOptions): FetchLike =>
  fetch ?? ((input, init) => globalThis.fetch(input, init));

function toSource(params: AuthorizeParams): TokenSource {
  const authorization = compileAuthorization(params);
  const { key, url, body } = authorization;
  return { key, id: url + body, request: (tools) => requestToken(authorization, tools) };
}

function readSource(options: TokenClientOptions): TokenSource | undefined {
  const { authorize, fetchToken, identity } = options;
  if (authorize !== undefined && fetchToken !== undefined) {
    throw new TypeError('createTokenClient: authorize or fetchToken');
  }
  if (authorize !== undefined) return toSource(authorize);
  if (fetchToken === undefined) return undefined;
  const { server = '', service = '', group, subject = '' } = identity ?? {};
  const key = toTokenKey({ server, service, group, subject });
  return {
    key,
    id: key,
    async request({ now, signal }) {
      const askedAtMs = now();
      return readTokenAnswer(await fetchToken({ signal }), { askedAtMs, fresh: false });
    },
  };
}

function readStorageOption({ storage, fetchToken, identity }: TokenClientOptions): StorageOption {
  const isAnonymous = fetchToken !== undefined && identity === undefined;
  if (isAnonymous && storage !== undefined && storage !== 'memory') {
    throw new TypeError('createTokenClient: to store tokens, fetchToken needs identity');
  }
  return storage ?? (isAnonymous ? 'memory' : 'localStorage');
}

function readPositive(name: string, value: number): number {
  if (Number.isFinite(value) && value > 0) return value;
  throw new TypeError(`createTokenClient: ${name} must be a positive number`);
}
