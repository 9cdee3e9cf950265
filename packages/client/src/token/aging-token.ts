import type { TimedToken } from './token-answer.js';

/**
 * A token whose age is measured by two clocks, because a wall clock can be set back and a monotonic
 * clock stops while the machine sleeps.
 */
export interface AgingToken {
  readonly token: TimedToken;
  /** When the token was received, by the monotonic clock. */
  readonly startMs: number;
}

/** @param nowMs wall-clock time, which gives the token's age so far. */
export const toAgingToken = (token: TimedToken, nowMs: number): AgingToken => ({
  token,
  startMs: performance.now() - (nowMs - token.receivedAtMs),
});

/**
 * Whether more than the margin is left by both clocks. A token that lives for less than four
 * margins has a quarter of its lifetime as its margin; otherwise a very short token would never be
 * used.
 */
export function isCurrent(
  { token, startMs }: AgingToken,
  nowMs: number,
  marginMs: number,
): boolean {
  const { lifetimeMs, receivedAtMs } = token;
  const ageMs = Math.max(nowMs - receivedAtMs, performance.now() - startMs);
  return lifetimeMs - ageMs > Math.min(marginMs, lifetimeMs / 4);
}
