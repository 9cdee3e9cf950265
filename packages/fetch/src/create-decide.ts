import {
  type AuthError,
  type Claims,
  type Decision,
  type Guard,
  markGuard,
  type Principal,
} from '@mandate/core';
import { isPromise } from '@mandate/core/adapter';
import { checkDecideOptions, compileFetchOptions, type DecideOptions } from './fetch-options.js';
import { FetchRequest } from './fetch-request.js';

/** Whether a request may continue, and as whom. */
export type FetchDecision<TokenClaims extends object = Claims> =
  | { readonly allowed: true; readonly principal: Principal<TokenClaims> }
  | {
      readonly allowed: false;
      readonly error: AuthError;
      /** The answer to the caller. */
      readonly response: Response;
    };

/**
 * Creates a function that decides requests by the guard's endpoint map, for frameworks whose middleware is more
 * than a handler: SvelteKit, Astro, Remix. Return `response` unless the request is allowed.
 *
 * @returns a function of the request, and of what the options need besides it. It returns a promise only if the
 * guard has to wait, and throws or rejects with any error that is not a rejection.
 * @throws TypeError if the guard or an option is invalid.
 *
 * @example
 * const decide = createDecide(guard);
 *
 * async function serve(request: Request): Promise<Response> {
 *   const decision = await decide(request);
 *   return decision.allowed ? Response.json(decision.principal.subject) : decision.response;
 * }
 */
export function createDecide<
  Args extends readonly unknown[] = [],
  TokenClaims extends object = Claims,
>(
  guard: Guard<TokenClaims>,
  options: DecideOptions<Args> = {},
): (
  request: Request,
  ...args: Args
) => FetchDecision<TokenClaims> | Promise<FetchDecision<TokenClaims>> {
  checkDecideOptions(options);
  const settings = compileFetchOptions('createDecide', guard, options);
  const decide = (incoming: Request, ...args: Args) => {
    const request = new FetchRequest(incoming, settings, args);
    const decision = guard.decide(request);
    return isPromise(decision)
      ? decision.then((decided) => toFetchDecision(decided, request))
      : toFetchDecision(decision, request);
  };
  return markGuard(decide, settings);
}

function toFetchDecision<TokenClaims extends object>(
  decision: Decision<TokenClaims>,
  request: FetchRequest,
): FetchDecision<TokenClaims> {
  if (decision.allowed) return decision;
  const { error, denial } = decision;
  return { allowed: false, error, response: request.reject(denial) };
}
