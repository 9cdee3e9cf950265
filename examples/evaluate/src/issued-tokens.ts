import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FetchHandler, TokenVerifier } from '@mandate/core';
import { openSqlite } from '@mandate/sql/sqlite';
import { createSqlTokenStore } from '@mandate/sql/tokens';
import { createTokenAuthority, createTokenVerifier, type TokenAuthority } from '@mandate/tokens';
import { createTokenAdminHandler } from '@mandate/tokens/admin';
import { SCOPES } from './scopes.js';

/** Issued tokens of the evaluation: in a SQLite file that is gone when it ends. */
export interface IssuedTokens {
  readonly file: string;
  readonly verifier: TokenVerifier;
  readonly authority: TokenAuthority;
  /** The administration, for a host that shows it the path below `basePath`, or all of it. */
  administration(basePath?: string): FetchHandler;
  close(this: void): Promise<void>;
}

export async function openIssuedTokens(): Promise<IssuedTokens> {
  const directory = await mkdtemp(join(tmpdir(), 'mandate-'));
  const file = join(directory, 'tokens.db');
  const database = await openSqlite({ file });
  const store = createSqlTokenStore(database);
  const verifier = createTokenVerifier({ store });
  // Without TOKEN_ADMIN, because an administrator with it could issue a token that counts as a super admin
  // below.
  const authority = createTokenAuthority({ store, scopes: Object.keys(SCOPES) });
  return {
    file,
    verifier,
    authority,
    administration: (basePath) =>
      createTokenAdminHandler({
        authority,
        basePath,
        // The policy lets in only tokens with the scope TOKEN_ADMIN; here each of them is trusted.
        authorizeAdmin: (_request, { principal }) =>
          principal && { subject: principal.subject, isSuperAdmin: true },
      }),
    close: async () => {
      await verifier.close();
      await database.close();
      await rm(directory, { recursive: true });
    },
  };
}
