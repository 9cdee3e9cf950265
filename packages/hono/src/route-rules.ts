import { type EndpointRule, markRouteRule } from '@mandate/core';
import { compileRule, createRouteRules, type RouteRules } from '@mandate/core/adapter';
import type { MiddlewareHandler } from 'hono';
import { type AuthEnv, getAuthRequest, getPrincipal } from './hono-request.js';
import { conclude } from './require-auth.js';

const rules: RouteRules<MiddlewareHandler<AuthEnv>> = createRouteRules(createRouteRule);

/** Requires all of the scopes at one route. Without any, every valid token may pass. */
export const requireScopes: RouteRules<MiddlewareHandler<AuthEnv>>['requireScopes'] =
  rules.requireScopes;

/** Requires one of the scopes at one route. */
export const requireAnyScope: RouteRules<MiddlewareHandler<AuthEnv>>['requireAnyScope'] =
  rules.requireAnyScope;

/** Requires membership of a group, or of the group that the request names, at one route. */
export const requireGroup: RouteRules<MiddlewareHandler<AuthEnv>>['requireGroup'] =
  rules.requireGroup;

/**
 * Lets `ANONYMOUS` tokens use the route. Put it before the route's other rules.
 *
 * It counts for the rest of the request: a route that has it must answer, and not go on to another
 * route, whose rules would then serve `ANONYMOUS` tokens too.
 */
export function allowAnonymous(): MiddlewareHandler<AuthEnv> {
  return markRouteRule<MiddlewareHandler<AuthEnv>>((c, next) => {
    getAuthRequest(c).anonymous = true;
    return next();
  });
}

function createRouteRule(rule: EndpointRule): MiddlewareHandler<AuthEnv> {
  const strict = compileRule(rule);
  const anonymous = compileRule({ ...rule, anonymous: true });
  return (c, next) => {
    const request = getAuthRequest(c);
    const needs = request.anonymous ? anonymous : strict;
    return conclude(
      request.guard.authorize(getPrincipal(request), request, needs),
      request,
      c,
      next,
    );
  };
}
