import type { SqlDatabase } from '../database/sql-database.js';
import { loadDriver } from '../load-driver.js';
import type { PostgresOptions } from './postgres.js';

export type { PostgresOptions } from './postgres.js';

/**
 * Opens a PostgreSQL database, for more than one process. Processes notify each other of changes by
 * `LISTEN` and `NOTIFY` on a connection of its own, which is opened again whenever it breaks. Its driver is
 * the package `pg`.
 *
 * @throws TypeError without a connection string, or if a number is invalid. Error if the database cannot be
 * reached, or if `pg` is not installed.
 */
export async function openPostgres(options: PostgresOptions): Promise<SqlDatabase> {
  const driver = { name: 'pg', neededBy: 'openPostgres' };
  return (await loadDriver(() => import('./postgres.js'), driver)).openPostgres(options);
}
