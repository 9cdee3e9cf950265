import {
  type Delivery,
  type DeliveryFilter,
  ExportError,
  type ExportStore,
  type Page,
  type PageRequest,
  type StoredDelivery,
} from '@mandate/exports/store';
import { type Insertable, type Kysely, type RawBuilder, sql } from 'kysely';
import { batchCalls } from '../database/batch-calls.js';
import type { ExportDeliveryRow } from '../database/export-schema.js';
import { isStorable } from '../database/is-storable.js';
import type { Schema } from '../database/schema.js';
import type { OpenDatabase } from '../database/sql-database.js';
import { buildClaimStatement } from './claim-deliveries.js';
import { settleDeliveries } from './settle-deliveries.js';

type DeliveryStore = Omit<
  ExportStore,
  | ('insertConnection' | 'getConnection' | 'listConnections' | 'replaceConnection')
  | ('insertLogin' | 'takeLogin')
>;

/** Literals, because SQLite does not use a partial index for a parameter. */
const IS: Readonly<Record<Delivery['status'], RawBuilder<boolean>>> = {
  pending: sql`status = 'pending'`,
  delivered: sql`status = 'delivered'`,
  dead: sql`status = 'dead'`,
};

const TABLE = 'mandate_export_deliveries';

/** Keeps a statement below the limit of parameters, which is lowest in SQLite: 32,766. */
const ROWS_PER_INSERT = 1000;

export function createSqlExportDeliveries({ kysely, dialect }: OpenDatabase): DeliveryStore {
  const insert = batchCalls((lists: readonly (readonly StoredDelivery[])[]) =>
    insertDeliveries(kysely, lists.flat()).then(() => lists.map(() => undefined)),
  );
  return {
    async insertDeliveries(deliveries) {
      if (deliveries.some(({ status }) => status !== 'pending')) {
        throw new TypeError('every inserted delivery must be pending');
      }
      await insert(deliveries);
    },

    async claimDeliveries(claim) {
      const { rows } = await buildClaimStatement(dialect, claim).execute(kysely);
      const found = rows.map((row) => ({ row, sinceMs: Number(row.next_attempt_at) }));
      found.sort((a, b) => a.sinceMs - b.sinceMs || Number(a.row.seq) - Number(b.row.seq));
      return found.map(({ row }) => toStored(row));
    },

    settleDelivery: batchCalls((outcomes) => settleDeliveries(kysely, outcomes)),

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
        .set({ next_attempt_at: nowMs, due_at: nowMs })
        .where('id', '=', id)
        .where('status', '=', 'dead')
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },

    async removeDelivered(beforeMs, limit) {
      const { numDeletedRows } = await kysely
        .deleteFrom(TABLE)
        .where('seq', 'in', (query) =>
          query
            .selectFrom(TABLE)
            .select('seq')
            .where(IS.delivered)
            .where('delivered_at', '<', beforeMs)
            .orderBy('delivered_at')
            .limit(limit),
        )
        .executeTakeFirst();
      return Number(numDeletedRows);
    },
  };
}

async function insertDeliveries(
  kysely: Kysely<Schema>,
  deliveries: readonly StoredDelivery[],
): Promise<void> {
  const insert = async (db: Kysely<Schema>, part: readonly StoredDelivery[]) => {
    const values = db.insertInto(TABLE).values(part.map(toRow));
    await values.onConflict((conflict) => conflict.column('id').doNothing()).execute();
  };
  if (deliveries.length === 0) return;
  if (deliveries.length <= ROWS_PER_INSERT) return insert(kysely, deliveries);
  await kysely.transaction().execute(async (transaction) => {
    for (let start = 0; start < deliveries.length; start += ROWS_PER_INSERT) {
      await insert(transaction, deliveries.slice(start, start + ROWS_PER_INSERT));
    }
  });
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
  ...(['seq', 'id', 'connection_id', 'engagement_id', 'export_type', 'status'] as const),
  ...(['attempts', 'failure', 'response_status', 'created_at'] as const),
  ...(['next_attempt_at', 'delivered_at'] as const),
] as const;

function toRow(delivery: StoredDelivery): Insertable<ExportDeliveryRow> {
  const due = delivery.nextAttemptAt ?? delivery.createdAt;
  return {
    id: delivery.id,
    connection_id: delivery.connectionId,
    engagement_id: delivery.engagementId,
    export_type: delivery.exportType,
    status: delivery.status,
    attempts: delivery.attempts,
    failure: delivery.failure ?? null,
    response_status: delivery.responseStatus ?? null,
    created_at: delivery.createdAt.getTime(),
    next_attempt_at: delivery.nextAttemptAt?.getTime() ?? null,
    delivered_at: delivery.deliveredAt?.getTime() ?? null,
    event: delivery.event,
    owner: null,
    due_at: due.getTime(),
  };
}

type ListedRow = Pick<
  { [Column in keyof ExportDeliveryRow]: ExportDeliveryRow[Column] },
  Exclude<(typeof LISTED_COLUMNS)[number], 'seq'>
>;

function toStored(row: ListedRow & Pick<ExportDeliveryRow, 'event'>): StoredDelivery {
  return { ...toDelivery(row), event: row.event };
}

function toDelivery(row: ListedRow): Delivery {
  return {
    id: row.id,
    connectionId: row.connection_id,
    engagementId: row.engagement_id,
    exportType: row.export_type,
    status: row.status as Delivery['status'],
    attempts: row.attempts,
    failure: (row.failure ?? undefined) as Delivery['failure'],
    responseStatus: row.response_status ?? undefined,
    createdAt: new Date(Number(row.created_at)),
    nextAttemptAt: toDate(row.next_attempt_at),
    deliveredAt: toDate(row.delivered_at),
  };
}

/** The PostgreSQL driver returns 64-bit integers as strings. */
function toDate(time: number | string | null): Date | undefined {
  return time === null ? undefined : new Date(Number(time));
}
