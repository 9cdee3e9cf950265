/** The minimum time from the start of one fetch to the start of the next one for an unknown `kid`. */
const LOOKUP_INTERVAL_MS = 5_000;
/** Limits the starts while fetches fail and succeed in turns, because retries start fetches in between. */
const MAX_STARTS_PER_WINDOW = 12;
const WINDOW_MS = 60_000;

const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 60_000;

/**
 * Decides when the next fetch of a key set may start. It has no timer: it only returns times, and the
 * first request after such a time starts the fetch.
 *
 * Anyone can invent a `kid`, so neither the number of unknown `kid`s nor a repeated one means anything. One
 * fetch serves all of them: at most one every 5 s, and 12 a minute.
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

  /** How many fetches have failed since the last success. */
  get failures(): number {
    return this.#failures;
  }

  /** When a fetch may start because the keys are old or missing. */
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
