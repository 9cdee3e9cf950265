import { type Decision, type Guard, markGuard, type Principal, type Routing } from '@mandate/core';
import {
  checkRouting,
  type GuardedRequest,
  setAuthRequest,
  toAllowEncodedSlash,
} from '@mandate/core/adapter';
import { checkFunctions } from '@mandate/internal/check-functions';
import { checkOptions } from '@mandate/internal/check-options';
import { isPromise, type MaybePromise } from '@mandate/internal/maybe-promise';
import type { Middleware, Next, ParameterizedContext } from 'koa';
import { type Context, KoaRequest } from './koa-request.js';

/** The state of a context behind `requireAuth`: `new Koa<AuthState>()`, `new Router<AuthState>()`. */
export interface AuthState {
  /** The caller. */
  auth: Principal;
}

export interface RequireAuthOptions {
  /**
   * What decides about the endpoint. `'by-map'` (default): the guard's endpoint map, which denies every
   * endpoint outside the map. `'by-route'`: a rule at each route, such as `requireScopes('SEARCH')`. Then run
   * `checkRoutes(app)` at start-up, because a route without a rule is open to every valid token.
   */
  readonly endpoints?: 'by-map' | 'by-route' | undefined;
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
  /**
   * With `endpoints: 'by-route'`: whether a path may hold an encoded slash (`%2F`). Default `false`,
   * because a static server or a second router behind the rule may read it as a slash. Even if `true`,
   * a path in which it makes an empty segment or a dot segment is rejected.
   */
  readonly allowEncodedSlash?: boolean | undefined;
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
  checkOptions<RequireAuthOptions>('requireAuth', options, {
    endpoints: true,
    routing: true,
    remoteAddress: true,
    allowEncodedSlash: true,
  });
  checkRouting(options.routing);
  checkFunctions('requireAuth', options, ['remoteAddress']);
  const byRoute = options.endpoints === 'by-route';
  const { routing = KOA_ROUTER, remoteAddress } = options;
  const settings = {
    guard,
    routing,
    remoteAddress,
    allowEncodedSlash: toAllowEncodedSlash(options),
  };
  const middleware: Middleware<AuthState> = (ctx, next) => {
    const request = new KoaRequest(ctx, settings);
    setAuthRequest(ctx, request);
    const decision = byRoute ? guard.authenticate(request) : guard.decide(request);
    return conclude(decision, request, ctx, next);
  };
  return markGuard(middleware, {
    guard,
    endpoints: byRoute ? 'by-route' : 'by-map',
    routing,
  });
}

/** Passes the request on or answers it, without a promise if the decision is not a promise. */
export function conclude(
  decision: MaybePromise<Decision>,
  request: GuardedRequest,
  ctx: Context,
  next: Next,
): Promise<void> {
  if (isPromise(decision)) return concludeLater(decision, request, ctx, next);
  if (decision.allowed) {
    request.attach(decision.principal);
    return next();
  }
  const { status, headers, body } = decision.denial;
  ctx.status = status;
  ctx.set(headers);
  ctx.body = body;
  return Promise.resolve();
}

async function concludeLater(
  decision: Promise<Decision>,
  request: GuardedRequest,
  ctx: Context,
  next: Next,
): Promise<void> {
  return conclude(await decision, request, ctx, next);
}
