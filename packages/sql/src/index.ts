export type { Dialect, SqlDatabase } from './database/sql-database.js';
export { createSqlExportStore } from './exports/sql-export-store.js';
export { createSqlAttemptLimiter } from './issuer/sql-attempt-limiter.js';
export { createSqlDirectory, type SqlDirectoryOptions } from './issuer/sql-directory.js';
export { createSqlSigningKeyStore } from './issuer/sql-signing-key-store.js';
export { migrate } from './migrations/migrations.js';
export { openPostgres, type PostgresOptions } from './postgres/postgres.js';
export { openSqlite, type SqliteOptions } from './sqlite/sqlite.js';
export { createSqlTokenStore } from './tokens/sql-token-store.js';
