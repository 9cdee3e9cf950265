import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import { CHANGES_CHANNEL } from '../database/change-channel.js';

export interface PostgresChannelOptions {
  /** Creates a client that is not yet connected. */
  readonly connect: () => Client;
  /** Milliseconds between two heartbeats, and until a heartbeat is overdue. */
  readonly heartbeatMs: number;
  /** Called each time that the connection is found to be broken. */
  readonly onLost: () => void;
  readonly onError: (error: unknown) => void;
}

const FIRST_RETRY_MS = 100;
/** Short, because revocations by other processes are noticed late until the channel is connected again. */
const LAST_RETRY_MS = 500;

interface ConnectionPair {
  /** Receives notifications. */
  readonly listener: Client;
  /** Sends the heartbeats to the listener, and nothing else, so that no statement delays them. */
  readonly sender: Client;
}

/**
 * Listens to the changes of other processes.
 *
 * Heartbeats are notifications from a second connection. The answer to a query would only show that a server
 * answers: behind a pooler that shares sessions, notifications do not arrive. A notification from the
 * listening connection to itself would still arrive whenever the pooler assigns it the session in which it
 * once began to listen.
 *
 * When a heartbeat is overdue, the channel counts as disconnected at once, and both connections are replaced.
 * Notifications of the meantime are lost, so listeners are then called with `undefined`: anything may have
 * changed.
 */
export class PostgresChannel {
  isConnected = false;
  readonly #options: PostgresChannelOptions;
  /** The channel of this object's own heartbeats. */
  readonly #heartbeatName = `mandate_beat_${randomUUID().replaceAll('-', '')}`;
  readonly #listeners = new Set<(change: string | undefined) => void>();
  #pair: ConnectionPair | undefined;
  /** The next heartbeat, the deadline of the current one, or the next attempt to connect: one at a time. */
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Ends the wait for the current heartbeat. */
  #endHeartbeat: () => void = () => {};
  #retryMs = FIRST_RETRY_MS;

  constructor(options: PostgresChannelOptions) {
    this.#options = options;
  }

  /**
   * Connects and waits for the first heartbeat. If that is overdue, the channel is only disconnected.
   * @throws Error if the first connection cannot be opened.
   */
  async start(): Promise<void> {
    await this.#open();
  }

  listen(listener: (change: string | undefined) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Closes the connections and ends every attempt, in whatever state the channel is. */
  async stop(): Promise<void> {
    this.isConnected = false;
    clearTimeout(this.#timer);
    this.#endHeartbeat();
    const pair = this.#pair;
    this.#pair = undefined;
    await Promise.all(listClients(pair).map((client) => client.end())).catch(this.#options.onError);
  }

  async #open(): Promise<void> {
    const pair = { listener: this.#options.connect(), sender: this.#options.connect() };
    const { listener } = pair;
    this.#pair = pair;
    for (const client of listClients(pair)) {
      client.on('error', (error) => this.#disconnect(pair, error));
      client.on('end', () => this.#disconnect(pair, new Error('the connection ended')));
    }
    listener.on('notification', ({ channel, payload }) => {
      if (channel === this.#heartbeatName) this.#endHeartbeat();
      // A notification without a payload, which arrives as an empty string, means that anything may have changed.
      else this.#notify(payload || undefined);
    });
    try {
      await Promise.all(listClients(pair).map((client) => client.connect()));
      // One transaction, so that a pooler runs both statements in one session.
      await listener.query(`listen ${CHANGES_CHANNEL}; listen ${this.#heartbeatName}`);
    } catch (error) {
      this.#disconnect(pair, error);
      throw error;
    }
    await this.#beatOrDisconnect(pair);
  }

  /** Never rejects. A statement also fails because its connection was closed for an overdue heartbeat. */
  async #beatOrDisconnect(pair: ConnectionPair): Promise<void> {
    await this.#beat(pair).catch((error) => this.#disconnect(pair, error));
  }

  async #beat(pair: ConnectionPair): Promise<void> {
    const { heartbeatMs } = this.#options;
    const heard = new Promise<void>((resolve) => {
      this.#endHeartbeat = resolve;
    });
    const miss = () => this.#disconnect(pair, new Error('a heartbeat was missed'));
    this.#schedule(miss, heartbeatMs);
    // Changes nothing, but keeps the session from ending by `idle_session_timeout`. Await the answer before the
    // heartbeat is sent: during a statement a pooler lends the connection a session, perhaps the listening one.
    await pair.listener.query(`listen ${CHANGES_CHANNEL}`);
    await pair.sender.query(`notify ${this.#heartbeatName}`);
    await heard;
    // The pair was replaced or stopped meanwhile.
    if (pair !== this.#pair) return;
    if (!this.isConnected) {
      // The channel listens already, so no change is lost between this call and the next line.
      this.#notify(undefined);
      this.isConnected = true;
      this.#retryMs = FIRST_RETRY_MS;
    }
    this.#schedule(() => void this.#beatOrDisconnect(pair), heartbeatMs);
  }

  /** Marks the channel as disconnected and schedules a new pair. Only the first call for a pair counts. */
  #disconnect(pair: ConnectionPair, error: unknown): void {
    if (pair !== this.#pair) return;
    this.#pair = undefined;
    this.isConnected = false;
    this.#endHeartbeat();
    this.#options.onError(error);
    this.#options.onLost();
    // A connection may be half-open, so do not wait for its end.
    for (const client of listClients(pair)) client.end().catch(() => {});
    this.#schedule(() => {
      // A failed attempt has called #disconnect, which reports the error and schedules the next attempt.
      this.#open().catch(() => {});
    }, this.#retryMs);
    this.#retryMs = Math.min(LAST_RETRY_MS, this.#retryMs * 2);
  }

  #schedule(work: () => void, delayMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(work, delayMs);
    this.#timer.unref();
  }

  #notify(change: string | undefined): void {
    for (const listener of this.#listeners) listener(change);
  }
}

function listClients(pair: ConnectionPair | undefined): readonly Client[] {
  return pair === undefined ? [] : [pair.listener, pair.sender];
}
