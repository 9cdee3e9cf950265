import { resolve } from 'node:path';
import { checkNumber } from '@mandate/internal/check-number';
import { checkOptions } from '@mandate/internal/check-options';
import type { MaybePromise } from '@mandate/internal/maybe-promise';
import { Kysely, type RawBuilder } from 'kysely';
import { buildFindStatement, type HashColumn, parseFound } from '../database/find-token.js';
import type { Schema } from '../database/schema.js';
import { MAX_PREPARED, type OpenDatabase, type SqlDatabase } from '../database/sql-database.js';
import type { GrantRow } from '../database/token-row.js';
import { migrate } from '../migrations/migrations.js';
import { isBusy, retryWhileBusy } from './retry-while-busy.js';
import type { ConnectSqlite, SqliteConnection, SqliteStatement } from './sqlite-connection.js';
import { type SqliteConnections, TwoConnectionSqliteDialect } from './sqlite-dialect.js';
import { backUp, checkWritable, createDatabaseFile, createEmptyFile } from './sqlite-files.js';
import { SqliteWatcher } from './sqlite-watcher.js';
import { SqliteWriter } from './sqlite-writer.js';

export interface SqliteOptions {
  /**
   * The path of the database file. If it does not exist, it is created with mode 0600. An existing file must have the
   * tables of Mandate.
   */
  readonly file: string;
  /**
   * Milliseconds that a change waits while another process writes, before it fails. Reads do not wait. Default
   * 5000.
   */
  readonly busyTimeoutMs?: number | undefined;
  /** Whether to migrate the tables to the newest version first. Default `true`. */
  readonly migrate?: boolean | undefined;
  /**
   * The library that opens the file. Default `'node:sqlite'` where the runtime has it (Node 22.16 and 24, Deno 2.3),
   * otherwise the package `libsql`. If the application opens the same file in the same process, both must use one
   * library: the locks of SQLite do not hold between two, which can corrupt the file.
   */
  readonly driver?: 'node:sqlite' | 'libsql' | undefined;
}

/** Opens a database with the driver that the entry's `openSqlite` has found. */
export async function openSqliteWith(
  connect: ConnectSqlite,
  options: SqliteOptions,
): Promise<SqliteSqlDatabase> {
  const busyTimeoutMs = checkSqliteOptions(options);
  const openFile = (path: string, state: FileState) =>
    openDatabase({ connect, file: path, busyTimeoutMs, state });
  // Make the path absolute, because the driver takes `file:…` and `libsql://…` for URLs.
  const file = resolve(options.file);
  checkWritable(file);
  if (options.migrate === false) {
    createEmptyFile(file);
    return openFile(file, 'as it is');
  }
  await createDatabaseFile(file, (fresh) => openFile(fresh, 'new'));
  return openFile(file, 'existing');
}

/** @returns the busy time-out, in milliseconds. */
function checkSqliteOptions(options: SqliteOptions): number {
  checkOptions<SqliteOptions>('openSqlite', options, {
    file: true,
    busyTimeoutMs: true,
    migrate: true,
    driver: true,
  });
  const { file, busyTimeoutMs = 5000 } = options;
  checkFile(file);
  checkNumber('openSqlite: busyTimeoutMs', busyTimeoutMs, { min: 0, isInteger: true });
  return busyTimeoutMs;
}

type FileState = 'new' | 'existing' | 'as it is';

interface OpenOptions {
  readonly connect: ConnectSqlite;
  readonly file: string;
  readonly busyTimeoutMs: number;
  readonly state: FileState;
}

async function openDatabase({
  connect,
  file,
  busyTimeoutMs,
  state,
}: OpenOptions): Promise<SqliteDatabase> {
  const [writer, reader] = [connect(file), connect(file)];
  const transactions = new SqliteWriter(writer, file, busyTimeoutMs);
  const connections = { writer, reader, transactions, busyTimeoutMs };
  const database = new SqliteDatabase(connections);
  try {
    if (state === 'existing') await retryWhileBusy(() => checkTables(reader, file), busyTimeoutMs);
    await retryWhileBusy(() => setUp(connections.writer), busyTimeoutMs);
    if (state !== 'as it is') await migrate(database);
  } catch (error) {
    await database.close();
    throw error;
  }
  return database;
}

