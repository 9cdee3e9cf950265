import type { ExportStore } from '@mandate/exports';
import { type SqlDatabase, toOpenDatabase } from '../database/sql-database.js';
import { createSqlExportConnections } from './sql-export-connections.js';
import { createSqlExportDeliveries } from './sql-export-deliveries.js';
import { createSqlExportLogins } from './sql-export-logins.js';

/**
 * Connections, log-ins and the outbox of exports in a SQL database. On PostgreSQL any number of
 * workers share the outbox; on SQLite one process should be the worker.
 */
export function createSqlExportStore(database: SqlDatabase): ExportStore {
  const open = toOpenDatabase(database);
  return {
    ...createSqlExportConnections(open.kysely),
    ...createSqlExportLogins(open.kysely),
    ...createSqlExportDeliveries(open),
  };
}
