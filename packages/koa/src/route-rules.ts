import {
  compileRouteRule,
  createRouteRules,
  type EndpointRule,
  markRouteRule,
} from '@mandate/core';
import type { Middleware } from 'koa';
import { getAuthRequest } from './koa-request.js';
import { type AuthState, conclude } from './require-auth.js';

/** The rules of single routes; see `RouteRules`. */
export const { requireScopes, requireAnyScope, requireGroup } = createRouteRules(createRouteRule);

/** Lets `ANONYMOUS` tokens use the route. Put it before the route's other rules. */
export function allowAnonymous(): Middleware<AuthState> {
  return markRouteRule<Middleware<AuthState>>((ctx, next) => {
    getAuthRequest(ctx).anonymous = true;
    return next();
  });
}

function createRouteRule(rule: EndpointRule): Middleware<AuthState> {
  const strict = compileRouteRule(rule);
  const anonymous = compileRouteRule({ ...rule, anonymous: true });
  return (ctx, next) => {
    const request = getAuthRequest(ctx);
    const needs = request.anonymous ? anonymous : strict;
    return conclude(request.guard.authorize(ctx.state.auth, request, needs), ctx, next);
  };
}
