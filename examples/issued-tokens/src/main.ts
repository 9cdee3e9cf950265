// Issues API tokens, administers them over HTTP, and stores them in one SQLite file.
// Run npm start in this directory. If the file is new, the program prints the secret of a first admin token.
import { fileURLToPath } from 'node:url';
import { createGuard } from '@mandate/core';
import { mountFetch, requireAuth } from '@mandate/express';
import '@mandate/express/typed-auth';
import { openSqlite } from '@mandate/sql/sqlite';
import { createSqlTokenStore } from '@mandate/sql/tokens';
import {
  createTokenAuthority,
  createTokenVerifier,
  type TokenAuthority,
  type TokenStore,
} from '@mandate/tokens';
import { createTokenAdminHandler } from '@mandate/tokens/admin';
import express, { type Express } from 'express';

export function createApp(store: TokenStore): Express {
  const authority = createTokenAuthority({ store });
  const guard = createGuard({
    verifiers: [createTokenVerifier({ store })],
    endpoints: {
      'POST /search': { scopes: ['SEARCH'] },
      'GET /admin/*': { scopes: ['TOKEN_ADMIN'] },
      'POST /admin/*': { scopes: ['TOKEN_ADMIN'] },
    },
  });
  const administration = createTokenAdminHandler({
    authority,
    // The guard admits only tokens with the scope TOKEN_ADMIN. This example trusts each of them fully.
    authorizeAdmin: (_request, { principal }) =>
      principal && { subject: principal.subject, isSuperAdmin: true },
  });

  const app = express();
  app.use(requireAuth(guard));
  app.use('/admin', mountFetch(administration)); // before body parsers, which would consume the body
  app.post('/search', (req, res) => {
    res.json({ for: req.auth.subject, token: req.auth.tokenId, results: [] });
  });
  return app;
}

/** Creates a token that may create others, unless a token already exists. @returns its secret. */
export async function createFirstToken(authority: TokenAuthority): Promise<string | undefined> {
  const { items } = await authority.list({}, { limit: 1 });
  if (items.length > 0) return undefined;
  const { secret } = await authority.create(
    {
      description: 'first admin',
      permission: 'USER',
      userEmail: 'admin@example.com',
      scopes: ['TOKEN_ADMIN'],
    },
    { subject: 'set-up', isSuperAdmin: true },
  );
  return secret;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { TOKENS_FILE = 'tokens.db', PORT = '3000' } = process.env;
  const store = createSqlTokenStore(await openSqlite({ file: TOKENS_FILE }));
  const secret = await createFirstToken(createTokenAuthority({ store }));
  if (secret === undefined) {
    console.log(
      `The admin token was printed when ${TOKENS_FILE} was new. Delete the file for another.`,
    );
  } else {
    console.log('Paste into another terminal. The token is shown only once:');
    console.log(`  TOKEN=${secret}`);
    console.log(`  curl -iH "Authorization: Bearer $TOKEN" http://127.0.0.1:${PORT}/admin/tokens`);
  }
  createApp(store).listen(Number(PORT), '127.0.0.1');
}
