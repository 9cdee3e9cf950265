// Mandate in an Express server: one policy, one middleware, handlers that know who is calling.
// npm start in its directory starts it with an issuer of its own. For another one, set ISSUER, AUDIENCE and
// JWKS_URI.
import { fileURLToPath } from 'node:url';
import { createGuard } from '@mandate/core';
import { createJwtVerifier, type JwtIssuer } from '@mandate/core/jwt';
import { findIssuer } from '@mandate/example-local-issuer';
import { requireAuth } from '@mandate/express';
import { checkRoutes } from '@mandate/express/check-routes';
import '@mandate/express/typed-auth';
import express, { type Express } from 'express';

export function createApp(issuer: JwtIssuer): Express {
  const guard = createGuard({
    verifiers: [createJwtVerifier(issuer)],
    endpoints: {
      'GET /health': 'public',
      'POST /search': { scopes: ['SEARCH'] },
      'GET /groups/:groupid/visitors': { scopes: ['PRESENCE'], group: { path: 'groupid' } },
    },
  });

  const app = express();
  app.use(requireAuth(guard));
  app.use(express.json()); // below the guard, so that no body is parsed without a token

  app.get('/health', (_req, res) => {
    res.json({ status: 'up' });
  });
  app.post('/search', (req, res) => {
    res.json({ for: req.auth.subject, results: [] });
  });
  app.get('/groups/:groupid/visitors', (req, res) => {
    res.json({ for: req.auth.subject, group: req.params.groupid, visitors: [] });
  });
  checkRoutes(app, { checked: ['USE / jsonParser'] });
  return app;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { PORT = '3000' } = process.env;
  const issuer = await findIssuer('scope=SEARCH', `-X POST http://127.0.0.1:${PORT}/search`);
  createApp(issuer).listen(Number(PORT), '127.0.0.1');
}
