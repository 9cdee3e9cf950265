import type { AddressInfo } from 'node:net';
import { createGuard } from '@mandate/core';
import { createJwtVerifier, createKeySet } from '@mandate/core/jwt';
import { requireAuth } from '@mandate/express';
import '@mandate/express/typed-auth';
import express from 'express';
import { createProgramClock } from '../../support/program-clock.js';
import { AUDIENCE, ISSUER } from '../world.js';

// An API that knows of its issuer only the address of the keys.
const [url = '', startMs] = process.argv.slice(2);
const app = express();
const now = createProgramClock(app, Number(startMs));
const keys = createKeySet({ url, now });
const guard = createGuard({
  verifiers: [createJwtVerifier({ issuer: ISSUER, audience: AUDIENCE, keys, strict: true })],
  now,
  endpoints: { 'GET /lookupvisitor': { scopes: ['PRESENCE'], group: { query: 'groupid' } } },
});
app.use(requireAuth(guard));
app.get('/lookupvisitor', (req, res) => res.json({ for: req.auth.subject }));
const server = app.listen(0, '127.0.0.1', () => {
  console.log((server.address() as AddressInfo).port);
});
