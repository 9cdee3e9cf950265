import {
  type CompiledQuery,
  type DatabaseConnection,
  type QueryResult,
  SqliteAdapter,
  SqliteDialect,
  SqliteDriver,
} from 'kysely';
import type Database from 'libsql';

/**
 * SQLite, where every write asks for the lock before anything else, and by `exec`. libsql 0.5 does not
 * reset a statement that found the database locked. Until that is collected as garbage, no commit on its
 * connection would succeed, and what is written without one would be told as done, yet be uncommitted.
 */
export class LockingSqliteDialect extends SqliteDialect {
  readonly #database: Database.Database;

  constructor(database: Database.Database) {
    super({ database });
    this.#database = database;
  }

  override createAdapter(): SqliteAdapter {
    return new Adapter();
  }

  override createDriver(): SqliteDriver {
    return new Driver(this.#database);
  }
}

/** SQLite changes tables in transactions as it changes rows, whatever Kysely says. */
class Adapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

class Driver extends SqliteDriver {
  readonly #database: Database.Database;
  #connection: DatabaseConnection | undefined;

  constructor(database: Database.Database) {
    super({ database });
    this.#database = database;
  }

  override async acquireConnection(): Promise<DatabaseConnection> {
    this.#connection ??= new LockingConnection(this.#database, await super.acquireConnection());
    return this.#connection;
  }

  override async beginTransaction(): Promise<void> {
    begin(this.#database);
  }

  override async commitTransaction(): Promise<void> {
    this.#database.exec('commit');
  }

  override async rollbackTransaction(): Promise<void> {
    rollBack(this.#database);
  }
}

class LockingConnection implements DatabaseConnection {
  readonly #database: Database.Database;
  readonly #inner: DatabaseConnection;

  constructor(database: Database.Database, inner: DatabaseConnection) {
    this.#database = database;
    this.#inner = inner;
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    const isRead = query.query.kind === 'SelectQueryNode';
    if (isRead || this.#database.inTransaction) return this.#inner.executeQuery(query);
    begin(this.#database);
    try {
      const result = await this.#inner.executeQuery<Row>(query);
      this.#database.exec('commit');
      return result;
    } catch (error) {
      rollBack(this.#database);
      throw error;
    }
  }

  streamQuery<Row>(
    query: CompiledQuery,
    chunkSize: number,
  ): AsyncIterableIterator<QueryResult<Row>> {
    return this.#inner.streamQuery(query, chunkSize);
  }
}

function begin(database: Database.Database): void {
  database.exec('begin immediate');
}

/**
 * SQLite ends a transaction by itself when the disk is full. Ending it once more would fail, and that
 * failure would be thrown instead of the one that says what happened.
 */
function rollBack(database: Database.Database): void {
  if (database.inTransaction) database.exec('rollback');
}
