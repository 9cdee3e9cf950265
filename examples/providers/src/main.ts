// Mandate behind any identity provider. src/providers.ts has the one line that each of them needs.
// npm start in this folder starts it with an issuer of its own, and prints requests to paste. For a real provider, name it, and set
// the variables of its line: PROVIDER=auth0 AUTH0_DOMAIN=example.eu.auth0.com npm start names those that are missing.
// SCOPE is the scope of GET /documents/:id, documents:read by default; GET /me needs none.
import { fileURLToPath } from 'node:url';
import { createGuard } from '@mandate/core';
import { createTokenFinder } from '@mandate/core/token-places';
import { requireAuth } from '@mandate/express';
import { checkRoutes } from '@mandate/express/check-routes';
import '@mandate/express/typed-auth';
import express, { type Express } from 'express';
import { type ConfiguredProvider, configureProvider } from './configure.js';
import { startLocalProvider } from './local-provider.js';

export function createApp(
  { verifier, header }: Omit<ConfiguredProvider, 'name'>,
  scope: string,
): Express {
  const guard = createGuard({
    verifiers: [verifier],
    token: createTokenFinder([{ header }]),
    endpoints: {
      'GET /health': 'public',
      'GET /me': { scopes: [] },
      'GET /documents/:id': { scopes: [scope] },
    },
    // The caller does not get the reason; see docs/troubleshooting.md of @mandate/core.
    onDecision: ({ allowed, code, reason }) => {
      if (!allowed) console.log(`${code}: ${reason}`);
    },
  });

  const app = express();
  app.use(requireAuth(guard));
  app.get('/health', (_req, res) => {
    res.json({ status: 'up' });
  });
  app.get('/me', (req, res) => {
    const { subject, permission, scopes, groups } = req.auth;
    res.json({ subject, permission, scopes, groups });
  });
  app.get('/documents/:id', (req, res) => {
    res.json({ for: req.auth.subject, id: req.params.id });
  });
  checkRoutes(app);
  return app;
}

async function start(): Promise<void> {
  const { PORT = '3000', SCOPE = 'documents:read' } = process.env;
  const isLocal = process.env['PROVIDER'] === undefined;
  const provider = await configureProvider(isLocal ? await startLocalProvider(PORT) : process.env);
  createApp(provider, SCOPE).listen(Number(PORT), '127.0.0.1', (error) => {
    if (error) throw error;
    if (!isLocal) console.log(describeRequest(provider, PORT));
  });
}

function describeRequest({ name, header }: ConfiguredProvider, port: string): string {
  const value = header === 'authorization' ? 'Bearer $TOKEN' : '$TOKEN';
  return `With a token of ${name}: curl -iH "${header}: ${value}" http://127.0.0.1:${port}/me`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await start().catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
