import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';

export interface PostgresChannelOptions {
  /** Makes a client that is not connected yet. */
  readonly connect: () => Client;
  /** Notifies whoever listens to a channel, on another connection than the one that listens. */
  readonly notify: (channel: string) => Promise<void>;
  /** Milliseconds between two beats, and until a beat that was not heard counts as missed. */
  readonly heartbeatMs: number;
  /** Called each time that the connection is found to be down. */
  readonly onLost: () => void;
  readonly onError: (error: unknown) => void;
}

const FIRST_RETRY_MS = 100;
/** Short, because until then revocations by other processes are noticed late. */
const LAST_RETRY_MS = 500;

/**
 * One connection that listens to what other processes change. It beats by being told something, for an
 * answer to a query would only show that somebody answers: behind a pooler that hands sessions around,
 * nothing is heard. It is told on another connection, as everything else is: what it told itself there, it
 * would hear, whenever the pooler gave it the session in which it once began to listen. When a beat is missed, the connection counts as down at once, is closed,
 * and made again. What was told meanwhile is lost, so listeners then hear `undefined`: anything may
 * have changed.
 */
export class PostgresChannel {
  static readonly NAME = 'mandate_changes';
  isConnected = false;
  readonly #options: PostgresChannelOptions;
  /** Where it hears its beats, and nobody else does. */
  readonly #beats = `mandate_beat_${randomUUID().replaceAll('-', '')}`;
  readonly #listeners = new Set<(change: string | undefined) => void>();
  #client: Client | undefined;
  /** Of the next beat, of the one under way, or of the next attempt to connect: there is one at a time. */
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Ends the wait for the beat under way. */
  #hear: () => void = () => {};
  #retryMs = FIRST_RETRY_MS;

  constructor(options: PostgresChannelOptions) {
    this.#options = options;
  }

  /**
   * Connects and waits for the first beat. If that is missed, it only counts as down.
   * @throws Error if the first connection cannot be made.
   */
  async start(): Promise<void> {
    await this.#open();
  }

  listen(listener: (change: string | undefined) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Nothing is heard, tried or left open after it, in whatever state it was. */
  async stop(): Promise<void> {
    this.isConnected = false;
    clearTimeout(this.#timer);
    this.#hear();
    const client = this.#client;
    this.#client = undefined;
    await client?.end().catch(this.#options.onError);
  }

  async #open(): Promise<void> {
    const client = this.#options.connect();
    this.#client = client;
    client.on('error', (error) => this.#lose(client, error));
    client.on('end', () => this.#lose(client, new Error('the connection ended')));
    client.on('notification', ({ channel, payload }) => {
      if (channel === this.#beats) this.#hear();
      // PostgreSQL sends no payload as an empty one: somebody's way to say that anything may have changed.
      else this.#tell(payload || undefined);
    });
    try {
      await client.connect();
      // In one transaction, so in one session, whoever stands in between.
      await client.query(`listen ${PostgresChannel.NAME}; listen ${this.#beats}`);
      // The way there may have to be made first, which is not the beat's time.
      await this.#options.notify(this.#beats);
      await this.#beat(client);
    } catch (error) {
      this.#lose(client, error);
      throw error;
    }
  }

  async #beat(client: Client): Promise<void> {
    const { heartbeatMs, notify } = this.#options;
    const heard = new Promise<void>((resolve) => {
      this.#hear = resolve;
    });
    const missed = () => this.#lose(client, new Error('a heartbeat was missed'));
    this.#schedule(missed, heartbeatMs);
    await notify(this.#beats);
    await heard;
    // It was lost or stopped meanwhile.
    if (client !== this.#client) return;
    if (!this.isConnected) {
      // First listen, then forget: nothing can change between the two without being told.
      this.#tell(undefined);
      this.isConnected = true;
      this.#retryMs = FIRST_RETRY_MS;
    }
    this.#schedule(() => {
      this.#beat(client).catch((error) => this.#lose(client, error));
    }, heartbeatMs);
  }

  /** Counts the connection as down and makes another one. Only the first call for a client counts. */
  #lose(client: Client, error: unknown): void {
    if (client !== this.#client) return;
    this.#client = undefined;
    this.isConnected = false;
    this.#hear();
    this.#options.onError(error);
    this.#options.onLost();
    // It may be half-open: nobody waits for its goodbye.
    client.end().catch(() => {});
    this.#schedule(() => {
      // Whatever fails is a loss, of which it has been told.
      this.#open().catch(() => {});
    }, this.#retryMs);
    this.#retryMs = Math.min(LAST_RETRY_MS, this.#retryMs * 2);
  }

  #schedule(work: () => void, delayMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(work, delayMs);
    this.#timer.unref();
  }

  #tell(change: string | undefined): void {
    for (const listener of this.#listeners) listener(change);
  }
}
