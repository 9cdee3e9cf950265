import { randomUUID } from 'node:crypto';
import type { Observer } from '../model/observer.js';
import type { ExportStore, StoredDelivery } from '../store/export-store.js';
import type { Housekeep } from './housekeeping.js';
import type { Batch, BatchResult } from './send-batch.js';

/** Sends deliveries that are due, renews tokens of idle connections, and removes what was delivered long ago. */
export interface DeliveryWorker {
  /**
   * Works until it is stopped. Starting one that works does nothing; one that is being stopped goes on
   * once it has.
   */
  start(): void;
  /** Takes no more deliveries, and is fulfilled when those on their way have been answered. */
  stop(): Promise<void>;
  /**
   * Sends everything that is due now, what becomes due by that included, without being started.
   * @returns how many attempts were made.
   */
  runOnce(): Promise<number>;
}

/** A worker, and how it is told that there is something to do. */
export interface WakeableWorker extends DeliveryWorker {
  wake(): void;
}

export interface DeliveryWorkerParts {
  readonly store: ExportStore;
  readonly observer: Observer;
  readonly now: () => number;
  readonly limits: WorkerLimits;
  readonly sendBatch: (batch: Batch) => Promise<BatchResult>;
  /** Begins what is to be done now and then, if it is due; fulfilled when it is done. It never rejects. */
  readonly housekeep: Housekeep;
}

export interface WorkerLimits {
  readonly concurrency: number;
  readonly maxPerConnection: number;
  readonly pollIntervalMs: number;
  readonly leaseMs: number;
}

export function createDeliveryWorker(parts: DeliveryWorkerParts): WakeableWorker {
  return new Worker(parts);
}

class Worker implements WakeableWorker {
  readonly #parts: DeliveryWorkerParts;
  /** Deliveries under way, by connection. */
  readonly #busy = new Map<string, number>();
  /** Connections whose last batch met trouble: one batch at a time finds out whether it is over. */
  readonly #troubled = new Set<string>();
  readonly #bell = new Bell();
  #running: Promise<void> | undefined;
  #isStopping = false;
  /** Whether it was started since it was last stopped. */
  #isWanted = false;
  readonly #goesOn = (): boolean => !this.#isStopping;
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
    this.wake();
    await this.#running;
  }

  wake(): void {
    this.#bell.ring();
  }

  async runOnce(): Promise<number> {
    const before = this.#attempts;
    await this.#parts.housekeep(this.#goesOn);
    for (;;) {
      // From before the claim on: what comes while it is made may not be in it.
      const ring = this.#bell.next();
      if ((await this.#claim()) > 0) continue;
      if (this.#countBusy() === 0) return this.#attempts - before;
      await ring;
    }
  }

  async #run(): Promise<void> {
    await this.#workUntilStopped();
    this.#running = undefined;
    this.#isStopping = false;
    if (this.#isWanted) this.start();
  }

  async #workUntilStopped(): Promise<void> {
    const { observer, housekeep, limits } = this.#parts;
    let housekeeping = Promise.resolve();
    while (!this.#isStopping) {
      // Deliveries do not wait for it.
      housekeeping = housekeep(this.#goesOn);
      const ring = this.#bell.next();
      const claimed = await this.#claim().catch((error) => {
        observer.onError(error);
        return 0;
      });
      if (claimed > 0) continue;
      const poll = setTimeout(() => this.wake(), limits.pollIntervalMs);
      await ring;
      clearTimeout(poll);
    }
    while (this.#countBusy() > 0) await this.#bell.next();
    // New tokens that were not stored would be a grant that is lost.
    await housekeeping;
  }

  async #claim(): Promise<number> {
    const { store, limits, now } = this.#parts;
    const limit = limits.concurrency - this.#countBusy();
    if (limit <= 0 || this.#isStopping) return 0;
    // One claim may add that many to a connection that is not left out: together never more than allowed.
    const perConnection = Math.ceil(limits.maxPerConnection / 2);
    const room = limits.maxPerConnection - perConnection;
    const except = [...this.#busy]
      .filter(([id, count]) => count > room || this.#troubled.has(id))
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
    const { attempts, faresWell } = await this.#parts.sendBatch(batch);
    this.#attempts += attempts;
    if (faresWell) this.#troubled.delete(connectionId);
    else this.#troubled.add(connectionId);
    this.#occupy(connectionId, -deliveries.length);
    this.wake();
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

/** Calls whoever waits. */
class Bell {
  #waiting: (() => void)[] = [];

  /** Fulfilled by the next ring. */
  next(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  ring(): void {
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
