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
import type { Context, MiddlewareHandler, Next } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { type AuthEnv, HonoRequest } from './hono-request.js';

export interface RequireAuthOptions {
  /**
   * What decides about the endpoint. `'by-map'` (default): the guard's endpoint map, which denies every
   * endpoint outside the map. `'by-route'`: a rule at each route, such as `requireScopes('SEARCH')`. Then run
   * `checkRoutes(app)` at start-up, because a route without a rule is open to every valid token.
   */
  readonly endpoints?: 'by-map' | 'by-route' | undefined;
  /**
   * How the application compares paths. Default: case and a last slash matter, as in `new Hono()`. Use
   * `{ caseSensitive: true, strict: false }` for `new Hono({ strict: false })`.
   */
  readonly routing?: Routing | undefined;
  /**
   * With `endpoints: 'by-route'`: whether a path may hold an encoded slash (`%2F`). Default `false`,
   * because a static server or a second router behind the rule may read it as a slash. Even if `true`,
   * a path in which it makes an empty segment or a dot segment is rejected.
   */
  readonly allowEncodedSlash?: boolean | undefined;
  /**
   * Gets the caller's address, for tokens that are bound to addresses. Default: the address of the connection
   * on `@hono/node-server`, which is the proxy's address behind a proxy. On other runtimes there is none, and
   * such a token is rejected. Use a header such as `X-Forwarded-For` only if your own proxy sets it.
   */
  readonly remoteAddress?: ((c: Context) => string | undefined) | undefined;
}

const HONO: Routing = { caseSensitive: true, strict: true };

/**
 * Guards everything below it. An allowed request gets `c.var.auth`, a denied request is answered, and any other
 * error is thrown. Put CORS before it, because preflight requests have no token.
 * @throws TypeError if the guard or an option is invalid.
 *
 * @example
 * app.use(requireAuth(guard));
 */
export function requireAuth(
  guard: Guard,
  options: RequireAuthOptions = {},
): MiddlewareHandler<AuthEnv> {
  checkOptions<RequireAuthOptions>('requireAuth', options, {
    endpoints: true,
    routing: true,
    allowEncodedSlash: true,
    remoteAddress: true,
  });
  checkRouting(options.routing);
  checkFunctions('requireAuth', options, ['remoteAddress']);
  const byRoute = options.endpoints === 'by-route';
  const { routing = HONO, remoteAddress } = options;
  const allowEncodedSlash = toAllowEncodedSlash(options);
  const settings = { guard, routing, remoteAddress, allowEncodedSlash };
  const middleware: MiddlewareHandler<AuthEnv> = (c, next) => {
    const request = new HonoRequest(c, settings);
    setAuthRequest(c, request);
    const decision = byRoute ? guard.authenticate(request) : guard.decide(request);
    return conclude(decision, request, c, next);
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
  c: Context<AuthEnv>,
  next: Next,
): Promise<Response | void> {
  if (isPromise(decision)) return concludeLater(decision, request, c, next);
  if (decision.allowed) {
    request.attach(decision.principal);
    return next();
  }
  const { status, headers, body } = decision.denial;
  // A new `Response` would lose headers that were set with `c.header`.
  return Promise.resolve(c.body(body, status as ContentfulStatusCode, headers));
}

async function concludeLater(
  decision: Promise<Decision>,
  request: GuardedRequest,
  c: Context<AuthEnv>,
  next: Next,
): Promise<Response | void> {
  return conclude(await decision, request, c, next);
}
