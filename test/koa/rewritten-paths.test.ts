import type { RequestListener } from 'node:http';
import Router from '@koa/router';
import { createGuard } from '@mandate/core';
import { type AuthState, requireAuth } from '@mandate/koa';
import Koa, { type Middleware } from 'koa';
import mount from 'koa-mount';
import { expect, test } from 'vitest';
import { listen } from '../support/listen.js';
import { createPrincipal, verifierOf } from '../support/static-verifier.js';

const guard = createGuard({
  verifiers: [verifierOf(createPrincipal())],
  endpoints: { 'GET /start': 'public', 'GET /admin': { scopes: ['ADMIN'] } },
});

const rewrites: Record<string, Middleware> = {
  'the path': (ctx, next) => {
    if (ctx.path === '/start') ctx.path = '/admin';
    return next();
  },
  'the path that the router is to match': (ctx, next) => {
    if (ctx.path === '/start') ctx['newRouterPath'] = '/admin';
    return next();
  },
};

test.each(Object.entries(rewrites))('the guard checks a rewritten %s', async (_what, rewrite) => {
  const router = new Router<AuthState>();
  router.get('/start', (ctx) => {
    ctx.body = 'start';
  });
  router.get('/admin', (ctx) => {
    ctx.body = 'admin';
  });
  const app = new Koa<AuthState>().use(rewrite).use(requireAuth(guard)).use(router.routes());
  const origin = await listen(app.callback() as RequestListener);
  expect((await fetch(`${origin}/start`)).status).toBe(401);
  const headers = { authorization: 'Bearer good' };
  expect((await fetch(`${origin}/start`, { headers })).status).toBe(403);
});

/** An application mounted at `/api` whose middleware answers with the path that it sees. */
function createMounted(...below: readonly Middleware[]): Koa {
  const open = createGuard({
    verifiers: [verifierOf(createPrincipal())],
    endpoints: {
      'GET /new': 'public',
      'GET /api/*': 'public',
      'GET /en/api/x': 'public',
      'GET /api/new': { scopes: ['ADMIN'] },
      'GET /api/x': { scopes: ['ADMIN'] },
    },
  });
  const api = new Koa<AuthState>();
  for (const middleware of below) api.use(middleware);
  api.use(requireAuth(open)).use((ctx) => {
    ctx.body = ctx.path;
  });
  return new Koa().use(mount('/api', api));
}

const rewrite =
  (from: string, to: string): Middleware =>
  (ctx, next) => {
    if (ctx.path === from) ctx.path = to;
    return next();
  };

async function get(app: Koa, path: string) {
  const origin = await listen(app.callback() as RequestListener);
  const response = await fetch(`${origin}${path}`);
  return [response.status, await response.text()] as const;
}

const AMBIGUOUS = [400, expect.stringContaining('path_ambiguous')];

test.each([
  ['/new', '/old', '/new'],
  ['/v1/new', '/v1/new', '/new'],
  ['/legacy/api/x', '/legacy/api/x', '/x'],
  ['/api/x', '/api/x', '/x'],
])('a path that is rewritten below koa-mount is rejected: %s', async (_name, from, to) => {
  expect(await get(createMounted(rewrite(from, to)), `/api${from}`)).toEqual(AMBIGUOUS);
});

test('a path that is rewritten before koa-mount is rejected', async () => {
  const app = new Koa().use(rewrite('/en/api/x', '/api/x'));
  for (const middleware of createMounted().middleware) app.use(middleware);
  expect(await get(app, '/en/api/x')).toEqual(AMBIGUOUS);
});

test('a path that repeats the mount point is compared unchanged', async () => {
  expect(await get(createMounted(), '/api/legacy/api/x')).toEqual([200, '/legacy/api/x']);
  expect(await get(createMounted(), '/api/api/x')).toEqual([200, '/api/x']);
});

test('below a mount, a request that another mount passed on is rejected', async () => {
  const pass = mount('/start', (_ctx: unknown, next: () => Promise<void>) => next());
  expect(await get(createMounted(pass as Middleware), '/api/start')).toEqual(AMBIGUOUS);
  expect(await get(createMounted(pass as Middleware), '/api/other')).toEqual([200, '/other']);
});

test('a request that koa-mount passed on to the application itself is judged unchanged', async () => {
  const app = new Koa().use(mount('/api', (_ctx, next) => next()));
  const open = createGuard({
    verifiers: [verifierOf(createPrincipal())],
    endpoints: { 'GET /api/x': 'public' },
  });
  app.use(requireAuth(open)).use((ctx) => {
    ctx.body = ctx.path;
  });
  expect(await get(app, '/api/x')).toEqual([200, '/api/x']);
});
