import {
  AuthError,
  type Denial,
  type Guard,
  type Principal,
  type PrincipalOf,
} from '@mandate/core';
import { GuardedRequest, toBodyKind, toPath, toQuery } from '@mandate/core/adapter';
import { getHeader, getRawHeader, hasBody, type NodeHeaders } from '@mandate/core/node';
import { isHost } from '@mandate/internal/is-host';
import { parseLenientJson } from '@mandate/internal/parse-lenient-json';
import type { Context, ExecutionContext } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { ignoresLastSlash } from './last-slash.js';
import { isUntouched } from './light-request.js';
import { getRouteParameter } from './route-parameter.js';
import { getRoutedPath } from './routed-path.js';

/**
 * The variables of a context behind `requireAuth`: `c.var.auth`. With the claims of a guard: `AuthEnv<typeof guard>`.
 */
export interface AuthEnv<OneGuard extends Guard<object> = Guard> {
  Variables: {
    /** The caller. */
    auth: PrincipalOf<OneGuard>;
  };
}

/** The part of `c.env` that @hono/node-server sets. */
interface NodeBindings {
  readonly incoming?: Partial<NodeHeaders> & {
    readonly url?: string;
    readonly socket?: { readonly remoteAddress?: string };
  };
  /** The WebSocket server. Present only while @hono/node-server answers an upgrade. */
  readonly wss?: unknown;
}

/** Whether Node and @hono/node-server join a repeated header in the same way. Of some headers, Node keeps the first. */
function isJoined(name: string): boolean {
  return name === 'authorization' || name.startsWith('x-');
}

/** A Hono request as the guard sees it. */
export class HonoRequest extends GuardedRequest<Context, Promise<Response | void>> {
  readonly method = this.context.req.method;
  readonly path = getRoutedPath(this.context);
  /** Set once `body` has read the text. */
  #text: string | undefined;

  /**
   * The path on the wire, on Node only.
   * @throws AuthError `path_ambiguous` if another server may have made the URL of a false `Host` header.
   */
  get target(): string | undefined {
    const url = (this.context.env as NodeBindings | undefined)?.incoming?.url;
    // On Node, @hono/node-server has rejected such a header.
    if (url !== undefined) return toPath(url);
    const host = this.context.req.raw.headers.get('host');
    if (host === null || isHost(host)) return undefined;
    throw new AuthError('path_ambiguous', 'the Host header is not a host');
  }

  get waitUntil(): ((promise: Promise<unknown>) => void) | undefined {
    const execution = findExecutionContext(this.context);
    return execution && ((promise) => execution.waitUntil(promise));
  }

  attach(principal: Principal): void {
    this.context.set('auth', principal);
  }

  reject({ status, headers, body }: Denial): Promise<Response> {
    // A new `Response` would lose headers that were set with `c.header`.
    return Promise.resolve(this.context.body(body, status as ContentfulStatusCode, headers));
  }

  override prepareDenial(denial: Denial): Denial {
    const prepared = super.prepareDenial(denial);
    // Otherwise Hono copies headers that `c.res` has already over those of the answer.
    for (const name in prepared.headers) this.context.header(name, undefined);
    return prepared;
  }

  protected override getExposedHeaders(): string | undefined {
    return this.context.res.headers.get('access-control-expose-headers') ?? undefined;
  }

  protected getAddress(): string | undefined {
    return getRemoteAddress(this.context);
  }

  /**
   * Asks the application's own router. The routers of `hono/quick` and `hono/tiny` serve `/docs/` by a route
   * `/docs`. The router of `hono/tiny` also serves `/docs` by a route `/docs/`.
   */
  isLastSlashAmbiguous(): boolean {
    return this.routing?.strict !== true || ignoresLastSlash(this.context.req);
  }

  header(name: string): string | undefined {
    const env = this.context.env as NodeBindings | undefined;
    const { raw } = this.context.req;
    if (env?.incoming !== undefined && isJoined(name) && isUntouched(raw, env.incoming)) {
      // Returns what node-server itself would return, so that a handler sees the token that the guard verified.
      return name === 'authorization'
        ? getRawHeader(env.incoming as NodeHeaders, name)
        : getHeader(env.incoming as NodeHeaders, name);
    }
    const value = raw.headers.get(name) ?? undefined;
    if (env?.wss === undefined || env.incoming?.headers?.[name] !== value) return value;
    // For an upgrade, node-server builds the headers from Node's joined headers, which hide repeats.
    return getHeader(env.incoming as NodeHeaders, name);
  }

  query(name: string): unknown {
    const values = this.context.req.queries(name);
    return values !== undefined && values.length === 1 ? values[0] : values;
  }

  rawQuery(): string {
    return toQuery(this.context.req.url);
  }

  param(name: string): unknown {
    return getRouteParameter(this.context.req, name);
  }

  /**
   * Parses the body by its only media type. Hono keeps the bytes, so handlers read the same bytes again. A form
   * is read as a form first, because reading it as text would corrupt its files. If the body was already
   * consumed outside Hono, this throws; it does not treat the body as absent.
   */
  async body(): Promise<unknown> {
    const { req } = this.context;
    const kind = this.#isEncoded() ? undefined : toBodyKind(this.header('content-type'));
    const isForm = kind === 'form' || kind === 'multipart';
    const form = isForm ? await req.parseBody({ all: true }).catch(() => undefined) : undefined;
    this.#text = await req.text();
    if (this.#text === '' || kind === undefined) return undefined;
    const json = parseLenientJson(this.#text);
    if (kind === 'json') return json;
    if (json === undefined) return form;
    throw new AuthError('group_conflict', 'the body is a form, and JSON as well');
  }

  /** The text of a JSON body. For a form, `body` already has every repeated field. */
  rawBody(): unknown {
    return toBodyKind(this.header('content-type')) === 'json' ? this.#text : undefined;
  }

  hasBody(): boolean {
    if (this.#text !== undefined && this.#text !== '') return true;
    const message = (this.context.env as NodeBindings | undefined)?.incoming;
    return message?.headers !== undefined && hasBody(message as NodeHeaders);
  }

  /** Hono does not decompress bodies, but a handler may. */
  #isEncoded(): boolean {
    return !/^(?:identity)?$/i.test(this.header('content-encoding') ?? '');
  }
}

/** The context of Workers. Hono throws where there is none. */
function findExecutionContext(c: Context): ExecutionContext | undefined {
  try {
    return c.executionCtx;
  } catch {
    return undefined;
  }
}

/** The peer's address. Known on Node only, because each other runtime has an API of its own. */
export function getRemoteAddress(c: Context): string | undefined {
  return (c.env as NodeBindings | undefined)?.incoming?.socket?.remoteAddress;
}
