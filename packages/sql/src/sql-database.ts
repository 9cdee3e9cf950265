import type { Kysely } from 'kysely';
import type { Schema, TokenRow } from './schema.js';

export type Dialect = 'sqlite' | 'postgres';

/** An open database that the stores share. `openSqlite` and `openPostgres` make one. */
export interface SqlDatabase {
  readonly dialect: Dialect;
  readonly kysely: Kysely<Schema>;
  /** The token of the first of these hashes that there is, by a prepared statement. */
  findToken(
    column: 'hash' | 'previous_hash',
    hashes: readonly string[],
  ): Promise<TokenRow | undefined>;
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
