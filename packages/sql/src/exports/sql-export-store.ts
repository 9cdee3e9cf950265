import type { ExportStore } from '@mandate/exports';
import { type SqlDatabase, toOpenDatabase } from '../database/sql-database.js';
import { createSqlExportConnections } from './sql-export-connections.js';
import { createSqlExportDeliveries } from './sql-export-deliveries.js';
import { createSqlExportLogins } from './sql-export-logins.js';
import type { SqlTransaction } from './sql-transaction.js';

/**
 * Creates a store for the connections, log-ins and outbox of exports in a SQL database. On PostgreSQL any
 * number of workers may share the outbox; on SQLite run one worker.
 *
 * @throws TypeError if the database is not open.
 *
 * @example
 * const store = createSqlExportStore(database);
 */
export function createSqlExportStore(database: SqlDatabase): ExportStore<SqlTransaction> {
  const open = toOpenDatabase(database);
  return {
    ...createSqlExportConnections(open.kysely),
    ...createSqlExportLogins(open.kysely),
    ...createSqlExportDeliveries(open),
  };
}
