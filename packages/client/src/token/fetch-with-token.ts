import type { FetchLike } from './authorization-service.js';
import { isSafeUrl } from './safe-url.js';

/** Whoever has the token, and gets another if that one was refused. */
export interface TokenHolder {
  /** Another object when somebody else logs in, or whoever it was logs out. */
  readonly owner: object;
  getToken(options?: { readonly signal?: AbortSignal | undefined }): Promise<string>;
  replaceToken(
    refused: string,
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<string>;
}

export interface FetchWithTokenOptions {
  /** The origins that get the token, such as `'https://presence.example.com'`. */
  readonly allowedOrigins: readonly string[];
  readonly fetch: FetchLike;
  readonly now: () => number;
}

/** For how long a 401 for a token that was new is believed to have nothing to do with its age. */
const HOPELESS_MS = 60_000;

/**
 * `fetch` with the token in `Authorization`, for allowed origins only. After a 401 it tries once more with
 * another token, if there is one and the body can be sent again.
 *
 * What carries a token follows no redirect, because where it leads is the server's choice and not the
 * page's: `fetch` then rejects. With `redirect: 'manual'` the redirect itself is the answer.
 *
 * @throws TypeError if an allowed origin is not an exact `https:` origin (or loopback).
 */
export function createFetchWithToken(
  holder: TokenHolder,
  { allowedOrigins, fetch, now }: FetchWithTokenOptions,
): FetchLike {
  const origins = new Set(allowedOrigins.map(readOrigin));
  let hopelessToken: string | undefined;
  let hopelessUntilMs = 0;

  return async (input, init) => {
    // All but the body is read at once, as `fetch` does: callers may go on with their URL meanwhile.
    const request = input instanceof Request ? input : new Request(input);
    const { url } = request;
    // The `Request` of another frame is no instance, and is used up by the copy.
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
    const { owner } = holder;
    const token = await holder.getToken({ signal });
    const response = await send(token);
    if (response.status !== 401) return response;
    if (hopelessToken === token && hopelessUntilMs > now()) return response;
    // What one user asked for must not be done in the name of the next one.
    if (holder.owner !== owner) return response;

    const other = await replace(holder, token, signal);
    if (other === undefined || other === token || !isReplayable(request, own)) return response;
    // Not awaited: if a `fetch` keeps a clone of the response, cancelling ends only with the clone.
    response.body?.cancel().catch(() => {});
    const second = await send(other);
    // Refused though it was new: asking for more and more tokens would not help.
    if (second.status === 401) {
      hopelessToken = other;
      hopelessUntilMs = now() + HOPELESS_MS;
    }
    return second;
  };
}

/** `undefined` if there is no other token: then the 401 is the answer. */
async function replace(
  holder: TokenHolder,
  refused: string,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  try {
    return await holder.replaceToken(refused, { signal });
  } catch (error) {
    if (signal?.aborted) throw error;
    return undefined;
  }
}

/** A stream is gone once it was sent, and the body of a `Request` is a stream. */
function isReplayable({ method }: Request, { body }: RequestInit): boolean {
  if (body == null) return /^(?:GET|HEAD)$/.test(method);
  if (typeof body === 'string' || ArrayBuffer.isView(body)) return true;
  return [URLSearchParams, FormData, Blob, ArrayBuffer].some((kind) => body instanceof kind);
}

function readOrigin(text: string): string {
  const url = new URL(text);
  // Written like an origin, but for case and the default port, so that nobody takes a path for a limit.
  if (/^\w+:\/\/[^/?#@]+$/.test(text) && isSafeUrl(url)) return url.origin;
  throw new TypeError('createTokenClient: allowedOrigins must be exact https: origins');
}
