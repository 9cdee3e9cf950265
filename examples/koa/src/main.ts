// Mandate in a Koa server: one policy, one middleware, handlers that know who is calling.
// Run: ISSUER=https://… AUDIENCE=https://… JWKS_URI=https://… npm start
import { fileURLToPath } from 'node:url';
import Router from '@koa/router';
import { createGuard, createJwtVerifier, createKeySet, type JwtIssuer } from '@mandate/core';
import { type AuthState, requireAuth } from '@mandate/koa';
import Koa from 'koa';

export function createApp(issuer: JwtIssuer): Koa<AuthState> {
  const guard = createGuard({
    verifiers: [createJwtVerifier(issuer)],
    endpoints: {
      'GET /health': 'public',
      'POST /search': { scopes: ['SEARCH'] },
      'GET /groups/:groupid/visitors': { scopes: ['PRESENCE'], group: { path: 'groupid' } },
    },
  });

  const router = new Router<AuthState>();
  router.get('/health', (ctx) => {
    ctx.body = { status: 'up' };
  });
  router.post('/search', (ctx) => {
    ctx.body = { for: ctx.state.auth.subject, results: [] };
  });
  router.get('/groups/:groupid/visitors', (ctx) => {
    ctx.body = { for: ctx.state.auth.subject, group: ctx.params.groupid, visitors: [] };
  });

  const app = new Koa<AuthState>();
  app.use(requireAuth(guard));
  app.use(router.routes());
  return app;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { ISSUER = '', AUDIENCE = '', JWKS_URI = '', PORT = '3000' } = process.env;
  const keys = createKeySet({ url: JWKS_URI });
  createApp({ issuer: ISSUER, audience: AUDIENCE, keys }).listen(Number(PORT), '127.0.0.1');
}
