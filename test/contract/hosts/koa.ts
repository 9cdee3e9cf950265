import { createServer, type RequestListener } from 'node:http';
import { bodyParser } from '@koa/bodyparser';
import Router from '@koa/router';
import type { EndpointRule, Guard } from '@mandate/core';
import {
  type AuthState,
  allowAnonymous,
  requireAnyScope,
  requireAuth,
  requireGroup,
  requireScopes,
} from '@mandate/koa';
import Koa, { type Middleware } from 'koa';
import mount from 'koa-mount';
import type { Mounting } from '../case.js';
import { ROUTES, type Route, toHostPath } from '../routes.js';
import { echo, type Reach } from './echo.js';

type ApiRouter = Router<AuthState>;

export function createKoa(guard: Guard, mounting: Mounting, reach: Reach) {
  const app = new Koa<AuthState>();
  app.use(bodyParser());
  if (mounting === 'mounted') {
    const nested = new Koa<AuthState>();
    addGuarded(nested, guard, reach);
    app.use(mount('/api', nested));
  } else if (mounting === 'root') addGuarded(app, guard, reach);
  else addByRoute(app, guard, reach);
  return createServer(app.callback() as RequestListener);
}

/**
 * A router under a prefix of another: its middleware runs only where one of its routes matches. The
 * empty path matters; see koa-router.test.ts.
 */
export function createNestedKoaRouter(guard: Guard, _mounting: Mounting, reach: Reach) {
  const app = new Koa<AuthState>();
  const nested: ApiRouter = new Router();
  nested.use('', requireAuth(guard));
  for (const route of ROUTES) add(nested, route, [], reach);
  const outer: ApiRouter = new Router();
  outer.use('/api', nested.routes());
  app.use(bodyParser()).use(outer.routes());
  return createServer(app.callback() as RequestListener);
}

/** Below a router that tells upper from lower case, and a path from the same with a slash. */
export function createStrictKoa(guard: Guard, _mounting: Mounting, reach: Reach) {
  const app = new Koa<AuthState>();
  const router: ApiRouter = new Router({ prefix: '/api', sensitive: true, strict: true });
  for (const route of ROUTES) add(router, route, [], reach);
  app.use(requireAuth(guard, { routing: { caseSensitive: true, strict: true } }));
  app.use(bodyParser()).use(router.routes());
  return createServer(app.callback() as RequestListener);
}

function addGuarded(app: Koa<AuthState>, guard: Guard, reach: Reach): void {
  const router: ApiRouter = new Router();
  for (const route of ROUTES) add(router, route, [], reach);
  app.use(requireAuth(guard)).use(router.routes());
}

function addByRoute(app: Koa<AuthState>, guard: Guard, reach: Reach): void {
  const open: ApiRouter = new Router();
  for (const route of ROUTES) if (route.rule === 'public') add(open, route, [], reach);
  const router: ApiRouter = new Router();
  for (const route of ROUTES) {
    if (typeof route.rule === 'object' && !route.byMapOnly) {
      add(router, route, toRules(route.rule), reach);
    }
  }
  app.use(open.routes());
  app.use(requireAuth(guard, { endpoints: 'by-route' }));
  app.use(router.routes());
}

function toRules({ scopes, group, anonymous }: EndpointRule): Middleware<AuthState>[] {
  return [
    ...(anonymous ? [allowAnonymous()] : []),
    ...(group ? [requireGroup(group)] : []),
    'anyOf' in scopes ? requireAnyScope(...scopes.anyOf.flat()) : requireScopes(...scopes),
  ];
}

function add(
  router: ApiRouter,
  route: Route,
  rules: readonly Middleware<AuthState>[],
  reach: Reach,
): void {
  const { name, method, path } = route;
  const verb = method.toLowerCase() as Lowercase<Route['method']>;
  router[verb](toHostPath(path, '*rest'), ...(rules as []), (ctx) => {
    reach(name);
    ctx.set('x-handler', name);
    ctx.body = echo(name, ctx.state.auth);
  });
}
