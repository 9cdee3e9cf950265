import type { RequestListener } from 'node:http';
import Router from '@koa/router';
import type { EndpointMap } from '@mandate/core';
import * as forExpress from '@mandate/express';
import * as forHono from '@mandate/hono';
import * as forKoa from '@mandate/koa';
import express from 'express';
import { Hono } from 'hono';
import { Hono as QuickHono } from 'hono/quick';
import { LinearRouter } from 'hono/router/linear-router';
import { PatternRouter } from 'hono/router/pattern-router';
import { TrieRouter } from 'hono/router/trie-router';
import { Hono as TinyHono } from 'hono/tiny';
import Koa, { type Middleware } from 'koa';
import { describe, expect, test } from 'vitest';
import { createScopeGuard, start, toListener } from './server.js';

/** Makes an application with these routes, each of which answers with its own path. */
type Create = (map: EndpointMap, routes: readonly string[]) => RequestListener;

interface HonoOptions {
  readonly strict?: boolean;
}

function createHono(Application: typeof Hono, options: HonoOptions = {}): Create {
  return (map, routes) => {
    const app = new Application(options);
    const routing = { caseSensitive: true, strict: options.strict ?? true };
    app.use(forHono.requireAuth(createScopeGuard(map), { routing }));
    for (const route of routes) app.get(route, (c) => c.text(route));
    return toListener(app);
  };
}

const withRouter = (create: () => unknown) =>
  createHono(
    class extends Hono {
      constructor(options: object) {
        super({ ...options, router: create() as never });
      }
    } as typeof Hono,
  );

const createKoa: Create = (map, routes) => {
  const router = new Router();
  for (const route of routes) {
    router.get(route.replace('*', '*rest'), (ctx) => {
      ctx.body = route;
    });
  }
  const app = new Koa().use(forKoa.requireAuth(createScopeGuard(map)) as Middleware);
  return app.use(router.routes()).callback() as RequestListener;
};

const createExpress: Create = (map, routes) => {
  const app = express().use(forExpress.requireAuth(createScopeGuard(map)));
  for (const route of routes) {
    app.get(route.replace('*', '*rest'), (_req, res) => {
      res.send(route);
    });
  }
  return app;
};

const HOSTS: Readonly<Record<string, Create>> = {
  Express: createExpress,
  Koa: createKoa,
  Hono: createHono(Hono),
  'Hono without strict': createHono(Hono, { strict: false }),
  'hono/quick': createHono(QuickHono as typeof Hono),
  'hono/quick without strict': createHono(QuickHono as typeof Hono, { strict: false }),
  'hono/tiny': createHono(TinyHono as typeof Hono),
  'hono/tiny without strict': createHono(TinyHono as typeof Hono, { strict: false }),
  'Hono with LinearRouter': withRouter(() => new LinearRouter()),
  'Hono with PatternRouter': withRouter(() => new PatternRouter()),
  'Hono with TrieRouter': withRouter(() => new TrieRouter()),
};

/** In the order that `checkRoutes` requires: a literal before a parameter, a parameter before `*`. */
const ROUTE_SETS: readonly (readonly string[])[] = [
  ['/admin', '/*'],
  ['/docs/', '/:p'],
  ['/a/:id', '/a/*', '/:x/:y'],
  ['/a/:id/', '/:x/:y'],
  ['/a/b/', '/a/:id', '/a/*'],
  ['/a/*', '/:p'],
  ['/a', '/:p/'],
  ['/a/b/', '/a/b/*', '/a/*', '/:p'],
  ['/a/', '/a/b', '/:x/:y/', '/*'],
];

const PATHS = ['/admin', '/docs', '/a', '/a/b', '/a/c', '/a/b/c', '/z'].flatMap((path) => [
  path,
  `${path}/`,
]);

/** A separate scope for each route, so that an answer shows which rule allowed it. */
const toScope = (route: string) => `S${Buffer.from(route).toString('hex')}`;

function toMap(routes: readonly string[]): EndpointMap {
  return Object.fromEntries(routes.map((route) => [`GET ${route}`, { scopes: [toScope(route)] }]));
}

describe.each(Object.entries(HOSTS))('%s', (_name, create) => {
  test.each(ROUTE_SETS.map((routes) => [routes]))(
    'serves no path through a route whose rule did not allow it: %s',
    async (routes) => {
      const client = await start(create(toMap(routes), routes));
      for (const path of PATHS) {
        for (const route of routes) {
          const [status, body] = await client.get(path, [toScope(route)]);
          if (status === 200) expect([path, body]).toEqual([path, route]);
        }
      }
    },
  );

  test('serves each route to a token that has all scopes', async () => {
    const routes = ['/admin', '/docs/:id', '/docs/:id/parts', '/files/*'];
    const client = await start(create(toMap(routes), routes));
    const targets = { '/admin': 0, '/docs/1': 1, '/docs/1/parts': 2, '/files/a/b': 3 };
    for (const [target, i] of Object.entries(targets)) {
      expect(await client.get(target, [toScope(routes[i] as string)])).toEqual([200, routes[i]]);
    }
  });
});

const ADMIN: EndpointMap = { 'GET /admin': { scopes: ['ADMIN'] }, 'GET /*': 'public' };

test.each(['hono/quick', 'hono/tiny'])(
  '%s does not open /admin by a trailing slash',
  async (name) => {
    const create = HOSTS[name] as Create;
    const client = await start(create(ADMIN, ['/admin', '/*']));
    expect(await client.get('/admin/')).toEqual([401, 'credentials_missing']);
    expect(await client.get('/admin/', ['ADMIN'])).toEqual([200, '/admin']);
    expect(await client.get('/other/')).toEqual([200, '/*']);
  },
);

test('Hono, which distinguishes /admin/ from /admin, needs the rule of /admin for both', async () => {
  const client = await start(createHono(Hono)(ADMIN, ['/admin', '/*']));
  expect(await client.get('/admin/')).toEqual([401, 'credentials_missing']);
  expect(await client.get('/admin/', ['ADMIN'])).toEqual([200, '/*']);
  expect(await client.get('/admin')).toEqual([401, 'credentials_missing']);
});

test('@koa/router does not open /:p by an entry /docs/', async () => {
  const map: EndpointMap = { 'GET /docs/': { scopes: [] }, 'GET /:p': { scopes: ['P'] } };
  const client = await start(createKoa(map, ['/docs/', '/:p']));
  expect(await client.get('/docs', [])).toEqual([403, 'scope_required']);
  expect(await client.get('/docs', ['P'])).toEqual([200, '/:p']);
  expect(await client.get('/docs/', ['P'])).toEqual([200, '/docs/']);
});
