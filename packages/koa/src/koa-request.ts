import type { Denial, Principal } from '@mandate/core';
import { GuardedRequest, toPath, toQuery } from '@mandate/core/adapter';
import { getHeader, getParsedBody, hasBody } from '@mandate/core/node';
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

/** A Koa request as the guard sees it. */
export class KoaRequest extends GuardedRequest<Context, Promise<void>> {
  readonly method = this.context.method;
  readonly target = toPath(this.context.originalUrl);
  readonly path = this.context.newRouterPath || toWholePath(this.context, this.target);

  attach(principal: Principal): void {
    this.context.state['auth'] = principal;
  }

  reject({ status, headers, body }: Denial): Promise<void> {
    this.context.status = status;
    this.context.set(headers);
    this.context.body = body;
    return Promise.resolve();
  }

  protected override getExposedHeaders(): string | undefined {
    return this.context.res.getHeader('access-control-expose-headers')?.toString();
  }

  protected getAddress(): string {
    return this.context.ip;
  }

  header(name: string): string | undefined {
    return getHeader(this.context.req, name);
  }

  query(name: string): unknown {
    return this.context.query[name];
  }

  rawQuery(): string {
    return toQuery(this.context.url);
  }

  param(name: string): unknown {
    return getRouteParameter(this.context as RoutedContext, name);
  }

  body(): unknown {
    return getParsedBody(this.context.req, this.context.request as ParsedRequest);
  }

  /** The text of the body. koa-bodyparser and @koa/bodyparser always keep it, koa-body with `includeUnparsed`. */
  rawBody(): unknown {
    const { body, rawBody } = this.context.request as ParsedRequest;
    return rawBody ?? (body as { readonly [UNPARSED]?: unknown } | undefined)?.[UNPARSED];
  }

  hasBody(): boolean {
    return hasBody(this.context.req);
  }
}

/** The properties that body parsers add to a Koa request. */
interface ParsedRequest {
  readonly body?: unknown;
  readonly rawBody?: unknown;
}

/** The member of the body in which koa-body keeps the text. */
const UNPARSED: unique symbol = Symbol.for('unparsedBody');
