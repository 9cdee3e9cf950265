// Mandate behind web pages: a log-in keeps the token in a cookie, and the guard rejects forms that pages of other origins send.
// Start it with npm start in this folder, and open the two addresses that it prints: the site, and another site that attacks it.
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { createGuard, type Guard } from '@mandate/core';
import { createJwtVerifier, createKeySet, type JwtIssuer } from '@mandate/core/jwt';
import { createTokenFinder } from '@mandate/core/token-places';
import { AUDIENCE, createIssuer } from '@mandate/example-local-issuer';
import { createPageAssets } from '@mandate/example-pages';
import { requireAuth } from '@mandate/express';
import { checkRoutes } from '@mandate/express/check-routes';
import '@mandate/express/typed-auth';
import express, { type CookieOptions, type Express, type Router } from 'express';
import { isOwnPage } from './is-own-page.js';
import { createOtherSite } from './other-site.js';
import { sendDenialPage, sendLogInPage, sendNotesPage } from './pages.js';

/** Over HTTPS, name it `__Host-access_token`: then no sub-domain can set it. */
const COOKIE = 'access_token';
/** As long as the tokens of the local issuer. */
const LIFETIME_MS = 3_600_000;
const MAX_LENGTH = 200;

export interface SiteOptions {
  /** The public origin of the site, as browsers write it. */
  readonly origin: string;
  readonly issuer: JwtIssuer;
  /** Issues a token for a user who has logged in. */
  issueToken(subject: string): Promise<string>;
}

export function createApp({ origin, issuer, issueToken }: SiteOptions): Express {
  // Scripts cannot read the cookie, and browsers do not send it with the forms of other sites.
  const cookie: CookieOptions = {
    httpOnly: true,
    sameSite: 'lax',
    secure: origin.startsWith('https:'),
  };

  const app = express();
  app.use(createPageAssets());
  app.use(requireAuth(createSiteGuard(origin, issuer), { denials: 'throw' }));
  app.use(express.urlencoded({ extended: false }));
  app.get('/', (_req, res) => sendLogInPage(res));
  app.post('/log-in', async (req, res) => {
    // The guard looks at nothing here. Another site could log the browser in as a user of its choice.
    if (!isOwnPage(req, origin)) return void res.status(403).end();
    const user = toText(req.body?.user);
    if (user === undefined) return void res.status(400).end();
    // A real site checks a password here, or ends a log-in at an OpenID provider.
    const token = await issueToken(user);
    res.cookie(COOKIE, token, { ...cookie, maxAge: LIFETIME_MS }).redirect(303, '/notes');
  });
  app.post('/log-out', (_req, res) => res.clearCookie(COOKIE, cookie).redirect(303, '/'));
  app.use(createNotes());
  // A token that has expired, or that was signed with an old key, must not stay in the browser.
  app.use(sendDenialPage((res) => res.clearCookie(COOKIE, cookie)));

  checkRoutes(app, { checked: ['USE / servePageAssets', 'USE / urlencodedParser'] });
  return app;
}

function createSiteGuard(origin: string, issuer: JwtIssuer): Guard {
  return createGuard({
    verifiers: [createJwtVerifier(issuer)],
    token: createTokenFinder([{ header: 'authorization' }, { cookie: COOKIE }], {
      publicOrigins: [origin],
    }),
    endpoints: {
      'GET /': 'public',
      'POST /log-in': 'public',
      'POST /log-out': { scopes: [] },
      'GET /notes': { scopes: ['NOTES'] },
      'POST /notes': { scopes: ['NOTES'] },
    },
  });
}

/** The last notes of each user, in memory. */
function createNotes(): Router {
  const notes = new Map<string, readonly string[]>();
  const router = express.Router();
  router.get('/notes', (req, res) => {
    const { subject } = req.auth;
    sendNotesPage(res, subject, notes.get(subject) ?? []);
  });
  router.post('/notes', (req, res) => {
    const text = toText(req.body?.text);
    if (text === undefined) return void res.status(400).end();
    const { subject } = req.auth;
    notes.set(subject, [...(notes.get(subject) ?? []), text].slice(-20));
    res.redirect(303, '/notes');
  });
  return router;
}

function toText(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > MAX_LENGTH) return undefined;
  return value.trim() || undefined;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { PORT = '3000', OTHER_PORT = '3001' } = process.env;
  const { ORIGIN = `http://127.0.0.1:${PORT}` } = process.env;
  const { url, jwksUri, issue } = await createIssuer(4100);
  const app = createApp({
    origin: ORIGIN,
    issuer: { issuer: url, audience: AUDIENCE, keys: createKeySet({ url: jwksUri }) },
    issueToken: (subject) => issue({ subject, scope: 'NOTES' }),
  });
  // An error, such as a port in use, ends the program.
  createServer(app).listen(Number(PORT), '127.0.0.1', () => {
    createServer(createOtherSite(ORIGIN)).listen(Number(OTHER_PORT), '127.0.0.1', () => {
      console.log(`The site: ${ORIGIN}/`);
      console.log(`Another site: http://127.0.0.1:${OTHER_PORT}/`);
    });
  });
}
