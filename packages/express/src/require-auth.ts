import { type Guard, markGuard, type Routing } from '@mandate/core';
import {
  type AdapterOptions,
  compileAdapterOptions,
  createRouteRules,
  guardRequest,
  type RouteRules,
} from '@mandate/core/adapter';
import type { Request, RequestHandler } from 'express';
import { createRoutingGetter } from './app-router.js';
import { type AuthHandler, toAuthHandler } from './auth-handler.js';
import { catchErrors } from './catch-errors.js';
import { checkProperty } from './check-property.js';
import { ExpressRequest } from './express-request.js';

export interface RequireAuthOptions extends AdapterOptions<Request> {
  /**
   * How the router below compares paths. Default: like the router of the application (`case sensitive
   * routing`, `strict routing`). Set it if a `Router` below compares paths in another way: a `Router` without
   * options ignores case even in a case-sensitive application. `checkRoutes` reports such routers.
   */
  readonly routing?: Routing | undefined;
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
 *
 * The rules at routes are its methods, with the scopes and claims of the guard: a misspelt scope does not compile.
 * @throws TypeError if the guard or an option is invalid.
 *
 * @example
 * app.use(requireAuth(guard));
 *
 * @example
 * const auth = requireAuth(guard, { endpoints: 'by-route' });
 * app.use(auth);
 * app.post('/search', auth.requireScopes('SEARCH'), (_req, res) => res.json([]));
 */
export function requireAuth<TokenClaims extends object, Scope extends string>(
  guard: Guard<TokenClaims, Scope>,
  options: RequireAuthOptions = {},
): AuthHandler & RouteRules<AuthHandler, TokenClaims, Scope> {
  const compiled = compileAdapterOptions(guard, options, { ownOptions: ['property'] });
  const { property = 'auth' } = options;
  checkProperty(property);
  const settings = { ...compiled, property, getRouting: createRoutingGetter(options.routing) };
  const middleware: RequestHandler = (req, res, next) => {
    const request = new ExpressRequest(req, res, settings);
    // Not on the request: adding a property to an Express request costs more than a look-up of a token.
    catchErrors(guardRequest(request, res.locals, next), next);
  };
  const rules = createRouteRules<AuthHandler, void, TokenClaims, Scope>(toAuthHandler, guard);
  return Object.assign(markGuard(middleware as AuthHandler, compiled), rules);
}
