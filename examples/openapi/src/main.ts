// Mandate with the policy of an OpenAPI document: its security requirements decide, and nothing else.
// npm start in its directory starts it with an issuer of its own. For another one, set ISSUER, AUDIENCE and JWKS_URI.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import Router from '@koa/router';
import { createGuard } from '@mandate/core';
import { createJwtVerifier, type JwtIssuer } from '@mandate/core/jwt';
import { toEndpoints } from '@mandate/core/openapi';
import { findIssuer } from '@mandate/example-local-issuer';
import { type AuthState, requireAuth } from '@mandate/koa';
import { checkRoutes } from '@mandate/koa/check-routes';
import Koa from 'koa';

const document: unknown = JSON.parse(
  readFileSync(new URL('./openapi.json', import.meta.url), 'utf8'),
);

export function createApp(issuer: JwtIssuer): Koa<AuthState> {
  const guard = createGuard({
    verifiers: [createJwtVerifier(issuer)],
    endpoints: toEndpoints(document),
  });

  const router = new Router<AuthState>();
  router.get('/health', (ctx) => {
    ctx.body = { status: 'up' };
  });
  router.post('/search', (ctx) => {
    ctx.body = { for: ctx.state.auth.subject, results: [] };
  });
  router.get('/people/:id', (ctx) => {
    ctx.body = { for: ctx.state.auth.subject, id: ctx.params.id };
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
