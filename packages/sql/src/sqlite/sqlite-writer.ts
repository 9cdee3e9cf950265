import { statSync } from 'node:fs';
import { retryWhileBusy } from './retry-while-busy.js';
import type { SqliteConnection } from './sqlite-connection.js';

/**
 * Runs transactions one after the other on the writing connection. Each holds the write lock of the database
 * from its beginning.
 *
 * `exec` acquires the lock, because libsql 0.5 does not reset a prepared statement that found the database
 * locked. Until such a statement is garbage-collected, every commit on its connection fails, and a statement
 * outside of a transaction reports success without being committed.
 */
export class SqliteWriter {
  readonly #database: SqliteConnection;
  readonly #busyTimeoutMs: number;
  readonly #file: string;
  /** The device and inode of the file when it was opened. */
  readonly #identity: string;
  /** Fulfilled when every transaction that was begun so far has ended. */
  #ended: Promise<void> = Promise.resolve();
  #end: () => void = () => {};

  /** @param file the absolute path of the database file. */
  constructor(database: SqliteConnection, file: string, busyTimeoutMs: number) {
    this.#database = database;
    this.#busyTimeoutMs = busyTimeoutMs;
    this.#file = file;
    this.#identity = readIdentity(file);
  }

  /** Fulfilled when this transaction holds the lock. If it rejects, no transaction was begun. */
  begin(): Promise<void> {
    return this.#begin(() => {});
  }

  /**
   * Runs synchronous work in a transaction. The lock is held within one synchronous block, so a driver of the
   * application in this process, which blocks the event loop while it waits, never waits for this connection.
   */
  run<Result>(work: () => Result): Promise<Result> {
    return this.#begin(() => {
      try {
        const result = work();
        this.commit();
        return result;
      } catch (error) {
        this.rollBack();
        throw error;
      }
    });
  }

  async #begin<Result>(then: () => Result): Promise<Result> {
    const sinceMs = performance.now();
    const earlier = this.#ended;
    const { promise, resolve } = withResolver();
    this.#ended = promise;
    await earlier;
    this.#end = resolve;
    try {
      this.#checkFile();
      const getResult = await retryWhileBusy(
        () => {
          this.#database.exec('begin immediate');
          // Only the lock is waited for. An error of the work ends the transaction.
          return capture(then);
        },
        this.#busyTimeoutMs,
        sinceMs,
      );
      return getResult();
    } catch (error) {
      resolve();
      throw error;
    }
  }

  commit(): void {
    this.#database.exec('commit');
    this.#end();
  }

  /** Must also be called after a failed commit. */
  rollBack(): void {
    try {
      // SQLite rolls back by itself when the disk is full. A second rollback would fail and hide the cause.
      if (this.#database.inTransaction) this.#database.exec('rollback');
    } finally {
      this.#end();
    }
  }

  /** Writes to a removed file are lost when the process ends. In WAL mode SQLite does not check for that. */
  #checkFile(): void {
    if (readIdentity(this.#file) === this.#identity) return;
    throw new Error(
      'the database file was removed or replaced; restart the process to write again',
    );
  }
}

/** Reads device and inode. Empty if the file does not exist. */
function readIdentity(file: string): string {
  const found = statSync(file, { bigint: true, throwIfNoEntry: false });
  return found === undefined ? '' : `${found.dev}:${found.ino}`;
}

/** Calls a function now, and returns a function that returns its result or throws its error. */
function capture<Result>(work: () => Result): () => Result {
  try {
    const result = work();
    return () => result;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

function withResolver(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => {};
  const promise = new Promise<void>((fulfill) => {
    resolve = fulfill;
  });
  return { promise, resolve };
}
