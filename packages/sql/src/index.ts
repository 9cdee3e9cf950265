export { migrate } from './migrations.js';
export { openPostgres, type PostgresOptions } from './postgres.js';
export type { Dialect, SqlDatabase } from './sql-database.js';
export { createSqlTokenStore } from './sql-token-store.js';
export { openSqlite, type SqliteOptions } from './sqlite.js';
