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
 * A `RequestHandler` without types for parameters, so that the handler of a route keeps the types that
 * Express infers from its path.
 */
export type AuthHandler = (req: IncomingMessage, res: ServerResponse, next: NextFunction) => void;

export interface RequireAuthOptions {
  /**
   * What decides about the endpoint. `'by-map'` (default): the guard's endpoint map, which denies every
   * endpoint outside the map. `'by-route'`: a rule at each route, such as `requireScopes('SEARCH')`. Then run
   * `checkRoutes(app)` at start-up, because a route without a rule is open to every valid token.
   */
  readonly endpoints?: 'by-map' | 'by-route' | undefined;
  /**
   * How the router below compares paths. Default: like the router of the application (`case sensitive
   * routing`, `strict routing`). Set it if a `Router` below compares paths in another way: a `Router` without
   * options ignores case even in a case-sensitive application. `checkRoutes` reports such routers.
   */
  readonly routing?: Routing | undefined;
  /**
   * With `endpoints: 'by-route'`: whether a path may hold an encoded slash (`%2F`). Default `false`,
   * because a static server or a second router behind the rule may read it as a slash. Even if `true`,
   * a path in which it makes an empty segment or a dot segment is rejected.
   */
  readonly allowEncodedSlash?: boolean | undefined;
  /**
   * The property of the request that holds the principal. Default: `'auth'`, whose type comes from
   * `import '@mandate/express/typed-auth'`. Choose another property if another library sets `req.auth`.
   */
  readonly property?: string | undefined;
  /**
   * Gets the caller's address, for tokens that are bound to addresses. Default: `req.ip`, which depends on
   * `trust proxy`. Without an address, such a token is rejected. Use a header such as `X-Forwarded-For` only
   * if your own proxy sets it.
   */
  readonly remoteAddress?: ((req: Request) => string | undefined) | undefined;
}

/**
 * Guards every route below it. An allowed request gets `req.auth` (or `property`), a denied request is
 * answered, and any other error goes to the error handler. Put CORS before it, because preflight requests
 * have no token. Put body parsers behind it, so that no body is parsed without a token, unless a rule reads
 * the body.
 * @throws TypeError if the guard or an option is invalid.
 *
 * @example
 * app.use(requireAuth(guard));
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
  const getRouting = createRoutingGetter(options.routing);
  const middleware: RequestHandler = (req, res, next) => {
    const request = new ExpressRequest(req, settings, getRouting(req.app));
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

/** Gets the options of the application's router once, because later settings do not change them. */
function createRoutingGetter(given: Routing | undefined): (app: Application) => Routing {
  let known: Application | undefined;
  let routing: Routing | undefined = given;
  return (app) => {
    if (routing === undefined || (given === undefined && app !== known)) {
      known = app;
      // Do not use the settings: a mounted application inherits them, but its router does not.
      const { caseSensitive, strict } = getAppRouter(app) ?? {};
      routing = { caseSensitive: Boolean(caseSensitive), strict: Boolean(strict) };
    }
    return routing;
  };
}
