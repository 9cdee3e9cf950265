import type { MaybePromise } from '@mandate/internal/maybe-promise';
import { AuthorizationError } from '../request/authorization-error.js';

/**
 * Limits expensive work to a number of tasks at a time and a number that wait, and rejects others
 * immediately: a flood then gets a quick `service_error` instead of slow answers and exhausted
 * memory.
 */
export class BoundedQueue {
  readonly #concurrency: number;
  readonly #maxWaiting: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(concurrency: number, maxWaiting: number) {
    this.#concurrency = concurrency;
    this.#maxWaiting = maxWaiting;
  }

  /** @throws AuthorizationError `service_error` if too many tasks are waiting. */
  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    await this.#enter();
    try {
      return await work();
    } finally {
      this.#leave();
    }
  }

  #enter(): MaybePromise<void> {
    if (this.#running < this.#concurrency) {
      this.#running++;
      return;
    }
    if (this.#waiting.length >= this.#maxWaiting) {
      throw new AuthorizationError(
        'service_error',
        'too many passwords are being checked; try again later',
        {
          retryAfterSeconds: 1,
        },
      );
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /**
   * A finished task hands its place directly to the next waiting task, so no newcomer can take it.
   */
  #leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#running--;
    else next();
  }
}
