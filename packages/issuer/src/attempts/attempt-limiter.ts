import { checkNumber } from '@mandate/internal/check-number';
import { checkOptions } from '@mandate/internal/check-options';
import { RateLimiterMemory } from 'rate-limiter-flexible';

/** Counts attempts by key, and rejects a key that has too many. */
export interface AttemptLimiter {
  /**
   * Counts one attempt. A rejected attempt is neither made nor counted.
   * @returns 0, or the milliseconds for which the key is rejected.
   */
  take(key: string): Promise<number>;
  /** Uncounts one attempt, because it succeeded or was never made. */
  giveBack(key: string): Promise<void>;
}

/** A number of attempts within a time that begins with the first of them. */
export interface AttemptLimit {
  readonly attempts: number;
  /** At most 2147483 (24 days). */
  readonly perSeconds: number;
}

/** A longer timer of Node fires at once, which would reset the count on every attempt. */
const MAX_SECONDS = 2_147_483;

/** The part of a rate-limiter-flexible limiter that is used, whatever its store. */
export interface FlexibleLimiter {
  /** The number of attempts that are allowed. */
  readonly points: number;
  penalty(key: string): Promise<Counted>;
  reward(key: string): Promise<Counted>;
  delete(key: string): Promise<unknown>;
}

interface Counted {
  readonly consumedPoints: number;
  readonly msBeforeNext: number;
}

/** Clocks of instances may differ by less than a day without resetting each other's counts. */
const DAY_MS = 24 * 3_600_000;

/**
 * Counts with a limiter of rate-limiter-flexible, such as one on Redis.
 *
 * @param perSeconds the duration of the limiter. Entries more than a day past it come from a wrong
 * clock and are reset. Default: never reset.
 *
 * @example
 * // `limiter` is a limiter of rate-limiter-flexible: { points: 10, duration: 900 }
 * const accountLimiter = createAttemptLimiter(limiter, 900);
 */
export function createAttemptLimiter(
  limiter: FlexibleLimiter,
  perSeconds = Number.POSITIVE_INFINITY,
): AttemptLimiter {
  const longestMs = perSeconds * 1000 + DAY_MS;
  const giveBack = async (key: string) => {
    const { consumedPoints } = await limiter.reward(key);
    // The entry has expired, so the next attempt must not start below zero. Deleting the key
    // instead would remove counts of other instances.
    if (consumedPoints < 0) await limiter.penalty(key);
  };
  return {
    async take(key) {
      const { consumedPoints, msBeforeNext } = await limiter.penalty(key);
      if (consumedPoints <= limiter.points) return 0;
      if (msBeforeNext <= longestMs) {
        await giveBack(key); // an attempt that was not made is not a failure
        return Math.max(1, msBeforeNext);
      }
      await limiter.delete(key);
      await limiter.penalty(key);
      return 0;
    },
    giveBack,
  };
}

/**
 * Counts in the memory of this process, by its clock. Several instances count separately, which
 * multiplies the limit.
 *
 * @throws TypeError if the limit does not consist of positive whole numbers, or lasts more than 24
 * days.
 *
 * @example
 * const accountLimiter = createMemoryAttemptLimiter({ attempts: 10, perSeconds: 900 });
 */
export function createMemoryAttemptLimiter(limit: AttemptLimit): AttemptLimiter {
  checkAttemptLimit(limit);
  const { attempts, perSeconds } = limit;
  const limiter = new RateLimiterMemory({ points: attempts, duration: perSeconds });
  return createAttemptLimiter(limiter, perSeconds);
}

/**
 * @throws TypeError if the limit does not consist of positive whole numbers, or lasts more than 24
 * days.
 *
 * @example
 * checkAttemptLimit({ attempts: 10, perSeconds: 900 });
 */
export function checkAttemptLimit(limit: AttemptLimit): void {
  checkOptions<AttemptLimit>('AttemptLimit', limit, { attempts: true, perSeconds: true });
  checkNumber('AttemptLimit: attempts', limit.attempts, { min: 1, isInteger: true });
  const range = { min: 1, max: MAX_SECONDS, isInteger: true };
  checkNumber('AttemptLimit: perSeconds', limit.perSeconds, range);
}
