import {
  type CompiledQuery,
  type DatabaseConnection,
  type QueryResult,
  SqliteAdapter,
  SqliteDialect,
  SqliteDriver,
} from 'kysely';
import { retryWhileBusy } from './retry-while-busy.js';
import type { SqliteConnection } from './sqlite-connection.js';
import type { SqliteWriter } from './sqlite-writer.js';

export interface SqliteConnections {
  /** Runs the reads. It sees committed data, and waits for no lock. */
  readonly reader: SqliteConnection;
  readonly writer: SqliteConnection;
  /** The transactions of `writer`. */
  readonly transactions: SqliteWriter;
  /** Milliseconds to wait for the lock of another process. */
  readonly busyTimeoutMs: number;
}

/** SQLite with one connection for reads and one for writes. */
export class TwoConnectionSqliteDialect extends SqliteDialect {
  readonly #connections: SqliteConnections;

  constructor(connections: SqliteConnections) {
    super({ database: connections.writer });
    this.#connections = connections;
  }

  override createAdapter(): SqliteAdapter {
    return new Adapter();
  }

  override createDriver(): SqliteDriver {
    return new TwoConnectionDriver(this.#connections);
  }
}

class Adapter extends SqliteAdapter {
  /** Kysely assumes otherwise, but SQLite does change tables inside of transactions. */
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

class TwoConnectionDriver extends SqliteDriver {
  readonly #reading: SqliteDriver;
  readonly #writer: SqliteWriter;
  readonly #busyTimeoutMs: number;
  #session: SessionParts | undefined;

  constructor({ reader, writer, transactions, busyTimeoutMs }: SqliteConnections) {
    super({ database: writer });
    this.#reading = new SqliteDriver({ database: reader });
    this.#writer = transactions;
    this.#busyTimeoutMs = busyTimeoutMs;
  }

  override async init(): Promise<void> {
    await Promise.all([super.init(), this.#reading.init()]);
    // Acquired once, because Kysely's driver lends its one connection to one user at a time.
    this.#session = {
      reading: await this.#reading.acquireConnection(),
      writing: await super.acquireConnection(),
      writer: this.#writer,
      busyTimeoutMs: this.#busyTimeoutMs,
    };
  }

  override async acquireConnection(): Promise<Session> {
    if (this.#session === undefined) throw new Error('the driver was not initialized');
    return new Session(this.#session);
  }

  override async releaseConnection(): Promise<void> {}

  override async beginTransaction(session: Session): Promise<void> {
    await this.#writer.begin();
    session.isInTransaction = true;
  }

  override async commitTransaction(session: Session): Promise<void> {
    this.#writer.commit();
    session.isInTransaction = false;
  }

  override async rollbackTransaction(session: Session): Promise<void> {
    session.isInTransaction = false;
    this.#writer.rollBack();
  }
}

interface SessionParts {
  readonly reading: DatabaseConnection;
  readonly writing: DatabaseConnection;
  readonly writer: SqliteWriter;
  readonly busyTimeoutMs: number;
}

/** A connection from Kysely's view: one transaction, or statements that are one transaction each. */
class Session implements DatabaseConnection {
  isInTransaction = false;
  readonly #parts: SessionParts;

  constructor(parts: SessionParts) {
    this.#parts = parts;
  }

  executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    const { reading, writing, busyTimeoutMs } = this.#parts;
    if (this.isInTransaction) return writing.executeQuery(query);
    if (query.query.kind !== 'SelectQueryNode') return this.#write(query);
    return retryWhileBusy(() => reading.executeQuery<Row>(query), busyTimeoutMs);
  }

  async #write<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    const { writing, writer } = this.#parts;
    // Kysely's connection runs the statement before it returns its promise.
    return await writer.run(() => writing.executeQuery<Row>(query));
  }

  streamQuery<Row>(query: CompiledQuery, size: number): AsyncIterableIterator<QueryResult<Row>> {
    return this.#parts.reading.streamQuery(query, size);
  }
}
