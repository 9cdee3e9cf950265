import { randomUUID } from 'node:crypto';
import type { Observer } from '../model/observer.js';
import type { ExportStore } from '../store/export-store.js';
import type { StoredDelivery } from '../store/stored-delivery.js';
import type { Housekeep } from './housekeeping.js';
import type { Batch, BatchResult } from './send-batch.js';
import { Slots } from './slots.js';

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

export function createDeliveryWorker(parts: DeliveryWorkerParts): NotifiableWorker {
  return new Worker(parts);
}

class Worker implements NotifiableWorker {
  readonly #parts: DeliveryWorkerParts;
  readonly #slots: Slots;
  /** The batches that are not settled, by connection. */
  readonly #batches = new Map<string, number>();
  /** The deliveries of these batches. */
  #unsettled = 0;
  /** Connections whose last batch failed. They get one batch at a time until a batch succeeds. */
  readonly #unhealthy = new Set<string>();
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
    const isFollowUp = this.#slots.isRoundOpen;
    const claimed = await this.#claimOnce();
    // The connections that this round has served already may have more.
    return claimed === 0 && isFollowUp ? this.#claimOnce() : claimed;
  }

  async #claimOnce(): Promise<number> {
    const { store, limits, now } = this.#parts;
    const plan = this.#slots.plan();
    const limit = Math.min(plan?.limit ?? 0, 2 * limits.concurrency - this.#unsettled);
    if (plan === undefined || limit <= 0 || this.#isStopping) return 0;
    const failing = [...this.#unhealthy].filter((id) => this.#batches.has(id));
    const lease = { owner: randomUUID(), leaseUntilMs: now() + limits.leaseMs };
    const except = [...plan.except, ...failing];
    const claim = { ...lease, nowMs: now(), limit, perConnection: plan.perConnection, except };
    const deliveries = await store.claimDeliveries(claim);
    for (const [connectionId, own] of groupByConnection(deliveries)) {
      void this.#send({ ...lease, connectionId, deliveries: own });
    }
    if (deliveries.length < limit) this.#slots.endRound(plan);
    return deliveries.length;
  }

  async #send(batch: Batch): Promise<void> {
    const { connectionId, deliveries } = batch;
    const { now, sendBatch } = this.#parts;
    const startedMs = now();
    let open = deliveries.length;
    this.#slots.take(connectionId, open);
    this.#countBatch(connectionId, 1, open);
    const onAccepted = () => {
      open--;
      this.#slots.release(connectionId, 1, now() - startedMs);
      this.#workSignal.send();
    };
    const { attempts, isHealthy } = await sendBatch({ ...batch, onAccepted });
    this.#attempts += attempts;
    if (isHealthy) this.#unhealthy.delete(connectionId);
    else this.#unhealthy.add(connectionId);
    if (open > 0) this.#slots.release(connectionId, open, now() - startedMs);
    this.#countBatch(connectionId, -1, -deliveries.length);
    this.#workSignal.send();
  }

  #countBatch(connectionId: string, by: number, deliveries: number): void {
    this.#unsettled += deliveries;
    const count = (this.#batches.get(connectionId) ?? 0) + by;
    if (count === 0) this.#batches.delete(connectionId);
    else this.#batches.set(connectionId, count);
  }
}

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
