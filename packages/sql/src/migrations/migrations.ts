import { type Migration, Migrator } from 'kysely';
import { type Dialect, type SqlDatabase, toOpenDatabase } from '../database/sql-database.js';
import { createExportTables } from './export-migration.js';
import { createIssuerTables } from './issuer-migration.js';
import { createTokenTables } from './token-migration.js';

/** Every version of the tables, in order. A released version never changes; each change is a new version. */
function versions(dialect: Dialect): Record<string, Migration> {
  return {
    '001_tokens': { up: (db) => createTokenTables(db, dialect) },
    '002_issuer': { up: createIssuerTables },
    '003_exports': { up: (db) => createExportTables(db, dialect) },
  };
}

/**
 * Migrates the tables to the newest version. `openSqlite` and `openPostgres` do it unless `migrate` is `false`.
 * It may run at every start and on several instances at once: one instance migrates, and the others wait. Only
 * connecting has a time-out.
 *
 * @throws TypeError if the database is not open. Error if the tables are of a newer version of Mandate, and
 * the errors of the driver.
 *
 * @example
 * await migrate(database);
 */
export async function migrate(database: SqlDatabase): Promise<void> {
  const open = toOpenDatabase(database);
  await open.runWithoutTimeout(async (db) => {
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
