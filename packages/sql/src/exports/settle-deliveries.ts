import type { DeliveryOutcome } from '@mandate/exports';
import { PRESENCE_LANE } from '@mandate/exports/store';
import { type Kysely, sql } from 'kysely';
import type { Schema } from '../database/schema.js';

/**
 * Stores outcomes in one statement, each only if its worker still holds the lease.
 * @returns for each outcome, in their order, whether it was stored.
 */
export async function settleDeliveries(
  kysely: Kysely<Schema>,
  outcomes: readonly DeliveryOutcome[],
): Promise<readonly boolean[]> {
  // A statement updates a row once, so further outcomes of the same delivery follow in another statement.
  const first = new Map<string, DeliveryOutcome>();
  for (const outcome of outcomes) if (!first.has(outcome.id)) first.set(outcome.id, outcome);
  const repeated = outcomes.filter((outcome) => first.get(outcome.id) !== outcome);
  const settled = await settle(kysely, [...first.values()]);
  const again = repeated.length === 0 ? [] : [...(await settleDeliveries(kysely, repeated))];
  return outcomes.map((outcome) =>
    first.get(outcome.id) === outcome ? settled.has(outcome.id) : again.shift() === true,
  );
}

async function settle(
  kysely: Kysely<Schema>,
  outcomes: readonly DeliveryOutcome[],
): Promise<ReadonlySet<string>> {
  // Both databases name the columns of `values` so. Their types must be given by casts.
  const { rows } = await sql<{ id: string; status: string }>`
    update mandate_export_deliveries set
      status = outcome.column3,
      attempts = attempts + outcome.column4,
      failure = outcome.column5,
      response_status = outcome.column6,
      next_attempt_at = outcome.column7,
      delivered_at = outcome.column8,
      due_at = outcome.column9,
      died_at = outcome.column10,
      owner = null
    from (values ${sql.join(outcomes.map(toValues))}) outcome
    where id = outcome.column1 and owner = outcome.column2
    returning id, status`.execute(kysely);
  const pending = rows.filter(({ status }) => status === 'pending').map(({ id }) => id);
  // The outcomes are stored even if this fails.
  if (pending.length > 0) await postponeFollowing(kysely, pending).catch(() => {});
  return new Set(rows.map(({ id }) => id));
}

function toValues(outcome: DeliveryOutcome) {
  const { id, owner, status, failure = null, responseStatus = null } = outcome;
  // A delay with jitter may have a fraction, which the columns do not hold.
  const atMs = Math.ceil(outcome.atMs);
  const dueMs = Math.ceil(outcome.nextAttemptAtMs ?? atMs);
  const attempts = outcome.countsAsAttempt ? 1 : 0;
  const nextAttemptAt = status === 'pending' ? dueMs : null;
  const deliveredAt = status === 'delivered' ? atMs : null;
  const diedAt = status === 'dead' ? atMs : null;
  return sql`(
    cast(${id} as text), cast(${owner} as text), cast(${status} as text),
    cast(${attempts} as integer), cast(${failure} as text), cast(${responseStatus} as integer),
    cast(${nextAttemptAt} as bigint), cast(${deliveredAt} as bigint), cast(${dueMs} as bigint),
    cast(${diedAt} as bigint))`;
}

/**
 * Postpones the deliveries behind one that will be retried. They cannot run before it, so copying its `due_at`
 * keeps claims from scanning them. This may be lost in a crash, because a claim checks the order as well.
 * Presence updates do not need this, because a claim considers only the first of them. Nor does a delivery that
 * was claimed meanwhile: it may be done long before its lease ends.
 */
async function postponeFollowing(kysely: Kysely<Schema>, ids: readonly string[]): Promise<void> {
  await sql`
    update mandate_export_deliveries set due_at = first.due_at
    from mandate_export_deliveries first
    where first.id in (${sql.join(ids)})
      and first.status = 'pending'
      and first.owner is null
      and first.engagement_id <> ${sql.lit(PRESENCE_LANE)}
      and mandate_export_deliveries.status = 'pending'
      and mandate_export_deliveries.connection_id = first.connection_id
      and mandate_export_deliveries.engagement_id = first.engagement_id
      and mandate_export_deliveries.seq > first.seq
      and mandate_export_deliveries.due_at < first.due_at`.execute(kysely);
}
