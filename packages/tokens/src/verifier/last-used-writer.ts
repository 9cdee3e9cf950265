import type { TokenStore } from '../store/token-store.js';

/** Collects when tokens were used and writes the times in batches, never while a request waits. */
export class LastUsedWriter {
  readonly #store: TokenStore;
  readonly #flushMs: number;
  readonly #onError: (error: unknown) => void;
  #used = new Map<string, number>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The write that is in progress. */
  #flushing: Promise<void> | undefined;

  constructor(store: TokenStore, flushMs: number, onError: (error: unknown) => void) {
    this.#store = store;
    this.#flushMs = flushMs;
    this.#onError = onError;
  }

  add(tokenId: string, atMs: number): void {
    this.#used.set(tokenId, atMs);
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#flushing = this.#flush();
    }, this.#flushMs);
    // Bookkeeping must not keep a process alive.
    this.#timer.unref();
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#flushing;
    await this.#flush();
  }

  async #flush(): Promise<void> {
    this.#timer = undefined;
    if (this.#used.size === 0) return;
    const used = this.#used;
    this.#used = new Map();
    try {
      await this.#store.touch(new Map([...used].map(([id, atMs]) => [id, new Date(atMs)])));
    } catch (error) {
      // The times are dropped: they are approximate, and the next use of the token writes a newer one.
      this.#onError(error);
    }
  }
}
