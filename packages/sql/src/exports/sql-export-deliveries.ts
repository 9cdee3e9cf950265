import {
  type Delivery,
  type DeliveryFilter,
  ExportError,
  type ExportStore,
  type Page,
  type PageRequest,
  type StoredDelivery,
} from '@mandate/exports/store';
import type { Kysely } from 'kysely';
import { batchCalls } from '../database/batch-calls.js';
import { isStorable } from '../database/is-storable.js';
import type { Schema } from '../database/schema.js';
import type { OpenDatabase } from '../database/sql-database.js';
import { buildClaimStatement } from './claim-deliveries.js';
import { countDeliveries } from './count-deliveries.js';
import { LISTED_COLUMNS, toDelivery, toStored } from './delivery-row.js';
import { HAS_STATUS } from './has-status.js';
import { insertDeliveries, insertWithin } from './insert-deliveries.js';
import { removeEnded } from './remove-ended.js';
import { replayDeliveries, replayDelivery } from './replay-deliveries.js';
import { settleDeliveries } from './settle-deliveries.js';
import type { SqlTransaction } from './sql-transaction.js';

type DeliveryStore = Omit<
  ExportStore<SqlTransaction>,
  | ('insertConnection' | 'getConnection' | 'listConnections' | 'replaceConnection')
  | ('insertLogin' | 'takeLogin')
>;

/**
 * Outcomes that arrive within this time share a statement and a write to the disk. Only the next delivery of
 * the same engagement waits for it.
 */
const SETTLE_LINGER_MS = 5;

const TABLE = 'mandate_export_deliveries';

export function createSqlExportDeliveries(database: OpenDatabase): DeliveryStore {
  const { kysely, dialect } = database;
  return {
    ...createInserts(database),

    watchDeliveries: (listener) => database.watchDeliveries(listener),

    async claimDeliveries(claim) {
      const rows = await database.runPrepared(buildClaimStatement(dialect, claim));
      const found = rows.map((row) => ({ row, sinceMs: Number(row.next_attempt_at) }));
      found.sort((a, b) => a.sinceMs - b.sinceMs || Number(a.row.seq) - Number(b.row.seq));
      return found.map(({ row }) => toStored(row));
    },

    settleDelivery: batchCalls(
      (outcomes) => settleDeliveries(database, outcomes),
      SETTLE_LINGER_MS,
    ),

    async getDelivery(id) {
      if (!isStorable(id)) return undefined;
      const query = kysely.selectFrom(TABLE).selectAll().where('id', '=', id);
      const row = await query.executeTakeFirst();
      return row && toStored(row);
    },

    listDeliveries: (filter, page) => listDeliveries(kysely, filter, page),

    replayDelivery: (id, nowMs) => replayDelivery(database, id, nowMs),

    replayDeliveries: (filter, limits) => replayDeliveries(database, filter, limits),

    async countDeliveries(connectionId, sinceMs) {
      if (isStorable(connectionId)) return countDeliveries(kysely, connectionId, sinceMs);
      return { pending: 0, dead: 0, oldestPendingMs: undefined, hours: [] };
    },

    removeEnded: (beforeMs, limit) => removeEnded(kysely, beforeMs, limit),
  };
}

function createInserts(
  database: OpenDatabase,
): Pick<DeliveryStore, 'insertDeliveries' | 'insertDeliveriesWithin'> {
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
      return deliveries.length === 0 ? [] : insertWithin(database.dialect, transaction, deliveries);
    },
  };
}

function checkPending(deliveries: readonly StoredDelivery[]): void {
  if (deliveries.every(({ status }) => status === 'pending')) return;
  throw new TypeError('every inserted delivery must be pending');
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
  if (status !== undefined) query = query.where(HAS_STATUS[status]);
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
