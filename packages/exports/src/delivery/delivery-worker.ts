import { randomUUID } from 'node:crypto';
import type { Observer } from '../model/observer.js';
import type { ExportStore } from '../store/export-store.js';
import type { StoredDelivery } from '../store/stored-delivery.js';
import type { Housekeep } from './housekeeping.js';
import { OutcomeGate } from './outcome-gate.js';
import type { Batch, BatchResult } from './send-batch.js';
import type { Lease } from './settlement.js';
import { type ClaimPlan, Slots } from './slots.js';

/** Sends due deliveries, refreshes the tokens of idle connections, and removes old delivered events. */
export interface DeliveryWorker {
  /**
   * Starts the worker. Does nothing if it is running; if it is stopping, it starts again afterwards. The
   * process stays alive until `stop`.
   */
  start(): void;
  /** Claims no more deliveries. Resolves when every request that was sent has been answered. */
  stop(): Promise<void>;
  /**
   * Sends all due deliveries without being started, for tests and schedulers. This includes deliveries
   * that become due meanwhile.
   *
   * @returns the number of attempts.
   */
  runOnce(): Promise<number>;
}

/** A worker that need not wait for its next poll. */
export interface NotifiableWorker extends DeliveryWorker {
  /** Makes the worker look for due deliveries now. */
  notify(): void;
}

export interface DeliveryWorkerParts {
  readonly store: ExportStore;
  readonly observer: Observer;
  readonly now: () => number;
  readonly limits: WorkerLimits;
  readonly sendBatch: (batch: Batch) => Promise<BatchResult>;
  /** Runs the hourly tasks if they are due. Resolves when they are done, and never rejects. */
  readonly housekeep: Housekeep;
}

export interface WorkerLimits {
  readonly concurrency: number;
  readonly maxPerConnection: number;
  readonly pollIntervalMs: number;
  readonly leaseMs: number;
}

/** How many deliveries are leased for each slot of a quick connection with a backlog. */
const DELIVERIES_PER_SLOT = 8;

export function createDeliveryWorker(parts: DeliveryWorkerParts): NotifiableWorker {
  return new Worker(parts);
}

class Worker implements NotifiableWorker {
  readonly #parts: DeliveryWorkerParts;
  readonly #slots: Slots;
  readonly #outcomes: OutcomeGate;
  /** The batches that are not settled, by connection. */
  readonly #batches = new Map<string, number>();
  /** The deliveries of these batches. */
  #unsettled = 0;
  /** Connections that failed, with the failure. They get one batch at a time until a later batch succeeds. */
  readonly #unhealthy = new Map<string, symbol>();
  readonly #workSignal = new Signal();
  #running: Promise<void> | undefined;
  #isStopping = false;
  /** Whether `start` was called after the last `stop`. */
  #isWanted = false;
  readonly #shouldContinue = (): boolean => !this.#isStopping;
  #attempts = 0;

  constructor(parts: DeliveryWorkerParts) {
    this.#parts = parts;
    this.#slots = new Slots(parts.limits, parts.now);
    this.#outcomes = new OutcomeGate(parts.limits.concurrency);
  }

  start(): void {
    this.#isWanted = true;
    this.#running ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#isWanted = false;
    this.#isStopping = this.#running !== undefined;
    this.notify();
    await this.#running;
  }

  notify(): void {
    this.#slots.expectDeliveries();
    this.#workSignal.send();
  }

