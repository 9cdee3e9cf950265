import { loadDriver } from '../load-driver.js';
import { findNodeSqlite } from './node-sqlite.js';
import type { SqliteOptions, SqliteSqlDatabase } from './sqlite.js';
import type { ConnectSqlite } from './sqlite-connection.js';

export type { SqliteOptions, SqliteSqlDatabase } from './sqlite.js';

/**
 * Opens a SQLite database in one file, which needs no server. Every change is on the disk before its promise
 * is fulfilled (write-ahead log, `synchronous=FULL`). The driver is
 * `node:sqlite` where the runtime has it (Node 22.16, 24, Deno 2.3), and otherwise the package `libsql`.
 *
 * The database is meant for one process. A second process on the same file sees all changes, but is not
 * notified of them: its verifier notices a revocation after `disconnectedCacheSeconds`.
 *
 * @throws TypeError if `file` is not a path (`:memory:` is not allowed), or an option is unknown or out of
 * range. Error if the file cannot be opened or written, exists without the tables of Mandate, has tables of a newer version of Mandate, or if
 * `libsql` is needed and not installed.
 *
 * @example
 * const store = createSqlTokenStore(await openSqlite({ file: 'mandate.db' }));
 */
export async function openSqlite(options: SqliteOptions): Promise<SqliteSqlDatabase> {
  const { openSqliteWith } = await import('./sqlite.js');
  return openSqliteWith(await findDriver(options), options);
}

async function findDriver(options: SqliteOptions): Promise<ConnectSqlite> {
  // Plain JavaScript may omit the options, which are checked later.
  const name = options?.driver;
  if (name !== undefined && name !== 'node:sqlite' && name !== 'libsql') {
    throw new TypeError("openSqlite: driver must be 'node:sqlite' or 'libsql'");
  }
  const builtIn = name === 'libsql' ? undefined : findNodeSqlite();
  if (builtIn !== undefined) return builtIn;
  if (name === 'node:sqlite') {
    throw new Error('openSqlite: this runtime has no node:sqlite of Node 22.16, 24 or later');
  }
  const driver = { name: 'libsql', neededBy: 'openSqlite' };
  const { default: Database } = await loadDriver(() => import('libsql'), driver);
  return (file) => new Database(file);
}
