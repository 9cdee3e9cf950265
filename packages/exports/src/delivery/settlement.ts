import { setTimeout as wait } from 'node:timers/promises';
import type { Observer } from '../model/observer.js';
import type { ExportStore } from '../store/export-store.js';
import type { DeliveryOutcome, StoredDelivery } from '../store/stored-delivery.js';
import { CONNECTION_REASONS, ORG_FAILURES } from './connection-health.js';
import type { RetrySchedule } from './retry-schedule.js';
import type { AttemptResult } from './send.js';

export interface SettlementParts {
  readonly store: ExportStore;
  readonly schedule: RetrySchedule;
  readonly observer: Observer;
  readonly now: () => number;
}

/** The lease that the attempts were made under. */
export interface Lease {
  readonly owner: string;
  readonly leaseUntilMs: number;
}

/** Failures after which the receiver asks for a pause. They do not count as attempts. */
const UNCOUNTED: ReadonlySet<string> = new Set([...ORG_FAILURES, 'throttled', 'gone']);

/** The waits between retries of storing an outcome. The last one repeats. */
const WRITE_DELAYS_MS = [20, 100, 500, 2000] as const;

/** Stores the results of attempts that were made under one lease. */
export class Settlement {
  readonly #lease: Lease;
  readonly #parts: SettlementParts;

  constructor(lease: Lease, parts: SettlementParts) {
    this.#lease = lease;
    this.#parts = parts;
  }

  /** Stores a result: delivered, dead, or the time of the next attempt. */
  async settle(delivery: StoredDelivery, result: AttemptResult): Promise<void> {
    const nowMs = this.#parts.now();
    const outcome = this.#toOutcome(delivery, result, nowMs);
    if (!(await this.#write(outcome))) return;
    const { id: deliveryId, connectionId, exportType, createdAt } = delivery;
    const attempts = delivery.attempts + Number(outcome.countsAsAttempt);
    const { failure, responseStatus } = result;
    const details = { deliveryId, connectionId, exportType, attempts, responseStatus };
    const { onEvent } = this.#parts.observer;
    if (failure === undefined) {
      onEvent({ type: 'delivered', ...details, afterMs: nowMs - createdAt.getTime() });
    } else if (outcome.nextAttemptAtMs === undefined) {
      onEvent({ type: 'dead', ...details, failure });
    } else {
      onEvent({
        type: 'failed',
        ...details,
        failure,
        nextAttemptAt: new Date(outcome.nextAttemptAtMs),
      });
    }
  }

  /** Releases a delivery that was not sent. It is due as before, or from `notBeforeMs`. */
  async release(delivery: StoredDelivery, notBeforeMs = 0): Promise<void> {
    const { id, failure, responseStatus, nextAttemptAt } = delivery;
    const nowMs = this.#parts.now();
    await this.#write({
      id,
      owner: this.#lease.owner,
      status: 'pending',
      failure,
      responseStatus,
      nextAttemptAtMs: Math.max(nextAttemptAt?.getTime() ?? nowMs, notBeforeMs),
      countsAsAttempt: false,
      atMs: nowMs,
    });
  }

  #toOutcome(
    { id, attempts }: StoredDelivery,
    { failure, responseStatus, notBeforeMs = 0 }: AttemptResult,
    nowMs: number,
  ): DeliveryOutcome {
    const countsAsAttempt = failure === undefined || !UNCOUNTED.has(failure);
    const isEventFault = failure !== undefined && CONNECTION_REASONS[failure] === undefined;
    const isOver = failure === undefined || isEventFault;
    const delayMs = isOver
      ? undefined
      : this.#parts.schedule.getDelayMs(attempts + Number(countsAsAttempt));
    const finalStatus = failure === undefined ? 'delivered' : 'dead';
    return {
      id,
      owner: this.#lease.owner,
      status: delayMs === undefined ? finalStatus : 'pending',
      failure,
      responseStatus,
      nextAttemptAtMs: delayMs === undefined ? undefined : Math.max(nowMs + delayMs, notBeforeMs),
      countsAsAttempt,
      atMs: nowMs,
    };
  }

  /**
   * Stores an outcome, with retries while the lease lasts: if the outcome is lost, the event is delivered
   * twice.
   *
   * @returns whether the outcome was accepted.
   */
  async #write(outcome: DeliveryOutcome): Promise<boolean> {
    for (let failures = 0; ; failures++) {
      try {
        return await this.#parts.store.settleDelivery(outcome);
      } catch (error) {
        this.#parts.observer.onError(error);
        const delayMs = WRITE_DELAYS_MS[Math.min(failures, WRITE_DELAYS_MS.length - 1)] ?? 0;
        if (this.#parts.now() + delayMs >= this.#lease.leaseUntilMs) return false;
        await wait(delayMs);
      }
    }
  }
}
