// Mandate in a Hono server: one policy, one middleware, handlers that know who is calling.
// npm start in its directory starts it with an issuer of its own. For another one, set ISSUER, AUDIENCE and JWKS_URI.
import { fileURLToPath } from 'node:url';
import { serve } from '@hono/node-server';
import { createGuard } from '@mandate/core';
import { createJwtVerifier, type JwtIssuer } from '@mandate/core/jwt';
import { findIssuer } from '@mandate/example-local-issuer';
import { type AuthEnv, requireAuth } from '@mandate/hono';
import { checkRoutes } from '@mandate/hono/check-routes';
import { Hono } from 'hono';

export function createApp(issuer: JwtIssuer): Hono<AuthEnv> {
  const guard = createGuard({
    verifiers: [createJwtVerifier(issuer)],
    endpoints: {
      'GET /health': 'public',
      'POST /search': { scopes: ['SEARCH'] },
      'GET /groups/:groupid/visitors': { scopes: ['PRESENCE'], group: { path: 'groupid' } },
    },
  });

  const app = new Hono<AuthEnv>();
  app.use(requireAuth(guard));
  app.get('/health', (c) => c.json({ status: 'up' }));
  app.post('/search', (c) => c.json({ for: c.var.auth.subject, results: [] }));
  app.get('/groups/:groupid/visitors', (c) =>
    c.json({ for: c.var.auth.subject, group: c.req.param('groupid'), visitors: [] }),
  );
  checkRoutes(app);
  return app;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { PORT = '3000' } = process.env;
  const issuer = await findIssuer('scope=SEARCH', `-X POST http://127.0.0.1:${PORT}/search`);
  const app = createApp(issuer);
  serve({ fetch: app.fetch, port: Number(PORT), hostname: '127.0.0.1' });
}
