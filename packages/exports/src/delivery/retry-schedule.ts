import { checkNumber } from '@mandate/internal/check-number';

/** The schedule of Standard Webhooks 1.0: ten attempts within about 75 hours. */
export const STANDARD_RETRY_DELAYS_SECONDS: readonly number[] = [
  0,
  5,
  5 * 60,
  30 * 60,
  2 * 3600,
  5 * 3600,
  10 * 3600,
  14 * 3600,
  20 * 3600,
  24 * 3600,
];

/** The largest random part that is added to a delay, so that deliveries that failed together spread out. */
const JITTER = 0.2;

/** Up to 68 years. Larger numbers are mistakes, and lead to times that a Date cannot hold. */
const RANGE = { min: 0, max: 2 ** 31 - 1 } as const;

export interface RetrySchedule {
  /** Returns the wait after this number of failed attempts; `undefined` if no attempt is left. */
  getDelayMs(attempts: number): number | undefined;
}

/**
 * Makes a schedule from the delays before each attempt.
 *
 * @param delaysSeconds includes the delay before the first attempt.
 * @throws TypeError if the list is empty, or a delay is not a number of seconds.
 */
export function createRetrySchedule(
  delaysSeconds: readonly number[],
  random: () => number,
): RetrySchedule {
  if (!Array.isArray(delaysSeconds) || delaysSeconds.length === 0) {
    throw new TypeError('createExports: retryDelaysSeconds must be a list of at least one number');
  }
  for (const [index, delay] of delaysSeconds.entries()) {
    checkNumber(`createExports: retryDelaysSeconds[${index}]`, delay, RANGE);
  }
  return {
    getDelayMs(attempts) {
      const delay = delaysSeconds[attempts];
      return delay === undefined ? undefined : Math.ceil(delay * 1000 * (1 + JITTER * random()));
    },
  };
}
