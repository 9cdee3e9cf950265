/** The schedule of Standard Webhooks 1.0: the first attempt and nine more within about 75 hours. */
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

/** Later by up to this part of the delay, so that what failed together is not tried together. */
const JITTER = 0.2;

export interface RetrySchedule {
  /** How long to wait after so many attempts that failed; `undefined`: there are no more. */
  readDelayMs(attempts: number): number | undefined;
}

/**
 * @param delaysSeconds before each attempt, the first one included.
 * @throws TypeError if there is none, or one is no number of seconds.
 */
export function createRetrySchedule(
  delaysSeconds: readonly number[],
  random: () => number,
): RetrySchedule {
  // Beyond 68 years there are mistakes, and times that no date can hold.
  const isSound = delaysSeconds.every(
    (delay) => Number.isFinite(delay) && delay >= 0 && delay < 2 ** 31,
  );
  if (delaysSeconds.length === 0 || !isSound) {
    throw new TypeError('retryDelaysSeconds must be seconds, one for each attempt');
  }
  return {
    readDelayMs(attempts) {
      const delay = delaysSeconds[attempts];
      return delay === undefined ? undefined : Math.ceil(delay * 1000 * (1 + JITTER * random()));
    },
  };
}
