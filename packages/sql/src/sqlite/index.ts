import type { SqlDatabase } from '../database/sql-database.js';
import { loadDriver } from '../load-driver.js';
import type { SqliteOptions } from './sqlite.js';

export type { SqliteOptions } from './sqlite.js';

/**
 * Opens a database in one file: no server, and the default. Every change is on the disk before its
 * promise is fulfilled (write-ahead log, `synchronous=FULL`). Its driver is the package `libsql`.
 *
 * It is made for one process. A second one on the same file sees all changes, but is not notified of them:
 * its verifier finds a revocation after `disconnectedCacheSeconds`.
 *
 * @throws TypeError without a file (`:memory:` is not one), or if `busyTimeoutMs` is not a time. Error if the
 * file cannot be opened or written, or if `libsql` is not installed.
 */
export async function openSqlite(options: SqliteOptions): Promise<SqlDatabase> {
  const driver = { name: 'libsql', neededBy: 'openSqlite' };
  return (await loadDriver(() => import('./sqlite.js'), driver)).openSqlite(options);
}
