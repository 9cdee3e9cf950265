import type { SqlDatabase } from '../database/sql-database.js';
import { loadDriver } from '../load-driver.js';
import type { PostgresOptions } from './postgres.js';

export type { PostgresOptions } from './postgres.js';

/**
 * Opens a PostgreSQL database, which any number of processes on any number of machines may share. Processes
 * notify each other of changes by `LISTEN` and `NOTIFY` on a dedicated connection, which is reopened whenever
 * it breaks. The driver is the package `pg`.
 *
 * @throws TypeError if `connectionString` is missing, or an option is unknown or out of range. Error if the
 * database cannot be reached, is a standby, or has tables of a newer version of Mandate, or if `pg` is not
 * installed.
 *
 * @example
 * const connectionString = 'postgres://user:password@db.example.com:5432/mandate';
 * const store = createSqlTokenStore(await openPostgres({ connectionString }));
 */
export async function openPostgres(options: PostgresOptions): Promise<SqlDatabase> {
  const driver = { name: 'pg', neededBy: 'openPostgres' };
  return (await loadDriver(() => import('./postgres.js'), driver)).openPostgres(options);
}
