import { type Claims, type Decision, type Guard, markGuard } from '@mandate/core';
import { DenialError, isPromise } from '@mandate/core/adapter';
import {
  checkGuardFetchOptions,
  compileFetchOptions,
  type GuardFetchOptions,
} from './fetch-options.js';
import { FetchRequest } from './fetch-request.js';
import { type GuardedContext, RequestContext } from './guarded-context.js';

type Result = Response | Promise<Response>;

/**
 * A handler behind the guard. `Args` are what the server passes after the request, such as `env` and `ctx`, and
 * `TokenClaims` the claims of the guard.
 */
export type GuardedHandler<
  Incoming extends Request,
  Args extends readonly unknown[],
  TokenClaims extends object = Claims,
> = (request: Incoming, context: GuardedContext<TokenClaims>, ...args: Args) => Result;

/**
 * Puts a guard in front of a handler of web-standard requests. There is no router, so the guard's endpoint map
 * decides, by the path in the URL of the request. A rejected request is answered, and the handler does not run.
 * Any other error is thrown, to the server's error handling.
 *
 * The handler gets the request, then its context with the principal, then the other arguments of the server. Put
 * CORS before it, because preflight requests have no token.
 *
 * @returns a handler for `Bun.serve`, `Deno.serve`, a Worker, or a route of Next.js. It returns a promise only if
 * the guard has to wait or the handler returns one.
 * @throws TypeError if the guard, the handler or an option is invalid.
 *
 * @example
 * const fetch = guardFetch(guard, (request, { principal }) =>
 *   Response.json({ url: request.url, reader: principal.subject }),
 * );
 */
export function guardFetch<
  Incoming extends Request,
  Args extends readonly unknown[],
  TokenClaims extends object,
>(
  guard: Guard<TokenClaims>,
  handler: GuardedHandler<Incoming, Args, TokenClaims>,
  options: GuardFetchOptions<Args> = {},
): (request: Incoming, ...args: Args) => Result {
  if (typeof handler !== 'function') {
    throw new TypeError('guardFetch: the handler must be a function of a Request');
  }
  checkGuardFetchOptions(options);
  const settings = compileFetchOptions('guardFetch', guard, options);
  const serve = handler as unknown as GuardedHandler<Request, readonly unknown[], TokenClaims>;
  const guarded = (incoming: Incoming, ...args: Args): Result => {
    const request = new FetchRequest(incoming, settings, args);
    const decision = guard.decide(request);
    return isPromise(decision)
      ? decision.then((decided) => conclude(decided, request, serve))
      : conclude(decision, request, serve);
  };
  return markGuard(guarded, settings);
}

function conclude<TokenClaims extends object>(
  decision: Decision<TokenClaims>,
  request: FetchRequest,
  serve: GuardedHandler<Request, readonly unknown[], TokenClaims>,
): Result {
  if (decision.allowed) {
    const context = new RequestContext(decision.principal, request);
    return serve(request.request, context, ...request.args);
  }
  if (request.settings.throwsDenials) throw new DenialError(decision.error, decision.denial);
  return request.reject(decision.denial);
}
