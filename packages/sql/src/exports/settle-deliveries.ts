import type { DeliveryOutcome } from '@mandate/exports';
import { PRESENCE_LANE } from '@mandate/exports/store';
import { type Kysely, sql } from 'kysely';
import type { Schema } from '../database/schema.js';

/**
 * Writes down outcomes, each if its lease is still held, in one statement.
 * @returns of each, in their order, whether it counts.
 */
export async function settleDeliveries(
  kysely: Kysely<Schema>,
  outcomes: readonly DeliveryOutcome[],
): Promise<readonly boolean[]> {
  // One statement changes a row once: what is said of the same delivery again is judged after it.
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
  // Columns of values have these names in both databases, and types only if they are said.
  const { rows } = await sql<{ id: string; status: string }>`
    update mandate_export_deliveries set
      status = said.column3,
      attempts = attempts + said.column4,
      failure = said.column5,
      response_status = said.column6,
      next_attempt_at = said.column7,
      delivered_at = said.column8,
      due_at = said.column9,
      owner = null
    from (values ${sql.join(outcomes.map(toValues))}) said
    where id = said.column1 and owner = said.column2
    returning id, status`.execute(kysely);
  const pending = rows.filter(({ status }) => status === 'pending').map(({ id }) => id);
  // What was settled counts, whatever becomes of that.
  if (pending.length > 0) await putOff(kysely, pending).catch(() => {});
  return new Set(rows.map(({ id }) => id));
}

function toValues(outcome: DeliveryOutcome) {
  const { id, owner, status, failure = null, responseStatus = null } = outcome;
  // A delay that chance made longer is no whole number, and columns hold only those.
  const atMs = Math.ceil(outcome.atMs);
  const dueMs = Math.ceil(outcome.nextAttemptAtMs ?? atMs);
  const attempts = outcome.countsAsAttempt ? 1 : 0;
  const nextAttemptAt = status === 'pending' ? dueMs : null;
  const deliveredAt = status === 'delivered' ? atMs : null;
  return sql`(
    cast(${id} as text), cast(${owner} as text), cast(${status} as text),
    cast(${attempts} as integer), cast(${failure} as text), cast(${responseStatus} as integer),
    cast(${nextAttemptAt} as bigint), cast(${deliveredAt} as bigint), cast(${dueMs} as bigint))`;
}

/**
 * Those behind one that is to be tried again cannot be claimed before it. Said of them, no claim looks
 * at them until then; it may be lost in a crash, because a claim checks their order as well. Of presence
 * updates a claim looks at nothing but the first. One that was claimed meanwhile may be gone in a moment,
 * and long before its lease.
 */
async function putOff(kysely: Kysely<Schema>, ids: readonly string[]): Promise<void> {
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
