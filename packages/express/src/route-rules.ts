import {
  compileRouteRule,
  createRouteRules,
  type EndpointRule,
  markRouteRule,
} from '@mandate/core';
import type { RequestHandler } from 'express';
import { getAuthRequest } from './express-request.js';
import { conclude } from './require-auth.js';

/** The rules of single routes; see `RouteRules`. */
export const { requireScopes, requireAnyScope, requireGroup } = createRouteRules(createRouteRule);

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
