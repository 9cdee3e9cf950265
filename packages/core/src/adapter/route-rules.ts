import { type AllowIf, hasClaim } from '../allow-if.js';
import { compileRule } from '../endpoints/compile-endpoint.js';
import type { EndpointRule } from '../endpoints/endpoint.js';
import type { GroupRule } from '../groups.js';
import { markRouteRule } from '../routes/route-marks.js';
import { type Concluded, conclude } from './guard-request.js';
import { findGuardedRequest, type GuardedRequest } from './guarded-request.js';

/** The rules at routes, as middleware of a host. */
export interface RouteRules<Middleware> {
  /** Requires all of the scopes. Without a scope, it allows every valid token. */
  requireScopes(this: void, ...scopes: readonly string[]): Middleware;
  /** Requires at least one of the scopes. */
  requireAnyScope(this: void, ...scopes: readonly string[]): Middleware;
  /** Requires membership in a group, or in the group that the request names. */
  requireGroup(this: void, group: GroupRule): Middleware;
  /** Requires that the claim is one of the values, or a list that has one of them. */
  requireClaim(this: void, ...claim: Parameters<typeof hasClaim>): Middleware;
  /** Requires a condition of the application. */
  allowIf(this: void, condition: AllowIf): Middleware;
  /**
   * Allows a request without a token, as `PUBLIC_PRINCIPAL`; a token needs all of the scopes. It needs
   * `requireAuth(guard, { endpoints: 'by-route', optional: true })`.
   */
  optionalAuth(this: void, ...scopes: readonly string[]): Middleware;
  /** Allows `ANONYMOUS` tokens, if it stands before the other rules of the route. */
  allowAnonymous(this: void): Middleware;
}

/**
 * The work of one rule for one request: decides, and then passes the request on or answers it.
 * @param holder the object that `guardRequest` was given for this request.
 * @throws TypeError if no `requireAuth` has allowed the request.
 */
export type RuleStep<Result> = (holder: object, next: () => Result) => Concluded<Result>;

/**
 * Creates the rules of a host. Each of them throws `TypeError` if a scope or group is invalid.
 * @param toMiddleware converts a step to middleware of the host.
 *
 * @example
 * type Middleware = (request: object, next: () => Response) => Response | Promise<Response>;
 * const rules = createRouteRules<Middleware, Response>((step) => step);
 */
export function createRouteRules<Middleware extends object, Result>(
  toMiddleware: (step: RuleStep<Result>) => Middleware,
): RouteRules<Middleware> {
  const create = (rule: EndpointRule) =>
    markRouteRule(toMiddleware(createRuleStep<Result>(rule)), rule);
  return {
    requireScopes: (...scopes) => create({ scopes }),
    requireAnyScope: (...scopes) => create({ scopes: { anyOf: scopes } }),
    requireGroup: (group) => create({ scopes: [], group }),
    requireClaim: (...claim) => create({ scopes: [], allowIf: hasClaim(...claim) }),
    allowIf: (condition) => {
      if (typeof condition !== 'function') throw new TypeError('allowIf needs a function');
      return create({ scopes: [], allowIf: condition });
    },
    optionalAuth: (...scopes) => create({ scopes, optional: true }),
    allowAnonymous: () => markRouteRule(toMiddleware(allowAnonymous)),
  };
}

function createRuleStep<Result>(rule: EndpointRule): RuleStep<Result> {
  const withoutAnonymous = compileRule(rule);
  const withAnonymous = compileRule({ ...rule, anonymous: true });
  return (holder, next) => {
    const request = getGuardedRequest<Result>(holder);
    const { settings, principal, anonymous } = request;
    if (principal === undefined) {
      throw new TypeError('requireAuth(guard) did not allow this request');
    }
    const compiled = anonymous ? withAnonymous : withoutAnonymous;
    return conclude(settings.guard.authorize(principal, request, compiled), request, next);
  };
}

function allowAnonymous<Result>(holder: object, next: () => Result): Result {
  getGuardedRequest(holder).anonymous = true;
  return next();
}

/** Every request of a host has the results of that host. */
function getGuardedRequest<Result>(holder: object): GuardedRequest<unknown, Result> {
  const request = findGuardedRequest(holder);
  if (request === undefined) throw new TypeError('requireAuth(guard) must run before a route rule');
  return request as GuardedRequest<unknown, Result>;
}
