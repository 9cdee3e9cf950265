// Mandate where a token is optional: every caller reads a summary, callers with a token read more, and
// conditions decide about claims. npm start in its directory starts it with an issuer of its own. For another
// one, set ISSUER, AUDIENCE and JWKS_URI.
import { fileURLToPath } from 'node:url';
import {
  type AllowIf,
  createGuard,
  hasClaim,
  PUBLIC_PRINCIPAL,
  type TokenVerifier,
} from '@mandate/core';
import { createJwtVerifier, type JwtIssuer } from '@mandate/core/jwt';
import { findIssuer } from '@mandate/example-local-issuer';
import { optionalAuth, requireAuth, requireClaim } from '@mandate/express';
import { checkRoutes } from '@mandate/express/check-routes';
import '@mandate/express/typed-auth';
import express, { type Express, type Router } from 'express';

/** Only `true` allows the request. The text goes to `onDecision`, and the caller does not see it. */
const isOfCompany: AllowIf = ({ subject }) =>
  subject.endsWith('@example.com') || 'the subject is not of this company';

export function createApp(issuer: JwtIssuer): Express {
  const verifier = createJwtVerifier(issuer);
  const guard = createGuard({
    verifiers: [verifier],
    endpoints: {
      'GET /health': 'public', // looks at no token, not even at an invalid one
      'GET /articles/:id': { scopes: ['READ'], optional: true },
      'POST /articles/:id/comments': { scopes: ['COMMENT'], allowIf: isOfCompany },
      'GET /statistics': { scopes: [], allowIf: hasClaim('plan', 'pro', 'team') },
    },
  });

  const app = express();
  app.use('/news', createNews(verifier)); // before the map, which has no entry for it
  app.use(requireAuth(guard));
  app.get('/health', (_req, res) => {
    res.json({ status: 'up' });
  });
  app.get('/articles/:id', (req, res) => {
    const { id } = req.params;
    if (req.auth === PUBLIC_PRINCIPAL) res.json({ id, summary: 'Log in to read more.' });
    else res.json({ for: req.auth.subject, id, text: 'All of it.' });
  });
  app.post('/articles/:id/comments', (req, res) => {
    res.json({ for: req.auth.subject, article: req.params.id });
  });
  app.get('/statistics', (req, res) => {
    res.json({ for: req.auth.subject, readers: 0 });
  });
  checkRoutes(app);
  return app;
}

/** The same with a rule at each route. */
function createNews(verifier: TokenVerifier): Router {
  const news = express.Router();
  const guard = createGuard({ verifiers: [verifier] });
  news.use(requireAuth(guard, { endpoints: 'by-route', optional: true }));
  news.get('/', optionalAuth('READ'), (req, res) => {
    const isKnown = req.auth !== PUBLIC_PRINCIPAL;
    res.json({ for: req.auth.subject, articles: isKnown ? ['1', '2', '3'] : ['1'] });
  });
  news.get('/archive', requireClaim('plan', 'pro', 'team'), (req, res) => {
    res.json({ for: req.auth.subject, articles: [] });
  });
  return news;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { PORT = '3000' } = process.env;
  const query = 'scope=READ%20COMMENT&plan=pro';
  const issuer = await findIssuer(query, `http://127.0.0.1:${PORT}/articles/7`);
  createApp(issuer).listen(Number(PORT), '127.0.0.1');
}
