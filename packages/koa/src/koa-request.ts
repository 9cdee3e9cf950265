import type { AuthRequest, Guard, Principal, Routing } from '@mandate/core';
import { toPath, toQuery } from '@mandate/core/adapter';
import { getHeader, hasBody, isBodyRead } from '@mandate/core/node';
import { isPromise } from '@mandate/internal/maybe-promise';
import type { ParameterizedContext } from 'koa';
import { getRouteParameter, type RoutedContext } from './route-parameter.js';
import { toWholePath } from './whole-path.js';

/** A Koa context with the properties that routers and koa-mount add. */
export type Context = ParameterizedContext & {
  /** Set by koa-mount. */
  readonly mountPath?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  /** The path that `@koa/router` matches instead of `path`, if the application has set it. */
  readonly newRouterPath?: string;
};

/** The parts of `requireAuth` that do not change from request to request. */
export interface KoaSettings {
  readonly guard: Guard;
  readonly routing: Routing;
  readonly remoteAddress: ((ctx: ParameterizedContext) => string | undefined) | undefined;
  readonly allowEncodedSlash: boolean;
}

/** A Koa request as the guard sees it, and what later rules on the same request need. */
export class KoaRequest implements AuthRequest {
  readonly method: string;
  readonly path: string;
  readonly target: string;
  readonly routing: Routing;
  readonly allowEncodedSlash: boolean;
  readonly guard: Guard;
  /** Set by `allowAnonymous()`. */
  anonymous = false;
  /** Set once the guard has allowed the request. Rules read it here, because handlers can change `ctx.state.auth`. */
  principal: Principal | undefined = undefined;
  readonly #ctx: Context;
  readonly #remoteAddress: KoaSettings['remoteAddress'];

  constructor(ctx: Context, settings: KoaSettings) {
    this.method = ctx.method;
    this.target = toPath(ctx.originalUrl);
    this.path = ctx.newRouterPath || toWholePath(ctx, this.target);
    this.routing = settings.routing;
    this.allowEncodedSlash = settings.allowEncodedSlash;
    this.guard = settings.guard;
    this.#remoteAddress = settings.remoteAddress;
    this.#ctx = ctx;
  }

  /** Gives the principal to handlers, and to later rules. */
  attach(principal: Principal): void {
    this.principal = principal;
    this.#ctx.state['auth'] = principal;
  }

  get remoteAddress(): string | undefined {
    return this.#remoteAddress === undefined ? this.#ctx.ip : this.#remoteAddress(this.#ctx);
  }

  header(name: string): string | undefined {
    return getHeader(this.#ctx.req, name);
  }

  query(name: string): unknown {
    return this.#ctx.query[name];
  }

  rawQuery(): string {
    return toQuery(this.#ctx.url);
  }

  param(name: string): unknown {
    return getRouteParameter(this.#ctx as RoutedContext, name);
  }

  body(): unknown {
    const isRead = isBodyRead(this.#ctx.req);
    if (isPromise(isRead)) return isRead.then((ended) => (ended ? this.#parsed() : undefined));
    return isRead ? this.#parsed() : undefined;
  }

  /** The text of the body. koa-bodyparser and @koa/bodyparser always keep it, koa-body with `includeUnparsed`. */
  rawBody(): unknown {
    const { body, rawBody } = this.#ctx.request as ParsedRequest;
    return rawBody ?? (body as { readonly [UNPARSED]?: unknown } | undefined)?.[UNPARSED];
  }

  hasBody(): boolean {
    return hasBody(this.#ctx.req);
  }

  #parsed(): unknown {
    return (this.#ctx.request as ParsedRequest).body;
  }
}

/** The properties that body parsers add to a Koa request. */
interface ParsedRequest {
  readonly body?: unknown;
  readonly rawBody?: unknown;
}

/** The member of the body in which koa-body keeps the text. */
const UNPARSED: unique symbol = Symbol.for('unparsedBody');
