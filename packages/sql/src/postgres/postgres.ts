import { checkNumber, MAX_TIMER_MS } from '@mandate/internal/check-number';
import { checkOptions, type OptionNames } from '@mandate/internal/check-options';
import { createErrorLog, toObserver } from '@mandate/internal/observer';
import { Kysely, PostgresDialect, type RawBuilder, sql } from 'kysely';
import pg from 'pg';
import { CHANGES_CHANNEL, DELIVERIES_CHANGE } from '../database/change-channel.js';
import type { HashColumn } from '../database/find-token.js';
import type { Schema } from '../database/schema.js';
import { MAX_PREPARED, type OpenDatabase, type SqlDatabase } from '../database/sql-database.js';
import type { GrantRow } from '../database/token-row.js';
import { migrate } from '../migrations/migrations.js';
import { PostgresChannel } from './postgres-channel.js';
import { PostgresClient } from './postgres-client.js';
import { PostgresFinder } from './postgres-finder.js';

export interface PostgresOptions {
  /** `postgres://user:password@host:5432/database`, of the primary. A standby is rejected until it is promoted. */
  readonly connectionString: string;
  /** Connections of the pool. Three more send and receive notifications and look tokens up. Default 10. */
  readonly maxConnections?: number | undefined;
  /**
   * Milliseconds for connecting, and for each statement except those of migrations; an overdue statement closes
   * its connection. Default 1500.
   */
  readonly timeoutMs?: number | undefined;
  /** Milliseconds between two heartbeats of the listening connection, and until one is overdue. Default 1000. */
  readonly heartbeatMs?: number | undefined;
  /** Whether to migrate the tables to the newest version first. Default `true`. */
  readonly migrate?: boolean | undefined;
  /**
   * Called with each lost connection, which is reopened by itself. What it throws or rejects with is ignored. By
   * default the name of the error is written with `console.warn`, at most once a minute; `null` writes nothing.
   */
  readonly onError?: ((error: unknown) => void) | null | undefined;
}

/** Shorter than the idle time-out of any common proxy or firewall. */
const KEEP_ALIVE_MS = 5000;

const OPTIONS: OptionNames<PostgresOptions> = {
  connectionString: true,
  maxConnections: true,
  timeoutMs: true,
  heartbeatMs: true,
  migrate: true,
  onError: true,
};

/** Loaded by the entry's `openPostgres` when it is called, because this file imports the driver. */
export async function openPostgres(options: PostgresOptions): Promise<SqlDatabase> {
  checkOptions<PostgresOptions>('openPostgres', options, OPTIONS);
  const { connectionString, timeoutMs = 1500 } = options;
  // Without it, the driver would use PGHOST or a server on this machine.
  if (!connectionString) throw new TypeError('openPostgres: connectionString is required');
  checkNumbers(options);
  // An error that the observer throws inside of a socket event would end the process.
  const onError = toObserver('openPostgres: onError', options.onError, () =>
    createErrorLog('openPostgres', 'a connection to the database was lost', Date.now),
  );
  const config = toConfig(connectionString, timeoutMs);
  // An idle connection that breaks fails no request, so only the observer learns of it.
  const openPool = (own: pg.PoolConfig) => new pg.Pool({ ...config, ...own }).on('error', onError);
  const pool = openPool({ max: options.maxConnections ?? 10 });
  // Half the time, because an attempt that began in an outage must not delay the first request after it.
  const single = { ...config, connectionTimeoutMillis: timeoutMs / 2 };
  const connect = () => new PostgresClient(single);
  const finder = new PostgresFinder({ connect, onError });
  const channel = new PostgresChannel({
    connect,
    heartbeatMs: options.heartbeatMs ?? 1000,
    // If one connection broke, all may have. Replace them before a request fails on each.
    onLost: () => {
      finder.renew();
      dropIdle(pool);
    },
    onError,
  });
  const openPoolWithoutTimeout = () => openPool({ query_timeout: 0 });
  const database = new PostgresDatabase({ pool, openPoolWithoutTimeout, finder, channel });
  try {
    if (options.migrate ?? true) await migrate(database);
    await channel.start();
  } catch (error) {
    // Otherwise the connections would stay open, and the channel would reconnect for ever.
    await database.close();
    throw error;
  }
  return database;
}