  async runOnce(): Promise<number> {
    const before = this.#attempts;
    // Time has passed since the last call.
    this.#slots.expectDeliveries();
    await this.#parts.housekeep(this.#shouldContinue);
    for (;;) {
      // Before the claim, because events that are stored during the claim may not be part of it.
      const notified = this.#workSignal.next();
      if ((await this.#claim()) > 0) continue;
      if (this.#unsettled === 0) return this.#attempts - before;
      await notified;
    }
  }

  async #run(): Promise<void> {
    await this.#workUntilStopped();
    this.#running = undefined;
    this.#isStopping = false;
    if (this.#isWanted) this.start();
  }

  async #workUntilStopped(): Promise<void> {
    const { store, observer, housekeep, limits } = this.#parts;
    const unwatch = store.watchDeliveries?.(() => this.notify());
    let housekeeping = Promise.resolve();
    while (!this.#isStopping) {
      // Not awaited: deliveries do not wait for it.
      housekeeping = housekeep(this.#shouldContinue);
      const notified = this.#workSignal.next();
      const claimed = await this.#claim().catch((error) => {
        observer.onError(error);
        return 0;
      });
      if (claimed > 0) continue;
      const poll = setTimeout(() => this.notify(), limits.pollIntervalMs);
      await notified;
      clearTimeout(poll);
    }
    unwatch?.();
    while (this.#unsettled > 0) await this.#workSignal.next();
    // Otherwise the process could end with new tokens that are not stored, and the grant would be lost.
    await housekeeping;
  }

  /** @returns how many deliveries were claimed. */
  async #claim(): Promise<number> {
    for (;;) {
      const plan = this.#slots.plan();
      if (plan === undefined || this.#isStopping) return 0;
      const { claimed, mayFindMore } = await this.#claimOnce(plan);
      if (claimed > 0 || !mayFindMore) return claimed;
    }
  }

  async #claimOnce(plan: ClaimPlan): Promise<{ claimed: number; mayFindMore: boolean }> {
    const { store, limits, now } = this.#parts;
    const { limit, perConnection } = plan;
    const failing = [...this.#unhealthy.keys()].filter((id) => this.#batches.has(id));
    const lease = { owner: randomUUID(), leaseUntilMs: now() + limits.leaseMs };
    const except = [...plan.except, ...failing];
    const ahead = {
      connectionIds: plan.ahead.filter((id) => !this.#unhealthy.has(id)),
      perConnection: perConnection * DELIVERIES_PER_SLOT,
    };
    const claim = { ...lease, nowMs: now(), limit, perConnection, except, ahead };
    const deliveries = await store.claimDeliveries(claim);
    for (const id of plan.ahead) this.#slots.expectBacklog(id, false);
    if (deliveries.length === 0 && plan.ahead.length > 0) this.#slots.forgetBacklogs();
    const groups = groupByConnection(deliveries);
    let others = 0;
    // The claim skips a connection that has stopped being active. The next claim takes it like the others.
    let foundAll = ahead.connectionIds.every((id) => groups.has(id));
    for (const [connectionId, own] of groups) {
      const isAhead = ahead.connectionIds.includes(connectionId);
      if (!isAhead) others += own.length;
      const hasBacklog = own.length >= (isAhead ? ahead.perConnection : perConnection);
      // A reserved claim asks for one of each, so it shows nothing.
      if (!plan.isReserved) this.#slots.expectBacklog(connectionId, hasBacklog);
      void this.#send({ ...lease, connectionId, deliveries: own }, perConnection);
      foundAll &&= !hasBacklog || !this.#slots.hasRoom(connectionId);
    }
    const mayFindMore = others < limit && this.#slots.endRound(plan, foundAll);
    return { claimed: deliveries.length, mayFindMore };
  }

  /** @param maxSlots how many of the deliveries may be sent at the same time. */
  async #send(leased: LeasedDeliveries, maxSlots: number): Promise<void> {
    const { connectionId, deliveries } = leased;
    const slots = Math.min(maxSlots, deliveries.length);
    this.#slots.take(connectionId, slots);
    this.#countBatch(connectionId, 1, deliveries.length);
    const earlierFailure = this.#unhealthy.get(connectionId);
    let taken = slots;
    const release = (count: number) => {
      taken -= count;
      this.#slots.release(connectionId, count);
      this.#workSignal.send();
    };
    const { attempts, isHealthy } = await this.#parts.sendBatch({
      ...{ ...leased, slots, outcomes: this.#outcomes },
      shouldContinue: () => !this.#isStopping && !this.#unhealthy.has(connectionId),
      onAnswer: (durationMs) => this.#slots.measure(connectionId, durationMs),
      onSlotFree: () => release(1),
      onFailure: () => this.#unhealthy.set(connectionId, Symbol('failure')),
    });
    this.#attempts += attempts;
    const isLastFailure = this.#unhealthy.get(connectionId) === earlierFailure;
    if (isHealthy && isLastFailure) this.#unhealthy.delete(connectionId);
    this.#countBatch(connectionId, -1, -deliveries.length);
    if (taken > 0) release(taken);
    // The next events of the same engagements have become due.
    this.#slots.expectDeliveries(connectionId);
    this.#workSignal.send();
  }

  #countBatch(connectionId: string, by: number, deliveries: number): void {
    this.#unsettled += deliveries;
    const count = (this.#batches.get(connectionId) ?? 0) + by;
    if (count === 0) this.#batches.delete(connectionId);
    else this.#batches.set(connectionId, count);
  }
}

/** Deliveries of one connection under one lease. */
type LeasedDeliveries = Lease & Pick<Batch, 'connectionId' | 'deliveries'>;

/** Resolves all waiting promises at once. */
class Signal {
  #waiting: (() => void)[] = [];

  /** Resolves at the next `send`. */
  next(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  send(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

function groupByConnection(
  deliveries: readonly StoredDelivery[],
): ReadonlyMap<string, readonly StoredDelivery[]> {
  const groups = new Map<string, StoredDelivery[]>();
  for (const delivery of deliveries) {
    const group = groups.get(delivery.connectionId);
    if (group === undefined) groups.set(delivery.connectionId, [delivery]);
    else group.push(delivery);
  }
  return groups;
}
