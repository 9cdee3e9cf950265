export interface RateLimitOptions {
  /** Requests per minute over all operations. Default 0: unlimited. */
  readonly perMinute?: number | undefined;
  /** Requests per minute for single operations: `{ 'voice.dial': 10 }`. Default: unlimited. */
  readonly operations?: Readonly<Record<string, number>> | undefined;
  /**
   * Seconds for which requests are rejected after a limit is exceeded. Default 30; 0 means for
   * ever.
   */
  readonly quarantineSeconds?: number | undefined;
}

const MINUTE_MS = 60_000;
/** More origins than any page has frames. */
const MAX_COUNTERS = 1000;

/**
 * Limits requests over a sliding minute, for each origin separately, so that no origin can use up
 * another's limit. Rejected requests are not counted and do not prolong a quarantine.
 */
export class RateLimiter {
  readonly #perMinute: number;
  readonly #operations: ReadonlyMap<string, number>;
  readonly #quarantineMs: number;
  readonly #now: () => number;
  readonly #counters = new Map<string, Counter>();

  /** @throws TypeError if a limit or the quarantine is not a number of at least 0. */
  constructor(options: RateLimitOptions, now: () => number) {
    this.#perMinute = checkLimit('perMinute', options.perMinute ?? 0);
    this.#operations = new Map(
      Object.entries(options.operations ?? {}).map(([name, limit]) => [
        name,
        checkLimit(`operations['${name}']`, limit),
      ]),
    );
    const seconds = checkLimit('quarantineSeconds', options.quarantineSeconds ?? 30);
    this.#quarantineMs = seconds === 0 ? Number.POSITIVE_INFINITY : seconds * 1000;
    this.#now = now;
  }

  /**
   * Counts a request. If the request exceeds a limit, returns the milliseconds until requests are
   * accepted again.
   */
  check(origin: string, operation: string): number | undefined {
    const nowMs = this.#now();
    const counters = [
      this.#find(JSON.stringify([origin]), this.#perMinute, nowMs),
      this.#find(JSON.stringify([origin, operation]), this.#operations.get(operation) ?? 0, nowMs),
    ].filter((counter) => counter !== undefined);
    for (const counter of counters) {
      const waitMs = counter.check(nowMs);
      if (waitMs !== undefined) return waitMs;
    }
    for (const counter of counters) counter.count(nowMs);
    return undefined;
  }

  #find(key: string, limit: number, nowMs: number): Counter | undefined {
    if (limit === 0) return undefined;
    const known = this.#counters.get(key);
    if (known !== undefined) return known;
    if (this.#counters.size >= MAX_COUNTERS) this.#dropIdle(nowMs);
    const counter = new Counter(limit, this.#quarantineMs);
    this.#counters.set(key, counter);
    return counter;
  }

  #dropIdle(nowMs: number): void {
    for (const [key, counter] of this.#counters) {
      if (counter.isIdle(nowMs)) this.#counters.delete(key);
    }
  }
}

class Counter {
  readonly #limit: number;
  readonly #quarantineMs: number;
  #timesMs: number[] = [];
  #quarantinedUntilMs = Number.NEGATIVE_INFINITY;

  constructor(limit: number, quarantineMs: number) {
    this.#limit = limit;
    this.#quarantineMs = quarantineMs;
  }

  check(nowMs: number): number | undefined {
    if (this.#quarantinedUntilMs > nowMs) return this.#quarantinedUntilMs - nowMs;
    this.#timesMs = this.#timesMs.filter((timeMs) => nowMs - timeMs < MINUTE_MS);
    if (this.#timesMs.length < this.#limit) return undefined;
    this.#quarantinedUntilMs = nowMs + this.#quarantineMs;
    // After the quarantine, counting starts afresh.
    this.#timesMs = [];
    return this.#quarantineMs;
  }

  count(nowMs: number): void {
    this.#timesMs.push(nowMs);
  }

  isIdle(nowMs: number): boolean {
    return (
      this.#quarantinedUntilMs <= nowMs &&
      this.#timesMs.every((timeMs) => nowMs - timeMs >= MINUTE_MS)
    );
  }
}

function checkLimit(name: string, value: number): number {
  if (Number.isFinite(value) && value >= 0) return value;
  throw new TypeError(`createServiceHost: rateLimit.${name} must be a number of at least 0`);
}
