import { IS_WORKERS } from '@mandate/internal/is-workers';
import { unrefTimer } from '@mandate/internal/unref-timer';

interface PendingPromise {
  readonly sinceMs: number;
  readonly reject: (error: Error) => void;
}

/**
 * Rejects promises that take too long, with one timer for all of them instead of one for each. On Workers each has its
 * own, because a timer ends with the request that started it.
 */
export class Deadline {
  readonly #limitMs: number;
  readonly #pending = new Set<PendingPromise>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(limitMs: number) {
    this.#limitMs = limitMs;
  }

  /** Settles as the promise does, or rejects after the limit. */
  race<Value>(promise: Promise<Value>): Promise<Value> {
    if (IS_WORKERS) return this.#raceAlone(promise);
    return new Promise((resolve, reject) => {
      const pending: PendingPromise = { sinceMs: performance.now(), reject };
      this.#pending.add(pending);
      this.#schedule();
      promise.then(
        (value) => {
          this.#pending.delete(pending);
          resolve(value);
        },
        (error) => {
          this.#pending.delete(pending);
          reject(error);
        },
      );
    });
  }

  async #raceAlone<Value>(promise: Promise<Value>): Promise<Value> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const overdue = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(this.#createError()), this.#limitMs);
    });
    try {
      return await Promise.race([promise, overdue]);
    } finally {
      clearTimeout(timer);
    }
  }

  #createError(): Error {
    return new Error(`the token store did not answer within ${this.#limitMs} ms`);
  }

  /** Schedules a check for the oldest promise. The set keeps promises in the order of their start. */
  #schedule(): void {
    const [oldest] = this.#pending;
    if (this.#timer !== undefined || oldest === undefined) return;
    const leftMs = oldest.sinceMs + this.#limitMs - performance.now();
    this.#timer = setTimeout(() => this.#check(), Math.ceil(leftMs));
    // The look-up keeps the process alive if necessary, so the timer need not.
    unrefTimer(this.#timer);
  }

  #check(): void {
    this.#timer = undefined;
    const overdueMs = performance.now() - this.#limitMs;
    for (const pending of this.#pending) {
      if (pending.sinceMs > overdueMs) break;
      this.#pending.delete(pending);
      pending.reject(this.#createError());
    }
    this.#schedule();
  }
}
