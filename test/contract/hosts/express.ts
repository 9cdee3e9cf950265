import { createServer } from 'node:http';
import type { EndpointRule, Guard } from '@mandate/core';
import {
  allowAnonymous,
  type RequireAuthOptions,
  requireAnyScope,
  requireAuth,
  requireGroup,
  requireScopes,
} from '@mandate/express';
import '@mandate/express/typed-auth';
import express, { type IRouter, type RequestHandler, Router } from 'express';
import type { Mounting } from '../case.js';
import { ROUTES, type Route, toHostPath } from '../routes.js';
import { echo, type Reach } from './echo.js';

export function createExpress(guard: Guard, mounting: Mounting, reach: Reach) {
  const app = express();
  // Anything else shows stack traces to callers.
  app.set('env', 'production');
  app.use(express.json());
  if (mounting === 'mounted') {
    const nested = Router();
    addGuarded(nested, guard, reach);
    app.use('/api', nested);
  } else if (mounting === 'root') addGuarded(app, guard, reach);
  else addByRoute(app, guard, reach);
  return createServer(app);
}

/** Below a router that tells upper from lower case, and a path from the same with a slash. */
export function createStrictExpress(guard: Guard, _mounting: Mounting, reach: Reach) {
  const app = express();
  const nested = Router({ caseSensitive: true, strict: true });
  addGuarded(nested, guard, reach, { routing: { caseSensitive: true, strict: true } });
  app.use('/api', nested);
  return createServer(app);
}

function addGuarded(
  router: IRouter,
  guard: Guard,
  reach: Reach,
  options?: RequireAuthOptions,
): void {
  router.use(requireAuth(guard, options));
  for (const route of ROUTES) add(router, route, [], reach);
}

function addByRoute(router: IRouter, guard: Guard, reach: Reach): void {
  for (const route of ROUTES) if (route.rule === 'public') add(router, route, [], reach);
  router.use(requireAuth(guard, { endpoints: 'by-route' }));
  for (const route of ROUTES) {
    if (typeof route.rule === 'object' && !route.byMapOnly) {
      add(router, route, toRules(route.rule), reach);
    }
  }
}

function toRules({ scopes, group, anonymous }: EndpointRule): RequestHandler[] {
  return [
    ...(anonymous ? [allowAnonymous()] : []),
    ...(group ? [requireGroup(group)] : []),
    'anyOf' in scopes ? requireAnyScope(...scopes.anyOf.flat()) : requireScopes(...scopes),
  ];
}

function add(router: IRouter, route: Route, rules: RequestHandler[], reach: Reach): void {
  const { name, method, path } = route;
  const verb = method.toLowerCase() as Lowercase<Route['method']>;
  router[verb](toHostPath(path, '*rest'), ...rules, (req, res) => {
    reach(name);
    res.set('x-handler', name).json(echo(name, req.auth));
  });
}
