import type { RequestListener } from 'node:http';
import Router from '@koa/router';
import { createGuard } from '@mandate/core';
import { type AuthState, requireAuth } from '@mandate/koa';
import Koa, { type Middleware } from 'koa';
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
