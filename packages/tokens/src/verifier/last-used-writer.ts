import type { AuthRequest } from '@mandate/core';
import { IS_WORKERS } from '@mandate/internal/is-workers';
import { unrefTimer } from '@mandate/internal/unref-timer';
import type { TokenStore } from '../store/token-store.js';

/** How much later than planned a timer may fire. */
const TIMER_SLACK_MS = 1_000;

/** Collects when tokens were used and writes the times in batches, never while a request waits. */
export class LastUsedWriter {
  readonly #store: TokenStore;
  readonly #flushMs: number;
  readonly #onError: (error: unknown) => void;
  #used = new Map<string, number>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** When the timer should have fired. On Workers it may have ended with the request that started it. */
  #lostAtMs = 0;
  /** The write that is in progress. */
  #flushing: Promise<void> | undefined;

  constructor(store: TokenStore, flushMs: number, onError: (error: unknown) => void) {
    this.#store = store;
    this.#flushMs = flushMs;
    this.#onError = onError;
  }

  /** @param request the request that used the token. Its `waitUntil` keeps the write alive. */
  add(tokenId: string, atMs: number, request: AuthRequest): void {
    this.#used.set(tokenId, atMs);
    if (this.#timer === undefined) this.#schedule(atMs, request);
    else if (IS_WORKERS && atMs >= this.#lostAtMs) request.waitUntil?.(this.#flush());
  }

  #schedule(atMs: number, request: AuthRequest): void {
    this.#lostAtMs = atMs + this.#flushMs + TIMER_SLACK_MS;
    const written = new Promise<void>((resolve) => {
      this.#timer = setTimeout(() => {
        this.#flushing = this.#flush();
        resolve(this.#flushing);
      }, this.#flushMs);
    });
    // Bookkeeping must not keep a process alive.
    unrefTimer(this.#timer);
    request.waitUntil?.(written);
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
