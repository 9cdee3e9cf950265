import {
  AuthError,
  type AuthRequest,
  type Guard,
  type Principal,
  type Routing,
} from '@mandate/core';
import { toBodyKind, toPath, toQuery } from '@mandate/core/adapter';
import { getHeader, getRawHeader, hasBody, type NodeHeaders } from '@mandate/core/node';
import type { Context } from 'hono';
import { ignoresLastSlash } from './last-slash.js';
import { isUntouched } from './light-request.js';
import { getRouteParameter } from './route-parameter.js';

/** The variables of a context behind `requireAuth`: `c.var.auth`. */
export interface AuthEnv {
  Variables: {
    /** The caller. */
    auth: Principal;
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

/** The parts of `requireAuth` that do not change from request to request. */
export interface HonoSettings {
  readonly guard: Guard;
  readonly routing: Routing;
  readonly allowEncodedSlash: boolean;
  readonly remoteAddress: ((c: Context) => string | undefined) | undefined;
}

/** Whether Node and @hono/node-server join a repeated header in the same way. Of some headers, Node keeps the first. */
function isJoined(name: string): boolean {
  return name === 'authorization' || name.startsWith('x-');
}

/** A Hono request as the guard sees it, and what later rules on the same request need. */
export class HonoRequest implements AuthRequest {
  readonly method: string;
  readonly path: string;
  readonly target: string | undefined;
  readonly routing: Routing;
  readonly allowEncodedSlash: boolean;
  readonly guard: Guard;
  /** Set by `allowAnonymous()`. */
  anonymous = false;
  /** Set once the guard has allowed the request. Rules read it here, because handlers can change `c.var.auth`. */
  principal: Principal | undefined = undefined;
  readonly #c: Context;
  readonly #remoteAddress: HonoSettings['remoteAddress'];
  /** Set once `body` has read the text. */
  #text: string | undefined;

  constructor(c: Context, settings: HonoSettings) {
    const wire = (c.env as NodeBindings | undefined)?.incoming?.url;
    this.method = c.req.method;
    this.path = getRoutedPath(c);
    this.target = wire === undefined ? undefined : toPath(wire);
    this.routing = settings.routing;
    this.allowEncodedSlash = settings.allowEncodedSlash;
    this.guard = settings.guard;
    this.#remoteAddress = settings.remoteAddress;
    this.#c = c;
  }

  /** Gives the principal to handlers, and to later rules. */
  attach(principal: Principal): void {
    this.principal = principal;
    this.#c.set('auth', principal);
  }

  /**
   * Asks the application's own router. The routers of `hono/quick` and `hono/tiny` serve `/docs/` by a route
   * `/docs`. The router of `hono/tiny` also serves `/docs` by a route `/docs/`.
   */
  isLastSlashAmbiguous(): boolean {
    return !this.routing.strict || ignoresLastSlash(this.#c.req);
  }

  get remoteAddress(): string | undefined {
    return this.#remoteAddress === undefined
      ? getRemoteAddress(this.#c)
      : this.#remoteAddress(this.#c);
  }

  header(name: string): string | undefined {
    const env = this.#c.env as NodeBindings | undefined;
    const { raw } = this.#c.req;
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
    const values = this.#c.req.queries(name);
    return values !== undefined && values.length === 1 ? values[0] : values;
  }

  rawQuery(): string {
    return toQuery(this.#c.req.url);
  }

  param(name: string): unknown {
    return getRouteParameter(this.#c.req, name);
  }

  /**
   * Parses the body by its only media type. Hono keeps the bytes, so handlers read the same bytes again. A form
   * is read as a form first, because reading it as text would corrupt its files. If the body was already
   * consumed outside Hono, this throws; it does not treat the body as absent.
   */
  async body(): Promise<unknown> {
    const { req } = this.#c;
    const kind = this.#isEncoded() ? undefined : toBodyKind(this.header('content-type'));
    const isForm = kind === 'form' || kind === 'multipart';
    const form = isForm ? await req.parseBody({ all: true }).catch(() => undefined) : undefined;
    this.#text = await req.text();
    if (this.#text === '' || kind === undefined) return undefined;
    const json = parseJson(this.#text);
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
    const message = (this.#c.env as NodeBindings | undefined)?.incoming;
    return message?.headers !== undefined && hasBody(message as NodeHeaders);
  }

  /** Hono does not decompress bodies, but a handler may. */
  #isEncoded(): boolean {
    return !/^(?:identity)?$/i.test(this.header('content-encoding') ?? '');
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The peer's address. Known on Node only, because each other runtime has an API of its own. */
export function getRemoteAddress(c: Context): string | undefined {
  return (c.env as NodeBindings | undefined)?.incoming?.socket?.remoteAddress;
}

/**
 * The path that Hono's router matches. Hono decodes a path before it matches, except for characters that would
 * change the structure of the path. If decoding is the only difference, the encoded path is returned. A path
 * that cannot be decoded is returned as received, so that the guard rejects it: Hono decodes half of such a
 * path, and its line breaks would reach observers.
 */
function getRoutedPath(c: Context): string {
  const routed = c.req.path;
  const { url } = c.req;
  const start = url.indexOf('/', url.indexOf(':') + 4);
  const path = toPath(start === -1 ? '/' : url.slice(start));
  if (!path.includes('%')) return routed;
  const decoded = decode(path);
  if (decoded === undefined || decoded === routed) return path;
  // If a last slash does not matter, Hono has removed it too.
  return decoded === `${routed}/` ? path.slice(0, -1) : routed;
}

function decode(path: string): string | undefined {
  try {
    return decodeURI(path.replaceAll('%25', '%2525'));
  } catch {
    return undefined;
  }
}
