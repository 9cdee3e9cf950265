import type { MaybePromise } from '@mandate/internal/maybe-promise';
import type { Kysely, RawBuilder } from 'kysely';
import type { HashColumn } from './find-token.js';
import type { Schema } from './schema.js';
import type { GrantRow } from './token-row.js';

export type Dialect = 'sqlite' | 'postgres';

/** An open database, which any number of stores may share. `openSqlite` and `openPostgres` create one. */
export interface SqlDatabase {
  readonly dialect: Dialect;
  /** Whether the database is notified of changes by other processes at this moment. */
  isConnected(): boolean;
  /** Closes every connection. The database and its stores must not be used afterwards. */
  close(): Promise<void>;
}

/** How many statements a connection keeps. Each takes memory of the server as long as the connection lives. */
export const MAX_PREPARED = 64;

/**
 * The part of a {@link SqlDatabase} that the stores use.
 * @internal because its types refer to Kysely and to packages that an application may not have installed.
 */
export interface OpenDatabase extends SqlDatabase {
  readonly kysely: Kysely<Schema>;
  /** Runs work on a connection whose statements have no time-out. */
  runWithoutTimeout(work: (kysely: Kysely<Schema>) => Promise<void>): Promise<void>;
  /**
   * Runs a statement that writes, and returns its rows. It is parsed and planned once per connection, and kept, so
   * its text must be one of few: what comes after {@link MAX_PREPARED} others is planned each time. Rows must name
   * their columns: a migration can add columns, which `*` would include.
   */
  runPrepared<Row>(statement: RawBuilder<Row>): Promise<readonly Row[]>;
  /** Finds a token by a prepared statement. May return synchronously. */
  findToken(column: HashColumn, hash: string): MaybePromise<GrantRow | undefined>;
  /** Notifies other processes of a change when the transaction commits. */
  notify(transaction: Kysely<Schema>, change: string): Promise<void>;
  /**
   * Calls a listener with each change by another process; with `undefined` after a disconnection, when any
   * change may have been missed. @returns a function that removes the listener.
   */
  onNotify(listener: (change: string | undefined) => void): () => void;
  /**
   * Calls a listener when another process may have stored deliveries. @returns a function that removes the
   * listener.
   */
  watchDeliveries(listener: () => void): () => void;
}

/**
 * @throws TypeError if the value is not an open database, such as the promise of one.
 * @internal
 */
export function toOpenDatabase(database: SqlDatabase): OpenDatabase {
  const open = database as OpenDatabase | undefined;
  if (typeof open?.onNotify === 'function') return open;
  throw new TypeError(
    'database must be the result of openSqlite or openPostgres, not a promise: await it',
  );
}
