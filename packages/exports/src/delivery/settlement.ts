import { setTimeout as wait } from 'node:timers/promises';
import type { Observer } from '../model/observer.js';
import type { DeliveryOutcome, ExportStore, StoredDelivery } from '../store/export-store.js';
import { CONNECTION_REASONS } from './connection-health.js';
import type { RetrySchedule } from './retry-schedule.js';
import type { Answer } from './send.js';

export interface SettlementParts {
  readonly store: ExportStore;
  readonly schedule: RetrySchedule;
  readonly observer: Observer;
  readonly now: () => number;
}

/** Under what the attempts were made. */
export interface Lease {
  readonly owner: string;
  readonly leaseUntilMs: number;
}

/** Failures after which the receiver told us to wait: waiting is no attempt. */
const UNCOUNTED: ReadonlySet<string> = new Set(['throttled', 'quota_exceeded', 'gone']);

/** Between tries to write an outcome down. The last one repeats. */
const WRITE_DELAYS_MS = [20, 100, 500, 2000] as const;

/** Writes down what came of attempts made under one lease. */
export class Settlement {
  readonly #lease: Lease;
  readonly #parts: SettlementParts;

  constructor(lease: Lease, parts: SettlementParts) {
    this.#lease = lease;
    this.#parts = parts;
  }

  /** Writes down an answer: delivered, dead, or when to try again. */
  async settle(delivery: StoredDelivery, answer: Answer): Promise<void> {
    const nowMs = this.#parts.now();
    const outcome = this.#toOutcome(delivery, answer, nowMs);
    if (!(await this.#write(outcome))) return;
    const { id: deliveryId, connectionId, exportType, createdAt } = delivery;
    const attempts = delivery.attempts + Number(outcome.countsAsAttempt);
    const { failure, responseStatus } = answer;
    const what = { deliveryId, connectionId, exportType, attempts, responseStatus };
    const { onEvent } = this.#parts.observer;
    if (failure === undefined) {
      onEvent({ type: 'delivered', ...what, afterMs: nowMs - createdAt.getTime() });
    } else if (outcome.nextAttemptAtMs === undefined) {
      onEvent({ type: 'dead', ...what, failure });
    } else {
      onEvent({
        type: 'failed',
        ...what,
        failure,
        nextAttemptAt: new Date(outcome.nextAttemptAtMs),
      });
    }
  }

  /** Gives back what was not tried, as due as it was or after `notBeforeMs`. */
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
    { failure, responseStatus, notBeforeMs = 0 }: Answer,
    nowMs: number,
  ): DeliveryOutcome {
    const countsAsAttempt = failure === undefined || !UNCOUNTED.has(failure);
    const isOfEvent = failure !== undefined && CONNECTION_REASONS[failure] === undefined;
    const isOver = failure === undefined || isOfEvent;
    const delayMs = isOver
      ? undefined
      : this.#parts.schedule.readDelayMs(attempts + Number(countsAsAttempt));
    const last = failure === undefined ? 'delivered' : 'dead';
    return {
      id,
      owner: this.#lease.owner,
      status: delayMs === undefined ? last : 'pending',
      failure,
      responseStatus,
      nextAttemptAtMs: delayMs === undefined ? undefined : Math.max(nowMs + delayMs, notBeforeMs),
      countsAsAttempt,
      atMs: nowMs,
    };
  }

  /**
   * An outcome that is lost makes the event arrive twice: while the lease lasts, a store that is down
   * is asked again. @returns whether it counts.
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
