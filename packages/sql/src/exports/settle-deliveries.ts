import type { DeliveryOutcome } from '@mandate/exports';
import { PRESENCE_LANE } from '@mandate/exports/store';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Schema } from '../database/schema.js';
import type { Dialect } from '../database/sql-database.js';

interface Target {
  readonly kysely: Kysely<Schema>;
  readonly dialect: Dialect;
}

/**
 * Stores outcomes in one statement, each only if its worker still holds the lease.
 * @returns for each outcome, in their order, whether it was stored.
 */
export async function settleDeliveries(
  target: Target,
  outcomes: readonly DeliveryOutcome[],
): Promise<readonly boolean[]> {
  // A statement updates a row once, so further outcomes of the same delivery follow in another statement.
  const first = new Map<string, DeliveryOutcome>();
  for (const outcome of outcomes) if (!first.has(outcome.id)) first.set(outcome.id, outcome);
  const repeated = outcomes.filter((outcome) => first.get(outcome.id) !== outcome);
  const settled = await settle(target, [...first.values()]);
  const again = repeated.length === 0 ? [] : [...(await settleDeliveries(target, repeated))];
  return outcomes.map((outcome) =>
    first.get(outcome.id) === outcome ? settled.has(outcome.id) : again.shift() === true,
  );
}

async function settle(
  { kysely, dialect }: Target,
  outcomes: readonly DeliveryOutcome[],
): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ id: string; status: string }>`
    update mandate_export_deliveries set
      status = outcome.status,
      attempts = mandate_export_deliveries.attempts + outcome.attempts,
      failure = outcome.failure,
      response_status = outcome.response_status,
      next_attempt_at = outcome.next_attempt_at,
      delivered_at = outcome.delivered_at,
      due_at = outcome.due_at,
      died_at = outcome.died_at,
      owner = null,
      leased_until = null
    from ${readOutcomes(dialect, JSON.stringify(outcomes.map(toRow)))}
    where mandate_export_deliveries.id = outcome.id and mandate_export_deliveries.owner = outcome.owner
    returning mandate_export_deliveries.id as id, mandate_export_deliveries.status as status`.execute(
    kysely,
  );
  const pending = rows.filter(({ status }) => status === 'pending').map(({ id }) => id);
  // The outcomes are stored even if this fails.
  if (pending.length > 0) await postponeFollowing(kysely, pending).catch(() => {});
  return new Set(rows.map(({ id }) => id));
}

/** The names and types of the members of {@link toRow}. */
const COLUMNS = [
  ...(['id text', 'owner text', 'status text', 'attempts integer', 'failure text'] as const),
  ...(['response_status integer', 'next_attempt_at bigint', 'delivered_at bigint'] as const),
  ...(['due_at bigint', 'died_at bigint'] as const),
] as const;

const AS_RECORD = sql.raw(COLUMNS.join(', '));
const AS_JSON_VALUES = sql.raw(
  COLUMNS.map((column) => column.split(' ')[0])
    .map((name) => `value ->> '$.${name}' as ${name}`)
    .join(', '),
);

/** The outcomes are one parameter, so the statement is always the same, and short to build and to parse. */
function readOutcomes(dialect: Dialect, json: string): RawBuilder<unknown> {
  return dialect === 'postgres'
    ? sql`json_to_recordset(cast(${json} as json)) as outcome(${AS_RECORD})`
    : sql`(select ${AS_JSON_VALUES} from json_each(${json})) as outcome`;
}

function toRow(outcome: DeliveryOutcome) {
  const { id, owner, status, failure = null, responseStatus = null } = outcome;
  // A delay with jitter may have a fraction, which the columns do not hold.
  const atMs = Math.ceil(outcome.atMs);
  const dueMs = Math.ceil(outcome.nextAttemptAtMs ?? atMs);
  return {
    ...{ id, owner, status, failure, response_status: responseStatus },
    attempts: outcome.countsAsAttempt ? 1 : 0,
    next_attempt_at: status === 'pending' ? dueMs : null,
    delivered_at: status === 'delivered' ? atMs : null,
    due_at: dueMs,
    died_at: status === 'dead' ? atMs : null,
  };
}

/**
 * Postpones the deliveries behind one that will be retried. They cannot run before it, so copying its `due_at`
 * keeps claims from scanning them. This may be lost in a crash, because a claim checks the order as well.
 * Presence updates do not need this, because a claim considers only the first of them. Nor does a delivery that
 * was claimed meanwhile, because its time has come.
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
