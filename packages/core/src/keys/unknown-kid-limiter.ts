const CAPACITY = 4;
/** Kept for the questions that look like a rotation rather than a flood. */
const RESERVE = 2;
const REFILL_MS = 15_000;
const QUIET_MS = 250;
const REMEMBERED_KIDS = 256;

/**
 * Decides whether an unknown `kid` is worth a fetch. Anybody can make up a `kid`, so fetches for
 * them come out of a small token bucket: at most 4 at once and 4 a minute after that.
 *
 * A flood must not lock out the key that the issuer rotated to a moment ago. So half of the bucket is
 * kept for a `kid` that is asked for again, as every client with a new token does and random ones do
 * not, and for one that comes after a moment's quiet. Whoever triggers it, one fetch serves all.
 */
export class UnknownKidLimiter {
  #tokens = CAPACITY;
  #refilledAtMs = Number.NEGATIVE_INFINITY;
  #lastAskedAtMs = Number.NEGATIVE_INFINITY;
  readonly #asked = new Set<string>();

  allows(kid: string, nowMs: number): boolean {
    this.#refill(nowMs);
    const looksReal = this.#asked.has(kid) || nowMs - this.#lastAskedAtMs >= QUIET_MS;
    this.#remember(kid, nowMs);
    if (this.#tokens <= (looksReal ? 0 : RESERVE)) return false;
    this.#tokens--;
    return true;
  }

  #refill(nowMs: number): void {
    if (this.#tokens === CAPACITY) this.#refilledAtMs = nowMs;
    const earned = Math.floor((nowMs - this.#refilledAtMs) / REFILL_MS);
    if (earned <= 0) return;
    this.#tokens = Math.min(CAPACITY, this.#tokens + earned);
    this.#refilledAtMs += earned * REFILL_MS;
  }

  #remember(kid: string, nowMs: number): void {
    this.#lastAskedAtMs = nowMs;
    if (this.#asked.size >= REMEMBERED_KIDS) this.#asked.clear();
    this.#asked.add(kid);
  }
}
