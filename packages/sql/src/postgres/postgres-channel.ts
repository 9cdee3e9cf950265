import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';

export interface PostgresChannelOptions {
  /** Makes a client that is not connected yet. */
  readonly connect: () => Client;
  /** Milliseconds between two beats, and until a beat that was not heard counts as missed. */
  readonly heartbeatMs: number;
  /** Called each time that the connection is found to be down. */
  readonly onLost: () => void;
  readonly onError: (error: unknown) => void;
}

const FIRST_RETRY_MS = 100;
/** Short, because until then revocations by other processes are noticed late. */
const LAST_RETRY_MS = 500;

/** The connection that listens, and the one that its beats come from. */
interface Line {
  readonly listener: Client;
  readonly beater: Client;
}

/**
 * One connection that listens to what other processes change. It beats by being told something, for an
 * answer to a query would only show that somebody answers: behind a pooler that hands sessions around,
 * nothing is heard. It is told on another connection, as everything else is: what it told itself there,
 * it would hear, whenever the pooler gave it the session in which it once began to listen. Nobody else
 * uses that other one, for a beat must not wait for a statement.
 *
 * When a beat is missed, the connection counts as down at once, is closed, and made again. What was told
 * meanwhile is lost, so listeners then hear `undefined`: anything may have changed.
 */
export class PostgresChannel {
  static readonly NAME = 'mandate_changes';
  isConnected = false;
  readonly #options: PostgresChannelOptions;
  /** Where it hears its beats, and nobody else does. */
  readonly #beats = `mandate_beat_${randomUUID().replaceAll('-', '')}`;
  readonly #listeners = new Set<(change: string | undefined) => void>();
  #line: Line | undefined;
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
    const line = this.#line;
    this.#line = undefined;
    await Promise.all(listClients(line).map((client) => client.end())).catch(this.#options.onError);
  }

  async #open(): Promise<void> {
    const line = { listener: this.#options.connect(), beater: this.#options.connect() };
    const { listener } = line;
    this.#line = line;
    for (const client of listClients(line)) {
      client.on('error', (error) => this.#lose(line, error));
      client.on('end', () => this.#lose(line, new Error('the connection ended')));
    }
    listener.on('notification', ({ channel, payload }) => {
      if (channel === this.#beats) this.#hear();
      // PostgreSQL sends no payload as an empty one: somebody's way to say that anything may have changed.
      else this.#tell(payload || undefined);
    });
    try {
      await Promise.all(listClients(line).map((client) => client.connect()));
      // In one transaction, so in one session, whoever stands in between.
      await listener.query(`listen ${PostgresChannel.NAME}; listen ${this.#beats}`);
      await this.#beat(line);
    } catch (error) {
      this.#lose(line, error);
      throw error;
    }
  }

  async #beat(line: Line): Promise<void> {
    const { heartbeatMs } = this.#options;
    const heard = new Promise<void>((resolve) => {
      this.#hear = resolve;
    });
    const missed = () => this.#lose(line, new Error('a heartbeat was missed'));
    this.#schedule(missed, heartbeatMs);
    // Changes nothing, but servers may end sessions that ask nothing (`idle_session_timeout`). It is over when
    // the beat is told: while it is answered, a pooler lends it a session, perhaps the one that listens.
    await line.listener.query(`listen ${PostgresChannel.NAME}`);
    await line.beater.query(`notify ${this.#beats}`);
    await heard;
    // It was lost or stopped meanwhile.
    if (line !== this.#line) return;
    if (!this.isConnected) {
      // First listen, then forget: nothing can change between the two without being told.
      this.#tell(undefined);
      this.isConnected = true;
      this.#retryMs = FIRST_RETRY_MS;
    }
    this.#schedule(() => {
      this.#beat(line).catch((error) => this.#lose(line, error));
    }, heartbeatMs);
  }

  /** Counts the connection as down and makes another one. Only the first call for a line counts. */
  #lose(line: Line, error: unknown): void {
    if (line !== this.#line) return;
    this.#line = undefined;
    this.isConnected = false;
    this.#hear();
    this.#options.onError(error);
    this.#options.onLost();
    // It may be half-open: nobody waits for its goodbye.
    for (const client of listClients(line)) client.end().catch(() => {});
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

function listClients(line: Line | undefined): readonly Client[] {
  return line === undefined ? [] : [line.listener, line.beater];
}
