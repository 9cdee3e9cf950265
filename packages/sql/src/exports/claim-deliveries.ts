import type { DeliveryClaim } from '@mandate/exports';
import { PRESENCE_LANE } from '@mandate/exports/store';
import { type RawBuilder, sql } from 'kysely';
import type { ExportDeliveryRow } from '../database/export-schema.js';
import type { Dialect } from '../database/sql-database.js';

/**
 * Leases what is due, in one statement. It looks at one connection after the other, and there only at
 * the deliveries longest due: what it costs depends on how many are asked for, not on how many wait for
 * a receiver that is down or were ever delivered.
 */
export function toClaimStatement(
  dialect: Dialect,
  claim: DeliveryClaim,
): RawBuilder<ExportDeliveryRow> {
  const due = dialect === 'postgres' ? findOnPostgres(claim) : findOnSqlite(claim);
  return sql<ExportDeliveryRow>`
    update mandate_export_deliveries set owner = ${claim.owner}, due_at = ${claim.leaseUntilMs}
    where seq in (${due}) returning *`;
}

/**
 * Rows that another claim has locked are passed over. One that was claimed since this statement began
 * is no longer due: PostgreSQL asks again once it has locked a row.
 */
function findOnPostgres(claim: DeliveryClaim): RawBuilder<unknown> {
  return sql`
    select ready.seq
    from (
      select connection.id, connection.status
      from mandate_export_connections connection
      cross join lateral (${dueOf(claim, 1)}) first
      where ${takesDeliveries(claim)}
      order by first.due_at
      limit ${claim.limit}
    ) connection
    cross join lateral (${dueOf(claim, readPortion(claim), sql`for update skip locked`)}) ready
    order by ready.due_at, ready.seq
    limit ${claim.limit}`;
}

/** The statement holds the one lock for writing from its start. */
function findOnSqlite(claim: DeliveryClaim): RawBuilder<unknown> {
  return sql`
    select ready.seq
    from mandate_export_connections connection
    cross join mandate_export_deliveries ready
      on ready.seq in (select seq from (${dueOf(claim, readPortion(claim))}))
    where ${takesDeliveries(claim)}
    order by ready.due_at, ready.seq
    limit ${claim.limit}`;
}

function readPortion(claim: DeliveryClaim): number {
  return Math.min(claim.limit, claim.perConnection);
}

function takesDeliveries({ nowMs, except }: DeliveryClaim): RawBuilder<unknown> {
  return sql`connection.status in ('active', 'degraded')
    and (connection.paused_until is null or connection.paused_until <= ${nowMs})
    ${except.length === 0 ? sql`` : sql`and connection.id not in (${sql.join(except)})`}`;
}

/**
 * Of one connection. Of a degraded one it is the engagement taken last: those that failed were taken
 * before, and some receivers fail for those and no others.
 */
function dueOf(claim: DeliveryClaim, limit: number, lock = sql``): RawBuilder<unknown> {
  const { nowMs } = claim;
  const ofActive = sql`
    ${engagements()} and connection.status = 'active' and due.due_at <= ${nowMs}
    order by due.due_at, due.seq
    limit ${limit}`;
  // Added to, the column is of no use to an index: SQLite would sort all that is due.
  const ofDegraded = sql`
    ${engagements()} and connection.status = 'degraded' and due.due_at + 0 <= ${nowMs}
    order by due.seq desc
    limit 1`;
  return sql`
    select seq, due_at from (${ofActive} ${lock}) engagements
    union all
    select seq, due_at from (${ofDegraded} ${lock}) newest
    union all
    select seq, due_at from (${presenceDueOf(claim)} ${lock}) presence
    order by due_at, seq
    limit ${limit}`;
}

/**
 * Those that no other of their engagement is before. That condition has an offset because PostgreSQL
 * would else turn it into a join with everything that is pending.
 */
function engagements(): RawBuilder<unknown> {
  return sql`
    select due.seq, due.due_at
    from mandate_export_deliveries due
    where due.connection_id = connection.id and due.status = 'pending'
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
 * Presence updates all wait for each other. Their first is looked up, because a receiver that was down
 * over the weekend leaves so many that looking at each would hold up everybody.
 */
function presenceDueOf({ nowMs }: DeliveryClaim): RawBuilder<unknown> {
  return sql`
    select due.seq, due.due_at
    from mandate_export_deliveries due
    where due.status = 'pending' and due.due_at <= ${nowMs}
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
