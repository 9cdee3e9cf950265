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

  /** The promise, or after the limit a rejection. */
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

  /** For the one who has waited longest: the others come after, in the order in which they came. */
  #schedule(): void {
    const [oldest] = this.#waiting;
    if (this.#timer !== undefined || oldest === undefined) return;
    const leftMs = oldest.sinceMs + this.#limitMs - performance.now();
    this.#timer = setTimeout(() => this.#check(), Math.ceil(leftMs));
    // What is waited for keeps the process alive if it must; the wait itself need not.
    this.#timer.unref();
  }

  #check(): void {
    this.#timer = undefined;
    const overdueMs = performance.now() - this.#limitMs;
    for (const waiting of this.#waiting) {
      if (waiting.sinceMs > overdueMs) break;
      this.#waiting.delete(waiting);
      waiting.reject(new Error('the store did not answer'));
    }
    this.#schedule();
  }
}
