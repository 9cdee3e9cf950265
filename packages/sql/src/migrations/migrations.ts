import { type Kysely, type Migration, Migrator } from 'kysely';
import type { Schema } from '../database/schema.js';
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
    const { error } = await createMigrator(db, open.dialect).migrateToLatest();
    if (error !== undefined) throw error;
  });
}

/** A version of the tables. */
export interface TableVersion {
  readonly name: string;
  readonly isApplied: boolean;
}

/**
 * Lists the versions of the tables, oldest first, and changes nothing. Those that are not applied are what `migrate`
 * would do.
 *
 * @throws TypeError if the database is not open, and the errors of the driver.
 *
 * @example
 * const pending = (await listTableVersions(database)).filter(({ isApplied }) => !isApplied);
 */
export async function listTableVersions(database: SqlDatabase): Promise<readonly TableVersion[]> {
  const open = toOpenDatabase(database);
  const migrations = await createMigrator(open.kysely, open.dialect).getMigrations();
  return migrations.map(({ name, executedAt }) => ({ name, isApplied: executedAt !== undefined }));
}

function createMigrator(db: Kysely<Schema>, dialect: Dialect): Migrator {
  return new Migrator({
    db,
    provider: { getMigrations: async () => versions(dialect) },
    migrationTableName: 'mandate_migration',
    migrationLockTableName: 'mandate_migration_lock',
  });
}
