import { type EndpointRule, markRouteRule } from '@mandate/core';
import { compileRule, createRouteRules, type RouteRules } from '@mandate/core/adapter';
import type { Middleware } from 'koa';
import { getAuthRequest, getPrincipal } from './koa-request.js';
import { type AuthState, conclude } from './require-auth.js';

const rules: RouteRules<Middleware<AuthState>> = createRouteRules(createRouteRule);

/** Requires all of the scopes at one route. Without any, every valid token may pass. */
export const requireScopes: RouteRules<Middleware<AuthState>>['requireScopes'] =
  rules.requireScopes;

/** Requires one of the scopes at one route. */
export const requireAnyScope: RouteRules<Middleware<AuthState>>['requireAnyScope'] =
  rules.requireAnyScope;

/** Requires membership of a group, or of the group that the request names, at one route. */
export const requireGroup: RouteRules<Middleware<AuthState>>['requireGroup'] = rules.requireGroup;

/**
 * Lets `ANONYMOUS` tokens use the route. Put it before the route's other rules.
 *
 * It counts for the rest of the request: a route that has it must answer, and not go on to another
 * route, whose rules would then serve `ANONYMOUS` tokens too.
 */
export function allowAnonymous(): Middleware<AuthState> {
  return markRouteRule<Middleware<AuthState>>((ctx, next) => {
    getAuthRequest(ctx).anonymous = true;
    return next();
  });
}

function createRouteRule(rule: EndpointRule): Middleware<AuthState> {
  const strict = compileRule(rule);
  const anonymous = compileRule({ ...rule, anonymous: true });
  return (ctx, next) => {
    const request = getAuthRequest(ctx);
    const needs = request.anonymous ? anonymous : strict;
    return conclude(
      request.guard.authorize(getPrincipal(request), request, needs),
      request,
      ctx,
      next,
    );
  };
}
