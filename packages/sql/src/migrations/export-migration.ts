import { type Kysely, sql } from 'kysely';
import type { Dialect } from '../database/sql-database.js';

export async function createExportTables(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  await createConnectionTable(db);
  await db.schema
    .createTable('mandate_export_logins')
    .addColumn('state_hash', 'text', (column) => column.primaryKey())
    .addColumn('connection_id', 'text', (column) => column.notNull())
    .addColumn('session_hash', 'text', (column) => column.notNull())
    .addColumn('sealed_verifier', 'text', (column) => column.notNull())
    .addColumn('by_admin', 'text', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .execute();
  await createDeliveryTable(db, dialect);
  await createDeliveryIndexes(db);
}

async function createConnectionTable(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('mandate_export_connections')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('preset', 'text', (column) => column.notNull())
    .addColumn('grant_type', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('site_id', 'text', (column) => column.notNull())
    .addColumn('authorization_endpoint', 'text')
    .addColumn('token_endpoint', 'text')
    .addColumn('revocation_endpoint', 'text')
    .addColumn('issuer', 'text')
    .addColumn('client_id', 'text')
    .addColumn('sealed_client_secret', 'text')
    .addColumn('header_name', 'text')
    .addColumn('sealed_header_value', 'text')
    .addColumn('client_authentication', 'text', (column) => column.notNull())
    .addColumn('scopes', 'text', (column) => column.notNull())
    .addColumn('provider_options', 'text', (column) => column.notNull())
    .addColumn('destination', 'text', (column) => column.notNull())
    .addColumn('export_types', 'text')
    .addColumn('sealed_signing_secrets', 'text')
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('reason', 'text')
    .addColumn('authorizing_until', 'bigint')
    .addColumn('paused_until', 'bigint')
    .addColumn('failing_since', 'bigint')
    .addColumn('accepted_at', 'bigint')
    .addColumn('sealed_tokens', 'text')
    .addColumn('authorized_at', 'bigint')
    .addColumn('authorized_by', 'text')
    .addColumn('refreshed_at', 'bigint')
    .addColumn('refresh_owner', 'text')
    .addColumn('refresh_until', 'bigint')
    .addColumn('refresh_not_before', 'bigint')
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .execute();
  await db.schema
    .createIndex('mandate_export_connections_site')
    .on('mandate_export_connections')
    .column('site_id')
    .execute();
}

async function createDeliveryTable(db: Kysely<unknown>, dialect: Dialect): Promise<void> {
  await db.schema
    .createTable('mandate_export_deliveries')
    // A removed number is never reused; otherwise a cursor could skip a new delivery.
    .addColumn('seq', dialect === 'sqlite' ? 'integer' : 'bigserial', (column) =>
      dialect === 'sqlite' ? column.primaryKey().autoIncrement() : column.primaryKey(),
    )
    .addColumn('id', 'text', (column) => column.notNull().unique())
    .addColumn('connection_id', 'text', (column) => column.notNull())
    .addColumn('engagement_id', 'text', (column) => column.notNull())
    .addColumn('export_type', 'text', (column) => column.notNull())
    .addColumn('revision', 'bigint', (column) => column.notNull())
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('attempts', 'integer', (column) => column.notNull())
    .addColumn('failure', 'text')
    .addColumn('response_status', 'integer')
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('next_attempt_at', 'bigint')
    .addColumn('delivered_at', 'bigint')
    .addColumn('died_at', 'bigint')
    .addColumn('event', 'text', (column) => column.notNull())
    .addColumn('dedupe_key', 'text', (column) => column.notNull().unique())
    .addColumn('owner', 'text')
    .addColumn('due_at', 'bigint', (column) => column.notNull())
    .addColumn('leased_until', 'bigint')
    .modifyEnd(dialect === 'postgres' ? FREE_SPACE : sql``)
    .execute();
}

/**
 * A claim changes no indexed column, so PostgreSQL writes to no index if the page has space for the new version of the
 * row. A claim often takes all rows of a page, and adds an owner and a time to each.
 */
const FREE_SPACE = sql`with (fillfactor = 45)`;

/**
 * Partial indexes stay small, because they omit the many deliveries of another status. Only the first of the
 * presence updates, which may be many, is ever due, so `lane` finds it and the other indexes omit them.
 */
async function createDeliveryIndexes(db: Kysely<unknown>): Promise<void> {
  const engagements = sql<boolean>`status = 'pending' and engagement_id <> 'user_presence_update'`;
  const partial = [
    ['due', ['connection_id', 'due_at', 'seq'], engagements],
    ['newest', ['connection_id', 'seq'], engagements],
    ['lane', ['connection_id', 'engagement_id', 'seq'], sql<boolean>`status = 'pending'`],
    ['dead', ['seq'], sql<boolean>`status = 'dead'`],
    ['delivered', ['delivered_at'], sql<boolean>`status = 'delivered'`],
    ['dead_of', ['connection_id', 'died_at'], sql<boolean>`status = 'dead'`],
    ['delivered_of', ['connection_id', 'delivered_at'], sql<boolean>`status = 'delivered'`],
    ['revised', ['connection_id', 'engagement_id', 'revision'], sql<boolean>`revision > 0`],
  ] as const;
  for (const [name, columns, condition] of partial) {
    await db.schema
      .createIndex(`mandate_export_deliveries_${name}`)
      .on('mandate_export_deliveries')
      .columns([...columns])
      .where(condition)
      .execute();
  }
  for (const column of ['connection_id', 'engagement_id']) {
    await db.schema
      .createIndex(`mandate_export_deliveries_${column.replace('_id', '')}`)
      .on('mandate_export_deliveries')
      .columns([column, 'seq'])
      .execute();
  }
}
