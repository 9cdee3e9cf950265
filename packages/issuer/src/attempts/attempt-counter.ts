import { AuthorizationError } from '../request/authorization-error.js';
import type { AttemptLimiter } from './attempt-limiter.js';

/** A limiter, and what an attempt is counted under there. */
export interface AttemptCount {
  readonly limiter: AttemptLimiter;
  /** No two limiters may be given the same. */
  readonly key: string;
}

/**
 * Counts attempts before they are made, so that many at once do not slip through, and takes them back
 * unless the credentials were refused.
 */
export class AttemptCounter {
  /** How many attempts are under way here, by key. */
  readonly #underWay = new Map<string, number>();

  /** @throws AuthorizationError `rate_limited` instead of making the attempt. */
  async run<Result>(
    counts: readonly AttemptCount[],
    attempt: () => Promise<Result>,
  ): Promise<Result> {
    const taken: AttemptCount[] = [];
    let isMade = false;
    const outcome = await this.#take(counts, taken)
      .then(() => {
        isMade = true;
        return attempt();
      })
      .catch(async (error: unknown) => {
        const isFailure =
          isMade && error instanceof AuthorizationError && error.reason !== 'service_error';
        // A limiter that fails, too, would hide what was wrong.
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
      const wasUnderWay = this.#underWay.has(key);
      const waitMs = await limiter.take(key);
      if (waitMs !== 0) throw refuse(wasUnderWay || this.#underWay.has(key), waitMs);
      taken.push(count);
      this.#underWay.set(key, (this.#underWay.get(key) ?? 0) + 1);
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
      const left = (this.#underWay.get(key) ?? 1) - 1;
      if (left === 0) this.#underWay.delete(key);
      else this.#underWay.set(key, left);
    }
  }
}

function refuse(areOthersUnderWay: boolean, waitMs: number): AuthorizationError {
  // What is under way has not failed yet. Most often it succeeds, and soon there is room again.
  const retryAfterSeconds = areOthersUnderWay ? 1 : Math.ceil(waitMs / 1000);
  const message = 'there were too many failed attempts';
  return new AuthorizationError('rate_limited', message, { retryAfterSeconds });
}
