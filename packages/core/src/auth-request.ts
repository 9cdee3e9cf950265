/** How the host's router compares a path with a route. */
export interface Routing {
  /** `/Docs` and `/docs` are two paths. */
  readonly caseSensitive: boolean;
  /** `/docs/` and `/docs` are two paths. */
  readonly strict: boolean;
}

/**
 * All that core sees of HTTP. An adapter makes one per request, without a `Headers` or a `URL`;
 * members that cost something are methods, so that only the policies that need them pay.
 */
export interface AuthRequest {
  /** As the host routes it: upper case, after any method override. */
  readonly method: string;
  /**
   * The path that the host's router matches: mount prefix included, query excluded, percent-encoding
   * untouched, not normalised by `URL`.
   */
  readonly path: string;
  /**
   * The request target as it stood on the wire, where the host can show it. It is refused when it is
   * ambiguous, and never matched.
   */
  readonly target?: string | undefined;
  /** How the host compares paths. Default: case-sensitive and strict. */
  readonly routing?: Routing | undefined;
  /**
   * Whether the path may hold an encoded slash (`%2F`), where no endpoint map decides. Default `false`.
   */
  readonly allowEncodedSlash?: boolean | undefined;
  /** The peer's address, as the host's own proxy settings tell it. */
  readonly remoteAddress?: string | undefined;
  /**
   * Every field line of that name joined by `", "`, so that a repeated header is seen.
   * @param name in lower case.
   */
  header(name: string): string | undefined;
  /** What the host's own query parser made of that parameter; more than one value as an array. */
  query?(name: string): unknown;
  /** A parameter of the route that the host's router matched, decoded; only where a route has a rule. */
  param?(name: string): unknown;
  /**
   * Whether the host may serve the path by a route that differs from it in a last slash, although
   * `routing` says otherwise, or not serve it by such a route. Then both entries must allow the request.
   * Called only where they differ. Default: `true` unless `routing.strict`.
   * @param isInKey whether the key of the entry that was found ends in a slash.
   */
  isLastSlashAmbiguous?(isInKey: boolean): boolean;
  /** The body, if the host has parsed it (or can without consuming it); otherwise `undefined`. */
  body?(): unknown;
  /** The text or the bytes of the body, if the parser has kept them for handlers. Called after `body`. */
  rawBody?(): unknown;
  /**
   * Whether there is a body that no header announces, as over HTTP/2. `Content-Length` and
   * `Transfer-Encoding` are looked at in any case. Called after `body`.
   */
  hasBody?(): boolean;
}
