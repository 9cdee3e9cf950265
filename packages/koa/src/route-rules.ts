import { type EndpointRule, markRouteRule } from '@mandate/core';
import {
  compileRouteRule,
  createRouteRules,
  getAuthRequest,
  type RouteRules,
} from '@mandate/core/adapter';
import type { Middleware } from 'koa';
import { type AuthState, conclude } from './require-auth.js';

const rules: RouteRules<Middleware<AuthState>> = createRouteRules(createRouteRule);

/**
 * Requires all of the scopes at one route. Without a scope, it allows every valid token.
 * @throws TypeError if a scope is invalid, such as an empty name.
 *
 * @example
 * router.post('/search', requireScopes('SEARCH'), (ctx) => {
 *   ctx.body = [];
 * });
 */
export const requireScopes: RouteRules<Middleware<AuthState>>['requireScopes'] =
  rules.requireScopes;

/**
 * Requires one of the scopes at one route.
 * @throws TypeError if there is no scope, or a scope is invalid.
 *
 * @example
 * router.get('/people', requireAnyScope('PEOPLE', 'ENTITIES'), (ctx) => {
 *   ctx.body = [];
 * });
 */
export const requireAnyScope: RouteRules<Middleware<AuthState>>['requireAnyScope'] =
  rules.requireAnyScope;

/**
 * Requires membership in a group, or in the group that the request names, at one route.
 * @throws TypeError if the group rule is invalid, such as one without a place.
 *
 * @example
 * router.get('/groups/:groupid', requireGroup({ path: 'groupid' }), (ctx) => {
 *   ctx.body = [];
 * });
 */
export const requireGroup: RouteRules<Middleware<AuthState>>['requireGroup'] = rules.requireGroup;

/**
 * Allows `ANONYMOUS` tokens at one route. Put it before the other rules of the route.
 *
 * It lasts for the rest of the request. If the route passes the request on to another route, the rules of
 * that route allow `ANONYMOUS` tokens too, so the route must answer.
 *
 * @example
 * router.get('/people', allowAnonymous(), requireScopes('PEOPLE'), (ctx) => {
 *   ctx.body = [];
 * });
 */
export function allowAnonymous(): Middleware<AuthState> {
  return markRouteRule<Middleware<AuthState>>((ctx, next) => {
    getAuthRequest(ctx).anonymous = true;
    return next();
  });
}

function createRouteRule(rule: EndpointRule): Middleware<AuthState> {
  const authorize = compileRouteRule(rule);
  return (ctx, next) => {
    const request = getAuthRequest(ctx);
    return conclude(authorize(request), request, ctx, next);
  };
}
