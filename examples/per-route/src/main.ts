// Mandate with a rule at each route instead of a map; a route without one stops the server at start-up.
// npm start in its directory starts it with an issuer of its own. For another one, set ISSUER, AUDIENCE and JWKS_URI.
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
    scopes: ['SEARCH', 'PEOPLE', 'ENTITIES', 'PRESENCE'],
  });
  // A scope that is not in the list does not compile below.
  const auth = requireAuth(guard, { endpoints: 'by-route' });

  const app = express();
  app.get('/health', (_req, res) => {
    res.json({ status: 'up' });
  });

  app.use(auth);
  app.post('/search', auth.requireScopes('SEARCH'), (req, res) => {
    res.json({ for: req.auth.subject, results: [] });
  });
  app.post('/people', auth.requireAnyScope('PEOPLE', 'ENTITIES'), (req, res) => {
    res.json({ for: req.auth.subject, people: [] });
  });
  app.post('/suggestions', auth.allowAnonymous(), auth.requireScopes('SEARCH'), (_req, res) => {
    res.json({ suggestions: [] });
  });
  app.get(
    '/groups/:groupid/visitors',
    auth.requireScopes('PRESENCE'),
    auth.requireGroup({ path: 'groupid' }),
    (req, res) => {
      res.json({ for: req.auth.subject, group: req.params.groupid, visitors: [] });
    },
  );

  checkRoutes(app, { public: ['GET /health'] });
  return app;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { PORT = '3000' } = process.env;
  const issuer = await findIssuer('scope=SEARCH', `-X POST http://127.0.0.1:${PORT}/search`);
  createApp(issuer).listen(Number(PORT), '127.0.0.1');
}
