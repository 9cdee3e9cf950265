import { type FetchLike, requestToken } from './authorization-service.js';
import { type AuthorizeParams, compileAuthorization } from './authorize-params.js';
import type { JwtToken } from './jwt-token.js';
import type { TokenSource } from './renewals.js';
import type { LockManagerLike } from './tab-lock.js';
import { readTokenAnswer, type TokenAnswer } from './token-answer.js';
import { type TokenIdentity, toTokenKey } from './token-key.js';
import type { StorageOption } from './token-storage.js';

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
   * The id of a script or meta element with `data-authtoken`, beside the script element that loaded this code.
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

// Called on the global object, where `fetch` looks for its realm, and looked up late, for whoever
// replaces it.
export const readFetch = ({ fetch }: TokenClientOptions): FetchLike =>
  fetch ?? ((input, init) => globalThis.fetch(input, init));

/** @throws TypeError, TokenError for parameters that cannot be asked with. */
export function toSource(params: AuthorizeParams): TokenSource {
  const authorization = compileAuthorization(params);
  const { key, body } = authorization;
  return { key, id: key + body, request: (tools) => requestToken(authorization, tools) };
}

/** Where tokens come from, if the options say so. @throws TypeError if they say it twice. */
export function readSource(options: TokenClientOptions): TokenSource | undefined {
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

/** @throws TypeError for a storage that would mix up the tokens of several users. */
export function readStorageOption({
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

/** @throws TypeError if the value is not a positive number, or so large that a timer would run at once. */
export function readPositive(name: string, value: number): number {
  if (Number.isFinite(value) && value > 0 && value < 2e9) return value;
  throw new TypeError(`createTokenClient: ${name} must be a positive number`);
}
