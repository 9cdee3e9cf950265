import type { Client } from 'pg';

export interface PostgresChannelOptions {
  /** Makes a client that is not connected yet. */
  readonly connect: () => Client;
  readonly heartbeatMs: number;
  readonly onError: (error: unknown) => void;
}

const FIRST_RETRY_MS = 100;
/** Short, because until then revocations by other processes are noticed late. */
const LAST_RETRY_MS = 500;

/**
 * One connection that listens to what other processes change. It beats: when an answer is missed, it
 * counts as down at once, is closed, and made again. What was told meanwhile is lost, so listeners
 * then hear `undefined`: anything may have changed.
 */
export class PostgresChannel {
  static readonly NAME = 'mandate_changes';
  isConnected = false;
  readonly #options: PostgresChannelOptions;
  readonly #listeners = new Set<(change: string | undefined) => void>();
  #client: Client | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isStopped = false;
  #retryMs = FIRST_RETRY_MS;

  constructor(options: PostgresChannelOptions) {
    this.#options = options;
  }

  /** @throws Error if the first connection cannot be made. */
  async start(): Promise<void> {
    await this.#open();
  }

  listen(listener: (change: string | undefined) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.isConnected = false;
    clearTimeout(this.#timer);
    const client = this.#client;
    this.#client = undefined;
    await client?.end().catch(this.#options.onError);
  }

  async #open(): Promise<void> {
    const client = this.#options.connect();
    this.#client = client;
    client.on('error', (error) => this.#lose(client, error));
    client.on('end', () => this.#lose(client, new Error('the connection ended')));
    // PostgreSQL sends no payload as an empty one: somebody's way to say that anything may have changed.
    client.on('notification', ({ payload }) => this.#tell(payload || undefined));
    await client.connect();
    await client.query(`listen ${PostgresChannel.NAME}`);
    // It was lost or stopped meanwhile.
    if (client !== this.#client) return;
    // First listen, then forget: nothing can change between the two without being told.
    this.#tell(undefined);
    this.isConnected = true;
    this.#retryMs = FIRST_RETRY_MS;
    this.#scheduleBeat(client);
  }

  #scheduleBeat(client: Client): void {
    this.#timer = setTimeout(() => void this.#beat(client), this.#options.heartbeatMs);
    this.#timer.unref();
  }

  async #beat(client: Client): Promise<void> {
    const overdue = setTimeout(
      () => this.#lose(client, new Error('a heartbeat was missed')),
      this.#options.heartbeatMs,
    );
    try {
      await client.query('select 1');
      if (client === this.#client) this.#scheduleBeat(client);
    } catch (error) {
      this.#lose(client, error);
    } finally {
      clearTimeout(overdue);
    }
  }

  /** Counts the connection as down and makes another one. Only the first call for a client counts. */
  #lose(client: Client, error: unknown): void {
    if (client !== this.#client || this.#isStopped) return;
    this.#client = undefined;
    this.isConnected = false;
    this.#options.onError(error);
    // It may be half-open: nobody waits for its goodbye.
    client.end().catch(() => {});
    this.#scheduleRetry();
  }

  #scheduleRetry(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#open().catch((error) => {
        if (this.#client !== undefined) this.#lose(this.#client, error);
      });
    }, this.#retryMs);
    this.#timer.unref();
    this.#retryMs = Math.min(LAST_RETRY_MS, this.#retryMs * 2);
  }

  #tell(change: string | undefined): void {
    for (const listener of this.#listeners) listener(change);
  }
}
