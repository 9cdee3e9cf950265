import type { DeliveryClaim } from '@mandate/exports';
import { PRESENCE_LANE } from '@mandate/exports/store';
import { type RawBuilder, sql } from 'kysely';
import type { Dialect } from '../database/sql-database.js';
import { type ClaimedRow, LISTED_COLUMNS } from './delivery-row.js';

/** The columns by name, so that a column that a migration adds does not invalidate the prepared statement. */
const RETURNED = sql.join(
  [...LISTED_COLUMNS, ...(['event', 'dedupe_key'] as const)].map((name) => sql.ref(name)),
);

/**
 * Builds the statement that leases due deliveries. Its text depends only on a few numbers, so that it can be prepared:
 * to plan it takes longer than to run it. It considers one connection after the other, and of each
 * only the deliveries that are longest due. So its cost depends on the number of requested deliveries, and not
 * on how many wait for a receiver that is down or were delivered before.
 */
export function buildClaimStatement(
  dialect: Dialect,
  claim: DeliveryClaim,
): RawBuilder<ClaimedRow> {
  const select = dialect === 'postgres' ? selectOnPostgres : selectOnSqlite;
  const ids = claim.ahead?.connectionIds ?? [];
  const others = select(claim, isNoneOf(dialect, [...claim.except, ...ids]));
  const due = ids.length === 0 ? others : sql`${others} union all ${selectAhead(dialect, claim)}`;
  return sql<ClaimedRow>`
    update mandate_export_deliveries set owner = ${claim.owner}, leased_until = ${claim.leaseUntilMs}
    where seq in (${due}) returning ${RETURNED}`;
}

/**
 * Skips rows that another claim has locked. A row that was claimed since this statement began is no longer
 * due, because PostgreSQL checks the condition again once it has locked the row.
 */
function selectOnPostgres(claim: DeliveryClaim, isOther: RawBuilder<unknown>): RawBuilder<unknown> {
  const limit = Math.min(claim.limit, claim.perConnection);
  return sql`
    select seq from (
      select ready.seq
      from (
        select connection.id, connection.status
        from mandate_export_connections connection
        cross join lateral (${selectDue(claim, 1)}) first
        where ${acceptsDeliveries(claim)} and ${isOther}
        order by first.due_at
        limit ${claim.limit}
      ) connection
      cross join lateral (${selectDue(claim, limit, LOCK)}) ready
      order by ready.due_at, ready.seq
      limit ${claim.limit}
    ) others`;
}

/** The statement holds the write lock of the database from its start, so rows need no locks. */
function selectOnSqlite(claim: DeliveryClaim, isOther: RawBuilder<unknown>): RawBuilder<unknown> {
  const limit = Math.min(claim.limit, claim.perConnection);
  return sql`
    select seq from (
      select ready.seq as seq
      from mandate_export_connections connection
      cross join mandate_export_deliveries ready
        on ready.seq in (select seq from (${selectDue(claim, limit)}))
      where ${acceptsDeliveries(claim)} and ${isOther}
      order by ready.due_at, ready.seq
      limit ${claim.limit}
    )`;
}

/** Selects the deliveries beside the limit of the claim. */
function selectAhead(dialect: Dialect, claim: DeliveryClaim): RawBuilder<unknown> {
  const { connectionIds = [], perConnection = 0 } = claim.ahead ?? {};
  const isAhead = sql`
    connection.status = 'active' and ${acceptsDeliveries(claim)} and connection.id in (${sql.join(pad(connectionIds))})`;
  if (dialect === 'postgres') {
    return sql`
      select ready.seq from mandate_export_connections connection
      cross join lateral (${selectDue(claim, perConnection, LOCK)}) ready where ${isAhead}`;
  }
  return sql`
    select ready.seq from mandate_export_connections connection
    cross join mandate_export_deliveries ready
      on ready.seq in (select seq from (${selectDue(claim, perConnection)}))
    where ${isAhead}`;
}

const LOCK = sql`for update skip locked`;

