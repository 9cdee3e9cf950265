import type { Kysely } from 'kysely';
import type { Schema } from '../database/schema.js';
import { HAS_STATUS } from './has-status.js';
import { IS_SUPERSEDED } from './is-superseded.js';

const TABLE = 'mandate_export_deliveries';

/** Removes superseded dead letters and then delivered events, at most `limit`, and returns their number. */
export async function removeEnded(
  kysely: Kysely<Schema>,
  beforeMs: number,
  limit: number,
): Promise<number> {
  const select = () => kysely.selectFrom(TABLE).select('seq');
  const remove = async (seqs: ReturnType<typeof select>) => {
    const query = kysely.deleteFrom(TABLE).where('seq', 'in', seqs);
    return Number((await query.executeTakeFirst()).numDeletedRows);
  };
  const dead = select().where(HAS_STATUS.dead).where('died_at', '<', beforeMs);
  const removed = await remove(dead.where(IS_SUPERSEDED).limit(limit));
  if (removed >= limit) return removed;
  const delivered = select().where(HAS_STATUS.delivered).where('delivered_at', '<', beforeMs);
  return removed + (await remove(delivered.orderBy('delivered_at').limit(limit - removed)));
}
