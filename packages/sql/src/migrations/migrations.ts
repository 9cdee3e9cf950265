import { type Migration, Migrator } from 'kysely';
import { type Dialect, type SqlDatabase, toOpenDatabase } from '../database/sql-database.js';
import { createExportTables } from './export-migration.js';
import { createIssuerTables } from './issuer-migration.js';
import { createTokenTables } from './token-migration.js';

/**
 * Every version of the tables, in order. A version that was released never changes: a change is a new
 * version.
 */
function versions(dialect: Dialect): Record<string, Migration> {
  return {
    '001_tokens': { up: (db) => createTokenTables(db, dialect) },
    '002_issuer': { up: createIssuerTables },
    '003_exports': { up: (db) => createExportTables(db, dialect) },
  };
}

/**
 * Brings the tables to the newest version. It may be run at every start, and by several instances at
 * once: one of them does it, and the others wait for it and find it done. Only connecting has a time-out.
 */
export async function migrate(database: SqlDatabase): Promise<void> {
  const open = toOpenDatabase(database);
  await open.patiently(async (db) => {
    const migrator = new Migrator({
      db,
      provider: { getMigrations: async () => versions(open.dialect) },
      migrationTableName: 'mandate_migration',
      migrationLockTableName: 'mandate_migration_lock',
    });
    const { error } = await migrator.migrateToLatest();
    if (error !== undefined) throw error;
  });
}
