import { type Guard, markGuard, type Principal, type Routing } from '@mandate/core';
import { type AdapterOptions, compileAdapterOptions, guardRequest } from '@mandate/core/adapter';
import type { Middleware, ParameterizedContext } from 'koa';
import { KoaRequest } from './koa-request.js';

/** The state of a context behind `requireAuth`: `new Koa<AuthState>()`, `new Router<AuthState>()`. */
export interface AuthState {
  /** The caller. */
  auth: Principal;
}

export interface RequireAuthOptions extends AdapterOptions<ParameterizedContext> {
  /**
   * How the router below compares paths. Default: it ignores case and a last slash, like `@koa/router` without
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

const KOA_ROUTER: Routing = { caseSensitive: false, strict: false };

/**
 * Guards everything below it. An allowed request gets `ctx.state.auth`, a denied request is answered, and any
 * other error is thrown. Put CORS before it, because preflight requests have no token. Put body parsers
 * behind it, so that no body is parsed without a token, unless a rule reads the body.
 * @throws TypeError if the guard or an option is invalid.
 *
 * @example
 * app.use(requireAuth(guard));
 */
export function requireAuth(guard: Guard, options: RequireAuthOptions = {}): Middleware<AuthState> {
  const settings = compileAdapterOptions(guard, options, { routing: KOA_ROUTER });
  const middleware: Middleware<AuthState> = (ctx, next) =>
    guardRequest(new KoaRequest(ctx, settings), ctx, next);
  return markGuard(middleware, settings);
}
