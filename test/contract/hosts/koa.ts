import { createServer, type RequestListener } from 'node:http';
import { bodyParser } from '@koa/bodyparser';
import Router from '@koa/router';
import type { Guard } from '@mandate/core';
import * as rules from '@mandate/koa';
import { type AuthState, requireAuth } from '@mandate/koa';
import Koa, { type Middleware } from 'koa';
import mount from 'koa-mount';
import KoaRouter12 from 'koa-router12';
import KoaRouter13 from 'koa-router13';
import KoaRouter14 from 'koa-router14';
import Koa2 from 'koa2';
import type { Mounting } from '../case.js';
import { isOptional, ROUTES, type Route, toHostPath, type Wildcard } from '../routes.js';
import { echo, type Reach } from './echo.js';
import { toRules } from './to-rules.js';

type ApiRouter = Router<AuthState>;

interface KoaVersion {
  readonly Koa: typeof Koa;
  readonly Router: typeof Router;
  readonly wildcard: Wildcard;
}

const KOA_3: KoaVersion = { Koa, Router, wildcard: '*rest' };
const KOA_2 = { Koa: Koa2 as unknown as typeof Koa };
const ROUTER_12: KoaVersion = { ...KOA_2, Router: KoaRouter12 as typeof Router, wildcard: '(.*)' };
const ROUTER_13: KoaVersion = { ...KOA_2, Router: KoaRouter13 as typeof Router, wildcard: '(.*)' };
const ROUTER_14: KoaVersion = { ...KOA_2, Router: KoaRouter14 as typeof Router, wildcard: '*rest' };

export const createKoa = createHost(KOA_3);
export const createKoa2 = createHost(ROUTER_12);
export const createKoa2Router13 = createHost(ROUTER_13);
export const createKoa2Router14 = createHost(ROUTER_14);
export const createNestedKoaRouter = createNestedHost(KOA_3);
export const createStrictKoa = createStrictHost(KOA_3);
export const createStrictKoa2 = createStrictHost(ROUTER_12);

function createHost(version: KoaVersion) {
  return (guard: Guard, mounting: Mounting, reach: Reach) => {
    const app = new version.Koa<AuthState>();
    const add = createAdder(version, reach);
    app.use(bodyParser({ parsedMethods: ['POST', 'PUT', 'PATCH', 'QUERY'] }));
    if (mounting === 'mounted') {
      const nested = new version.Koa<AuthState>();
      addGuarded(nested, guard, add);
      app.use(mount('/api', nested));
    } else if (mounting === 'root') addGuarded(app, guard, add);
    else addByRoute(app, guard, add);
    return createServer(app.callback() as RequestListener);
  };
}

/**
 * A router under a prefix of another: its middleware runs only where one of its routes matches. The
 * empty path matters; see koa-router.test.ts.
 */
function createNestedHost(version: KoaVersion) {
  return (guard: Guard, _mounting: Mounting, reach: Reach) => {
    const app = new version.Koa<AuthState>();
    const nested: ApiRouter = new version.Router();
    nested.use('', requireAuth(guard));
    createAdder(version, reach).all(nested);
    const outer: ApiRouter = new version.Router();
    outer.use('/api', nested.routes());
    app.use(bodyParser({ parsedMethods: ['POST', 'PUT', 'PATCH', 'QUERY'] })).use(outer.routes());
    return createServer(app.callback() as RequestListener);
  };
}

/** Below a router that is case-sensitive and strict. */
function createStrictHost(version: KoaVersion) {
  return (guard: Guard, _mounting: Mounting, reach: Reach) => {
    const app = new version.Koa<AuthState>();
    const options = { prefix: '/api', sensitive: true, strict: true };
    const router: ApiRouter = new version.Router(options);
    createAdder(version, reach).all(router);
    app.use(requireAuth(guard, { routing: { caseSensitive: true, strict: true } }));
    app.use(bodyParser({ parsedMethods: ['POST', 'PUT', 'PATCH', 'QUERY'] })).use(router.routes());
    return createServer(app.callback() as RequestListener);
  };
}

function addGuarded(app: Koa<AuthState>, guard: Guard, add: RouteAdder): void {
  const router = add.createRouter();
  add.all(router);
  app.use(requireAuth(guard)).use(router.routes());
}

function addByRoute(app: Koa<AuthState>, guard: Guard, add: RouteAdder): void {
  const open = add.createRouter();
  for (const route of ROUTES) if (route.rule === 'public') add.one(open, route, []);
  const optional = requireAuth(guard, { endpoints: 'by-route', optional: true });
  for (const route of ROUTES) {
    if (isOptional(route)) add.one(open, route, [optional, ...toRules(rules, route.rule)]);
  }
  const router = add.createRouter();
  for (const route of ROUTES) {
    if (typeof route.rule === 'object' && !route.byMapOnly && !isOptional(route)) {
      add.one(router, route, toRules(rules, route.rule));
    }
  }
  app.use(open.routes());
  app.use(requireAuth(guard, { endpoints: 'by-route' }));
  app.use(router.routes());
}

interface RouteAdder {
  createRouter(): ApiRouter;
  one(router: ApiRouter, route: Route, rules: readonly Middleware<AuthState>[]): void;
  all(router: ApiRouter): void;
}

function createAdder({ Router, wildcard }: KoaVersion, reach: Reach): RouteAdder {
  const one: RouteAdder['one'] = (router, { name, method, path }, rules) => {
    // The types do not know `query`.
    const verb = method.toLowerCase() as 'get';
    router[verb](toHostPath(path, wildcard), ...(rules as []), (ctx) => {
      reach(name);
      ctx.set('x-handler', name);
      ctx.body = echo(name, ctx.state.auth, ctx);
    });
  };
  return {
    one,
    createRouter: () => new Router(),
    all(router) {
      for (const route of ROUTES) one(router, route, []);
    },
  };
}
