import { checkOptions } from '@mandate/internal/check-options';
import { notify } from '@mandate/internal/notify';
import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import type { HashColumn } from '../database/find-token.js';
import type { Schema } from '../database/schema.js';
import type { OpenDatabase, SqlDatabase } from '../database/sql-database.js';
import type { GrantRow } from '../database/token-row.js';
import { migrate } from '../migrations/migrations.js';
import { PostgresChannel } from './postgres-channel.js';
import { PostgresClient } from './postgres-client.js';
import { PostgresFinder } from './postgres-finder.js';

export interface PostgresOptions {
  /** `postgres://user:password@host:5432/database`, of the primary: a standby is not asked, until it is promoted. */
  readonly connectionString: string;
  /** Connections of the pool; three more listen, beat and look tokens up. Default 10. */
  readonly maxConnections?: number | undefined;
  /** Milliseconds for connecting, and for each statement that is no migration's: its connection is ended then. Default 1500. */
  readonly timeoutMs?: number | undefined;
  /** Milliseconds between two heartbeats of the connection that listens, and until one is missed. Default 1000. */
  readonly heartbeatMs?: number | undefined;
  /** Whether to bring the tables up to date first. Default `true`. */
  readonly migrate?: boolean | undefined;
  /**
   * Hears of lost connections, which are made again by themselves. What it throws or rejects with is
   * ignored.
   */
  readonly onError?: ((error: unknown) => void) | undefined;
}

/** Sooner than anything on the way forgets a connection on which nothing is said. */
const KEEP_ALIVE_MS = 5000;

/** See {@link PostgresOptions}; the entry loads this file when it is called, because it needs the driver. */
export async function openPostgres(options: PostgresOptions): Promise<SqlDatabase> {
  checkOptions<PostgresOptions>('openPostgres', options, {
    connectionString: true,
    maxConnections: true,
    timeoutMs: true,
    heartbeatMs: true,
    migrate: true,
    onError: true,
  });
  const { connectionString, timeoutMs = 1500 } = options;
  // Without one the driver takes the server of this machine, or what PGHOST says.
  if (!connectionString) throw new TypeError('openPostgres: connectionString is required');
  checkNumbers(options);
  const { onError: observer = () => {} } = options;
  // A fault that the observer throws out of a socket's event would end the process.
  const onError = (error: unknown) => notify(observer, error);
  const config = {
    connectionString,
    Client: PostgresClient,
    connectionTimeoutMillis: timeoutMs,
    query_timeout: timeoutMs,
    // The driver cuts a connection whose answer is overdue only if it pipelines; else it is used again.
    pipeline: true,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
  };
  // A connection that breaks while it idles is no fault of any request.
  const openPool = (own: pg.PoolConfig) => new pg.Pool({ ...config, ...own }).on('error', onError);
  const pool = openPool({ max: options.maxConnections ?? 10 });
  // Half the time: an attempt that began in an outage must not hold up the first request after it.
  const single = { ...config, connectionTimeoutMillis: timeoutMs / 2 };
  const connect = () => new PostgresClient(single);
  const finder = new PostgresFinder({ connect, onError });
  const channel = new PostgresChannel({
    connect,
    heartbeatMs: options.heartbeatMs ?? 1000,
    // What became of one connection may have become of all, and each would be noticed by a request.
    onLost: () => {
      finder.renew();
      dropIdle(pool);
    },
    onError,
  });
  const openPatientPool = () => openPool({ query_timeout: 0 });
  const database = new PostgresDatabase({ pool, openPatientPool, finder, channel });
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

/** The driver takes no number for no time-out, and a timer for more than 24 days runs at once. */
function checkNumbers({
  timeoutMs = 1,
  heartbeatMs = 1,
  maxConnections = 1,
}: PostgresOptions): void {
  for (const [name, value] of Object.entries({ timeoutMs, heartbeatMs })) {
    if (value > 0 && value < 2 ** 31) continue;
    throw new TypeError(`openPostgres: ${name} must be positive, and at most 24 days`);
  }
  if (!Number.isSafeInteger(maxConnections) || maxConnections < 1) {
    throw new TypeError('openPostgres: maxConnections must be a whole number, 1 or more');
  }
}

/** Ends the connections that nobody uses now; the pool makes others when it needs them. */
function dropIdle(pool: pg.Pool): void {
  for (let left = pool.idleCount; left > 0; left--) {
    pool.connect().then(
      (client) => client.release(true),
      () => {},
    );
  }
}

function toKysely(pool: pg.Pool): Kysely<Schema> {
  return new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
}

interface Connections {
  readonly pool: pg.Pool;
  /** Opens a pool whose statements have no time-out. */
  readonly openPatientPool: () => pg.Pool;
  readonly finder: PostgresFinder;
  readonly channel: PostgresChannel;
}

class PostgresDatabase implements OpenDatabase {
  readonly dialect = 'postgres';
  readonly kysely: Kysely<Schema>;
  readonly #openPatientPool: () => pg.Pool;
  readonly #finder: PostgresFinder;
  readonly #channel: PostgresChannel;

  constructor({ pool, openPatientPool, finder, channel }: Connections) {
    this.kysely = toKysely(pool);
    this.#openPatientPool = openPatientPool;
    this.#finder = finder;
    this.#channel = channel;
  }

  async patiently(work: (kysely: Kysely<Schema>) => Promise<void>): Promise<void> {
    const kysely = toKysely(this.#openPatientPool());
    try {
      await work(kysely);
    } finally {
      await kysely.destroy();
    }
  }

  findToken(column: HashColumn, hash: string): Promise<GrantRow | undefined> {
    return this.#finder.find(column, hash);
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
    this.#finder.close();
    await this.#channel.stop();
    await this.kysely.destroy();
  }
}
