import type { TokenStore } from '../store/token-store.js';

/** Gathers when tokens were used and writes it now and then, never while a request waits. */
export class LastUsed {
  readonly #store: TokenStore;
  readonly #flushMs: number;
  readonly #onError: (error: unknown) => void;
  #used = new Map<string, number>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** What is being written. */
  #flushing: Promise<void> | undefined;

  constructor(store: TokenStore, flushMs: number, onError: (error: unknown) => void) {
    this.#store = store;
    this.#flushMs = flushMs;
    this.#onError = onError;
  }

  note(tokenId: string, atMs: number): void {
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
      // What could not be written is lost: it tells roughly when, and the next use tells it again.
      this.#onError(error);
    }
  }
}
