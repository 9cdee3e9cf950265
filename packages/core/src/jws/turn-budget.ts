/** The time in one turn of the event loop after which more checks would delay other requests. */
const MAX_MS = 0.5;

const { setImmediate } = globalThis as { setImmediate?: (callback: () => void) => unknown };

/** Decides whether a slow check runs at once or in the pool of threads. */
export class TurnBudget {
  #spentMs = 0;
  #inPool = 0;
  #isResetDue = false;

  /** Whether few enough checks are wanted for the next to run at once. */
  get isLeft(): boolean {
    return this.#inPool === 0 && this.#spentMs < MAX_MS && setImmediate !== undefined;
  }

  runAtOnce<Result>(check: () => Result): Result {
    const startedAtMs = performance.now();
    try {
      return check();
    } finally {
      this.#spentMs += performance.now() - startedAtMs;
      if (!this.#isResetDue) setImmediate?.(() => this.#reset());
      this.#isResetDue = true;
    }
  }

  async runInPool<Result>(check: () => Promise<Result>): Promise<Result> {
    this.#inPool++;
    try {
      return await check();
    } finally {
      this.#inPool--;
      // What comes back from the pool begins another turn.
      this.#spentMs = 0;
    }
  }

  #reset(): void {
    this.#spentMs = 0;
    this.#isResetDue = false;
  }
}
