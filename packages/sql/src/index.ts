export { migrate } from './migrations.js';
export { openPostgres, type PostgresOptions } from './postgres.js';
export { createSqlAttemptLimiter } from './sql-attempt-limiter.js';
export type { Dialect, SqlDatabase } from './sql-database.js';
export { createSqlDirectory, type SqlDirectoryOptions } from './sql-directory.js';
export { createSqlExportStore } from './sql-export-store.js';
export { createSqlSigningKeyStore } from './sql-signing-key-store.js';
export { createSqlTokenStore } from './sql-token-store.js';
export { openSqlite, type SqliteOptions } from './sqlite.js';
