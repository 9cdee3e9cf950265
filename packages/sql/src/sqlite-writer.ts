import type Database from 'libsql';
import { whenFree } from './when-free.js';

/**
 * The connection that writes: one transaction after the other, each with the database's lock from its
 * beginning.
 *
 * The lock is asked for by `exec`: libsql 0.5 does not reset a statement that found the database locked.
 * Until that is collected as garbage, no commit on its connection would succeed, and what is written
 * without one would be told as done, yet be uncommitted.
 */
export class SqliteWriter {
  readonly #database: Database.Database;
  readonly #busyTimeoutMs: number;
  /** Fulfilled when everything that was begun so far is over. */
  #over: Promise<void> = Promise.resolve();
  #end: () => void = () => {};

  constructor(database: Database.Database, busyTimeoutMs: number) {
    this.#database = database;
    this.#busyTimeoutMs = busyTimeoutMs;
  }

  /** Fulfilled when the lock is this transaction's. Who fails has begun nothing. */
  async begin(): Promise<void> {
    const sinceMs = performance.now();
    const earlier = this.#over;
    const { promise, resolve } = withResolver();
    this.#over = promise;
    await earlier;
    try {
      await whenFree(() => this.#database.exec('begin immediate'), this.#busyTimeoutMs, sinceMs);
    } catch (error) {
      resolve();
      throw error;
    }
    this.#end = resolve;
  }

  commit(): void {
    this.#database.exec('commit');
    this.#end();
  }

  /** Also after a commit that failed. */
  rollBack(): void {
    try {
      // SQLite ends a transaction by itself when the disk is full. Ending it once more would fail, and
      // that failure would be thrown instead of the one that says what happened.
      if (this.#database.inTransaction) this.#database.exec('rollback');
    } finally {
      this.#end();
    }
  }
}

function withResolver(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => {};
  const promise = new Promise<void>((fulfill) => {
    resolve = fulfill;
  });
  return { promise, resolve };
}
