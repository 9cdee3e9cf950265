import type { StoredDelivery } from '@mandate/exports/store';
import type { Kysely } from 'kysely';
import type { Schema } from '../database/schema.js';
import type { Dialect } from '../database/sql-database.js';
import { buildNotifyingInsert } from './build-notifying-insert.js';
import { type SqlTransaction, useTransaction } from './sql-transaction.js';

type Call = readonly StoredDelivery[];

/** A database, or a transaction of it. */
interface Target {
  readonly kysely: Kysely<Schema>;
  readonly dialect: Dialect;
}

/** Keeps a statement below the limit of parameters, which is lowest in SQLite: 32,766. */
const ROWS_PER_INSERT = 1000;

/**
 * Stores the deliveries of several calls, each call as a whole or not at all.
 *
 * @returns for each call, in their order, the ids that conflict.
 */
export async function insertDeliveries(
  target: Target,
  calls: readonly Call[],
): Promise<readonly (readonly string[])[]> {
  const conflicts: (readonly string[])[] = [];
  for (const round of toRounds(calls)) conflicts.push(...(await insertRound(target, round)));
  return conflicts;
}

/**
 * Stores deliveries in a transaction of the caller, all or none.
 *
 * @returns the ids that conflict.
 */
export async function insertWithin(
  dialect: Dialect,
  transaction: SqlTransaction,
  deliveries: Call,
): Promise<readonly string[]> {
  try {
    await useTransaction(dialect, transaction, async (kysely) => {
      const found = await insertAll({ kysely, dialect }, deliveries);
      if (found.size > 0) throw new Conflicts([[...found]]);
    });
    return [];
  } catch (error) {
    if (error instanceof Conflicts) return error.found.flat();
    throw error;
  }
}

/** A statement changes a row once, so calls that correct each other follow in another statement. */
function toRounds(calls: readonly Call[]): readonly (readonly Call[])[] {
  const rounds: Call[][] = [[]];
  let ids = new Map<string, string>();
  for (const call of calls) {
    if (call.some(({ id, dedupeKey }) => (ids.get(dedupeKey) ?? id) !== id)) {
      rounds.push([]);
      ids = new Map();
    }
    rounds.at(-1)?.push(call);
    for (const { id, dedupeKey } of call) ids.set(dedupeKey, id);
  }
  return rounds;
}

async function insertRound(
  target: Target,
  calls: readonly Call[],
): Promise<readonly (readonly string[])[]> {
  const pick = (found: ReadonlySet<string>) =>
    calls.map((call) => call.filter(({ id }) => found.has(id)).map(({ id }) => id));
  const { kysely, dialect } = target;
  const deliveries = calls.flat();
  // One statement is atomic by itself, and a call of one delivery needs no more.
  const isSimple = calls.every(({ length }) => length <= 1) && calls.length <= ROWS_PER_INSERT;
  if (isSimple) return pick(await insertAll(target, deliveries));
  try {
    return await kysely.transaction().execute(async (transaction) => {
      const found = pick(await insertAll({ kysely: transaction, dialect }, deliveries));
      const hasConflict = (_: Call, i: number) => (found[i]?.length ?? 0) > 0;
      if (calls.some((call, i) => call.length > 1 && hasConflict(call, i)))
        throw new Conflicts(found);
      return found;
    });
  } catch (error) {
    if (!(error instanceof Conflicts)) throw error;
    const { found } = error;
    const accepted = calls.filter((_, i) => found[i]?.length === 0);
    const again = accepted.length === 0 ? [] : [...(await insertRound(target, accepted))];
    return found.map((ids) => (ids.length === 0 ? (again.shift() ?? []) : ids));
  }
}

/** Undoes the transaction of a call of which a part conflicts. */
class Conflicts extends Error {
  readonly found: readonly (readonly string[])[];

  constructor(found: readonly (readonly string[])[]) {
    super('some deliveries conflict');
    this.found = found;
  }
}

/** @returns the ids that conflict. */
async function insertAll(
  { kysely, dialect }: Target,
  deliveries: readonly StoredDelivery[],
): Promise<ReadonlySet<string>> {
  const rows = [...new Map(deliveries.map((delivery) => [delivery.id, delivery])).values()];
  const conflicts = new Set<string>();
  for (let start = 0; start < rows.length; start += ROWS_PER_INSERT) {
    const part = rows.slice(start, start + ROWS_PER_INSERT);
    const { rows: written } = await buildNotifyingInsert(part, dialect).execute(kysely);
    if (written.length === part.length) continue;
    const ids = new Set(written.map(({ id }) => id));
    const others = part.filter(({ id }) => !ids.has(id)).map(({ id }) => id);
    for (const id of await findAbsent(kysely, others)) conflicts.add(id);
  }
  return conflicts;
}

/** What was neither inserted nor stored before conflicts. */
async function findAbsent(
  kysely: Kysely<Schema>,
  ids: readonly string[],
): Promise<readonly string[]> {
  const query = kysely.selectFrom('mandate_export_deliveries').select('id').where('id', 'in', ids);
  const stored = new Set((await query.execute()).map(({ id }) => id));
  return ids.filter((id) => !stored.has(id));
}
