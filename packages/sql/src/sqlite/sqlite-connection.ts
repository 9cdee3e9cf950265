/** The parts of a driver that are used here: the interface of better-sqlite3, which libsql has too. */
export interface SqliteConnection {
  readonly inTransaction: boolean;
  prepare(sql: string): SqliteStatement;
  /** Runs one statement. */
  exec(sql: string): unknown;
  close(): void;
}

export interface SqliteStatement {
  /** Whether it returns rows. */
  readonly reader: boolean;
  get(parameters: readonly unknown[]): unknown;
  all(parameters: readonly unknown[]): unknown[];
  iterate(parameters: readonly unknown[]): IterableIterator<unknown>;
  run(parameters: readonly unknown[]): {
    changes: number | bigint;
    lastInsertRowid: number | bigint;
  };
  /** Rows are lists from now on. */
  raw(isRaw: true): this;
}

/** @param file an absolute path. */
export type ConnectSqlite = (file: string) => SqliteConnection;
