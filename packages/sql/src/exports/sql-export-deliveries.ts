import {
  type Delivery,
  type DeliveryFilter,
  ExportError,
  type ExportStore,
  type Page,
  type PageRequest,
  type ReplayFilter,
  type StoredDelivery,
} from '@mandate/exports/store';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import { batchCalls } from '../database/batch-calls.js';
import type { ExportDeliveryRow } from '../database/export-schema.js';
import { isStorable } from '../database/is-storable.js';
import type { Schema } from '../database/schema.js';
import type { OpenDatabase } from '../database/sql-database.js';
import { buildClaimStatement } from './claim-deliveries.js';
import { countDeliveries } from './count-deliveries.js';
import { insertDeliveries, insertWithin, selectSuperseding } from './insert-deliveries.js';
import { notifyOfDeliveries } from './notify-of-deliveries.js';
import { settleDeliveries } from './settle-deliveries.js';
import type { SqlTransaction } from './sql-transaction.js';

type DeliveryStore = Omit<
  ExportStore<SqlTransaction>,
  | ('insertConnection' | 'getConnection' | 'listConnections' | 'replaceConnection')
  | ('insertLogin' | 'takeLogin')
>;

/** Literals, because SQLite does not use a partial index for a parameter. */
const IS: Readonly<Record<Delivery['status'], RawBuilder<boolean>>> = {
  pending: sql`status = 'pending'`,
  delivered: sql`status = 'delivered'`,
  dead: sql`status = 'dead'`,
};

/**
 * Outcomes that arrive within this time share a statement and a write to the disk. Only the next delivery of
 * the same engagement waits for it.
 */
const SETTLE_LINGER_MS = 5;

const TABLE = 'mandate_export_deliveries';

const SUPERSEDING = selectSuperseding(
  ...([`${TABLE}.connection_id`, `${TABLE}.engagement_id`] as const),
  ...([`${TABLE}.export_type`, `${TABLE}.revision`] as const),
);

export function createSqlExportDeliveries(database: OpenDatabase): DeliveryStore {
  const { kysely, dialect } = database;
  const insert = batchCalls((calls: readonly (readonly StoredDelivery[])[]) =>
    insertDeliveries(database, calls),
  );
  return {
    async insertDeliveries(deliveries) {
      checkPending(deliveries);
      return deliveries.length === 0 ? [] : insert(deliveries);
    },

    async insertDeliveriesWithin(transaction, deliveries) {
      checkPending(deliveries);
      return deliveries.length === 0 ? [] : insertWithin(dialect, transaction, deliveries);
    },

    watchDeliveries: (listener) => database.watchDeliveries(listener),

    async claimDeliveries(claim) {
      const { rows } = await buildClaimStatement(dialect, claim).execute(kysely);
      const found = rows.map((row) => ({ row, sinceMs: Number(row.next_attempt_at) }));
      found.sort((a, b) => a.sinceMs - b.sinceMs || Number(a.row.seq) - Number(b.row.seq));
      return found.map(({ row }) => toStored(row));
    },

    settleDelivery: batchCalls((outcomes) => settleDeliveries(kysely, outcomes), SETTLE_LINGER_MS),

    async getDelivery(id) {
      if (!isStorable(id)) return undefined;
      const query = kysely.selectFrom(TABLE).selectAll().where('id', '=', id);
      const row = await query.executeTakeFirst();
      return row && toStored(row);
    },

    listDeliveries: (filter, page) => listDeliveries(kysely, filter, page),

    async replayDelivery(id, nowMs) {
      if (!isStorable(id)) return false;
      const { numUpdatedRows } = await kysely
        .updateTable(TABLE)
        .set({ status: 'pending', attempts: 0, failure: null, response_status: null })
        .set({ next_attempt_at: nowMs, due_at: nowMs, died_at: null })
        .where('id', '=', id)
        .where('status', '=', 'dead')
        .where(sql<boolean>`not exists (${SUPERSEDING})`)
        .executeTakeFirst();
      if (numUpdatedRows !== 1n) return false;
      // The delivery is replayed even if this fails, and polling finds it.
      await notifyOfDeliveries(kysely, dialect).catch(() => {});
      return true;
    },

    async replayDeliveries(filter, { nowMs, limit }) {
      if (!isStorable(`${filter.connectionId}`)) return 0;
      const { numUpdatedRows } = await kysely
        .updateTable(TABLE)
        .set({ status: 'pending', attempts: 0, failure: null, response_status: null })
        .set({ next_attempt_at: nowMs, due_at: nowMs, died_at: null })
        .where('seq', 'in', selectDead(kysely, filter).select('seq').orderBy('seq').limit(limit))
        // Another call may have replayed it meanwhile.
        .where('status', '=', 'dead')
        .executeTakeFirst();
      if (numUpdatedRows > 0n) await notifyOfDeliveries(kysely, dialect).catch(() => {});
      return Number(numUpdatedRows);
    },

    async countDeliveries(connectionId, sinceMs) {
      if (isStorable(connectionId)) return countDeliveries(kysely, connectionId, sinceMs);
      return { pending: 0, dead: 0, oldestPendingMs: undefined, hours: [] };
    },

    async removeEnded(beforeMs, limit) {
      const select = () => kysely.selectFrom(TABLE).select('seq');
      const remove = async (seqs: ReturnType<typeof select>) => {
        const query = kysely.deleteFrom(TABLE).where('seq', 'in', seqs);
        return Number((await query.executeTakeFirst()).numDeletedRows);
      };
      const isSuperseded = sql<boolean>`exists (${SUPERSEDING})`;
      const dead = select().where(IS.dead).where('died_at', '<', beforeMs).where(isSuperseded);
      const removed = await remove(dead.limit(limit));
      if (removed >= limit) return removed;
      const delivered = select().where(IS.delivered).where('delivered_at', '<', beforeMs);
      return removed + (await remove(delivered.orderBy('delivered_at').limit(limit - removed)));
    },
  };
}

