/** How the slots of a worker are shared. */
export interface SlotLimits {
  /** All slots: the largest number of concurrent attempts. */
  readonly concurrency: number;
  /** The largest number of concurrent attempts per connection. */
  readonly maxPerConnection: number;
}

/** What to claim next. */
export interface ClaimPlan {
  readonly limit: number;
  readonly perConnection: number;
  /** Ids of connections to skip. */
  readonly except: readonly string[];
  /** Whether only connections with no attempt under way are meant. */
  readonly isReserved: boolean;
}

/** A connection that takes longer to answer is slow. */
const SLOW_MS = 1000;

interface Use {
  /** The attempts that are under way. */
  count: number;
  /** When the connection last answered, or began to be used. */
  progressMs: number;
}

/**
 * Shares the slots of one worker fairly, so that receivers that answer slowly or not at all cannot delay the
 * others, however many of their deliveries wait:
 *
 * - The last quarter of the slots is kept for connections with no attempt under way.
 * - All slow connections together get at most half of the slots.
 * - In one round, each connection is served at most once.
 */
export class Slots {
  readonly #limits: SlotLimits;
  readonly #now: () => number;
  readonly #uses = new Map<string, Use>();
  /** Connections whose last answer was slow. */
  readonly #slow = new Set<string>();
  /** Connections that were served in this round, and again after all others. */
  readonly #served = new Set<string>();
  #used = 0;
  /** Whether a connection with no attempt under way may have due deliveries. */
  #mayFindUnused = true;

  constructor(limits: SlotLimits, now: () => number) {
    this.#limits = limits;
    this.#now = now;
  }

  /** Whether the last claims of this round left other connections out. */
  get isRoundOpen(): boolean {
    return this.#served.size > 0;
  }

  isUsedBy(connectionId: string): boolean {
    return this.#uses.has(connectionId);
  }

  take(connectionId: string, count: number): void {
    const use = this.#uses.get(connectionId) ?? { count: 0, progressMs: this.#now() };
    use.count += count;
    this.#used += count;
    this.#uses.set(connectionId, use);
    this.#served.add(connectionId);
  }

  /** @param durationMs how long the answer took; `undefined` if nothing was sent. */
  release(connectionId: string, count: number, durationMs: number | undefined): void {
    const use = this.#uses.get(connectionId);
    if (use === undefined) return;
    use.count -= count;
    use.progressMs = this.#now();
    this.#used -= count;
    if (use.count <= 0) {
      this.#uses.delete(connectionId);
      this.#mayFindUnused = true;
    }
    if (durationMs === undefined) return;
    if (durationMs > SLOW_MS) this.#slow.add(connectionId);
    else this.#slow.delete(connectionId);
  }

  /** Call it when deliveries may have become due. */
  expectDeliveries(): void {
    this.#mayFindUnused = true;
  }

  /** Begins the next round. Call it when a claim has found fewer deliveries than the plan asked for. */
  endRound({ isReserved }: ClaimPlan): void {
    this.#served.clear();
    if (isReserved) this.#mayFindUnused = false;
  }

  /** @returns `undefined` if there is no free slot, or a claim would find nothing or too little. */
  plan(): ClaimPlan | undefined {
    const { concurrency, maxPerConnection } = this.#limits;
    const free = concurrency - this.#used;
    if (free <= 0) return undefined;
    const shared = free - Math.floor(concurrency / 4);
    // Small claims would cost a statement each. Connections that are not in use need not wait for a larger one.
    if (shared < Math.ceil(concurrency / 4)) {
      if (!this.#mayFindUnused) return undefined;
      const except = new Set([...this.#uses.keys(), ...this.#served, ...this.#listSlow(1)]);
      return { limit: free, perConnection: 1, except: [...except], isReserved: true };
    }
    // A claim may add `perConnection` to a connection with room for that many, so the limit always holds.
    const perConnection = Math.ceil(maxPerConnection / 2);
    const room = maxPerConnection - perConnection;
    const full = [...this.#uses].filter(([, { count }]) => count > room).map(([id]) => id);
    const except = new Set([...full, ...this.#served, ...this.#listSlow(perConnection)]);
    return { limit: shared, perConnection, except: [...except], isReserved: false };
  }

  /** Lists the slow connections that would exceed the share of all slow ones. */
  #listSlow(perConnection: number): readonly string[] {
    const share = Math.max(1, Math.floor(this.#limits.concurrency / 2));
    const slow = new Set([...this.#slow, ...this.#listStalled()]);
    let left = share;
    for (const id of slow) left -= this.#uses.get(id)?.count ?? 0;
    const waiting = [...slow].filter((id) => !this.#served.has(id));
    // At least one connection may go on, even if a claim for it is larger than the share.
    const allowed =
      left === share ? Math.max(1, Math.floor(left / perConnection)) : left / perConnection;
    return waiting.slice(Math.max(0, Math.floor(allowed)));
  }

  #listStalled(): readonly string[] {
    const sinceMs = this.#now() - SLOW_MS;
    return [...this.#uses].filter(([, { progressMs }]) => progressMs < sinceMs).map(([id]) => id);
  }
}
