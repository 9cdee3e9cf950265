import type { AuthRequest, Guard, Principal, Routing } from '@mandate/core';
import { toPath, toQuery } from '@mandate/core/adapter';
import { getHeader, hasBody, isBodyRead } from '@mandate/core/node';
import { isPromise } from '@mandate/internal/maybe-promise';
import type { Request } from 'express';

/** The parts of `requireAuth` that do not change from request to request. */
export interface ExpressSettings {
  readonly guard: Guard;
  /** The property of the request that gets the principal. */
  readonly property: string;
  readonly remoteAddress: ((req: Request) => string | undefined) | undefined;
  readonly allowEncodedSlash: boolean;
}

/** An Express request as the guard sees it, and what later rules on the same request need. */
export class ExpressRequest implements AuthRequest {
  readonly method: string;
  readonly path: string;
  readonly target: string;
  readonly routing: Routing;
  readonly allowEncodedSlash: boolean;
  readonly guard: Guard;
  /** Set by `allowAnonymous()`. */
  anonymous = false;
  /** Set once the guard has allowed the request. Rules read it here, because handlers can change `req.auth`. */
  principal: Principal | undefined = undefined;
  readonly #req: Request;
  readonly #settings: ExpressSettings;

  constructor(req: Request, settings: ExpressSettings, routing: Routing) {
    this.method = req.method;
    // Routers set `originalUrl`. It is missing if the middleware is called without a router.
    this.target = toPath(req.originalUrl ?? req.url);
    this.path = getWholePath(req, this.target);
    this.routing = routing;
    this.allowEncodedSlash = settings.allowEncodedSlash;
    this.guard = settings.guard;
    this.#settings = settings;
    this.#req = req;
  }

  /** Gives the principal to handlers, and to later rules. */
  attach(principal: Principal): void {
    this.principal = principal;
    (this.#req as unknown as Record<string, unknown>)[this.#settings.property] = principal;
  }

  /**
   * Express ignores a last slash in the paths of routes too, so `routing` covers them. But a strict application
   * may have mounted routers, which do not distinguish `/docs/` from `/docs`.
   */
  isLastSlashAmbiguous(isInKey: boolean): boolean {
    return this.routing.strict && !isInKey && this.path.endsWith('/');
  }

  get remoteAddress(): string | undefined {
    const { remoteAddress } = this.#settings;
    return remoteAddress === undefined ? this.#req.ip : remoteAddress(this.#req);
  }

  header(name: string): string | undefined {
    return getHeader(this.#req, name);
  }

  query(name: string): unknown {
    const { query } = this.#req;
    return Object.hasOwn(query, name) ? query[name] : undefined;
  }

  rawQuery(): string {
    return toQuery(this.#req.url);
  }

  param(name: string): unknown {
    const { params } = this.#req;
    return Object.hasOwn(params, name) ? params[name] : undefined;
  }

  body(): unknown {
    const isRead = isBodyRead(this.#req);
    if (isPromise(isRead)) return isRead.then((ended) => (ended ? this.#req.body : undefined));
    return isRead ? this.#req.body : undefined;
  }

  /** The text of the body. Set by parsers with the option `verify`, and by serverless platforms. */
  rawBody(): unknown {
    return (this.#req as { readonly rawBody?: unknown }).rawBody;
  }

  hasBody(): boolean {
    return hasBody(this.#req);
  }
}

/**
 * The path with the part that outer routers have matched, which is in `baseUrl`. For the mount point itself, a
 * mounted router always sees `/`, so the target decides about the last slash, which matters if `strict`.
 */
function getWholePath({ baseUrl = '', url }: Request, target: string): string {
  const rest = toPath(url);
  return rest === '/' && target === baseUrl ? target : baseUrl + rest;
}