function checkPending(deliveries: readonly StoredDelivery[]): void {
  if (deliveries.every(({ status }) => status === 'pending')) return;
  throw new TypeError('every inserted delivery must be pending');
}

function selectDead(
  kysely: Kysely<Schema>,
  { connectionId, exportType, failure, createdFrom, createdBefore }: ReplayFilter,
) {
  let dead = kysely
    .selectFrom(TABLE)
    .where(IS.dead)
    .where(sql<boolean>`not exists (${SUPERSEDING})`);
  if (connectionId !== undefined) dead = dead.where('connection_id', '=', connectionId);
  if (exportType !== undefined) dead = dead.where('export_type', '=', exportType);
  if (failure !== undefined) dead = dead.where('failure', '=', failure);
  if (createdFrom !== undefined) dead = dead.where('created_at', '>=', createdFrom.getTime());
  if (createdBefore !== undefined) dead = dead.where('created_at', '<', createdBefore.getTime());
  return dead;
}

async function listDeliveries(
  kysely: Kysely<Schema>,
  filter: DeliveryFilter,
  page: PageRequest,
): Promise<Page<Delivery>> {
  const { connectionId, status, engagementId } = filter;
  if (!isStorable(`${connectionId}${engagementId}`)) return { items: [], nextCursor: undefined };
  let query = kysely.selectFrom(TABLE).select(LISTED_COLUMNS);
  if (connectionId !== undefined) query = query.where('connection_id', '=', connectionId);
  if (engagementId !== undefined) query = query.where('engagement_id', '=', engagementId);
  if (status !== undefined) query = query.where(IS[status]);
  if (page.cursor !== undefined) query = query.where('seq', '<', parseCursor(page.cursor));
  const rows = await query
    .orderBy('seq', 'desc')
    .limit(page.limit + 1)
    .execute();
  const shown = rows.slice(0, page.limit);
  const last = rows.length > page.limit ? shown.at(-1) : undefined;
  return { items: shown.map(toDelivery), nextCursor: last && String(last.seq) };
}

/** A cursor is the `seq` of the last delivery of a page. */
function parseCursor(cursor: string): number {
  if (/^\d{1,15}$/.test(cursor)) return Number(cursor);
  throw new ExportError('invalid', 'the cursor is invalid');
}

/** Every column except the event, which may be long. */
const LISTED_COLUMNS = [
  ...([
    'seq',
    'id',
    'connection_id',
    'engagement_id',
    'export_type',
    'revision',
    'status',
  ] as const),
  ...(['attempts', 'failure', 'response_status', 'created_at'] as const),
  ...(['next_attempt_at', 'delivered_at', 'died_at'] as const),
] as const;

type ListedRow = Pick<
  { [Column in keyof ExportDeliveryRow]: ExportDeliveryRow[Column] },
  Exclude<(typeof LISTED_COLUMNS)[number], 'seq'>
>;

function toStored(
  row: ListedRow & Pick<ExportDeliveryRow, 'event' | 'dedupe_key'>,
): StoredDelivery {
  return { ...toDelivery(row), event: row.event, dedupeKey: row.dedupe_key };
}

function toDelivery(row: ListedRow): Delivery {
  return {
    id: row.id,
    connectionId: row.connection_id,
    engagementId: row.engagement_id,
    exportType: row.export_type,
    revision: Number(row.revision),
    status: row.status as Delivery['status'],
    attempts: row.attempts,
    failure: (row.failure ?? undefined) as Delivery['failure'],
    responseStatus: row.response_status ?? undefined,
    createdAt: new Date(Number(row.created_at)),
    nextAttemptAt: toDate(row.next_attempt_at),
    deliveredAt: toDate(row.delivered_at),
    diedAt: toDate(row.died_at),
  };
}

/** The PostgreSQL driver returns 64-bit integers as strings. */
function toDate(time: number | string | null): Date | undefined {
  return time === null ? undefined : new Date(Number(time));
}
