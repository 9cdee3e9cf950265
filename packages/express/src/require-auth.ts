import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Decision, type Guard, markGuard, type Routing } from '@mandate/core';
import {
  checkRouting,
  type GuardedRequest,
  setAuthRequest,
  toAllowEncodedSlash,
} from '@mandate/core/adapter';
import { checkFunctions } from '@mandate/internal/check-functions';
import { checkOptions } from '@mandate/internal/check-options';
import { isPromise, type MaybePromise } from '@mandate/internal/maybe-promise';
import type { Application, NextFunction, Request, RequestHandler, Response } from 'express';
import { getAppRouter } from './app-router.js';
import { checkProperty } from './check-property.js';
import { ExpressRequest } from './express-request.js';

/**
 * A `RequestHandler` that says nothing about parameters, so that a route's handler keeps the types that
 * Express reads from its path.
 */
export type AuthHandler = (req: IncomingMessage, res: ServerResponse, next: NextFunction) => void;

export interface RequireAuthOptions {
  /**
   * Who decides about the endpoint. `'by-map'` (default): the guard's endpoint map, which denies what
   * is not in it. `'by-route'`: a rule at each route, such as `requireScopes('SEARCH')`; run
   * `checkRoutes(app)` at start-up, because a route without a rule is then open to every valid token.
   */
  readonly endpoints?: 'by-map' | 'by-route' | undefined;
  /**
   * How the router below compares paths. Default: as that of the application does (`case sensitive
   * routing`, `strict routing`). Say so here when a `Router` below compares otherwise: one that was made
   * without options ignores case even in an application that does not. `checkRoutes` finds such.
   */
  readonly routing?: Routing | undefined;
  /**
   * With `endpoints: 'by-route'`: whether a path may hold an encoded slash (`%2F`). Default `false`,
   * because a static server or a second router behind the rule may read it as a slash. Even if `true`,
   * it must not make an empty segment or a dot segment.
   */
  readonly allowEncodedSlash?: boolean | undefined;
  /**
   * The property of the request that gets the principal. Default: `'auth'`, which
   * `import '@mandate/express/typed-auth'` types. Choose another one if another library sets `req.auth`.
   */
  readonly property?: string | undefined;
  /**
   * Finds the caller's address, for tokens that are bound to addresses. Default: `req.ip`, which depends on
   * `trust proxy`. Without an address such a token is refused. Read a header such as `X-Forwarded-For` only if
   * your own proxy sets it.
   */
  readonly remoteAddress?: ((req: Request) => string | undefined) | undefined;
}

/**
 * Guards everything below it. An allowed request goes on with `req.auth` (or `property`); a refused one is answered;
 * any other fault goes to the error handler. Put CORS before it, because preflight requests have no
 * token, and body parsers too where a rule reads the body.
 */
export function requireAuth(guard: Guard, options: RequireAuthOptions = {}): AuthHandler {
  checkOptions<RequireAuthOptions>('requireAuth', options, {
    endpoints: true,
    routing: true,
    allowEncodedSlash: true,
    property: true,
    remoteAddress: true,
  });
  checkRouting(options.routing);
  const { property = 'auth', remoteAddress } = options;
  checkProperty(property);
  const settings = {
    guard,
    property,
    remoteAddress,
    allowEncodedSlash: toAllowEncodedSlash(options),
  };
  checkFunctions('requireAuth', options, ['remoteAddress']);
  const byRoute = options.endpoints === 'by-route';
  const readRouting = createRoutingReader(options.routing);
  const middleware: RequestHandler = (req, res, next) => {
    const request = new ExpressRequest(req, settings, readRouting(req.app));
    // Not on the request: adding a property to an Express request costs more than a look-up of a token.
    setAuthRequest(res.locals, request);
    const decision = byRoute ? guard.authenticate(request) : guard.decide(request);
    conclude(decision, request, res, next);
  };
  return markGuard(middleware as AuthHandler, {
    guard,
    endpoints: byRoute ? 'by-route' : 'by-map',
    routing: options.routing,
  });
}

/** Passes the request on or answers it, without a promise if the decision is not a promise. */
export function conclude(
  decision: MaybePromise<Decision>,
  request: GuardedRequest,
  res: Response,
  next: NextFunction,
): void {
  if (isPromise(decision)) concludeLater(decision, request, res, next);
  else if (decision.allowed) {
    request.attach(decision.principal);
    next();
  } else {
    const { status, headers, body } = decision.denial;
    res.statusCode = status;
    for (const name in headers) res.setHeader(name, headers[name] as string);
    res.end(body);
  }
}

function concludeLater(
  decision: Promise<Decision>,
  request: GuardedRequest,
  res: Response,
  next: NextFunction,
): void {
  decision.then((decided) => conclude(decided, request, res, next)).catch(next);
}

/** Reads how the application's router was made, once: later settings do not change it. */
function createRoutingReader(given: Routing | undefined): (app: Application) => Routing {
  let known: Application | undefined;
  let routing: Routing | undefined = given;
  return (app) => {
    if (routing === undefined || (given === undefined && app !== known)) {
      known = app;
      // Not the settings: a mounted application inherits its parent's, and its router does not.
      const { caseSensitive, strict } = getAppRouter(app) ?? {};
      routing = { caseSensitive: Boolean(caseSensitive), strict: Boolean(strict) };
    }
    return routing;
  };
}
