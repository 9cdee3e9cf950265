import { type Kysely, sql } from 'kysely';
import { CHANGES_CHANNEL, DELIVERIES_CHANGE } from '../database/change-channel.js';
import type { Schema } from '../database/schema.js';
import type { Dialect } from '../database/sql-database.js';

/** An expression of PostgreSQL that notifies the workers of every process once the transaction commits. */
export const NOTIFY_OF_DELIVERIES = sql`pg_notify(${sql.lit(CHANGES_CHANNEL)}, ${sql.lit(DELIVERIES_CHANGE)})`;

/** Notifies the workers of every process. On SQLite they notice changes by themselves. */
export async function notifyOfDeliveries(kysely: Kysely<Schema>, dialect: Dialect): Promise<void> {
  if (dialect === 'postgres') await sql`select ${NOTIFY_OF_DELIVERIES}`.execute(kysely);
}
