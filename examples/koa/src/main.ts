// Mandate in a Koa server: one policy, one middleware, handlers that know who is calling.
// npm start in its directory starts it with an issuer of its own. For another one, set ISSUER, AUDIENCE and JWKS_URI.
import { fileURLToPath } from 'node:url';
import Router from '@koa/router';
import { createGuard } from '@mandate/core';
import { createJwtVerifier, type JwtIssuer } from '@mandate/core/jwt';
import { findIssuer } from '@mandate/example-local-issuer';
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
  const { PORT = '3000' } = process.env;
  const issuer = await findIssuer('scope=SEARCH', `-X POST http://127.0.0.1:${PORT}/search`);
  createApp(issuer).listen(Number(PORT), '127.0.0.1');
}
