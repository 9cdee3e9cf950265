import { AuthorizationError } from '../request/authorization-error.js';
import type { AttemptLimiter } from './attempt-limiter.js';

/** A limiter, and the key under which it counts an attempt. */
export interface AttemptCount {
  readonly limiter: AttemptLimiter;
  /** Unique across limiters. */
  readonly key: string;
}

/**
 * Counts attempts before they are made, so that simultaneous ones cannot exceed the limit. An
 * attempt is uncounted unless the credentials are rejected.
 */
export class AttemptCounter {
  /** The number of attempts in progress in this process, by key. */
  readonly #inProgress = new Map<string, number>();

  /** @throws AuthorizationError `rate_limited` instead of making the attempt. */
  async run<Result>(
    counts: readonly AttemptCount[],
    attempt: () => Promise<Result>,
  ): Promise<Result> {
    const taken: AttemptCount[] = [];
    let hasStarted = false;
    const outcome = await this.#take(counts, taken)
      .then(() => {
        hasStarted = true;
        return attempt();
      })
      .catch(async (error: unknown) => {
        const isFailure =
          hasStarted && error instanceof AuthorizationError && error.code !== 'service_error';
        // A limiter that fails as well must not hide the original error.
        if (isFailure) this.#end(taken);
        else await this.#giveBack(taken).catch(() => {});
        throw error;
      });
    await this.#giveBack(taken);
    return outcome;
  }

  async #take(counts: readonly AttemptCount[], taken: AttemptCount[]): Promise<void> {
    for (const count of counts) {
      const { limiter, key } = count;
      const wasInProgress = this.#inProgress.has(key);
      const waitMs = await limiter.take(key);
      if (waitMs !== 0) throw rateLimited(wasInProgress || this.#inProgress.has(key), waitMs);
      taken.push(count);
      this.#inProgress.set(key, (this.#inProgress.get(key) ?? 0) + 1);
    }
  }

  async #giveBack(taken: readonly AttemptCount[]): Promise<void> {
    try {
      for (const { limiter, key } of taken) await limiter.giveBack(key);
    } finally {
      this.#end(taken);
    }
  }

  #end(taken: readonly AttemptCount[]): void {
    for (const { key } of taken) {
      const left = (this.#inProgress.get(key) ?? 1) - 1;
      if (left === 0) this.#inProgress.delete(key);
      else this.#inProgress.set(key, left);
    }
  }
}

function rateLimited(hasOthersInProgress: boolean, waitMs: number): AuthorizationError {
  // Attempts in progress have not failed yet. Most succeed, and then there is room again.
  const retryAfterSeconds = hasOthersInProgress ? 1 : Math.ceil(waitMs / 1000);
  const message = 'too many failed attempts';
  return new AuthorizationError('rate_limited', message, { retryAfterSeconds });
}
