import type { AuthRequest, Guard, Routing } from '@mandate/core';
import { readPath } from '@mandate/core/adapter';
import { readHeader } from '@mandate/core/node';
import type { Request, Response } from 'express';

/** An Express request as the guard sees it, and what later rules on the same request need. */
export class ExpressRequest implements AuthRequest {
  readonly method: string;
  readonly path: string;
  readonly target: string;
  readonly routing: Routing;
  readonly guard: Guard;
  /** Set by `allowAnonymous()`. */
  anonymous = false;
  readonly #req: Request;

  constructor(req: Request, guard: Guard, routing: Routing) {
    this.method = req.method;
    this.target = readPath(req.originalUrl);
    this.path = readWholePath(req, this.target);
    this.routing = routing;
    this.guard = guard;
    this.#req = req;
  }

  get remoteAddress(): string | undefined {
    return this.#req.ip;
  }

  header(name: string): string | undefined {
    return readHeader(this.#req, name);
  }

  query(name: string): unknown {
    const { query } = this.#req;
    return Object.hasOwn(query, name) ? query[name] : undefined;
  }

  param(name: string): unknown {
    const { params } = this.#req;
    return Object.hasOwn(params, name) ? params[name] : undefined;
  }

  body(): unknown {
    return this.#req.body;
  }
}

/**
 * A mounted router sees the rest of the path; what it matched before stands in `baseUrl`. The mount point
 * itself it sees as `/`, whether or not the target ends with one, and `strict` tells the two apart.
 */
function readWholePath({ baseUrl, url }: Request, target: string): string {
  const rest = readPath(url);
  return rest === '/' && target === baseUrl ? target : baseUrl + rest;
}

const requests = Symbol('mandate.request');

/**
 * Remembers how the guard saw the request. In `res.locals`, because each property that is added to an
 * Express request costs more than looking up a remembered token.
 */
export function setAuthRequest(res: Response, request: ExpressRequest): void {
  (res.locals as { [requests]?: ExpressRequest })[requests] = request;
}

/** @throws TypeError if `requireAuth` did not run before. */
export function getAuthRequest(res: Response): ExpressRequest {
  const request = (res.locals as { [requests]?: ExpressRequest })[requests];
  if (request === undefined) throw new TypeError('requireAuth(guard) must run before a route rule');
  return request;
}
