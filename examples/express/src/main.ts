// Mandate in an Express server: one policy, one middleware, handlers that know who is calling.
// Run in its directory, here with the issuer of the evaluation servers (first npm start in the root):
// ISSUER=http://127.0.0.1:4100 AUDIENCE=https://api.example.com JWKS_URI=http://127.0.0.1:4100/jwks.json npm start
import { fileURLToPath } from 'node:url';
import { createGuard, createJwtVerifier, createKeySet, type JwtIssuer } from '@mandate/core';
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
  app.use(express.json()); // below the guard: nobody without a token gets a body parsed

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
  const { ISSUER = '', AUDIENCE = '', JWKS_URI = '', PORT = '3000' } = process.env;
  const keys = createKeySet({ url: JWKS_URI });
  createApp({ issuer: ISSUER, audience: AUDIENCE, keys }).listen(Number(PORT), '127.0.0.1');
}
