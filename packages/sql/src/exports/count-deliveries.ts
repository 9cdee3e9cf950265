import type { StoredCounts } from '@mandate/exports/store';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Schema } from '../database/schema.js';

const HOUR_MS = 3600 * 1000;

interface CountRow {
  readonly kind: 'pending' | 'dead' | 'delivered in' | 'died in';
  readonly amount: number | string;
  /** The hour since 1970 in which they ended. Of the pending ones, when the first was created. */
  readonly at: number | string | null;
}

/** Counts the deliveries of one connection. Each number comes from an index, without reading the rows. */
export async function countDeliveries(
  kysely: Kysely<Schema>,
  connectionId: string,
  sinceMs: number,
): Promise<StoredCounts> {
  const { rows } = await buildCountStatement(connectionId, sinceMs).execute(kysely);
  const pending = rows.find(({ kind }) => kind === 'pending');
  const dead = rows.find(({ kind }) => kind === 'dead');
  const hours = [...new Set(rows.filter(isHour).map(({ at }) => Number(at)))];
  const count = (kind: CountRow['kind'], hour: number) =>
    Number(rows.find((row) => row.kind === kind && Number(row.at) === hour)?.amount ?? 0);
  return {
    // The PostgreSQL driver returns 64-bit integers as strings.
    pending: Number(pending?.amount ?? 0),
    dead: Number(dead?.amount ?? 0),
    oldestPendingMs: pending?.at == null ? undefined : Number(pending.at),
    hours: hours
      .sort((a, b) => a - b)
      .map((hour) => ({
        startMs: hour * HOUR_MS,
        delivered: count('delivered in', hour),
        dead: count('died in', hour),
      })),
  };
}

const isHour = ({ kind }: CountRow): boolean => kind === 'delivered in' || kind === 'died in';

/**
 * Statuses are literal, because SQLite does not use a partial index for a parameter. The first pending one is
 * found while they are counted: alone, `min(seq)` would be searched among the deliveries of all connections.
 */
function buildCountStatement(connectionId: string, sinceMs: number): RawBuilder<CountRow> {
  const own = sql`from mandate_export_deliveries where connection_id = ${connectionId}`;
  const hour = sql.lit(HOUR_MS);
  return sql<CountRow>`
    select 'pending' as kind, counted.amount as amount, (
      select created_at from mandate_export_deliveries where seq = counted.first_seq) as at
    from (select count(*) as amount, min(seq) as first_seq ${own} and status = 'pending') counted
    union all
    select 'dead', count(*), null ${own} and status = 'dead'
    union all
    select 'delivered in', count(*), delivered_at / ${hour} ${own}
      and status = 'delivered' and delivered_at >= ${sinceMs} group by 3
    union all
    select 'died in', count(*), died_at / ${hour} ${own}
      and status = 'dead' and died_at >= ${sinceMs} group by 3`;
}
