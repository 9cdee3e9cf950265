import { type Guard, markGuard, type PrincipalOf, type Routing } from '@mandate/core';
import {
  type AdapterOptions,
  compileAdapterOptions,
  createRouteRules,
  guardRequest,
  type RouteRules,
} from '@mandate/core/adapter';
import type { Middleware, ParameterizedContext } from 'koa';
import { KoaRequest } from './koa-request.js';

/**
 * The state of a context behind `requireAuth`: `new Koa<AuthState>()`, `new Router<AuthState>()`. With the claims of a
 * guard: `AuthState<typeof guard>`.
 */
export interface AuthState<OneGuard extends Guard<object> = Guard> {
  /** The caller. */
  auth: PrincipalOf<OneGuard>;
}

export interface RequireAuthOptions extends AdapterOptions<ParameterizedContext> {
  /**
   * How the router below compares paths. Default: it ignores case and a trailing slash, like `@koa/router` without
   * options.
   */
  readonly routing?: Routing | undefined;
  /**
   * Gets the caller's address, for tokens that are bound to addresses. Default: `ctx.ip`, which depends on
   * `app.proxy`. Without an address, such a token is rejected. Use a header such as `X-Forwarded-For` only if
   * your own proxy sets it.
   */
  readonly remoteAddress?: ((ctx: ParameterizedContext) => string | undefined) | undefined;
}

type AuthMiddleware<TokenClaims extends object> = Middleware<AuthState<Guard<TokenClaims>>>;

const KOA_ROUTER: Routing = { caseSensitive: false, strict: false };

/**
 * Guards everything below it. An allowed request gets `ctx.state.auth`, a denied request is answered, and any
 * other error is thrown. Put CORS before it, because preflight requests have no token. Put body parsers
 * behind it, so that no body is parsed without a token, unless a rule reads the body.
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
 * router.post('/search', auth.requireScopes('SEARCH'), (ctx) => {
 *   ctx.body = [];
 * });
 */
export function requireAuth<TokenClaims extends object, Scope extends string>(
  guard: Guard<TokenClaims, Scope>,
  options: RequireAuthOptions = {},
): AuthMiddleware<TokenClaims> & RouteRules<AuthMiddleware<TokenClaims>, TokenClaims, Scope> {
  const settings = compileAdapterOptions(guard, options, { routing: KOA_ROUTER });
  const middleware: AuthMiddleware<TokenClaims> = (ctx, next) =>
    guardRequest(new KoaRequest(ctx as ParameterizedContext, settings), ctx, next);
  const rules = createRouteRules<AuthMiddleware<TokenClaims>, Promise<void>, TokenClaims, Scope>(
    (step) => (ctx, next) => step(ctx, next),
    guard,
  );
  return Object.assign(markGuard(middleware, settings), rules);
}
