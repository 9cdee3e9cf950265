import type { AddressInfo } from 'node:net';
import { createGuard } from '@mandate/core';
import { createJwtVerifier, createLocalKeySet } from '@mandate/core/jwt';
import { requireAuth } from '@mandate/express';
import '@mandate/express/typed-auth';
import { createSqlTokenStore } from '@mandate/sql/tokens';
import { createTokenAuthority, createTokenVerifier } from '@mandate/tokens';
import express from 'express';
import { createProgramClock } from '../../support/program-clock.js';
import { AUDIENCE, ISSUER } from '../../support/tokens.js';
import { openDatabase } from './open-database.js';

// An ordinary API. By its other routes, a test administers tokens, sets the time of the cache, and asks
// whether the database is connected.
const [place = '', keys = '', startMs = '', timeout = ''] = process.argv.slice(2);
const timeoutMs = Number(timeout);
const database = await openDatabase(place, timeoutMs);
const app = express();
const now = createProgramClock(app, Number(startMs));
const store = createSqlTokenStore(database);
const authority = createTokenAuthority({ store });
const guard = createGuard({
  verifiers: [
    createTokenVerifier({ store, now, timeoutMs }),
    createJwtVerifier({
      issuer: ISSUER,
      audience: AUDIENCE,
      keys: createLocalKeySet(JSON.parse(keys)),
    }),
  ],
  endpoints: { 'GET /search': { scopes: ['SEARCH'] } },
});
const admin = { subject: 'admin@example.com', isSuperAdmin: true };

app.get('/connected', (_req, res) => res.json(database.isConnected()));
app.post('/create', async (_req, res) => {
  const user = { permission: 'USER', userEmail: 'ada@example.com' } as const;
  const token = { description: 'for the test', scopes: ['SEARCH'], ...user };
  const issued = await authority.create(token, admin);
  res.json({ id: issued.token.id, secret: issued.secret });
});
app.post('/revoke/:id', async (req, res) => {
  await authority.revoke(req.params.id, admin);
  res.json({});
});
app.use(requireAuth(guard));
app.get('/search', (req, res) => res.json({ subject: req.auth.subject }));
const server = app.listen(0, '127.0.0.1', () => {
  console.log((server.address() as AddressInfo).port);
});
