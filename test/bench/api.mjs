// One API process with issued tokens in PostgreSQL: `node api.mjs <connection string>`.
import { createGuard } from '@mandate/core';
import { requireAuth } from '@mandate/express';
import { openPostgres } from '@mandate/sql/postgres';
import { createSqlTokenStore } from '@mandate/sql/tokens';
import { createTokenAuthority, createTokenVerifier } from '@mandate/tokens';
import express from 'express';
import { serveParent } from './support/child.mjs';
import { PATH, ROUTE } from './support/policy.mjs';

const ADMIN = { subject: 'bench', isSuperAdmin: true };
const TOKEN = {
  description: 'bench',
  permission: 'USER',
  userEmail: 'a@example.com',
  scopes: ['DOCUMENTS'],
};

const store = createSqlTokenStore(await openPostgres({ connectionString: process.argv[2] }));
const authority = createTokenAuthority({ store });
const guard = createGuard({
  verifiers: [createTokenVerifier({ store })],
  endpoints: { [`GET ${ROUTE}`]: { scopes: ['DOCUMENTS'] } },
});
const app = express();
app.post('/revoke/:id', async (req, res) => {
  await authority.revoke(req.params.id, ADMIN);
  res.end();
});
app.use(requireAuth(guard), (_req, res) => res.end());
const server = app.listen(0, '127.0.0.1');
await new Promise((resolve) => server.once('listening', resolve));

serveParent(async ({ create }) => {
  if (create === undefined)
    return { origin: `http://127.0.0.1:${server.address().port}`, path: PATH };
  const tokens = [];
  for (let i = 0; i < create; i++) {
    const { token, secret } = await authority.create(TOKEN, ADMIN);
    tokens.push({ id: token.id, secret });
  }
  return { tokens };
});
