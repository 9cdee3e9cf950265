import type { SqlDatabase } from '@mandate/sql';
import * as exports from '@mandate/sql/exports';
import * as issuer from '@mandate/sql/issuer';
import * as postgres from '@mandate/sql/postgres';
import * as sqlite from '@mandate/sql/sqlite';
import * as tokens from '@mandate/sql/tokens';
import { describeUnknownOptions } from '../support/unknown-options.js';

const database = {} as SqlDatabase;

describeUnknownOptions([exports, issuer, postgres, sqlite, tokens], {
  openPostgres: (unknown) =>
    postgres.openPostgres({ connectionString: 'postgres://127.0.0.1:1/none', ...unknown }),
  openSqlite: (unknown) => sqlite.openSqlite({ file: '/dev/null/none', ...unknown }),
  createSqlDirectory: (unknown) =>
    issuer.createSqlDirectory(database, { keyEncryptionKeys: [], ...unknown }),
  createSqlAttemptLimiter: (unknown) =>
    issuer.createSqlAttemptLimiter(database, { attempts: 1, perSeconds: 1, ...unknown }),
  createSqlExportStore: 'takes no options',
  createSqlSigningKeyStore: 'takes no options',
  createSqlTokenStore: 'takes no options',
});
