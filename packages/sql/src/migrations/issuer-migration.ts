import type { Kysely } from 'kysely';

export async function createIssuerTables(db: Kysely<unknown>): Promise<void> {
  await createDirectoryTables(db);
  await createLogInTables(db);
  await createSigningKeyTable(db);
  await createAttemptTable(db);
}

async function createDirectoryTables(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('mandate_groups')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('services', 'text', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('mandate_users')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('username', 'text', (column) => column.notNull().unique())
    .addColumn('password_hash', 'text')
    .execute();
  await db.schema
    .createTable('mandate_memberships')
    .addColumn('user_id', 'text', (column) => column.notNull())
    .addColumn('group_id', 'text', (column) => column.notNull())
    .addColumn('scopes', 'text', (column) => column.notNull())
    .addColumn('partner_user_id', 'text')
    .addPrimaryKeyConstraint('mandate_memberships_key', ['user_id', 'group_id'])
    .addUniqueConstraint('mandate_memberships_partner', ['group_id', 'partner_user_id'])
    .execute();
}

async function createLogInTables(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('mandate_api_keys')
    .addColumn('group_id', 'text', (column) => column.notNull())
    .addColumn('slot', 'integer', (column) => column.notNull())
    .addColumn('sealed', 'text', (column) => column.notNull())
    .addColumn('digest', 'text', (column) => column.notNull().unique())
    .addPrimaryKeyConstraint('mandate_api_keys_key', ['group_id', 'slot'])
    .execute();
  await db.schema
    .createTable('mandate_sessions')
    .addColumn('hash', 'text', (column) => column.primaryKey())
    .addColumn('user_id', 'text', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .execute();
  await db.schema
    .createIndex('mandate_sessions_user')
    .on('mandate_sessions')
    .column('user_id')
    .execute();
}

async function createSigningKeyTable(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('mandate_signing_keys')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('keys', 'text', (column) => column.notNull())
    .execute();
}

async function createAttemptTable(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('mandate_attempts')
    .addColumn('key', 'text', (column) => column.primaryKey())
    .addColumn('points', 'integer', (column) => column.notNull())
    .addColumn('expire', 'bigint')
    .execute();
  await db.schema
    .createIndex('mandate_attempts_expired')
    .on('mandate_attempts')
    .column('expire')
    .execute();
}
