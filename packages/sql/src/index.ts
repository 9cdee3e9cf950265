export type { Dialect, SqlDatabase } from './database/sql-database.js';
export { migrate } from './migrations/migrations.js';
