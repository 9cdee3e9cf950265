/** A clock that several processes read the same time from: it may be ahead, and go faster than time does. */
export interface Clock {
  readonly sinceMs: number;
  readonly speed: number;
  readonly aheadMs: number;
}

export const REAL_TIME: Clock = { sinceMs: 0, speed: 1, aheadMs: 0 };

export function readClock({ sinceMs, speed, aheadMs }: Clock): number {
  return Math.floor(sinceMs + (Date.now() - sinceMs) * speed + aheadMs);
}
