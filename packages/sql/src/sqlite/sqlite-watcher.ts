import type { SqliteConnection, SqliteStatement } from './sqlite-connection.js';

/** A look takes tens of microseconds, so all of them cost less than a hundredth of a core. */
const INTERVAL_MS = 20;

/**
 * Notices changes of the database file, in whichever process. SQLite cannot notify other processes, but
 * `data_version` shows whether another connection has committed. It polls only while it has listeners.
 */
export class SqliteWatcher {
  readonly #reader: SqliteConnection;
  readonly #listeners = new Set<() => void>();
  #statement: SqliteStatement | undefined;
  #version: unknown;
  #timer: ReturnType<typeof setInterval> | undefined;

  /** @param reader a connection that never writes, so every change that it sees is of another connection. */
  constructor(reader: SqliteConnection) {
    this.#reader = reader;
  }

  /** @returns a function that removes the listener. */
  watch(listener: () => void): () => void {
    // A function of its own for each call, so that the same listener can be added twice.
    const own = () => listener();
    this.#listeners.add(own);
    if (this.#timer === undefined) this.#start();
    return () => {
      this.#listeners.delete(own);
      if (this.#listeners.size === 0) this.stop();
    };
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #start(): void {
    this.#version = this.#readVersion();
    this.#timer = setInterval(() => this.#look(), INTERVAL_MS);
    this.#timer.unref();
  }

  #look(): void {
    const version = this.#readVersion();
    if (version === undefined || version === this.#version) return;
    this.#version = version;
    for (const listener of this.#listeners) listener();
  }

  /** `undefined` if the file is locked at the moment, for example while another process recovers it. */
  #readVersion(): unknown {
    try {
      this.#statement ??= this.#reader.prepare('pragma data_version').raw(true);
      return (this.#statement.get([]) as [number])[0];
    } catch {
      return undefined;
    }
  }
}
