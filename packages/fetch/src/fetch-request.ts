import { AuthError, type Denial } from '@mandate/core';
import { GuardedRequest, toQuery } from '@mandate/core/adapter';
import { isHost } from '@mandate/internal/is-host';
import type { FetchSettings } from './fetch-options.js';
import { type BodyCopy, readBodyCopy } from './read-body-copy.js';
import { toUrlPath } from './url-path.js';

/** A web-standard request as the guard sees it. */
export class FetchRequest extends GuardedRequest<Request, Response> {
  declare readonly settings: FetchSettings;
  readonly method = this.context.method;
  readonly path: string;
  readonly #args: readonly unknown[];
  #body: Promise<BodyCopy> | undefined;
  /** Set once `body` has read it. */
  #copy: BodyCopy | undefined;

  /** @param args what the server passed after the request. */
  constructor(request: Request, settings: FetchSettings, args: readonly unknown[]) {
    super(request, settings);
    this.#args = args;
    this.path = getPath(request, settings, args);
  }

  get request(): Request {
    return this.context;
  }

  get args(): readonly unknown[] {
    return this.#args;
  }

  /**
   * Nothing, because the URL has replaced the target.
   * @throws AuthError `path_ambiguous` if the server may have made the URL of a false `Host` header.
   */
  get target(): undefined {
    const host = this.context.headers.get('host');
    if (host === null || isHost(host)) return undefined;
    throw new AuthError('path_ambiguous', 'the Host header is not a host');
  }

  header(name: string): string | undefined {
    return this.context.headers.get(name) ?? undefined;
  }

  query(name: string): unknown {
    // URLSearchParams ignores a leading question mark, which is part of the name of a parameter here.
    const values = new URLSearchParams(`&${this.rawQuery()}`).getAll(name);
    return values.length > 1 ? values : values[0];
  }

  rawQuery(): string {
    return toQuery(this.context.url);
  }

  /** Reads the body once, also where several rules ask for it. */
  async body(): Promise<unknown> {
    this.#body ??= readBodyCopy(this.context, this.settings.bodyLimits);
    this.#copy = await this.#body;
    return this.#copy.value;
  }

  rawBody(): unknown {
    return this.#copy?.bytes;
  }

  hasBody(): boolean {
    return this.#copy?.isEmpty === false;
  }

  override get remoteAddress(): string | undefined {
    return this.settings.options.remoteAddress?.(this.context, ...this.#args);
  }

  get waitUntil(): ((promise: Promise<unknown>) => void) | undefined {
    const { waitUntil } = this.settings.options;
    return waitUntil && ((promise) => waitUntil(promise, this.context, ...this.#args));
  }

  /** The handler gets the principal as an argument. */
  attach(): void {}

  reject({ status, headers, body }: Denial): Response {
    return new Response(body, { status, headers });
  }

  protected getAddress(): undefined {
    return undefined;
  }
}

/** @throws TypeError if the option `path` does not return a path. */
function getPath(request: Request, settings: FetchSettings, args: readonly unknown[]): string {
  const getOwn = settings.options.path;
  if (getOwn === undefined) return toUrlPath(request.url);
  const path: unknown = getOwn(request, ...args);
  if (typeof path === 'string' && path.startsWith('/')) return path;
  throw new TypeError('@mandate/fetch: the option path must return a path that starts with /');
}
