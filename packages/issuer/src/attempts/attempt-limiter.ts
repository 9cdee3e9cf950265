import { checkOptions } from '@mandate/internal/check-options';
import { RateLimiterMemory } from 'rate-limiter-flexible';

/** Counts attempts by key, and refuses when there were too many. */
export interface AttemptLimiter {
  /**
   * Counts one attempt, or refuses it: then it is not made, and not taken back either.
   * @returns 0, or the milliseconds for which the key is refused.
   */
  take(key: string): Promise<number>;
  /** Takes one attempt back: it succeeded, or was never made. */
  giveBack(key: string): Promise<void>;
}

/** So many attempts in so many seconds, which begin with the first attempt. */
export interface AttemptLimit {
  readonly attempts: number;
  /** At most 2147483, which is 24 days. */
  readonly perSeconds: number;
}

/** A timer of Node that is to run for longer runs at once, and would forget every attempt. */
const MAX_SECONDS = 2_147_483;

/** What is needed of a limiter of rate-limiter-flexible, whatever it stores its counts in. */
export interface FlexibleLimiter {
  /** The attempts that are allowed. */
  readonly points: number;
  penalty(key: string): Promise<Counted>;
  reward(key: string): Promise<Counted>;
  delete(key: string): Promise<unknown>;
}

interface Counted {
  readonly consumedPoints: number;
  readonly msBeforeNext: number;
}

/** Instances whose clocks are less apart must not forget what others have counted. */
const DAY_MS = 24 * 3_600_000;

/**
 * Counts with a limiter of rate-limiter-flexible: on Redis, say.
 *
 * @param perSeconds for how long it counts. Who would have to wait for a day more than that was counted
 * by a clock that is set right by now, and begins anew. Default: nobody does.
 */
export function createAttemptLimiter(
  limiter: FlexibleLimiter,
  perSeconds = Number.POSITIVE_INFINITY,
): AttemptLimiter {
  const longestMs = perSeconds * 1000 + DAY_MS;
  const giveBack = async (key: string) => {
    const { consumedPoints } = await limiter.reward(key);
    // The time that it was counted in is over: the next one must not begin with an attempt for free.
    // Deleting the key instead would take along what others have counted meanwhile.
    if (consumedPoints < 0) await limiter.penalty(key);
  };
  return {
    async take(key) {
      const { consumedPoints, msBeforeNext } = await limiter.penalty(key);
      if (consumedPoints <= limiter.points) return 0;
      if (msBeforeNext <= longestMs) {
        await giveBack(key); // what is not tried is no failure
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
 * Counts in the memory of this process: with several instances, each counts for itself, which
 * multiplies the limit. It goes by the machine's clock.
 *
 * @throws TypeError if the limit is not made of positive whole numbers, or lasts for more than 24 days.
 */
export function createMemoryAttemptLimiter(limit: AttemptLimit): AttemptLimiter {
  checkAttemptLimit(limit);
  const { attempts, perSeconds } = limit;
  const limiter = new RateLimiterMemory({ points: attempts, duration: perSeconds });
  return createAttemptLimiter(limiter, perSeconds);
}

/** @throws TypeError if the limit is not made of positive whole numbers, or lasts for more than 24 days. */
export function checkAttemptLimit(limit: AttemptLimit): void {
  checkOptions<AttemptLimit>('AttemptLimit', limit, { attempts: true, perSeconds: true });
  const { attempts, perSeconds } = limit;
  const isWhole = (value: number) => Number.isSafeInteger(value) && value > 0;
  if (isWhole(attempts) && isWhole(perSeconds) && perSeconds <= MAX_SECONDS) return;
  throw new TypeError(
    `AttemptLimit: attempts and perSeconds must be positive whole numbers, perSeconds at most ${MAX_SECONDS}`,
  );
}