function isNoneOf(dialect: Dialect, connectionIds: readonly string[]): RawBuilder<unknown> {
  return dialect === 'postgres'
    ? sql`connection.id <> all (cast(${connectionIds} as text[]))`
    : sql`connection.id not in (select value from json_each(${JSON.stringify(connectionIds)}))`;
}

/**
 * Repeats the last id until there are 1, 2, 4, 8 … A list of that length, unlike an array of any length, lets
 * PostgreSQL estimate as much for a plan of any ids as for a plan of these, so that it keeps the former.
 */
function pad(ids: readonly string[]): readonly string[] {
  const length = 2 ** Math.ceil(Math.log2(ids.length));
  return Array.from({ length }, (_, i) => ids[Math.min(i, ids.length - 1)] ?? '');
}

function acceptsDeliveries({ nowMs }: DeliveryClaim): RawBuilder<unknown> {
  return sql`connection.status in ('active', 'degraded')
    and (connection.paused_until is null or connection.paused_until <= ${nowMs})`;
}

/**
 * Selects the due deliveries of one connection; of a degraded one, only the newest engagement, as a probe. The
 * older engagements failed, and some receivers fail for certain deliveries only.
 */
function selectDue(claim: DeliveryClaim, count: number, lock = sql``): RawBuilder<unknown> {
  const { nowMs } = claim;
  // Literal, because a plan for any limit expects a tenth of all deliveries.
  const limit = sql.lit(count);
  const ofActive = sql`
    ${selectFirstOfEngagements(claim)} and connection.status = 'active' and due.due_at <= ${nowMs}
    order by due.due_at, due.seq
    limit ${limit}`;
  // `+ 0` keeps SQLite from using the index on due_at, with which it would sort every due delivery.
  const ofDegraded = sql`
    ${selectFirstOfEngagements(claim)} and connection.status = 'degraded' and due.due_at + 0 <= ${nowMs}
    order by due.seq desc
    limit 1`;
  return sql`
    select seq, due_at from (${ofActive} ${lock}) engagements
    union all
    select seq, due_at from (${ofDegraded} ${lock}) newest
    union all
    select seq, due_at from (${selectDuePresence(claim)} ${lock}) presence
    order by due_at, seq
    limit ${limit}`;
}

/**
 * Selects the first pending delivery of each engagement. `offset 0` keeps PostgreSQL from turning the condition
 * into a join with every pending delivery.
 */
function selectFirstOfEngagements({ nowMs }: DeliveryClaim): RawBuilder<unknown> {
  return sql`
    select due.seq, due.due_at
    from mandate_export_deliveries due
    where due.connection_id = connection.id and due.status = 'pending' and ${isUnleased(nowMs)}
      and due.engagement_id <> ${sql.lit(PRESENCE_LANE)}
      and not exists (
        select 1
        from mandate_export_deliveries earlier
        where earlier.connection_id = due.connection_id
          and earlier.engagement_id = due.engagement_id
          and earlier.status = 'pending'
          and earlier.seq < due.seq
        limit 1 offset 0
      )`;
}

/**
 * Presence updates are one sequence, so only the first is due. It is looked up by its index, because after a
 * weekend's outage of a receiver there are too many to scan.
 */
function selectDuePresence({ nowMs }: DeliveryClaim): RawBuilder<unknown> {
  return sql`
    select due.seq, due.due_at
    from mandate_export_deliveries due
    where due.status = 'pending' and due.due_at <= ${nowMs} and ${isUnleased(nowMs)}
      and due.seq = (
        select earliest.seq
        from mandate_export_deliveries earliest
        where earliest.connection_id = connection.id
          and earliest.engagement_id = ${sql.lit(PRESENCE_LANE)}
          and earliest.status = 'pending'
        order by earliest.seq
        limit 1
      )`;
}

/** Leased deliveries are skipped one by one. They are few: what the slots of all workers hold. */
function isUnleased(nowMs: number): RawBuilder<unknown> {
  return sql`(due.leased_until is null or due.leased_until <= ${nowMs})`;
}
