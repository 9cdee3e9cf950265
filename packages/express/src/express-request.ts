import type { Denial, Principal, Routing } from '@mandate/core';
import { type AdapterSettings, GuardedRequest, toPath, toQuery } from '@mandate/core/adapter';
import { getHeader, getParsedBody, hasBody } from '@mandate/core/node';
import type { Application, Request, Response } from 'express';

interface ExpressSettings extends AdapterSettings<Request> {
  /** The property of the request that gets the principal. */
  readonly property: string;
  readonly getRouting: (app: Application) => Routing;
}

/** An Express request as the guard sees it. */
export class ExpressRequest extends GuardedRequest<Request, void> {
  readonly method = this.context.method;
  /** Routers set `originalUrl`. It is missing if the middleware is called without a router. */
  readonly target = toPath(this.context.originalUrl ?? this.context.url);
  readonly path = getWholePath(this.context, this.target);
  readonly #res: Response;
  readonly #property: string;

  constructor(req: Request, res: Response, settings: ExpressSettings) {
    super(req, settings, settings.getRouting(req.app));
    this.#res = res;
    this.#property = settings.property;
  }

  attach(principal: Principal): void {
    (this.context as unknown as Record<string, unknown>)[this.#property] = principal;
  }

  reject({ status, headers, body }: Denial): void {
    this.#res.statusCode = status;
    for (const name in headers) this.#res.setHeader(name, headers[name] as string);
    this.#res.end(body);
  }

  protected override getExposedHeaders(): string | undefined {
    return this.#res.getHeader('access-control-expose-headers')?.toString();
  }

  /**
   * Express ignores a trailing slash in the paths of routes too, so `routing` covers them. But a strict application
   * may have mounted routers, which do not distinguish `/docs/` from `/docs`.
   */
  isLastSlashAmbiguous(isInKey: boolean): boolean {
    return this.routing?.strict === true && !isInKey && this.path.endsWith('/');
  }

  protected getAddress(): string | undefined {
    return this.context.ip;
  }

  header(name: string): string | undefined {
    return getHeader(this.context, name);
  }

  query(name: string): unknown {
    const { query } = this.context;
    return Object.hasOwn(query, name) ? query[name] : undefined;
  }

  rawQuery(): string {
    return toQuery(this.context.url);
  }

  param(name: string): unknown {
    const { params } = this.context;
    return Object.hasOwn(params, name) ? params[name] : undefined;
  }

  body(): unknown {
    return getParsedBody(this.context, this.context);
  }

  /** The text of the body. Set by parsers with the option `verify`, and by serverless platforms. */
  rawBody(): unknown {
    return (this.context as { readonly rawBody?: unknown }).rawBody;
  }

  hasBody(): boolean {
    return hasBody(this.context);
  }
}

/**
 * The path with the part that outer routers have matched, which is in `baseUrl`. For the mount point itself, a
 * mounted router always sees `/`, so the target decides about the trailing slash, which matters if `strict`.
 */
function getWholePath({ baseUrl = '', url }: Request, target: string): string {
  const rest = toPath(url);
  return rest === '/' && target === baseUrl ? target : baseUrl + rest;
}
