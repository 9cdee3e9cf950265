import { type Kysely, type Migration, Migrator } from 'kysely';
import { createExportTables } from './export-migration.js';
import { createIssuerTables } from './issuer-migration.js';
import { type Dialect, type SqlDatabase, toOpenDatabase } from './sql-database.js';

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

async function createTokenTables(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  await db.schema
    .createTable('mandate_tokens')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('description', 'text', (column) => column.notNull())
    .addColumn('search_text', 'text', (column) => column.notNull().defaultTo(''))
    .addColumn('permission', 'text', (column) => column.notNull())
    .addColumn('scopes', 'text', (column) => column.notNull())
    .addColumn('user_email', 'text')
    .addColumn('created_by', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('expires_at', 'bigint')
    .addColumn('revoked_at', 'bigint')
    .addColumn('last_used_at', 'bigint')
    .addColumn('allowed_addresses', 'text', (column) => column.notNull())
    .addColumn('hash', 'text', (column) => column.notNull().unique())
    .addColumn('previous_hash', 'text', (column) => column.unique())
    .addColumn('previous_expires_at', 'bigint')
    .execute();
  await db.schema
    .createIndex('mandate_tokens_newest')
    .on('mandate_tokens')
    .columns(['created_at', 'id'])
    .execute();
  await db.schema
    .createTable('mandate_token_audit')
    .addColumn('id', dialect === 'sqlite' ? 'integer' : 'bigserial', (column) =>
      dialect === 'sqlite' ? column.primaryKey().autoIncrement() : column.primaryKey(),
    )
    .addColumn('token_id', 'text', (column) => column.notNull())
    .addColumn('action', 'text', (column) => column.notNull())
    .addColumn('by_admin', 'text', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .execute();
  await db.schema
    .createIndex('mandate_token_audit_token')
    .on('mandate_token_audit')
    .columns(['token_id', 'id'])
    .execute();
}
