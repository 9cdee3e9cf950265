import { Kysely, PostgresDialect, type PostgresPoolClient, sql } from 'kysely';
import type { Schema } from '../database/schema.js';
import type { Dialect } from '../database/sql-database.js';

/** The part of a transaction of Kysely, version 0.28, that is used. */
export interface KyselyTransaction {
  readonly isTransaction: true;
  withoutPlugins(): object;
}

/** The part of a client of `pg` that is used: a `Client`, or a client that a `Pool` has lent. */
export interface PostgresTransactionClient {
  query(text: string, values?: never): Promise<unknown>;
}

/**
 * An open transaction of the application on the database of a store: a Kysely transaction, or on PostgreSQL
 * also a `pg` client between `begin` and `commit`. It must find the tables of Mandate by their names.
 */
export type SqlTransaction = KyselyTransaction | PostgresTransactionClient;

const SAVEPOINT = sql.id('mandate_enqueue');

/** The last work in each transaction. Overlapping savepoints would undo the work of each other. */
const LAST_WORK = new WeakMap<object, Promise<void>>();

/**
 * Runs work in a transaction of the caller. If the work fails, its changes are undone, and the transaction
 * stays usable.
 *
 * @throws TypeError if the value is not a transaction. Error if a client of `pg` has not begun one.
 */
export async function useTransaction(
  dialect: Dialect,
  transaction: SqlTransaction,
  work: (db: Kysely<Schema>) => Promise<void>,
): Promise<void> {
  const db = toDatabase(dialect, transaction);
  const earlier = LAST_WORK.get(transaction) ?? Promise.resolve();
  const run = earlier.then(() => runUndoable(db, work));
  LAST_WORK.set(
    transaction,
    run.catch(() => {}),
  );
  await run;
}

async function runUndoable(
  db: Kysely<Schema>,
  work: (db: Kysely<Schema>) => Promise<void>,
): Promise<void> {
  // Outside of a transaction, PostgreSQL rejects this. Without it, the rows would be committed at once.
  await sql`savepoint ${SAVEPOINT}`.execute(db);
  try {
    await work(db);
  } catch (error) {
    // If this fails, the transaction cannot commit either, and the cause is the first error.
    await sql`rollback to savepoint ${SAVEPOINT}`.execute(db).catch(() => {});
    throw error;
  }
  await sql`release savepoint ${SAVEPOINT}`.execute(db);
}

function toDatabase(dialect: Dialect, transaction: SqlTransaction): Kysely<Schema> {
  // Without the plugins of the application, which may rename columns.
  if (isKyselyTransaction(transaction)) return transaction.withoutPlugins() as Kysely<Schema>;
  if (dialect === 'postgres' && isClient(transaction)) return toKysely(transaction);
  const allowed = dialect === 'postgres' ? ' or a pg client, not a pool' : '';
  throw new TypeError(`transaction must be an open Kysely transaction${allowed}`);
}

function isKyselyTransaction(value: SqlTransaction): value is KyselyTransaction {
  const { isTransaction, withoutPlugins } = value as Partial<KyselyTransaction>;
  return isTransaction === true && typeof withoutPlugins === 'function';
}

/** A pool runs each statement on any of its connections, so it has no transaction. */
function isClient(value: SqlTransaction): value is PostgresTransactionClient {
  const { query } = value as Partial<PostgresTransactionClient>;
  return typeof query === 'function' && !('totalCount' in value);
}

/** Runs statements on the client of the caller, which is never closed here. */
function toKysely(transaction: PostgresTransactionClient): Kysely<Schema> {
  const client = {
    query: (text: string, values: readonly unknown[]) =>
      transaction.query(text, values as unknown as never),
    release: () => {},
  } as unknown as PostgresPoolClient;
  const pool = { connect: async () => client, end: async () => {} };
  return new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
}
