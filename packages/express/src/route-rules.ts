import { createRouteRules, type RouteRules } from '@mandate/core/adapter';
import type { RequestHandler } from 'express';
import { catchErrors } from './catch-errors.js';
import type { AuthHandler } from './require-auth.js';

type Rules = RouteRules<AuthHandler>;

const rules: Rules = createRouteRules<AuthHandler, void>((step) => {
  const middleware: RequestHandler = (_req, res, next) => catchErrors(step(res.locals, next), next);
  return middleware as AuthHandler;
});

/**
 * Requires all of the scopes at one route. Without a scope, it allows every valid token.
 * @throws TypeError if a scope is invalid, such as an empty name.
 *
 * @example
 * app.post('/search', requireScopes('SEARCH'), (_req, res) => res.json([]));
 */
export const requireScopes: Rules['requireScopes'] = rules.requireScopes;

/**
 * Requires one of the scopes at one route.
 * @throws TypeError if there is no scope, or a scope is invalid.
 *
 * @example
 * app.get('/people', requireAnyScope('PEOPLE', 'ENTITIES'), (_req, res) => res.json([]));
 */
export const requireAnyScope: Rules['requireAnyScope'] = rules.requireAnyScope;

/**
 * Requires membership in a group, or in the group that the request names, at one route.
 * @throws TypeError if the group rule is invalid, such as one without a place.
 *
 * @example
 * app.get('/groups/:groupid', requireGroup({ path: 'groupid' }), (_req, res) => res.json([]));
 */
export const requireGroup: Rules['requireGroup'] = rules.requireGroup;

/**
 * Allows `ANONYMOUS` tokens at one route. Put it before the other rules of the route.
 *
 * It lasts for the rest of the request. If the route passes the request on to another route, the rules of
 * that route allow `ANONYMOUS` tokens too, so the route must answer.
 *
 * @example
 * app.get('/people', allowAnonymous(), requireScopes('PEOPLE'), (_req, res) => res.json([]));
 */
export const allowAnonymous: Rules['allowAnonymous'] = rules.allowAnonymous;
