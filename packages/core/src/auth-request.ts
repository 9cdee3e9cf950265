/** How the host's router compares a path with a route. */
export interface Routing {
  /** `/Docs` and `/docs` are two paths. */
  readonly caseSensitive: boolean;
  /** `/docs/` and `/docs` are two paths. */
  readonly strict: boolean;
}

/**
 * Everything that core sees of HTTP. An adapter makes one per request, without a `Headers` or a `URL` object.
 * Members that cost time are methods, so that only policies that use them pay for them.
 */
export interface AuthRequest {
  /** The method as the host routes it: in upper case, after any method override. */
  readonly method: string;
  /**
   * The path that the host's router matches: mount prefix included, query excluded, percent-encoding
   * untouched, not normalised by `URL`.
   */
  readonly path: string;
  /**
   * The path of the request target on the wire, if the host provides it. It is never matched, but an ambiguous
   * target is rejected.
   */
  readonly target?: string | undefined;
  /** How the host compares paths. Default: case-sensitive and strict. */
  readonly routing?: Routing | undefined;
  /**
   * Whether the path may hold an encoded slash (`%2F`) if no endpoint map (the option `endpoints` of a guard)
   * decides. Default `false`.
   */
  readonly allowEncodedSlash?: boolean | undefined;
  /** The client's address according to the host's proxy settings. */
  readonly remoteAddress?: string | undefined;
  /**
   * All field lines of that name, joined by `", "`, so that the guard sees repeated headers.
   * @param name in lower case.
   */
  header(name: string): string | undefined;
  /** A query parameter as the host's query parser returns it; several values as an array. */
  query?(name: string): unknown;
  /**
   * The query as handlers can read it, without its question mark; `''` if there is none. A rule that takes the
   * group from the query then rejects a query in which a parser other than the host's could find another group.
   * Without this method, the host's reading alone decides.
   */
  rawQuery?(): string;
  /**
   * A decoded parameter of the route that the host matched. It is available only to rules at routes, such as
   * `requireGroup`, which run behind the router.
   */
  param?(name: string): unknown;
  /**
   * Whether the host may treat a trailing slash of this path differently from `routing`. If so, the
   * rules with and without the slash must both allow the request. It is called only if these differ.
   * Default: `true` unless `routing.strict`.
   * @param isInKey whether the matching key of the endpoint map ends in a slash.
   */
  isLastSlashAmbiguous?(isInKey: boolean): boolean;
  /** The parsed body, if the host has parsed it or can without consuming it; otherwise `undefined`. */
  body?(): unknown;
  /** The text or bytes of the body, if the parser keeps them for handlers. Called after `body`. */
  rawBody?(): unknown;
  /**
   * Whether the request has a body that no header announces, as HTTP/2 allows. The guard checks
   * `Content-Length` and `Transfer-Encoding` itself. Called after `body`.
   */
  hasBody?(): boolean;
  /**
   * Keeps the platform from ending the work behind a promise when the response is sent, such as a refresh of keys that
   * no request waits for: `waitUntil` of Workers. The promise never rejects. Default: none, for servers that run on.
   */
  readonly waitUntil?: ((promise: Promise<unknown>) => void) | undefined;
  /**
   * The host's own request: `req` of Express, `ctx` of Koa, `c` of Hono. Token readers of the application get
   * it.
   */
  host?(): unknown;
  /**
   * Receives the verified `Credentials` when the guard allows the request. Adapters keep them for `getRawToken` of
   * `@mandate/core/raw-token`. Default: the guard keeps nothing.
   */
  keepCredentials?(credentials: { readonly token: string }): void;
}
