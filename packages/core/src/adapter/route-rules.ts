import { type AllowIf, hasClaim } from '../allow-if.js';
import type { Claims, NoClaims } from '../claims.js';
import { compileRule } from '../endpoints/compile-endpoint.js';
import type { EndpointRule } from '../endpoints/endpoint.js';
import type { GroupRule } from '../groups.js';
import type { Guard } from '../guard.js';
import { markRouteRule } from '../routes/route-marks.js';
import type { StepUpRule } from '../step-up-rule.js';
import { type Concluded, conclude } from './guard-request.js';
import { findGuardedRequest, type GuardedRequest } from './guarded-request.js';

/** The name of a claim that a token of the guard can have. */
type ClaimName<TokenClaims> = TokenClaims extends NoClaims
  ? never
  : Extract<keyof TokenClaims, string>;

/** A value that `requireClaim` can ask for: of the claim, or of an item of it. */
type ClaimItem<TokenClaims, Name> = TokenClaims extends unknown
  ? Name extends keyof TokenClaims
    ? Primitive<TokenClaims[Name]>
    : never
  : never;

type Primitive<Value> = unknown extends Value
  ? string | number | boolean
  : Extract<Value extends readonly (infer Item)[] ? Item : Value, string | number | boolean>;

/**
 * The rules at routes, as middleware of a host. `TokenClaims` and `Scope` are those of the guard, if the rules belong
 * to one.
 */
export interface RouteRules<
  Middleware,
  TokenClaims extends object = Claims,
  Scope extends string = string,
> {
  /** Requires all of the scopes. Without a scope, it allows every valid token. */
  requireScopes(this: void, ...scopes: readonly Scope[]): Middleware;
  /** Requires at least one of the scopes. */
  requireAnyScope(this: void, ...scopes: readonly Scope[]): Middleware;
  /** Requires membership in a group, or in the group that the request names. */
  requireGroup(this: void, group: GroupRule): Middleware;
  /** Requires that the claim is one of the values, or a list that has one of them. */
  requireClaim<Name extends ClaimName<TokenClaims>>(
    this: void,
    name: Name,
    ...values: readonly ClaimItem<TokenClaims, Name>[]
  ): Middleware;
  /** Requires that the user has authenticated in one of the ways, or recently (RFC 9470). */
  requireStepUp(this: void, stepUp: StepUpRule): Middleware;
  /** Requires a condition of the application. */
  allowIf(this: void, condition: AllowIf<TokenClaims>): Middleware;
  /**
   * Allows a request without a token, as `PUBLIC_PRINCIPAL`; a token needs all of the scopes. It needs
   * `requireAuth(guard, { endpoints: 'by-route', optional: true })`.
   */
  optionalAuth(this: void, ...scopes: readonly Scope[]): Middleware;
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
 * @param guard the guard that the rules belong to. On a request that another guard allowed, they throw `TypeError`.
 * Default: they apply to any guard.
 *
 * @example
 * type Middleware = (request: object, next: () => Response) => Response | Promise<Response>;
 * const rules = createRouteRules<Middleware, Response>((step) => step);
 */
export function createRouteRules<
  Middleware extends object,
  Result,
  TokenClaims extends object = Claims,
  Scope extends string = string,
>(
  toMiddleware: (step: RuleStep<Result>) => Middleware,
  guard?: Guard<TokenClaims, Scope>,
): RouteRules<Middleware, TokenClaims, Scope> {
  const create = (rule: EndpointRule<TokenClaims>) =>
    markRouteRule(
      toMiddleware(createRuleStep<Result>(rule as EndpointRule, guard)),
      rule as EndpointRule,
    );
  return {
    requireScopes: (...scopes) => create({ scopes }),
    requireAnyScope: (...scopes) => create({ scopes: { anyOf: scopes } }),
    requireGroup: (group) => create({ scopes: [], group }),
    requireClaim: (name, ...values) => create({ scopes: [], allowIf: hasClaim(name, ...values) }),
    requireStepUp: (stepUp) => create({ scopes: [], stepUp }),
    allowIf: (condition) => {
      if (typeof condition !== 'function') throw new TypeError('allowIf needs a function');
      return create({ scopes: [], allowIf: condition });
    },
    optionalAuth: (...scopes) => create({ scopes, optional: true }),
    allowAnonymous: () => markRouteRule(toMiddleware(allowAnonymous)),
  };
}

function createRuleStep<Result>(
  rule: EndpointRule,
  guard: Guard<object> | undefined,
): RuleStep<Result> {
  const withoutAnonymous = compileRule(rule);
  const withAnonymous = compileRule({ ...rule, anonymous: true });
  return (holder, next) => {
    const request = getGuardedRequest<Result>(holder);
    const { settings, principal, anonymous } = request;
    if (principal === undefined) {
      throw new TypeError('requireAuth(guard) did not allow this request');
    }
    if (guard !== undefined && settings.guard !== guard) {
      throw new TypeError(
        'the rule belongs to another guard than the one that allowed this request',
      );
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
