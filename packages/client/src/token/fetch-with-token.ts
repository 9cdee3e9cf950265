import { isSafeUrl } from './is-safe-url.js';
import type { FetchLike } from './request-token.js';

/** The part of a token client that `fetchWithToken` needs. */
export interface TokenHolder {
  /** An object that changes when another user logs in, or the current one logs out. */
  readonly owner: object;
  getToken(options?: { readonly signal?: AbortSignal | undefined }): Promise<string>;
  replaceToken(
    rejected: string,
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<string>;
}

export interface FetchWithTokenOptions {
  /** The origins that get the token, such as `'https://presence.example.com'`. */
  readonly allowedOrigins: readonly string[];
  readonly fetch: FetchLike;
  readonly now: () => number;
}

/** How long a second 401 is blamed on something other than the token's age. */
const REJECTED_MS = 60_000;

/**
 * Creates a `fetch` that adds the token as `Authorization`, for allowed origins only. After a 401
 * it retries once with another token, if there is one and the body can be sent again.
 *
 * A request with a token follows no redirect, because the server and not the page chooses the
 * target: `fetch` then rejects. With `redirect: 'manual'` the redirect itself is the response.
 *
 * @throws TypeError if an allowed origin is not an exact `https:` or loopback origin.
 *
 * @example
 * const fetchWithToken = createFetchWithToken(tokens, {
 *   allowedOrigins: ['https://presence.example.com'],
 *   fetch: (input, init) => fetch(input, init),
 *   now: Date.now,
 * });
 */
export function createFetchWithToken(
  holder: TokenHolder,
  { allowedOrigins, fetch, now }: FetchWithTokenOptions,
): FetchLike {
  const origins = new Set(allowedOrigins.map(parseOrigin));
  const rejected = new RejectedToken(now);

  return async (input, init) => {
    // Everything except the body is read immediately, as `fetch` does, because the caller may
    // change its URL object afterwards.
    const request = input instanceof Request ? input : new Request(input);
    const { url } = request;
    // A `Request` of another frame is not an instance of this `Request`, and copying it consumes
    // its body.
    const isRequest = 'method' in Object(input);
    const headers = new Headers(init?.headers ?? request.headers);
    if (!origins.has(new URL(url).origin) || headers.has('authorization'))
      return fetch(isRequest ? request : input, init);

    const redirect = (init?.redirect ?? request.redirect) === 'manual' ? 'manual' : 'error';
    const own: RequestInit = { ...init, headers, redirect };
    const send = (token: string): Promise<Response> => {
      headers.set('authorization', `Bearer ${token}`);
      return fetch(isRequest ? request : url, own);
    };
    const signal = init?.signal ?? request.signal;
    return sendTwice(holder, rejected, { send, signal, canRepeat: isReplayable(request, own) });
  };
}

/** One request, and what repeating it takes. */
interface Sending {
  readonly send: (token: string) => Promise<Response>;
  readonly signal: AbortSignal | undefined;
  readonly canRepeat: boolean;
}

/** Sends a request with a token and, after a 401, once more with another token. */
async function sendTwice(
  holder: TokenHolder,
  rejected: RejectedToken,
  { send, signal, canRepeat }: Sending,
): Promise<Response> {
  const { owner } = holder;
  const token = await holder.getToken({ signal });
  const response = await send(token);
  if (response.status !== 401) return response;
  if (rejected.has(token)) return response;
  // The request of one user must not be repeated in the name of the next.
  if (holder.owner !== owner) return response;

  const other = await replace(holder, token, signal);
  if (other === undefined || other === token || !canRepeat) return response;
  // Not awaited, because cancelling waits for every clone of the response that a `fetch` may
  // keep.
  response.body?.cancel().catch(() => {});
  const second = await send(other);
  // A new token was rejected too, so asking for yet another one would not help.
  if (second.status === 401) rejected.set(other);
  return second;
}

/** The last new token that the server rejected, for a while. */
class RejectedToken {
  readonly #now: () => number;
  #token: string | undefined;
  #untilMs = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  has(token: string): boolean {
    return this.#token === token && this.#untilMs > this.#now();
  }

  set(token: string): void {
    this.#token = token;
    this.#untilMs = this.#now() + REJECTED_MS;
  }
}

/** Returns `undefined` if there is no other token; the 401 is then the response. */
async function replace(
  holder: TokenHolder,
  rejected: string,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  try {
    return await holder.replaceToken(rejected, { signal });
  } catch (error) {
    if (signal?.aborted) throw error;
    return undefined;
  }
}

/** A stream can be sent only once, and the body of a `Request` is a stream. */
function isReplayable({ method }: Request, { body }: RequestInit): boolean {
  if (body == null) return /^(?:GET|HEAD)$/.test(method);
  if (typeof body === 'string' || ArrayBuffer.isView(body)) return true;
  return [URLSearchParams, FormData, Blob, ArrayBuffer].some((kind) => body instanceof kind);
}

function parseOrigin(text: string): string {
  const url = new URL(text);
  // Only case and the default port may differ from the serialized origin. A path is rejected,
  // because it would look like a limit.
  if (/^\w+:\/\/[^/?#@]+$/.test(text) && isSafeUrl(url)) return url.origin;
  throw new TypeError('createTokenClient: allowedOrigins must be exact https: origins');
}
