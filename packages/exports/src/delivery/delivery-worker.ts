import { randomUUID } from 'node:crypto';
import type { Observer } from '../model/observer.js';
import type { ExportStore, StoredDelivery } from '../store/export-store.js';
import type { Housekeep } from './housekeeping.js';
import type { Batch, BatchResult } from './send-batch.js';

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
  /** The number of deliveries being sent, by connection. */
  readonly #busy = new Map<string, number>();
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
    this.#workSignal.send();
  }

  async runOnce(): Promise<number> {
    const before = this.#attempts;
    await this.#parts.housekeep(this.#shouldContinue);
    for (;;) {
      // Before the claim, because events that are stored during the claim may not be part of it.
      const notified = this.#workSignal.next();
      if ((await this.#claim()) > 0) continue;
      if (this.#countBusy() === 0) return this.#attempts - before;
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
    while (this.#countBusy() > 0) await this.#workSignal.next();
    // Otherwise the process could end with new tokens that are not stored, and the grant would be lost.
    await housekeeping;
  }

  async #claim(): Promise<number> {
    const { store, limits, now } = this.#parts;
    const limit = limits.concurrency - this.#countBusy();
    if (limit <= 0 || this.#isStopping) return 0;
    // A claim may add `perConnection` to a connection with room for that many, so the limit always holds.
    const perConnection = Math.ceil(limits.maxPerConnection / 2);
    const room = limits.maxPerConnection - perConnection;
    const except = [...this.#busy]
      .filter(([id, count]) => count > room || this.#unhealthy.has(id))
      .map(([id]) => id);
    const lease = { owner: randomUUID(), leaseUntilMs: now() + limits.leaseMs };
    const claim = { ...lease, nowMs: now(), limit, perConnection, except };
    const deliveries = await store.claimDeliveries(claim);
    for (const [connectionId, own] of groupByConnection(deliveries)) {
      void this.#send({ ...lease, connectionId, deliveries: own });
    }
    return deliveries.length;
  }

  async #send(batch: Batch): Promise<void> {
    const { connectionId, deliveries } = batch;
    this.#occupy(connectionId, deliveries.length);
    const { attempts, isHealthy } = await this.#parts.sendBatch(batch);
    this.#attempts += attempts;
    if (isHealthy) this.#unhealthy.delete(connectionId);
    else this.#unhealthy.add(connectionId);
    this.#occupy(connectionId, -deliveries.length);
    this.notify();
  }

  #occupy(connectionId: string, by: number): void {
    const count = (this.#busy.get(connectionId) ?? 0) + by;
    if (count === 0) this.#busy.delete(connectionId);
    else this.#busy.set(connectionId, count);
  }

  #countBusy(): number {
    return [...this.#busy.values()].reduce((sum, count) => sum + count, 0);
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
