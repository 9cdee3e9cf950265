// Mandate in a Koa server: one policy, one middleware, handlers that know who is calling.
// Run in its directory, here with the issuer of the evaluation servers (first npm start in the root):
// ISSUER=http://127.0.0.1:4100 AUDIENCE=https://api.example.com JWKS_URI=http://127.0.0.1:4100/jwks.json npm start
import { fileURLToPath } from 'node:url';
import Router from '@koa/router';
import { createGuard, createJwtVerifier, createKeySet, type JwtIssuer } from '@mandate/core';
import { type AuthState, requireAuth } from '@mandate/koa';
import { checkRoutes } from '@mandate/koa/check-routes';
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
  checkRoutes(app);
  return app;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { ISSUER = '', AUDIENCE = '', JWKS_URI = '', PORT = '3000' } = process.env;
  const keys = createKeySet({ url: JWKS_URI });
  createApp({ issuer: ISSUER, audience: AUDIENCE, keys }).listen(Number(PORT), '127.0.0.1');
}
