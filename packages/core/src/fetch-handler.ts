import type { Principal } from './principal.js';

/** What a host knows about a request beyond the request itself. */
export interface FetchContext {
  /** Who is calling, where the handler is mounted behind `requireAuth`. */
  readonly principal?: Principal | undefined;
  /** Where the request comes from, as the host sees it: what its own proxy settings make of it. */
  readonly remoteAddress?: string | undefined;
}

/** A handler of web-standard requests: each adapter's `mountFetch` puts one into its host. */
export type FetchHandler = (request: Request, context: FetchContext) => Promise<Response>;
