import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { migrate } from './migrations.js';
import { PostgresChannel } from './postgres-channel.js';
import { GRANT_COLUMNS, type GrantRow, type Schema } from './schema.js';
import type { OpenDatabase, SqlDatabase } from './sql-database.js';

export interface PostgresOptions {
  /** `postgres://user:password@host:5432/database`. It must be the primary, not a replica. */
  readonly connectionString: string;
  /** Connections of the pool; one more listens. Default 10. */
  readonly maxConnections?: number | undefined;
  /** Milliseconds for connecting, and for each statement. Default 1500. */
  readonly timeoutMs?: number | undefined;
  /** Milliseconds between two heartbeats of the connection that listens. Default 1000. */
  readonly heartbeatMs?: number | undefined;
  /** Whether to bring the tables up to date first. Default `true`. */
  readonly migrate?: boolean | undefined;
  /** Hears of lost connections, which are made again by themselves. */
  readonly onError?: ((error: unknown) => void) | undefined;
}

/**
 * Opens a PostgreSQL database, for more than one process. Processes tell each other of changes by
 * `LISTEN` and `NOTIFY` on a connection of its own, which is made again whenever it breaks.
 *
 * @throws TypeError without a connection string, Error if the database cannot be reached.
 */
export async function openPostgres(options: PostgresOptions): Promise<SqlDatabase> {
  const { connectionString, timeoutMs = 1500, onError = () => {} } = options;
  // Without one the driver takes the server of this machine, or what PGHOST says.
  if (!connectionString) throw new TypeError('openPostgres: connectionString is required');
  const connection = {
    connectionString,
    connectionTimeoutMillis: timeoutMs,
    query_timeout: timeoutMs,
    keepAlive: true,
  };
  const pool = new pg.Pool({ ...connection, max: options.maxConnections ?? 10 });
  // A connection that breaks while it idles is no fault of any request.
  pool.on('error', onError);
  const kysely = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
  const channel = new PostgresChannel({
    connect: () => new pg.Client(connection),
    heartbeatMs: options.heartbeatMs ?? 1000,
    onError,
  });
  const database = new PostgresDatabase(pool, kysely, channel);
  try {
    if (options.migrate ?? true) await migrate(database);
    await channel.start();
  } catch (error) {
    // Else connections would stay, and the channel would try for ever.
    await database.close();
    throw error;
  }
  return database;
}

const COLUMNS = GRANT_COLUMNS.join(', ');

class PostgresDatabase implements OpenDatabase {
  readonly dialect = 'postgres';
  readonly kysely: Kysely<Schema>;
  readonly #pool: pg.Pool;
  readonly #channel: PostgresChannel;

  constructor(pool: pg.Pool, kysely: Kysely<Schema>, channel: PostgresChannel) {
    this.#pool = pool;
    this.kysely = kysely;
    this.#channel = channel;
  }

  async findToken(column: 'hash' | 'previous_hash', hash: string): Promise<GrantRow | undefined> {
    // A named statement is planned once per connection.
    const { rows } = await this.#pool.query<GrantRow>({
      name: `mandate_find_${column}`,
      text: `select ${COLUMNS} from mandate_tokens where ${column} = $1`,
      values: [hash],
    });
    return rows[0];
  }

  async notify(transaction: Kysely<Schema>, change: string): Promise<void> {
    await sql`select pg_notify(${PostgresChannel.NAME}, ${change})`.execute(transaction);
  }

  onNotify(listener: (change: string | undefined) => void): () => void {
    return this.#channel.listen(listener);
  }

  isConnected(): boolean {
    return this.#channel.isConnected;
  }

  async close(): Promise<void> {
    await this.#channel.stop();
    await this.kysely.destroy();
  }
}
