import type { Principal } from './principal.js';

/** What a host knows about a request beyond the request itself. */
export interface FetchContext {
  /** Who is calling, where the handler is mounted behind `requireAuth`. */
  readonly principal?: Principal | undefined;
  /** Where the request comes from, as the host sees it: what its own proxy settings make of it. */
  readonly remoteAddress?: string | undefined;
  /**
   * The beginning of the path that the host has taken away from the request's URL: `/admin`. Empty or
   * absent if the URL has all of it.
   */
  readonly mountPath?: string | undefined;
}

/** A handler of web-standard requests: each adapter's `mountFetch` puts one into its host. */
export type FetchHandler = (request: Request, context: FetchContext) => Promise<Response>;

/** @throws TypeError if it is no handler: else every request would be the one to find out, with a 500. */
export function checkFetchHandler(handler: FetchHandler): void {
  if (typeof handler === 'function') return;
  throw new TypeError('mountFetch: pass a handler, a function of a Request');
}

/** Methods that no `Request` can have (Fetch Standard §2.2.1). Node's parser lets two of them through. */
const FORBIDDEN_METHODS: ReadonlySet<string> = new Set(['CONNECT', 'TRACE', 'TRACK']);

/** Whether a request with that method can be handed to a {@link FetchHandler}; otherwise answer 501. */
export function isFetchMethod(method: string): boolean {
  return !FORBIDDEN_METHODS.has(method.toUpperCase());
}
