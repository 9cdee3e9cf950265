import type { Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import type { Guard } from '@mandate/core';
import * as rules from '@mandate/hono';
import { type AuthEnv, requireAuth } from '@mandate/hono';
import { Hono, type MiddlewareHandler } from 'hono';
import type { Mounting } from '../case.js';
import { isOptional, ROUTES, type Route, toHonoPath } from '../routes.js';
import { echo, type Reach } from './echo.js';
import { toRules } from './to-rules.js';

type Api = Hono<AuthEnv>;

export function createHono(guard: Guard, mounting: Mounting, reach: Reach) {
  const { fetch } = createHonoApp(guard, mounting, reach);
  return createAdaptorServer({ fetch }) as Server;
}

/** The API without a server. */
export function createHonoApp(guard: Guard, mounting: Mounting, reach: Reach): Api {
  const app: Api = new Hono();
  if (mounting === 'mounted') {
    const nested: Api = new Hono();
    addGuarded(nested, guard, reach);
    app.route('/api', nested);
  } else if (mounting === 'root') addGuarded(app, guard, reach);
  else addByRoute(app, guard, reach);
  return app;
}

/** An application to which a trailing slash makes no difference. */
export function createLooseHono(guard: Guard, _mounting: Mounting, reach: Reach) {
  const app: Api = new Hono<AuthEnv>({ strict: false }).basePath('/api');
  app.use(requireAuth(guard, { routing: { caseSensitive: true, strict: false } }));
  for (const route of ROUTES) add(app, route, [], reach);
  return createAdaptorServer({ fetch: app.fetch }) as Server;
}

function addGuarded(app: Api, guard: Guard, reach: Reach): void {
  app.use(requireAuth(guard));
  for (const route of ROUTES) add(app, route, [], reach);
}

function addByRoute(app: Api, guard: Guard, reach: Reach): void {
  for (const route of ROUTES) if (route.rule === 'public') add(app, route, [], reach);
  const optional = requireAuth(guard, { endpoints: 'by-route', optional: true });
  for (const route of ROUTES) {
    if (isOptional(route)) add(app, route, [optional, ...toRules(rules, route.rule)], reach);
  }
  app.use(requireAuth(guard, { endpoints: 'by-route' }));
  for (const route of ROUTES) {
    if (typeof route.rule === 'object' && !route.byMapOnly && !isOptional(route)) {
      add(app, route, toRules(rules, route.rule), reach);
    }
  }
}

function add(
  app: Api,
  route: Route,
  rules: readonly MiddlewareHandler<AuthEnv>[],
  reach: Reach,
): void {
  const { name, method, path } = route;
  app.on(method, [toHonoPath(path)], ...rules, (c) => {
    reach(name);
    c.header('x-handler', name);
    return c.json(echo(name, c.var.auth, c));
  });
}
