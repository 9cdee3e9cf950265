import { loadDriver } from '../load-driver.js';
import type { SqliteOptions, SqliteSqlDatabase } from './sqlite.js';

export type { SqliteOptions, SqliteSqlDatabase } from './sqlite.js';

/**
 * Opens a SQLite database in one file, which needs no server. Every change is on the disk before its promise
 * is fulfilled (write-ahead log, `synchronous=FULL`). The driver is the package `libsql`.
 *
 * The database is meant for one process. A second process on the same file sees all changes, but is not
 * notified of them: its verifier notices a revocation after `disconnectedCacheSeconds`.
 *
 * @throws TypeError if `file` is not a path (`:memory:` is not allowed), or an option is unknown or out of
 * range. Error if the file cannot be opened or written, exists without the tables of Mandate, has tables of a newer version of Mandate, or if
 * `libsql` is not installed.
 *
 * @example
 * const store = createSqlTokenStore(await openSqlite({ file: 'mandate.db' }));
 */
export async function openSqlite(options: SqliteOptions): Promise<SqliteSqlDatabase> {
  const driver = { name: 'libsql', neededBy: 'openSqlite' };
  return (await loadDriver(() => import('./sqlite.js'), driver)).openSqlite(options);
}