/** Comes before anything is written, because the file may be another program's, or a failed copy. */
function checkTables(reader: SqliteConnection, file: string): void {
  const query =
    "select name from sqlite_master where type = 'table' and name = 'mandate_migration'";
  if (reader.prepare(query).get([]) !== undefined) return;
  throw new Error(
    `openSqlite: ${file} exists, but has no tables of Mandate; to add them, use migrate: false and call migrate(database)`,
  );
}

function setUp(writer: SqliteConnection): void {
  writer.exec('pragma journal_mode = wal');
  writer.exec('pragma synchronous = full');
}

/** A database in memory would lose every token at a restart. */
function checkFile(file: unknown): void {
  if (typeof file !== 'string' || file === '' || file === ':memory:') {
    throw new TypeError('openSqlite: file must be the path of a file; ":memory:" is not allowed');
  }
}

/** An open SQLite database. */
export interface SqliteSqlDatabase extends SqlDatabase {
  /**
   * Writes a consistent copy of the database to a new file with mode 0600, and waits until it is on the disk. Requests
   * go on meanwhile in other processes; in this one, they wait until the copy is written.
   * @throws Error if the file exists or cannot be written.
   */
  backup(file: string): Promise<void>;
}

class SqliteDatabase implements OpenDatabase, SqliteSqlDatabase {
  readonly dialect = 'sqlite';
  readonly kysely: Kysely<Schema>;
  readonly #connections: SqliteConnections;
  readonly #watcher: SqliteWatcher;
  /** By their text. Each runs inside of a transaction, so none finds the database locked. */
  readonly #prepared = new Map<string, SqliteStatement>();
  /** Prepared at first use, because the tables may not exist before. */
  readonly #finders: { hash?: SqliteStatement; previous_hash?: SqliteStatement } = {};

  constructor(connections: SqliteConnections) {
    this.#connections = connections;
    this.#watcher = new SqliteWatcher(connections.reader);
    this.kysely = new Kysely<Schema>({ dialect: new TwoConnectionSqliteDialect(connections) });
  }

  async runWithoutTimeout(work: (kysely: Kysely<Schema>) => Promise<void>): Promise<void> {
    await work(this.kysely);
  }

  runPrepared<Row>(statement: RawBuilder<Row>): Promise<readonly Row[]> {
    const { sql: text, parameters } = statement.compile(this.kysely);
    const { writer, transactions } = this.#connections;
    return transactions.run(() => {
      const prepared = this.#prepared.get(text) ?? writer.prepare(text);
      // A statement that fails may not be reset, so it is kept only when it has succeeded.
      this.#prepared.delete(text);
      const rows = prepared.all([...parameters]) as Row[];
      if (this.#prepared.size < MAX_PREPARED) this.#prepared.set(text, prepared);
      return rows;
    });
  }

  findToken(column: HashColumn, hash: string): MaybePromise<GrantRow | undefined> {
    try {
      return this.#find(column, hash);
    } catch (error) {
      // Reads too must wait while another process recovers the file after a crash.
      if (!isBusy(error)) throw error;
      return retryWhileBusy(() => this.#find(column, hash), this.#connections.busyTimeoutMs);
    }
  }

  #find(column: HashColumn, hash: string): GrantRow | undefined {
    let statement = this.#finders[column];
    if (statement === undefined) {
      statement = this.#connections.reader.prepare(buildFindStatement(column, 'json_array', '?'));
      statement.raw(true);
      this.#finders[column] = statement;
    }
    // Pass the parameter as a list, because the driver would first copy a single value into one.
    return parseFound(statement.get([hash]) as [string] | undefined, hash);
  }

  /** Does nothing: SQLite cannot notify other processes, and this process knows its own changes. */
  async notify(): Promise<void> {}

  onNotify(): () => void {
    return () => {};
  }

  /** Always false, because another process on the same file cannot notify this one. */
  isConnected(): boolean {
    return false;
  }

  watchDeliveries(listener: () => void): () => void {
    return this.#watcher.watch(listener);
  }

  async backup(file: string): Promise<void> {
    checkFile(file);
    const { reader, busyTimeoutMs } = this.#connections;
    await backUp(file, (target) =>
      retryWhileBusy(() => reader.prepare('vacuum into ?').run([target]), busyTimeoutMs),
    );
  }

  async close(): Promise<void> {
    this.#watcher.stop();
    await this.kysely.destroy();
    // Kysely closes a connection only if it was used.
    this.#connections.writer.close();
    this.#connections.reader.close();
  }
}
