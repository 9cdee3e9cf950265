const SEARCHES_PER_MINUTE = 30;
const MINUTE_MS = 60_000;
const MAX_SUBJECTS = 1000;

/** Limits how often an administrator searches for secrets. Counts in one process only. */
export class SearchLimiter {
  readonly #windows = new Map<string, { readonly startMs: number; count: number }>();

  /** Whether this administrator may search: at most 30 times within a minute. */
  allows(subject: string, nowMs: number): boolean {
    const window = this.#windows.get(subject);
    const ageMs = window === undefined ? MINUTE_MS : nowMs - window.startMs;
    // A negative age means that the clock was set back.
    if (window !== undefined && ageMs >= 0 && ageMs < MINUTE_MS) {
      return ++window.count <= SEARCHES_PER_MINUTE;
    }
    this.#start(subject, nowMs);
    return true;
  }

  #start(subject: string, nowMs: number): void {
    this.#windows.delete(subject);
    const [oldest] = this.#windows.keys();
    if (this.#windows.size >= MAX_SUBJECTS && oldest !== undefined) this.#windows.delete(oldest);
    this.#windows.set(subject, { startMs: nowMs, count: 1 });
  }
}
