import type { StoredDelivery } from '@mandate/exports/store';
import { type RawBuilder, sql } from 'kysely';
import type { Dialect } from '../database/sql-database.js';
import { NOTIFY_OF_DELIVERIES } from './notify-of-deliveries.js';

const REPLACEABLE = sql`(stored.status = 'dead' or (
  stored.status = 'pending' and stored.owner is null and stored.attempts = 0 and stored.failure is null))`;

/** The names and types of the columns. Both databases name those of `values` by their places. */
const COLUMNS = [
  ...([
    ['id', 'text'],
    ['dedupe_key', 'text'],
    ['connection_id', 'text'],
  ] as const),
  ...([
    ['engagement_id', 'text'],
    ['export_type', 'text'],
    ['revision', 'bigint'],
  ] as const),
  ...([
    ['attempts', 'integer'],
    ['failure', 'text'],
    ['response_status', 'integer'],
  ] as const),
  ...([
    ['created_at', 'bigint'],
    ['next_attempt_at', 'bigint'],
    ['due_at', 'bigint'],
  ] as const),
  ...([
    ['event', 'text'],
    ['status', 'text'],
  ] as const),
] as const;

const NAMES = sql.join(COLUMNS.map(([name]) => sql.ref(name)));

const GIVEN = sql.join(COLUMNS.map((_, i) => sql.ref(`given.column${i + 1}`)));

const ORDER = sql.ref(`given.column${COLUMNS.length + 1}`);

/** The columns that a correction replaces; the others are the same, or empty as long as it may be replaced. */
const REPLACED = sql.join(
  (['id', 'created_at', 'next_attempt_at', 'due_at', 'event', 'status', 'attempts'] as const).map(
    (name) => sql`${sql.ref(name)} = ${sql.ref(`excluded.${name}`)}`,
  ),
);

/**
 * Inserts what was not stored before, and replaces what may be replaced. `where` also keeps SQLite from
 * reading `on conflict` as the condition of a join.
 */
function buildInsert(deliveries: readonly StoredDelivery[]): RawBuilder<{ readonly id: string }> {
  return sql`
    insert into mandate_export_deliveries as stored (${NAMES})
    select ${GIVEN} from (values ${sql.join(deliveries.map(toValues))}) given
    where not exists (${selectSuperseding('given.column3', 'given.column4', 'given.column5', 'given.column6')})
    order by ${ORDER}
    on conflict (dedupe_key) do update
      set ${REPLACED}, failure = null, response_status = null, died_at = null, owner = null,
          leased_until = null
      where stored.id <> excluded.id and ${REPLACEABLE}
    returning id`;
}

/** Also notifies the workers of every process if it changes anything. */
export function buildNotifyingInsert(
  deliveries: readonly StoredDelivery[],
  dialect: Dialect,
): RawBuilder<{ readonly id: string }> {
  const insert = buildInsert(deliveries);
  if (dialect === 'sqlite') return insert;
  return sql`
    with written as (${insert})
    select id, case when row_number() over () = 1 then ${NOTIFY_OF_DELIVERIES} end from written`;
}

/** Selects a higher revision of an event, which must not arrive before a lower one. */
export function selectSuperseding(
  connectionId: string,
  engagementId: string,
  ...others: readonly [exportType: string, revision: string]
): RawBuilder<unknown> {
  const [exportType, revision] = others;
  return sql`
    select 1 from mandate_export_deliveries newer
    where newer.revision > 0
      and newer.connection_id = ${sql.ref(connectionId)}
      and newer.engagement_id = ${sql.ref(engagementId)}
      and newer.export_type = ${sql.ref(exportType)}
      and newer.revision > ${sql.ref(revision)}`;
}

function toValues(delivery: StoredDelivery, index: number): RawBuilder<unknown> {
  const due = delivery.nextAttemptAt ?? delivery.createdAt;
  const values = [
    ...[delivery.id, delivery.dedupeKey, delivery.connectionId, delivery.engagementId],
    ...[delivery.exportType, delivery.revision, delivery.attempts, delivery.failure ?? null],
    ...[delivery.responseStatus ?? null, delivery.createdAt.getTime()],
    ...[delivery.nextAttemptAt?.getTime() ?? null, due.getTime(), delivery.event],
    ...[delivery.status, index],
  ];
  if (index > 0) return sql`(${sql.join(values)})`;
  // The first row gives the columns their types.
  const types = [...COLUMNS.map(([, type]) => type), 'integer'];
  return sql`(${sql.join(values.map((value, i) => sql`cast(${value} as ${sql.raw(types[i] ?? 'text')})`))})`;
}
