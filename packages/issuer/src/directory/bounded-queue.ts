import type { MaybePromise } from '@mandate/internal/maybe-promise';
import { AuthorizationError } from '../request/authorization-error.js';

/**
 * Runs expensive work, so many pieces at a time, with so many waiting, and refuses the rest at once:
 * the answer to a flood is then a quick `service_error`, not a slow one and no memory left.
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

  /** @throws AuthorizationError `service_error` if too many are waiting already. */
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
      throw new AuthorizationError('service_error', 'too many passwords are being checked', {
        retryAfterSeconds: 1,
      });
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** The place of who leaves goes to the next who waits, without ever being free in between. */
  #leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#running--;
    else next();
  }
}
