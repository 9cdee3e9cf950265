import type { IssuedToken } from './token-answer.js';

/** A token that ages by two clocks: a wall clock can be set back, and a monotonic one stands still while the machine sleeps. */
export interface AgingToken {
  readonly issued: IssuedToken;
  /** When it was received, by the monotonic clock. */
  readonly startMs: number;
}

/** @param nowMs the wall clock's, by which it has aged until now. */
export const toAgingToken = (issued: IssuedToken, nowMs: number): AgingToken => ({
  issued,
  startMs: performance.now() - (nowMs - issued.receivedAtMs),
});

/**
 * Whether it has more than the margin left by either clock. Of a token that lives for less than the
 * margin, which would never be used at all, a quarter of its life is the margin.
 */
export function isCurrent(
  { issued, startMs }: AgingToken,
  nowMs: number,
  marginMs: number,
): boolean {
  const { lifetimeMs, receivedAtMs } = issued;
  const ageMs = Math.max(nowMs - receivedAtMs, performance.now() - startMs);
  return lifetimeMs - ageMs > Math.min(marginMs, lifetimeMs / 4);
}
