import { AdminProblem } from './admin-problem.js';

const SEARCHES_PER_MINUTE = 30;
const MINUTE_MS = 60_000;
const MAX_SUBJECTS = 1000;

/** Limits how often an administrator searches for secrets. Counts in one process only. */
export class SearchLimiter {
  readonly #windows = new Map<string, { readonly startMs: number; count: number }>();

  /** @throws AdminProblem `rate_limited` after 30 searches within a minute. */
  check(subject: string, nowMs: number): void {
    const window = this.#windows.get(subject);
    const ageMs = window === undefined ? MINUTE_MS : nowMs - window.startMs;
    // A negative age means that the clock was set back.
    if (window === undefined || ageMs < 0 || ageMs >= MINUTE_MS) {
      this.#start(subject, nowMs);
    } else if (++window.count > SEARCHES_PER_MINUTE) {
      throw new AdminProblem('rate_limited', 'too many searches for secrets; try again later');
    }
  }

  #start(subject: string, nowMs: number): void {
    this.#windows.delete(subject);
    const [oldest] = this.#windows.keys();
    if (this.#windows.size >= MAX_SUBJECTS && oldest !== undefined) this.#windows.delete(oldest);
    this.#windows.set(subject, { startMs: nowMs, count: 1 });
  }
}
