import { type EndpointRule, markRouteRule } from '@mandate/core';
import {
  compileRouteRule,
  createRouteRules,
  getAuthRequest,
  type RouteRules,
} from '@mandate/core/adapter';
import type { MiddlewareHandler } from 'hono';
import type { AuthEnv } from './hono-request.js';
import { conclude } from './require-auth.js';

const rules: RouteRules<MiddlewareHandler<AuthEnv>> = createRouteRules(createRouteRule);

/** Requires all of the scopes at one route. Without a scope, it allows every valid token. */
export const requireScopes: RouteRules<MiddlewareHandler<AuthEnv>>['requireScopes'] =
  rules.requireScopes;

/** Requires one of the scopes at one route. */
export const requireAnyScope: RouteRules<MiddlewareHandler<AuthEnv>>['requireAnyScope'] =
  rules.requireAnyScope;

/** Requires membership in a group, or in the group that the request names, at one route. */
export const requireGroup: RouteRules<MiddlewareHandler<AuthEnv>>['requireGroup'] =
  rules.requireGroup;

/**
 * Allows `ANONYMOUS` tokens at one route. Put it before the other rules of the route.
 *
 * It lasts for the rest of the request. If the route passes the request on to another route, the rules of
 * that route allow `ANONYMOUS` tokens too, so the route must answer.
 */
export function allowAnonymous(): MiddlewareHandler<AuthEnv> {
  return markRouteRule<MiddlewareHandler<AuthEnv>>((c, next) => {
    getAuthRequest(c).anonymous = true;
    return next();
  });
}

function createRouteRule(rule: EndpointRule): MiddlewareHandler<AuthEnv> {
  const authorize = compileRouteRule(rule);
  return (c, next) => {
    const request = getAuthRequest(c);
    return conclude(authorize(request), request, c, next);
  };
}
