// Mandate in a Hono server: one policy, one middleware, handlers that know who is calling.
// Run in its directory, here with the issuer of the evaluation servers (first npm start in the root):
// ISSUER=http://127.0.0.1:4100 AUDIENCE=https://api.example.com JWKS_URI=http://127.0.0.1:4100/jwks.json npm start
import { fileURLToPath } from 'node:url';
import { serve } from '@hono/node-server';
import { createGuard, createJwtVerifier, createKeySet, type JwtIssuer } from '@mandate/core';
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
  const { ISSUER = '', AUDIENCE = '', JWKS_URI = '', PORT = '3000' } = process.env;
  const keys = createKeySet({ url: JWKS_URI });
  const app = createApp({ issuer: ISSUER, audience: AUDIENCE, keys });
  serve({ fetch: app.fetch, port: Number(PORT), hostname: '127.0.0.1' });
}
