/** The fetches that may start: at most `perSecond` at once, and as many more each second. */
export class FetchAllowance {
  readonly #perSecond: number;
  #left: number;
  #countedAtMs = 0;

  constructor(perSecond: number) {
    this.#perSecond = perSecond;
    this.#left = perSecond;
  }

  /** Adds what was earned since the last time. */
  earn(nowMs: number): void {
    const earned = ((nowMs - this.#countedAtMs) * this.#perSecond) / 1_000;
    this.#left = Math.min(this.#perSecond, this.#left + earned);
    this.#countedAtMs = nowMs;
  }

  get isSpent(): boolean {
    return this.#left < 1;
  }

  spend(): void {
    this.#left--;
  }
}
