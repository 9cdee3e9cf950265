import { checkNumber, MAX_TIMER_MS } from '@mandate/internal/check-number';
import { checkOptions } from '@mandate/internal/check-options';

export interface RememberOptions {
  /**
   * For how many seconds a verified token is remembered, from the start of its verification, but never
   * beyond its `expiresAt`. Default 60. A token that is revoked meanwhile still verifies for that long.
   */
  readonly seconds?: number | undefined;
  /** How many verified tokens are remembered. Default 10000. With 0, none are remembered. */
  readonly maxTokens?: number | undefined;
  /**
   * For how many seconds a rejection is remembered, so that a client that repeats a rejected token costs
   * nothing. Default 5. A token that becomes valid is still rejected for that long.
   */
  readonly rejectedSeconds?: number | undefined;
  /** How many rejections are remembered. Default 1000. With 0, none are remembered. */
  readonly maxRejected?: number | undefined;
  /**
   * How many tokens may be verified at the same time. Default 20. Another unknown token is rejected with
   * `verifier_unavailable` (503), so invented tokens cannot flood the server that verifies them. Remembered
   * tokens do not count.
   */
  readonly maxConcurrent?: number | undefined;
  /**
   * How long a request waits for the verification that another request started, in milliseconds. Default
   * 10000. After that it starts its own, and the other one no longer counts against `maxConcurrent`.
   */
  readonly timeoutMs?: number | undefined;
}

export type CheckedRememberOptions = { readonly [Name in keyof RememberOptions]-?: number };

/** @throws TypeError that names the invalid option. */
export function checkRememberOptions(
  owner: string,
  options: RememberOptions,
): CheckedRememberOptions {
  checkOptions<RememberOptions>(owner, options, {
    seconds: true,
    maxTokens: true,
    rejectedSeconds: true,
    maxRejected: true,
    maxConcurrent: true,
    timeoutMs: true,
  });
  const {
    seconds = 60,
    maxTokens = 10_000,
    rejectedSeconds = 5,
    maxRejected = 1000,
    maxConcurrent = 20,
    timeoutMs = 10_000,
  } = options;
  checkNumber(`${owner}: seconds`, seconds, { min: 0 });
  checkNumber(`${owner}: maxTokens`, maxTokens, { min: 0, isInteger: true });
  checkNumber(`${owner}: rejectedSeconds`, rejectedSeconds, { min: 0 });
  checkNumber(`${owner}: maxRejected`, maxRejected, { min: 0, isInteger: true });
  checkNumber(`${owner}: maxConcurrent`, maxConcurrent, { min: 1, isInteger: true });
  checkNumber(`${owner}: timeoutMs`, timeoutMs, { min: 1, max: MAX_TIMER_MS });
  return { seconds, maxTokens, rejectedSeconds, maxRejected, maxConcurrent, timeoutMs };
}
