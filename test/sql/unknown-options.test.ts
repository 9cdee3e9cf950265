import * as sql from '@mandate/sql';
import { describeUnknownOptions } from '../support/unknown-options.js';

const database = {} as sql.SqlDatabase;

describeUnknownOptions([sql], {
  openPostgres: (unknown) =>
    sql.openPostgres({ connectionString: 'postgres://127.0.0.1:1/none', ...unknown }),
  openSqlite: (unknown) => sql.openSqlite({ file: '/dev/null/none', ...unknown }),
  createSqlDirectory: (unknown) =>
    sql.createSqlDirectory(database, { keyEncryptionKeys: [], ...unknown }),
  createSqlAttemptLimiter: (unknown) =>
    sql.createSqlAttemptLimiter(database, { attempts: 1, perSeconds: 1, ...unknown }),
  createSqlExportStore: 'takes no options',
  createSqlSigningKeyStore: 'takes no options',
  createSqlTokenStore: 'takes no options',
});
