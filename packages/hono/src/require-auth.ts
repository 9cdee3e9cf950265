import { type Guard, markGuard, type Routing } from '@mandate/core';
import {
  type AdapterOptions,
  compileAdapterOptions,
  createRouteRules,
  guardRequest,
  type RouteRules,
} from '@mandate/core/adapter';
import type { Context, MiddlewareHandler } from 'hono';
import { type AuthEnv, HonoRequest } from './hono-request.js';

export interface RequireAuthOptions extends AdapterOptions<Context> {
  /**
   * How the application compares paths. Default: case and a trailing slash matter, as in `new Hono()`. Use
   * `{ caseSensitive: true, strict: false }` for `new Hono({ strict: false })`.
   */
  readonly routing?: Routing | undefined;
  /**
   * Gets the caller's address, for tokens that are bound to addresses. Default: the address of the connection
   * on `@hono/node-server`, which is the proxy's address behind a proxy. On other runtimes there is none, and
   * such a token is rejected. Use a header such as `X-Forwarded-For` only if your own proxy sets it.
   */
  readonly remoteAddress?: ((c: Context) => string | undefined) | undefined;
}

type AuthMiddleware<TokenClaims extends object> = MiddlewareHandler<AuthEnv<Guard<TokenClaims>>>;

const HONO: Routing = { caseSensitive: true, strict: true };

/**
 * Guards everything below it. An allowed request gets `c.var.auth`, a denied request is answered, and any other
 * error is thrown. Put CORS before it, because preflight requests have no token.
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
 * app.post('/search', auth.requireScopes('SEARCH'), (c) => c.json([]));
 */
export function requireAuth<TokenClaims extends object, Scope extends string>(
  guard: Guard<TokenClaims, Scope>,
  options: RequireAuthOptions = {},
): AuthMiddleware<TokenClaims> & RouteRules<AuthMiddleware<TokenClaims>, TokenClaims, Scope> {
  const settings = compileAdapterOptions(guard, options, { routing: HONO });
  const middleware: AuthMiddleware<TokenClaims> = (c, next) =>
    guardRequest<Promise<Response | void>>(new HonoRequest(c, settings), c, next);
  const rules = createRouteRules<
    AuthMiddleware<TokenClaims>,
    Promise<Response | void>,
    TokenClaims,
    Scope
  >((step) => (c, next) => step(c, next), guard);
  return Object.assign(markGuard(middleware, settings), rules);
}
