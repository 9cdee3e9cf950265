/** The least time between the starts of a fetch and of the next one for an unknown `kid`. */
const LOOKUP_INTERVAL_MS = 5_000;
/** The bound that holds while fetches fail and succeed in turns, so that retries come in between. */
const MAX_STARTS_PER_WINDOW = 12;
const WINDOW_MS = 60_000;

const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 60_000;

/**
 * When the next fetch of a key set may start. It has no timer: it answers with times, and requests that
 * come later than these start the fetches.
 *
 * Anybody can make up a `kid`, so the number of unknown ones says nothing, and neither does a repeated
 * one. One fetch answers for all of them: at most every 5 s, which is at most 12 a minute.
 */
export class FetchSchedule {
  readonly #random: () => number;
  /** The last starts, oldest first. */
  readonly #startsMs: number[] = [];
  #failures = 0;
  #retryAtMs = Number.NEGATIVE_INFINITY;

  constructor(random: () => number) {
    this.#random = random;
  }

  /** How many fetches have failed since the last one that succeeded. */
  get failures(): number {
    return this.#failures;
  }

  /** When a fetch may start because the keys grow old, or there are none. */
  get refreshAtMs(): number {
    return this.#retryAtMs;
  }

  /** When a fetch may start for a `kid` that is not in the set. */
  get lookupAtMs(): number {
    const last = this.#startsMs.at(-1) ?? Number.NEGATIVE_INFINITY;
    const first = this.#startsMs[0] ?? Number.NEGATIVE_INFINITY;
    const isFull = this.#startsMs.length === MAX_STARTS_PER_WINDOW;
    return Math.max(
      this.#failures > 0 ? this.#retryAtMs : last + LOOKUP_INTERVAL_MS,
      isFull ? first + WINDOW_MS : Number.NEGATIVE_INFINITY,
    );
  }

  start(nowMs: number): void {
    if (this.#startsMs.length === MAX_STARTS_PER_WINDOW) this.#startsMs.shift();
    this.#startsMs.push(nowMs);
  }

  succeed(): void {
    this.#failures = 0;
    this.#retryAtMs = Number.NEGATIVE_INFINITY;
  }

  /** Doubles the delay up to a minute; the jitter keeps many servers from retrying at the same moment. */
  fail(nowMs: number): void {
    this.#failures++;
    const doublings = Math.min(this.#failures - 1, 10);
    const delayMs = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** doublings);
    this.#retryAtMs = nowMs + delayMs * (0.5 + this.#random() / 2);
  }
}
