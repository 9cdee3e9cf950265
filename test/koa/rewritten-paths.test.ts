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

const nested = createGuard({
  verifiers: [verifierOf(createPrincipal())],
  endpoints: { 'GET /a/start': 'public' },
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

test.each(Object.entries(rewrites))('whoever rewrites %s has it judged', async (_what, rewrite) => {
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

test.each([
  ['/new', '/old', '/new'],
  ['/v1/new', '/v1/new', '/new'],
])('what is rewritten below koa-mount is refused: %s', async (_name, from, to) => {
  const open = createGuard({
    verifiers: [verifierOf(createPrincipal())],
    endpoints: {
      'GET /new': 'public',
      'GET /api/v1/new': 'public',
      'GET /api/new': { scopes: ['ADMIN'] },
    },
  });
  const api = new Koa<AuthState>();
  api.use((ctx, next) => {
    if (ctx.path === from) ctx.path = to;
    return next();
  });
  api.use(requireAuth(open)).use((ctx) => {
    ctx.body = ctx.path;
  });
  const app = new Koa().use(mount('/api', api));
  const origin = await listen(app.callback() as RequestListener);
  const response = await fetch(`${origin}/api${from}`);
  expect(await response.json()).toMatchObject({ status: 400, code: 'path_ambiguous' });
});

test('what koa-mount let go on is judged as it stands', async () => {
  const inner = new Koa<AuthState>();
  inner.use(mount('/start', (_ctx, next) => next()));
  inner.use(requireAuth(nested)).use((ctx) => {
    ctx.body = ctx.path;
  });
  const app = new Koa().use(mount('/start', (_ctx, next) => next())).use(mount('/a', inner));
  const origin = await listen(app.callback() as RequestListener);
  expect(await (await fetch(`${origin}/a/start`)).text()).toBe('/start');
});
