import { FetchFailure } from './fetch-failure.js';
import {
  createGuardedRequester,
  type GuardedRequest,
  type GuardedRequestOptions,
} from './guarded-request.js';
import { getHeader } from './read-response.js';

/** Sends one request and reads the whole response. It rejects only with `FetchFailure`. */
export type GuardedFetch = (url: string, request: GuardedRequest) => Promise<Response>;

/** The header fields that callers use. The others are dropped. */
const KEPT_HEADERS = ['content-type', 'date', 'retry-after', 'www-authenticate'];

/**
 * Makes a `fetch` of the same kind as {@link createGuardedRequester}, for code that needs a `Response`.
 *
 * @throws Error on a runtime that would ignore the check of addresses.
 */
export function createGuardedFetch(options: GuardedRequestOptions = {}): GuardedFetch {
  const send = createGuardedRequester(options);
  return async (url, request) => {
    const raw = await send(url, request);
    const { status, body } = raw;
    const headers = new Headers();
    for (const name of KEPT_HEADERS) {
      const value = getHeader(raw, name);
      if (value !== undefined) headers.set(name, value);
    }
    const isBodiless = [204, 205, 304].includes(status);
    try {
      return new Response(isBodiless ? null : Uint8Array.from(body), { status, headers });
    } catch {
      // A `Response` has a status from 200 to 599.
      throw new FetchFailure('unreachable', true, status);
    }
  };
}
