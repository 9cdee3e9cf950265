import type { AuthRequest, FetchContext } from '@mandate/core';

/** A request to an MCP endpoint as the guard sees it. Its body is the message. */
export class McpRequest implements AuthRequest {
  readonly method: string;
  readonly path: string;
  readonly remoteAddress: string | undefined;
  /** The parsed body, once it was read. */
  message: unknown = undefined;
  readonly #request: Request;
  readonly #url: URL;

  constructor(request: Request, { mountPath = '', remoteAddress }: FetchContext) {
    this.#request = request;
    this.#url = new URL(request.url);
    this.method = request.method;
    const { pathname } = this.#url;
    this.path = mountPath !== '' && pathname === '/' ? mountPath : mountPath + pathname;
    this.remoteAddress = remoteAddress;
  }

  readonly header = (name: string): string | undefined =>
    this.#request.headers.get(name) ?? undefined;

  /** The host that the client asked for, in lower case. */
  get authority(): string {
    return (this.header('host') ?? this.#url.host).toLowerCase();
  }

  query(name: string): unknown {
    const values = this.#url.searchParams.getAll(name);
    return values.length > 1 ? values : values[0];
  }

  rawQuery(): string {
    return this.#url.search.slice(1);
  }

  body(): unknown {
    return this.message;
  }

  host(): Request {
    return this.#request;
  }
}