function toConfig(connectionString: string, timeoutMs: number): pg.PoolConfig {
  return {
    connectionString,
    Client: PostgresClient,
    connectionTimeoutMillis: timeoutMs,
    query_timeout: timeoutMs,
    // Only with pipelining does the driver close a connection whose answer is overdue, instead of reusing it.
    pipeline: true,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
  };
}

/** The driver takes an invalid number for no time-out at all. */
function checkNumbers({
  timeoutMs = 1,
  heartbeatMs = 1,
  maxConnections = 1,
}: PostgresOptions): void {
  checkNumber('openPostgres: timeoutMs', timeoutMs, { min: 1, max: MAX_TIMER_MS });
  checkNumber('openPostgres: heartbeatMs', heartbeatMs, { min: 1, max: MAX_TIMER_MS });
  checkNumber('openPostgres: maxConnections', maxConnections, { min: 1, isInteger: true });
}

/** Closes the idle connections. The pool opens others when it needs them. */
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
  readonly openPoolWithoutTimeout: () => pg.Pool;
  readonly finder: PostgresFinder;
  readonly channel: PostgresChannel;
}

class PostgresDatabase implements OpenDatabase {
  readonly dialect = 'postgres';
  readonly kysely: Kysely<Schema>;
  readonly #pool: pg.Pool;
  /** The names of prepared statements by their text. */
  readonly #names = new Map<string, string>();
  readonly #openPoolWithoutTimeout: () => pg.Pool;
  readonly #finder: PostgresFinder;
  readonly #channel: PostgresChannel;

  constructor({ pool, openPoolWithoutTimeout, finder, channel }: Connections) {
    this.kysely = toKysely(pool);
    this.#pool = pool;
    this.#openPoolWithoutTimeout = openPoolWithoutTimeout;
    this.#finder = finder;
    this.#channel = channel;
  }

  async runWithoutTimeout(work: (kysely: Kysely<Schema>) => Promise<void>): Promise<void> {
    const kysely = toKysely(this.#openPoolWithoutTimeout());
    try {
      await work(kysely);
    } finally {
      await kysely.destroy();
    }
  }

  async runPrepared<Row>(statement: RawBuilder<Row>): Promise<readonly Row[]> {
    const { sql: text, parameters } = statement.compile(this.kysely);
    const query = { text, values: [...parameters] };
    const name = this.#findName(text);
    const { rows } = await this.#pool.query(name === undefined ? query : { ...query, name });
    return rows;
  }

  /** `undefined` if enough statements have names. */
  #findName(text: string): string | undefined {
    const known = this.#names.get(text);
    if (known !== undefined || this.#names.size >= MAX_PREPARED) return known;
    const name = `mandate_${this.#names.size}`;
    this.#names.set(text, name);
    return name;
  }

  findToken(column: HashColumn, hash: string): Promise<GrantRow | undefined> {
    return this.#finder.find(column, hash);
  }

  async notify(transaction: Kysely<Schema>, change: string): Promise<void> {
    await sql`select pg_notify(${CHANGES_CHANNEL}, ${change})`.execute(transaction);
  }

  onNotify(listener: (change: string | undefined) => void): () => void {
    return this.#channel.listen((change) => {
      if (change !== DELIVERIES_CHANGE) listener(change);
    });
  }

  watchDeliveries(listener: () => void): () => void {
    return this.#channel.listen((change) => {
      // After a disconnection, deliveries may have been stored as well.
      if (change === undefined || change === DELIVERIES_CHANGE) listener();
    });
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
