interface Waiting {
  readonly sinceMs: number;
  readonly reject: (error: Error) => void;
}

/** Gives up on promises that take too long, with one timer for all of them instead of one for each. */
export class Deadline {
  readonly #limitMs: number;
  readonly #waiting = new Set<Waiting>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(limitMs: number) {
    this.#limitMs = limitMs;
  }

  /** The promise, or after the limit (and at most a quarter of it more) a rejection. */
  race<Value>(promise: Promise<Value>): Promise<Value> {
    return new Promise((resolve, reject) => {
      const waiting: Waiting = { sinceMs: performance.now(), reject };
      this.#waiting.add(waiting);
      this.#schedule();
      promise.then(
        (value) => {
          this.#waiting.delete(waiting);
          resolve(value);
        },
        (error) => {
          this.#waiting.delete(waiting);
          reject(error);
        },
      );
    });
  }

  #schedule(): void {
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => this.#check(), this.#limitMs / 4);
    // What is waited for keeps the process alive if it must; the wait itself need not.
    this.#timer.unref();
  }

  #check(): void {
    this.#timer = undefined;
    const overdueMs = performance.now() - this.#limitMs;
    for (const waiting of this.#waiting) {
      if (waiting.sinceMs > overdueMs) continue;
      this.#waiting.delete(waiting);
      waiting.reject(new Error('the store did not answer'));
    }
    if (this.#waiting.size > 0) this.#schedule();
  }
}
