import {
  compileRouteRule,
  createRouteRules,
  type EndpointRule,
  markRouteRule,
} from '@mandate/core';
import type { MiddlewareHandler } from 'hono';
import { type AuthEnv, getAuthRequest } from './hono-request.js';
import { conclude } from './require-auth.js';

/** The rules of single routes; see `RouteRules`. */
export const { requireScopes, requireAnyScope, requireGroup } = createRouteRules(createRouteRule);

/** Lets `ANONYMOUS` tokens use the route. Put it before the route's other rules. */
export function allowAnonymous(): MiddlewareHandler<AuthEnv> {
  return markRouteRule<MiddlewareHandler<AuthEnv>>((c, next) => {
    getAuthRequest(c).anonymous = true;
    return next();
  });
}

function createRouteRule(rule: EndpointRule): MiddlewareHandler<AuthEnv> {
  const strict = compileRouteRule(rule);
  const anonymous = compileRouteRule({ ...rule, anonymous: true });
  return (c, next) => {
    const request = getAuthRequest(c);
    const needs = request.anonymous ? anonymous : strict;
    return conclude(request.guard.authorize(c.var.auth, request, needs), c, next);
  };
}
