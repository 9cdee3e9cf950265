/** A `kid` without a known key, and how often it was asked for. */
interface Wanted {
  count: number;
  lastMs: number;
}

/** A `kid` that was not asked for in the meantime is forgotten. */
const FORGET_AFTER_MS = 5_000;

/**
 * Counts how often each unknown `kid` is asked for, for at most `capacity` of them. If another one arrives, it
 * takes the place and the count of the least wanted (the algorithm Space-Saving), so one of which more than a
 * `capacity`th of all requests ask is never lost among invented ones.
 */
export class WantedKids {
  readonly #capacity: number;
  readonly #wanted = new Map<string, Wanted>();

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  add(kid: string, nowMs: number): void {
    const known = this.#wanted.get(kid);
    if (known === undefined) {
      const count = this.#wanted.size < this.#capacity ? 0 : this.#dropLeast();
      this.#wanted.set(kid, { count: count + 1, lastMs: nowMs });
      return;
    }
    known.count++;
    known.lastMs = nowMs;
  }

  /** Removes the `kid` if it is wanted, and returns whether it was. */
  take(kid: string): boolean {
    return this.#wanted.delete(kid);
  }

  /** Removes the most wanted `kid` and returns it. */
  takeMost(nowMs: number): string | undefined {
    let most: string | undefined;
    let highest = 0;
    for (const [kid, { count, lastMs }] of this.#wanted) {
      if (nowMs - lastMs >= FORGET_AFTER_MS) this.#wanted.delete(kid);
      else if (count > highest) {
        most = kid;
        highest = count;
      }
    }
    if (most !== undefined) this.#wanted.delete(most);
    return most;
  }

  /** Removes the least wanted one and returns its count. */
  #dropLeast(): number {
    let least = '';
    let lowest = Number.POSITIVE_INFINITY;
    for (const [kid, { count }] of this.#wanted) {
      if (count >= lowest) continue;
      least = kid;
      lowest = count;
    }
    this.#wanted.delete(least);
    return lowest;
  }
}
