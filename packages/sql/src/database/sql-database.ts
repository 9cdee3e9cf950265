import type { MaybePromise } from '@mandate/internal/maybe-promise';
import type { Kysely } from 'kysely';
import type { HashColumn } from './find-token.js';
import type { Schema } from './schema.js';
import type { GrantRow } from './token-row.js';

export type Dialect = 'sqlite' | 'postgres';

/** An open database that the stores share. Only `openSqlite` and `openPostgres` make one. */
export interface SqlDatabase {
  readonly dialect: Dialect;
  /** Whether changes made by other processes are heard right now. */
  isConnected(): boolean;
  /** Ends all connections. Nothing may use the database any more. */
  close(): Promise<void>;
}

/**
 * What the stores need of a {@link SqlDatabase}.
 * @internal because its types lead to Kysely and to packages that an application may not have.
 */
export interface OpenDatabase extends SqlDatabase {
  readonly kysely: Kysely<Schema>;
  /** Does work on statements that may take as long as they need, and wait as long for others. */
  patiently(work: (kysely: Kysely<Schema>) => Promise<void>): Promise<void>;
  /** The token of that hash, by a prepared statement; without a promise if the database can. */
  findToken(column: HashColumn, hash: string): MaybePromise<GrantRow | undefined>;
  /** Tells other processes of a change, when the transaction that it is part of commits. */
  notify(transaction: Kysely<Schema>, change: string): Promise<void>;
  /**
   * Hears what other processes tell; `undefined` after a time of not hearing, when anything may have
   * changed. @returns a function that ends it.
   */
  onNotify(listener: (change: string | undefined) => void): () => void;
}

/**
 * @throws TypeError if it is not an open database, such as the promise of one.
 * @internal
 */
export function toOpenDatabase(database: SqlDatabase): OpenDatabase {
  const open = database as OpenDatabase | undefined;
  if (typeof open?.onNotify === 'function') return open;
  throw new TypeError('the database must be what openSqlite or openPostgres resolves to: await it');
}
