import type { RequestListener } from 'node:http';
import Router from '@koa/router';
import * as forHono from '@mandate/hono';
import * as forKoa from '@mandate/koa';
import { Hono } from 'hono';
import { Hono as QuickHono } from 'hono/quick';
import { Hono as TinyHono } from 'hono/tiny';
import Koa, { type Middleware } from 'koa';
import { expect, test } from 'vitest';
import { createScopeGuard, start, toListener } from './server.js';

/** `requireGroup({ path: 'g' })` on the first path, and a route at the second that answers with its `g`. */
type Create = (mount: string, route: string) => RequestListener;

const createHono =
  (Application: typeof Hono): Create =>
  (mount, route) => {
    const app = new Application();
    app.use(forHono.requireAuth(createScopeGuard(), { endpoints: 'by-route' }));
    app.use(`${mount}/*`, forHono.requireGroup({ path: 'g' }));
    app.get(`${route}`, (c) => c.text(c.req.param('g') ?? 'none'));
    return toListener(app);
  };

const createKoa: Create = (mount, route) => {
  const router = new Router();
  router.use(mount, forKoa.requireGroup({ path: 'g' }) as Middleware);
  router.get(route, (ctx) => {
    ctx.body = ctx.params['g'];
  });
  const app = new Koa();
  app.use(forKoa.requireAuth(createScopeGuard(), { endpoints: 'by-route' }) as Middleware);
  return app.use(router.routes()).callback() as RequestListener;
};

const HOSTS: readonly (readonly [string, Create])[] = [
  ['Koa', createKoa],
  ['Hono', createHono(Hono)],
  ['hono/quick', createHono(QuickHono as typeof Hono)],
  ['hono/tiny', createHono(TinyHono as typeof Hono)],
];

test.each(HOSTS)('%s rejects two groups under one name', async (_name, create) => {
  const client = await start(create('/t/:g', '/t/:h/:g/y'));
  expect(await client.get('/t/a/b/y', [])).toEqual([400, 'group_conflict']);
  expect(await client.get('/t/a/c/y', [])).toEqual([400, 'group_conflict']);
  expect(await client.get('/t/a/a/y', [])).toEqual([200, 'a']);
  expect(await client.get('/t/c/c/y', [])).toEqual([403, 'group_mismatch']);
});

test.each(HOSTS)('%s allows one group under one name', async (_name, create) => {
  const client = await start(create('/t/:g', '/t/:g/y'));
  expect(await client.get('/t/a/y', [])).toEqual([200, 'a']);
  expect(await client.get('/t/c/y', [])).toEqual([403, 'group_mismatch']);
});

test('Koa rejects them also where a nested router repeats the name', async () => {
  const nested = new Router();
  nested.get('/:g/y', (ctx) => {
    ctx.body = ctx.params['g'];
  });
  const outer = new Router();
  outer.use('/t/:g', forKoa.requireGroup({ path: 'g' }) as Middleware, nested.routes());
  const app = new Koa();
  app.use(forKoa.requireAuth(createScopeGuard(), { endpoints: 'by-route' }) as Middleware);
  const client = await start(app.use(outer.routes()).callback() as RequestListener);
  expect(await client.get('/t/a/b/y', [])).toEqual([400, 'group_conflict']);
  expect(await client.get('/t/a/a/y', [])).toEqual([200, 'a']);
});
