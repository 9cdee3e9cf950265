export type { Dialect, SqlDatabase } from './database/sql-database.js';
export { listTableVersions, migrate, type TableVersion } from './migrations/migrations.js';
