// Mandate with a rule at each route instead of a map; a route without one stops the server at start-up.
// Run in its directory, here with the issuer of the evaluation servers (first npm start in the root):
// ISSUER=http://127.0.0.1:4100 AUDIENCE=https://api.example.com JWKS_URI=http://127.0.0.1:4100/jwks.json npm start
import { fileURLToPath } from 'node:url';
import { createGuard, createJwtVerifier, createKeySet, type JwtIssuer } from '@mandate/core';
import {
  allowAnonymous,
  requireAnyScope,
  requireAuth,
  requireGroup,
  requireScopes,
} from '@mandate/express';
import { checkRoutes } from '@mandate/express/check-routes';
import '@mandate/express/typed-auth';
import express, { type Express } from 'express';

export function createApp(issuer: JwtIssuer): Express {
  const guard = createGuard({ verifiers: [createJwtVerifier(issuer)] });

  const app = express();
  app.get('/health', (_req, res) => {
    res.json({ status: 'up' });
  });

  app.use(requireAuth(guard, { endpoints: 'by-route' }));
  app.post('/search', requireScopes('SEARCH'), (req, res) => {
    res.json({ for: req.auth.subject, results: [] });
  });
  app.post('/people', requireAnyScope('PEOPLE', 'ENTITIES'), (req, res) => {
    res.json({ for: req.auth.subject, people: [] });
  });
  app.post('/suggestions', allowAnonymous(), requireScopes('SEARCH'), (_req, res) => {
    res.json({ suggestions: [] });
  });
  app.get(
    '/groups/:groupid/visitors',
    requireScopes('PRESENCE'),
    requireGroup({ path: 'groupid' }),
    (req, res) => {
      res.json({ for: req.auth.subject, group: req.params.groupid, visitors: [] });
    },
  );

  checkRoutes(app, { public: ['GET /health'] });
  return app;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { ISSUER = '', AUDIENCE = '', JWKS_URI = '', PORT = '3000' } = process.env;
  const keys = createKeySet({ url: JWKS_URI });
  createApp({ issuer: ISSUER, audience: AUDIENCE, keys }).listen(Number(PORT), '127.0.0.1');
}
