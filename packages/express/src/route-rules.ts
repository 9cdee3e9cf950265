import { type EndpointRule, markRouteRule } from '@mandate/core';
import { compileRule, createRouteRules, type RouteRules } from '@mandate/core/adapter';
import type { RequestHandler } from 'express';
import { getAuthRequest, getPrincipal } from './express-request.js';
import { type AuthHandler, conclude } from './require-auth.js';

const rules: RouteRules<AuthHandler> = createRouteRules(createRouteRule);

/** Requires all of the scopes at one route. Without any, every valid token may pass. */
export const requireScopes: RouteRules<AuthHandler>['requireScopes'] = rules.requireScopes;

/** Requires one of the scopes at one route. */
export const requireAnyScope: RouteRules<AuthHandler>['requireAnyScope'] = rules.requireAnyScope;

/** Requires membership of a group, or of the group that the request names, at one route. */
export const requireGroup: RouteRules<AuthHandler>['requireGroup'] = rules.requireGroup;

/**
 * Lets `ANONYMOUS` tokens use the route. Put it before the route's other rules.
 *
 * It counts for the rest of the request: a route that has it must answer, and not go on to another
 * route, whose rules would then serve `ANONYMOUS` tokens too.
 */
export function allowAnonymous(): AuthHandler {
  const middleware: RequestHandler = (_req, res, next) => {
    getAuthRequest(res).anonymous = true;
    next();
  };
  return markRouteRule(middleware as AuthHandler);
}

function createRouteRule(rule: EndpointRule): AuthHandler {
  const strict = compileRule(rule);
  const anonymous = compileRule({ ...rule, anonymous: true });
  const middleware: RequestHandler = (_req, res, next) => {
    const request = getAuthRequest(res);
    const needs = request.anonymous ? anonymous : strict;
    const principal = getPrincipal(request);
    conclude(request.guard.authorize(principal, request, needs), request, res, next);
  };
  return middleware as AuthHandler;
}
