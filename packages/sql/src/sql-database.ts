import type { Kysely } from 'kysely';
import type { GrantRow, Schema } from './schema.js';

export type Dialect = 'sqlite' | 'postgres';

/** An open database that the stores share. `openSqlite` and `openPostgres` make one. */
export interface SqlDatabase {
  readonly dialect: Dialect;
  readonly kysely: Kysely<Schema>;
  /** The token of that hash, by a prepared statement; without a promise if the database can. */
  findToken(
    column: 'hash' | 'previous_hash',
    hash: string,
  ): GrantRow | undefined | Promise<GrantRow | undefined>;
  /** Tells other processes of a change, when the transaction that it is part of commits. */
  notify(transaction: Kysely<Schema>, change: string): Promise<void>;
  /**
   * Hears what other processes tell; `undefined` after a time of not hearing, when anything may have
   * changed. @returns a function that ends it.
   */
  onNotify(listener: (change: string | undefined) => void): () => void;
  /** Whether changes made by other processes are heard right now. */
  isConnected(): boolean;
  close(): Promise<void>;
}
