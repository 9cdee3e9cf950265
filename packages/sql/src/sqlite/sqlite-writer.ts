import { statSync } from 'node:fs';
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
  readonly #file: string;
  /** Which file that was when it was opened. */
  readonly #identity: string;
  /** Fulfilled when everything that was begun so far is over. */
  #over: Promise<void> = Promise.resolve();
  #end: () => void = () => {};

  /** @param file the database's, absolute. */
  constructor(database: Database.Database, file: string, busyTimeoutMs: number) {
    this.#database = database;
    this.#busyTimeoutMs = busyTimeoutMs;
    this.#file = file;
    this.#identity = readIdentity(file);
  }

  /** Fulfilled when the lock is this transaction's. Who fails has begun nothing. */
  async begin(): Promise<void> {
    const sinceMs = performance.now();
    const earlier = this.#over;
    const { promise, resolve } = withResolver();
    this.#over = promise;
    await earlier;
    try {
      this.#checkFile();
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

  /** What is written into a file without a name is gone with the process. Without a log, SQLite looks itself. */
  #checkFile(): void {
    if (readIdentity(this.#file) === this.#identity) return;
    throw new Error(
      'the database file was removed or replaced: nothing can be changed before a restart',
    );
  }
}

/** Empty if there is no such file. */
function readIdentity(file: string): string {
  const found = statSync(file, { bigint: true, throwIfNoEntry: false });
  return found === undefined ? '' : `${found.dev}:${found.ino}`;
}

function withResolver(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => {};
  const promise = new Promise<void>((fulfill) => {
    resolve = fulfill;
  });
  return { promise, resolve };
}
