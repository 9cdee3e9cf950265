import type { Delivery, StoredDelivery } from '@mandate/exports/store';
import type { ExportDeliveryRow } from '../database/export-schema.js';

/** Every column except the event, which may be long. */
export const LISTED_COLUMNS = [
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

/** What a claim returns. */
export type ClaimedRow = ListedRow &
  Pick<ExportDeliveryRow, 'event' | 'dedupe_key'> & { seq: number };

export function toStored(row: Omit<ClaimedRow, 'seq'>): StoredDelivery {
  return { ...toDelivery(row), event: row.event, dedupeKey: row.dedupe_key };
}

export function toDelivery(row: ListedRow): Delivery {
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
