import type { MaybePromise } from '@mandate/internal/maybe-promise';
import type { AuthRequest } from '../auth-request.js';
import type { Decision } from '../decision.js';
import { compileRule, type EndpointRule } from '../endpoints/endpoint.js';
import type { Guard } from '../guard.js';
import type { Principal } from '../principal.js';

/** The request that an adapter builds once, and that the route rules look up. */
export interface GuardedRequest extends AuthRequest {
  readonly guard: Guard;
  /** Whether `allowAnonymous()` ran for this request. */
  anonymous: boolean;
  /** The principal, once the guard has allowed the request. Handlers cannot change it. */
  readonly principal: Principal | undefined;
  /** Sets the principal, for later rules and for handlers. */
  attach(principal: Principal): void;
}

const REQUEST = Symbol('mandate.request');

interface Holder {
  [REQUEST]?: GuardedRequest;
}

/** Stores the request in an object of the host that lives as long as the host's request. */
export function setAuthRequest(holder: object, request: GuardedRequest): void {
  (holder as Holder)[REQUEST] = request;
}

/** Finds the stored request; `undefined` if no `requireAuth` ran before. */
export function findAuthRequest(holder: object): GuardedRequest | undefined {
  return (holder as Holder)[REQUEST];
}

/** @throws TypeError if no `requireAuth` ran before. */
export function getAuthRequest(holder: object): GuardedRequest {
  const request = findAuthRequest(holder);
  if (request === undefined) throw new TypeError('requireAuth(guard) must run before a route rule');
  return request;
}

/**
 * Compiles a route rule to a function that decides about each request.
 * @throws TypeError if the rule is invalid. The function throws TypeError if the guard has not allowed
 * the request.
 */
export function compileRouteRule(
  rule: EndpointRule,
): (request: GuardedRequest) => MaybePromise<Decision> {
  const withoutAnonymous = compileRule(rule);
  const withAnonymous = compileRule({ ...rule, anonymous: true });
  return (request) => {
    const { guard, principal, anonymous } = request;
    if (principal === undefined) {
      throw new TypeError('requireAuth(guard) did not allow this request');
    }
    return guard.authorize(principal, request, anonymous ? withAnonymous : withoutAnonymous);
  };
}
