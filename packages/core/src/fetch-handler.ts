import type { Claims } from './claims.js';
import type { Principal } from './principal.js';

/** What a host knows about a request besides the request itself. */
export interface FetchContext<TokenClaims extends object = Claims> {
  /** The caller, if the handler is mounted behind `requireAuth`. */
  readonly principal?: Principal<TokenClaims> | undefined;
  /** The client's address according to the host's proxy settings. */
  readonly remoteAddress?: string | undefined;
  /**
   * The start of the path that the host has removed from the request's URL: `/admin`. Empty or absent if
   * the URL has the whole path.
   */
  readonly mountPath?: string | undefined;
}

/** A handler of web-standard requests. Each adapter's `mountFetch` mounts one in its host. */
export type FetchHandler = (request: Request, context: FetchContext) => Promise<Response>;

/**
 * @throws TypeError if `handler` is not a function, because otherwise every request would fail with 500.
 *
 * @example
 * checkFetchHandler(async (request) => new Response(request.url));
 */
export function checkFetchHandler(handler: FetchHandler): void {
  if (typeof handler === 'function') return;
  throw new TypeError('mountFetch: the handler must be a function of a Request');
}

/** Methods that no `Request` can have (Fetch Standard §2.2.1). Node's parser accepts two of them. */
const FORBIDDEN_METHODS: ReadonlySet<string> = new Set(['CONNECT', 'TRACE', 'TRACK']);

/**
 * Whether a {@link FetchHandler} can take a request with that method. Otherwise answer 501.
 *
 * @example
 * isFetchMethod('TRACE'); // false
 */
export function isFetchMethod(method: string): boolean {
  return !FORBIDDEN_METHODS.has(method.toUpperCase());
}
