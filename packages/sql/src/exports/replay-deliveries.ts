import type { ReplayFilter } from '@mandate/exports/store';
import { type Kysely, sql } from 'kysely';
import { isStorable } from '../database/is-storable.js';
import type { Schema } from '../database/schema.js';
import type { OpenDatabase } from '../database/sql-database.js';
import { HAS_STATUS } from './has-status.js';
import { IS_SUPERSEDED } from './is-superseded.js';
import { notifyOfDeliveries } from './notify-of-deliveries.js';

/** Makes one dead delivery pending again. Returns whether it was dead and could be. */
export async function replayDelivery(
  { kysely, dialect }: OpenDatabase,
  id: string,
  nowMs: number,
): Promise<boolean> {
  if (!isStorable(id)) return false;
  const { numUpdatedRows } = await updateToPending(kysely, nowMs)
    .where('id', '=', id)
    .where(sql<boolean>`not ${IS_SUPERSEDED}`)
    .executeTakeFirst();
  if (numUpdatedRows !== 1n) return false;
  // The delivery is replayed even if this fails, and polling finds it.
  await notifyOfDeliveries(kysely, dialect).catch(() => {});
  return true;
}

/** Makes the oldest dead deliveries that meet the filter pending again, and returns their number. */
export async function replayDeliveries(
  { kysely, dialect }: OpenDatabase,
  filter: ReplayFilter,
  { nowMs, limit }: { readonly nowMs: number; readonly limit: number },
): Promise<number> {
  if (!isStorable(`${filter.connectionId}`)) return 0;
  const dead = selectDead(kysely, filter).select('seq').orderBy('seq').limit(limit);
  const { numUpdatedRows } = await updateToPending(kysely, nowMs)
    .where('seq', 'in', dead)
    .executeTakeFirst();
  if (numUpdatedRows > 0n) await notifyOfDeliveries(kysely, dialect).catch(() => {});
  return Number(numUpdatedRows);
}

/** Only of dead deliveries, because another call may have replayed one meanwhile. */
function updateToPending(kysely: Kysely<Schema>, nowMs: number) {
  return kysely
    .updateTable('mandate_export_deliveries')
    .set({ status: 'pending', attempts: 0, failure: null, response_status: null })
    .set({ next_attempt_at: nowMs, due_at: nowMs, died_at: null })
    .where('status', '=', 'dead');
}

function selectDead(
  kysely: Kysely<Schema>,
  { connectionId, exportType, failure, createdFrom, createdBefore }: ReplayFilter,
) {
  let dead = kysely
    .selectFrom('mandate_export_deliveries')
    .where(HAS_STATUS.dead)
    .where(sql<boolean>`not ${IS_SUPERSEDED}`);
  if (connectionId !== undefined) dead = dead.where('connection_id', '=', connectionId);
  if (exportType !== undefined) dead = dead.where('export_type', '=', exportType);
  if (failure !== undefined) dead = dead.where('failure', '=', failure);
  if (createdFrom !== undefined) dead = dead.where('created_at', '>=', createdFrom.getTime());
  if (createdBefore !== undefined) dead = dead.where('created_at', '<', createdBefore.getTime());
  return dead;
}
