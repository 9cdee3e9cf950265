import { closeSync, openSync } from 'node:fs';
import { resolve } from 'node:path';
import { checkOptions } from '@mandate/internal/check-options';
import type { MaybePromise } from '@mandate/internal/maybe-promise';
import { Kysely } from 'kysely';
import Database from 'libsql';
import { type HashColumn, readFound, toFindStatement } from '../database/find-token.js';
import type { Schema } from '../database/schema.js';
import type { OpenDatabase, SqlDatabase } from '../database/sql-database.js';
import type { GrantRow } from '../database/token-row.js';
import { migrate } from '../migrations/migrations.js';
import { type SqliteConnections, TwoConnectionSqliteDialect } from './sqlite-dialect.js';
import { isBusy, whenFree } from './when-free.js';

export interface SqliteOptions {
  /** The database's file, created with mode 0600 if there is none. */
  readonly file: string;
  /**
   * Milliseconds that a change waits for another process that writes; then it fails. What reads waits for
   * nobody. Default 5000.
   */
  readonly busyTimeoutMs?: number | undefined;
  /** Whether to bring the tables up to date first. Default `true`. */
  readonly migrate?: boolean | undefined;
}

/** See {@link SqliteOptions}; the entry loads this file when it is called, because it needs the driver. */
export async function openSqlite(options: SqliteOptions): Promise<SqlDatabase> {
  checkOptions<SqliteOptions>('openSqlite', options, {
    file: true,
    busyTimeoutMs: true,
    migrate: true,
  });
  const { busyTimeoutMs = 5000 } = options;
  checkFile(options.file);
  if (!Number.isSafeInteger(busyTimeoutMs) || busyTimeoutMs < 0) {
    throw new TypeError('openSqlite: busyTimeoutMs must be a whole number of milliseconds');
  }
  // As a path it is nothing else: to the driver `file:…` and `libsql://…` would be URLs.
  const file = resolve(options.file);
  // SQLite gives its journal files the mode of the database, so that is the one to get right.
  closeSync(openSync(file, 'a', 0o600));
  const [writer, reader] = [new Database(file), new Database(file)];
  const connections = { writer, reader, file, busyTimeoutMs };
  const database = new SqliteDatabase(connections);
  try {
    await whenFree(() => setUp(connections.writer), busyTimeoutMs);
    if (options.migrate ?? true) await migrate(database);
  } catch (error) {
    await database.close();
    throw error;
  }
  return database;
}

function setUp(writer: Database.Database): void {
  writer.exec('pragma journal_mode = wal');
  writer.exec('pragma synchronous = full');
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
  readonly #connections: SqliteConnections;
  /** Prepared when first needed, because the tables may not be there yet. */
  readonly #finders: { hash?: Database.Statement; previous_hash?: Database.Statement } = {};

  constructor(connections: SqliteConnections) {
    this.#connections = connections;
    this.kysely = new Kysely<Schema>({ dialect: new TwoConnectionSqliteDialect(connections) });
  }

  async patiently(work: (kysely: Kysely<Schema>) => Promise<void>): Promise<void> {
    await work(this.kysely);
  }

  findToken(column: HashColumn, hash: string): MaybePromise<GrantRow | undefined> {
    try {
      return this.#find(column, hash);
    } catch (error) {
      // Even what reads waits while another process mends the file after a crash.
      if (!isBusy(error)) throw error;
      return whenFree(() => this.#find(column, hash), this.#connections.busyTimeoutMs);
    }
  }

  #find(column: HashColumn, hash: string): GrantRow | undefined {
    let statement = this.#finders[column];
    if (statement === undefined) {
      statement = this.#connections.reader.prepare(toFindStatement(column, 'json_array', '?'));
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
    this.#connections.writer.close();
    this.#connections.reader.close();
  }
}
