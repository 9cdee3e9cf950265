import type { Kysely } from 'kysely';
import type { Dialect } from '../database/sql-database.js';

/** Each list is read in the order of one of these indexes, so that it examines a bounded number of tokens. */
const TOKEN_INDEXES = {
  mandate_tokens_newest: ['created_at', 'id'],
  mandate_tokens_expiring: ['expires_order', 'id'],
  mandate_tokens_used: ['used_order', 'id'],
  mandate_tokens_user_newest: ['user_key', 'created_at', 'id'],
  mandate_tokens_user_expiring: ['user_key', 'expires_order', 'id'],
  mandate_tokens_user_used: ['user_key', 'used_order', 'id'],
  mandate_tokens_creator_newest: ['created_by', 'created_at', 'id'],
  mandate_tokens_creator_expiring: ['created_by', 'expires_order', 'id'],
  mandate_tokens_creator_used: ['created_by', 'used_order', 'id'],
};

export async function createTokenTables(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  await db.schema
    .createTable('mandate_tokens')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('description', 'text', (column) => column.notNull())
    .addColumn('search_text', 'text', (column) => column.notNull().defaultTo(''))
    .addColumn('permission', 'text', (column) => column.notNull())
    .addColumn('scopes', 'text', (column) => column.notNull())
    .addColumn('token_groups', 'text', (column) => column.notNull())
    .addColumn('user_email', 'text')
    .addColumn('user_key', 'text')
    .addColumn('created_by', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('expires_at', 'bigint')
    .addColumn('revoked_at', 'bigint')
    .addColumn('last_used_at', 'bigint')
    .addColumn('expires_order', 'bigint', (column) => column.notNull())
    .addColumn('used_order', 'bigint', (column) => column.notNull())
    .addColumn('allowed_addresses', 'text', (column) => column.notNull())
    .addColumn('hash', 'text', (column) => column.notNull().unique())
    .addColumn('last_four', 'text', (column) => column.notNull())
    .addColumn('previous_hash', 'text', (column) => column.unique())
    .addColumn('previous_expires_at', 'bigint')
    .execute();
  for (const [name, columns] of Object.entries(TOKEN_INDEXES)) {
    await db.schema.createIndex(name).on('mandate_tokens').columns(columns).execute();
  }
  await createAuditTable(db, dialect);
}

async function createAuditTable(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
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
