import {
  compileRouteRule,
  createRouteRules,
  type EndpointRule,
  markRouteRule,
  type RouteRules,
} from '@mandate/core';
import type { RequestHandler } from 'express';
import { getAuthRequest } from './express-request.js';
import { conclude } from './require-auth.js';

const rules: RouteRules<RequestHandler> = createRouteRules(createRouteRule);

/** Requires all of the scopes at one route. Without any, every valid token may pass. */
export const requireScopes: RouteRules<RequestHandler>['requireScopes'] = rules.requireScopes;

/** Requires one of the scopes at one route. */
export const requireAnyScope: RouteRules<RequestHandler>['requireAnyScope'] = rules.requireAnyScope;

/** Requires membership of a group, or of the group that the request names, at one route. */
export const requireGroup: RouteRules<RequestHandler>['requireGroup'] = rules.requireGroup;

/** Lets `ANONYMOUS` tokens use the route. Put it before the route's other rules. */
export function allowAnonymous(): RequestHandler {
  return markRouteRule<RequestHandler>((req, _res, next) => {
    getAuthRequest(req).anonymous = true;
    next();
  });
}

function createRouteRule(rule: EndpointRule): RequestHandler {
  const strict = compileRouteRule(rule);
  const anonymous = compileRouteRule({ ...rule, anonymous: true });
  return (req, res, next) => {
    const request = getAuthRequest(req);
    const needs = request.anonymous ? anonymous : strict;
    conclude(request.guard.authorize(req.auth, request, needs), req, res, next);
  };
}
