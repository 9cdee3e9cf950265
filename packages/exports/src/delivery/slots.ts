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
  /** Ids of connections that get `perConnection` slots each beside `limit`, for several deliveries per slot. */
  readonly ahead: readonly string[];
  /** Whether only connections with no attempt under way are meant. */
  readonly isReserved: boolean;
  /** Whether connections are skipped that will be served in a later claim. */
  readonly skipsServed: boolean;
}

/** A connection that takes longer to answer is slow. */
export const SLOW_MS = 1000;

/** A connection that takes longer to answer gets one delivery per slot. */
const QUICK_MS = 250;

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
 * - Only quick connections with a backlog get several deliveries per slot.
 */
export class Slots {
  readonly #limits: SlotLimits;
  readonly #now: () => number;
  readonly #uses = new Map<string, Use>();
  /** Connections whose last answer was slow. */
  readonly #slow = new Set<string>();
  /** Connections whose last answer was quick. */
  readonly #quick = new Set<string>();
  /** Connections of which the last claim returned as many as it asked for. */
  readonly #backlogs = new Set<string>();
  /** Connections that were served in this round, and again after all others. */
  readonly #served = new Set<string>();
  #used = 0;
  /** Whether a connection with no attempt under way may have due deliveries. */
  #mayFindUnused = true;
  /** Whether any connection with room may have due deliveries. Otherwise a claim would be in vain. */
  #mayFind = true;

  constructor(limits: SlotLimits, now: () => number) {
    this.#limits = limits;
    this.#now = now;
  }

  take(connectionId: string, count: number): void {
    const use = this.#uses.get(connectionId) ?? { count: 0, progressMs: this.#now() };
    use.count += count;
    this.#used += count;
    this.#uses.set(connectionId, use);
    this.#served.add(connectionId);
  }

  /** Call it after each answer. @param durationMs how long it took. */
  measure(connectionId: string, durationMs: number): void {
    const use = this.#uses.get(connectionId);
    if (use !== undefined) use.progressMs = this.#now();
    if (durationMs > SLOW_MS) this.#slow.add(connectionId);
    else this.#slow.delete(connectionId);
    if (durationMs > QUICK_MS) this.#quick.delete(connectionId);
    else this.#quick.add(connectionId);
  }

  release(connectionId: string, count: number): void {
    const use = this.#uses.get(connectionId);
    if (use === undefined) return;
    use.count -= count;
    use.progressMs = this.#now();
    this.#used -= count;
    if (use.count <= 0) this.#uses.delete(connectionId);
    this.expectDeliveries(connectionId);
  }

  /** @param hasBacklog whether the last claim returned as many of its deliveries as it asked for. */
  expectBacklog(connectionId: string, hasBacklog: boolean): void {
    // Added again at the end, so that the connections take turns.
    this.#backlogs.delete(connectionId);
    if (hasBacklog) this.#backlogs.add(connectionId);
  }

  /** Call it when a claim was in vain: the next one then asks for the deliveries of all connections alike. */
  forgetBacklogs(): void {
    this.#backlogs.clear();
  }

  /** Call it when deliveries may have become due. @param connectionId of this connection only. */
  expectDeliveries(connectionId?: string): void {
    this.#mayFindUnused ||= connectionId === undefined || !this.#uses.has(connectionId);
    this.#mayFind ||= connectionId === undefined || this.hasRoom(connectionId);
  }

  /** Whether a claim may add to the slots of a connection. */
  hasRoom(connectionId: string): boolean {
    return (this.#uses.get(connectionId)?.count ?? 0) <= this.#room;
  }

  /**
   * Begins the next round. Call it when a claim has found fewer deliveries than the plan asked for.
   *
   * @param foundAll whether the claim found all due deliveries of the connections that it did not skip.
   * @returns whether another claim may find more.
   */
  endRound({ isReserved, skipsServed }: ClaimPlan, foundAll: boolean): boolean {
    this.#served.clear();
    if (isReserved) this.#mayFindUnused = false;
    else this.#mayFind = skipsServed || !foundAll;
    return skipsServed || !foundAll;
  }

  /** @returns `undefined` if there is no free slot, or a claim would find nothing or too little. */
  plan(): ClaimPlan | undefined {
    const { concurrency } = this.#limits;
    const free = concurrency - this.#used;
    if (free <= 0) return undefined;
    const shared = free - Math.floor(concurrency / 4);
    // Small claims would cost a statement each. Connections that are not in use need not wait for a larger one.
    if (shared >= Math.ceil(concurrency / 4)) {
      return this.#mayFind ? this.#planShared(shared) : undefined;
    }
    if (!this.#mayFindUnused) return undefined;
    const except = new Set([...this.#uses.keys(), ...this.#served, ...this.#listSlow(1)]);
    const skipsServed = this.#served.size > 0;
    const plan = { limit: free, perConnection: 1, except: [...except], skipsServed };
    return { ...plan, ahead: [], isReserved: true };
  }

  #planShared(shared: number): ClaimPlan {
    const perConnection = this.#perClaim;
    const full = [...this.#uses.keys()].filter((id) => !this.hasRoom(id));
    const skipped = new Set([...full, ...this.#served, ...this.#listSlow(perConnection)]);
    const backlogs = [...this.#backlogs].filter((id) => this.#quick.has(id) && !skipped.has(id));
    // At least one slot is left for other connections, so that a round can end.
    const count = Math.floor((shared - 1) / perConnection);
    const ahead = backlogs.slice(0, count);
    // The others wait for their turn, because small claims would cost a statement each.
    const waiting = count === 0 ? [] : backlogs.slice(count);
    return {
      ...{ limit: shared - ahead.length * perConnection, perConnection, ahead },
      ...{ except: [...skipped, ...waiting], isReserved: false },
      skipsServed: this.#served.size > 0 || waiting.length > 0,
    };
  }

  /** How many slots a claim may add to a connection. */
  get #perClaim(): number {
    return Math.ceil(this.#limits.maxPerConnection / 2);
  }

  /** How many slots a connection may hold when a claim adds to them, so that its limit always holds. */
  get #room(): number {
    return this.#limits.maxPerConnection - this.#perClaim;
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
