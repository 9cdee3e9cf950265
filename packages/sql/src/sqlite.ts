import { closeSync, openSync } from 'node:fs';
import { resolve } from 'node:path';
import { Kysely } from 'kysely';
import Database from 'libsql';
import { type HashColumn, readFound, toFindStatement } from './find-token.js';
import { migrate } from './migrations.js';
import type { Schema } from './schema.js';
import type { OpenDatabase, SqlDatabase } from './sql-database.js';
import { LockingSqliteDialect } from './sqlite-dialect.js';
import type { GrantRow } from './token-row.js';

export interface SqliteOptions {
  /** The database's file, created with mode 0600 if there is none. */
  readonly file: string;
  /** Milliseconds to wait for another process that writes, doing nothing else; then the write fails. Default 5000. */
  readonly busyTimeoutMs?: number | undefined;
  /** Whether to bring the tables up to date first. Default `true`. */
  readonly migrate?: boolean | undefined;
}

/**
 * Opens a database in one file: no server, and the default. Every change is on the disk before its
 * promise is fulfilled (write-ahead log, `synchronous=FULL`).
 *
 * It is made for one process. A second one on the same file sees all changes, but is not told of them:
 * its verifier finds a revocation after `disconnectedCacheSeconds`.
 *
 * @throws TypeError without a file: `:memory:` is none. Error if the file cannot be opened or written.
 */
export async function openSqlite(options: SqliteOptions): Promise<SqlDatabase> {
  const { busyTimeoutMs = 5000 } = options;
  checkFile(options.file);
  // As a path it is nothing else: to the driver `file:…` and `libsql://…` would be URLs.
  const file = resolve(options.file);
  // SQLite gives its journal files the mode of the database, so that is the one to get right.
  closeSync(openSync(file, 'a', 0o600));
  const connection = new Database(file, { timeout: busyTimeoutMs });
  connection.exec('pragma journal_mode = wal');
  connection.exec('pragma synchronous = full');
  connection.exec(`pragma busy_timeout = ${busyTimeoutMs}`);
  const kysely = new Kysely<Schema>({ dialect: new LockingSqliteDialect(connection) });
  const database = new SqliteDatabase(connection, kysely);
  try {
    if (options.migrate ?? true) await migrate(database);
  } catch (error) {
    await database.close();
    throw error;
  }
  return database;
}

/** In memory every token would be gone with the process, without anybody having been told. */
function checkFile(file: unknown): void {
  if (typeof file !== 'string' || file === '' || file === ':memory:') {
    throw new TypeError('openSqlite: file must be the path of a file');
  }
}

class SqliteDatabase implements OpenDatabase {
  readonly dialect = 'sqlite';
  readonly kysely: Kysely<Schema>;
  readonly #connection: Database.Database;
  /** Prepared when first needed, because the tables may not be there yet. */
  readonly #finders: { hash?: Database.Statement; previous_hash?: Database.Statement } = {};

  constructor(connection: Database.Database, kysely: Kysely<Schema>) {
    this.#connection = connection;
    this.kysely = kysely;
  }

  async patiently(work: (kysely: Kysely<Schema>) => Promise<void>): Promise<void> {
    await work(this.kysely);
  }

  findToken(column: HashColumn, hash: string): GrantRow | undefined {
    let statement = this.#finders[column];
    if (statement === undefined) {
      statement = this.#connection.prepare(toFindStatement(column, 'json_array', '?'));
      statement.raw(true);
      this.#finders[column] = statement;
    }
    // As a list, which the driver hands on: it would copy single values into one first.
    return readFound(statement.get([hash]) as [string] | undefined, hash);
  }

  /** There is nobody to tell: what this process changes it knows. */
  async notify(): Promise<void> {}

  onNotify(): () => void {
    return () => {};
  }

  /** Another process on the same file would not be heard. */
  isConnected(): boolean {
    return false;
  }

  async close(): Promise<void> {
    await this.kysely.destroy();
    // Kysely closes only what it has used itself.
    this.#connection.close();
  }
}
