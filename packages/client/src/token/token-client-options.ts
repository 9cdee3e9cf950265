import type { JwtToken } from './jwt-token.js';
import type { TokenSource } from './renewals.js';
import { type FetchLike, requestToken } from './request-token.js';
import type { LockManagerLike } from './tab-lock.js';
import { parseTokenAnswer, type TokenAnswer } from './token-answer.js';
import { type TokenIdentity, toTokenKey } from './token-key.js';
import { type AuthorizeParams, toTokenRequest } from './token-request.js';
import type { StorageOption } from './token-storage.js';

interface FromAuthorization {
  /** What to ask of the authorization service, until `authorize()` is called. */
  readonly authorize?: AuthorizeParams | undefined;
  readonly fetchToken?: undefined;
  readonly identity?: undefined;
}

interface FromElsewhere {
  /**
   * Gets a token in another way, such as from your server or a service host. It is called once,
   * however many callers wait, when there is no valid token. Throw a `TokenError` to state the
   * cause; any other error becomes `service_error`.
   */
  readonly fetchToken: (options: {
    /** Aborted after `timeoutMs`. */
    readonly signal: AbortSignal;
  }) => Promise<TokenAnswer | JwtToken | string>;
  /**
   * Whose token `fetchToken` gets. It keeps the tokens of several users, groups and servers apart
   * in a shared storage. Without it, tokens stay in memory.
   */
  readonly identity?:
    | (Pick<TokenIdentity, 'subject'> & Partial<Omit<TokenIdentity, 'subject'>>)
    | undefined;
  readonly authorize?: undefined;
}

interface CommonOptions {
  /**
   * Where tokens are kept. Default `'localStorage'`, as in the Glance document; `'memory'` for
   * `fetchToken` without `identity`, and where the storage is missing, as in Node. A script that
   * runs in your page can read a stored token; `'memory'` costs a request after each reload.
   */
  readonly storage?: StorageOption | undefined;
  /**
   * Seconds before its end at which a token counts as expired and is renewed. Default 30, and at
   * most a quarter of its lifetime. A smaller margin risks that a token expires on its way; a
   * larger one renews earlier.
   */
  readonly expiryMarginSeconds?: number | undefined;
  /**
   * Milliseconds for one token request, which then fails with `timeout`. Default 10000. A tab waits
   * this long and one second more for another tab's request before it sends its own.
   */
  readonly timeoutMs?: number | undefined;
  /**
   * The origins that `fetchWithToken` may send the token to: `https:` or loopback; scheme, host and
   * port must match exactly. Default: none, and `fetchWithToken` throws.
   */
  readonly allowedOrigins?: readonly string[] | undefined;
  /**
   * The id of a script or meta element with `data-authtoken`, which is read after the script
   * element that loaded this code. Default `'glance-cobrowse'`, as in the document. `null` reads no
   * attribute at all.
   */
  readonly elementId?: string | null | undefined;
  /** Replaces the global `fetch`. */
  readonly fetch?: FetchLike | undefined;
  /** Replaces `navigator.locks`; `null` uses a lease in the storage instead. */
  readonly locks?: LockManagerLike | null | undefined;
  /** The clock, in Unix milliseconds. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
  /** Returns a number from 0 up to, but not including, 1. Default `Math.random`. */
  readonly random?: (() => number) | undefined;
}

export type TokenClientOptions = CommonOptions & (FromAuthorization | FromElsewhere);

// Looked up for each call, in case the page replaces it, and called on the global object, where
// `fetch` expects its realm.
export const getFetch = ({ fetch }: TokenClientOptions): FetchLike =>
  fetch ?? ((input, init) => globalThis.fetch(input, init));

/** @throws TypeError or TokenError for invalid parameters. */
export function toSource(params: AuthorizeParams): TokenSource {
  const request = toTokenRequest(params);
  const { key, body } = request;
  return { key, id: key + body, request: (context) => requestToken(request, context) };
}

/** The source that the options name, if any. @throws TypeError if they name two. */
export function findSource(options: TokenClientOptions): TokenSource | undefined {
  const { authorize, fetchToken, identity } = options;
  if (authorize !== undefined && fetchToken !== undefined) {
    throw new TypeError('createTokenClient: give authorize or fetchToken, not both');
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
      return parseTokenAnswer(await fetchToken({ signal }), { askedAtMs, fresh: false });
    },
  };
}

/** @throws TypeError for a storage that would mix up the tokens of several users. */
export function chooseStorage({
  storage,
  fetchToken,
  identity,
}: TokenClientOptions): StorageOption {
  const isAnonymous = fetchToken !== undefined && identity === undefined;
  if (isAnonymous && storage !== undefined && storage !== 'memory') {
    throw new TypeError('createTokenClient: to store tokens, fetchToken needs identity');
  }
  return storage ?? (isAnonymous ? 'memory' : 'localStorage');
}

/**
 * @throws TypeError if the value is not a positive number, or so large that a timer would fire at
 * once.
 */
export function checkPositive(name: string, value: number): number {
  if (Number.isFinite(value) && value > 0 && value < 2e9) return value;
  throw new TypeError(`createTokenClient: ${name} must be a positive number`);
}
