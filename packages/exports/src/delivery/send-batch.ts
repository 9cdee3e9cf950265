import type { ConnectionReason } from '../model/connection.js';
import type { StoredConnection } from '../store/stored-connection.js';
import type { StoredDelivery } from '../store/stored-delivery.js';
import { TokenUnavailable } from '../tokens/access-tokens.js';
import {
  type AttemptParts,
  attempt,
  type DeliveryContext,
  loadWithSameAuthorization,
  StaleAttempt,
} from './attempt.js';
import {
  CONNECTION_REASONS,
  type ConnectionHealth,
  isDeliverable,
  isFailing,
} from './connection-health.js';
import type { OutcomeGate } from './outcome-gate.js';
import { type PreparationParts, Preparations } from './prepare-attempts.js';
import type { AttemptResult } from './send.js';
import { type Lease, Settlement, type SettlementParts } from './settlement.js';
import { SLOW_MS } from './slots.js';

/** Deliveries of one connection, leased together. */
export interface Batch extends Lease {
  readonly connectionId: string;
  readonly deliveries: readonly StoredDelivery[];
  /** The largest number of concurrent attempts. */
  readonly slots: number;
  readonly outcomes: OutcomeGate;
  /** Whether further attempts may begin. Otherwise, what was not sent is released. */
  readonly shouldContinue: () => boolean;
  /** Called after each answer, also if there was none. */
  readonly onAnswer: (durationMs: number) => void;
  /** Called when a slot becomes free. */
  readonly onSlotFree: () => void;
  /** Called when the connection begins to fail. */
  readonly onFailure: () => void;
}

export interface BatchParts extends AttemptParts, SettlementParts, PreparationParts {
  readonly health: ConnectionHealth;
}

export interface BatchResult {
  /** The number of attempts. */
  readonly attempts: number;
  /** Whether the next batch may be sent to this connection without waiting for this one. */
  readonly isHealthy: boolean;
}

/** How long a delivery waits after an unexpected error. */
const POSTPONE_MS = 60_000;

/** What was not sent by then is released, so that other workers can send it, and other connections get the slots. */
const MAX_BATCH_MS = SLOW_MS;

/**
 * Sends the deliveries of one connection, one after the other in each slot. If the connection is degraded,
 * the newest delivery is sent as a probe, and the others are released if it fails. It never rejects.
 */
export async function sendBatch(batch: Batch, parts: BatchParts): Promise<BatchResult> {
  const run = new BatchRun(batch, parts);
  try {
    await run.send();
  } catch (error) {
    parts.observer.onError(error);
    run.fail();
  }
  return run;
}

class BatchRun implements BatchResult {
  attempts = 0;
  isHealthy = true;
  /** Whether an attempt of this batch failed, so that a later success is news. */
  #hasFailed = false;
  #freeSlots: number;
  readonly #startedMs: number;
  readonly #settling: Promise<void>[] = [];
  readonly #batch: Batch;
  readonly #parts: BatchParts;
  readonly #settlement: Settlement;

  constructor(batch: Batch, parts: BatchParts) {
    this.#batch = batch;
    this.#parts = parts;
    this.#freeSlots = batch.slots;
    this.#startedMs = parts.now();
    this.#settlement = new Settlement(batch, parts);
  }

  async send(): Promise<void> {
    const { connectionId, deliveries } = this.#batch;
    const connection = await this.#parts.store.getConnection(connectionId);
    // The connection may have been disabled or disconnected since the claim.
    if (connection === undefined || !isDeliverable(connection.status)) {
      this.fail();
      return this.#releaseAll(deliveries);
    }
    const isDegraded = connection.status === 'degraded';
    const first = isDegraded ? deliveries.slice(-1) : deliveries;
    const others = deliveries.slice(0, -first.length);
    await this.#sendAll(first, connection);
    if (this.isHealthy && others.length > 0) await this.#sendOthers(others, connection);
    else await this.#releaseAll(others);
  }

  fail(): void {
    this.isHealthy = false;
    this.#batch.onFailure();
  }

  async #sendOthers(deliveries: readonly StoredDelivery[], known: StoredConnection): Promise<void> {
    try {
      const connection = await loadWithSameAuthorization(this.#parts.store, known);
      await this.#sendAll(deliveries, connection);
    } catch (error) {
      await this.#handleError(deliveries, known, error);
    }
  }

  async #sendAll(deliveries: readonly StoredDelivery[], known: StoredConnection): Promise<void> {
    const queue = [...deliveries];
    try {
      const preparations = new Preparations(known, this.#parts);
      await preparations.get();
      const senders = Math.min(this.#freeSlots, queue.length);
      const sendEach = () => this.#sendEach(queue, preparations);
      await Promise.all(Array.from({ length: senders }, sendEach));
      await Promise.all([this.#releaseAll(queue), ...this.#settling]);
    } catch (error) {
      await this.#handleError(queue, known, error);
    }
  }

  /** Sends one delivery after the other in one slot. It never rejects, so that the batch waits for all of them. */
  async #sendEach(queue: StoredDelivery[], preparations: Preparations): Promise<void> {
    let delivery = queue.shift();
    while (delivery !== undefined) {
      await this.#sendOne(delivery, preparations);
      delivery = this.#mayContinue() ? queue.shift() : undefined;
    }
    this.#freeSlots--;
    this.#batch.onSlotFree();
  }

  #mayContinue(): boolean {
    const ageMs = Math.abs(this.#parts.now() - this.#startedMs);
    return this.isHealthy && ageMs <= MAX_BATCH_MS && this.#batch.shouldContinue();
  }

  async #sendOne(delivery: StoredDelivery, preparations: Preparations): Promise<void> {
    const { leaseUntilMs, outcomes } = this.#batch;
    try {
      await outcomes.wait();
      const preparation = await preparations.get();
      await this.#attempt({ ...preparation, delivery, leaseUntilMs });
    } catch (error) {
      // If the store fails as well, the lease ends and another worker claims the delivery.
      const { onError } = this.#parts.observer;
      await this.#handleError([delivery], preparations.connection, error).catch(onError);
    }
  }

  async #attempt(context: DeliveryContext): Promise<void> {
    const { health, now } = this.#parts;
    const startedMs = now();
    const result = await attempt(context, this.#parts);
    this.attempts++;
    this.#batch.onAnswer(now() - startedMs);
    const { connection } = context;
    const reason = toReason(result);
    if (reason !== undefined) {
      this.#hasFailed = true;
      // A healthy receiver may reject single events, and the others go on.
      if (reason !== 'events_rejected' || isFailing(connection)) this.fail();
      // Before the delivery is settled; otherwise the next one of its engagement would fail the same way.
      await health.fail(connection, { reason, notBeforeMs: result.notBeforeMs });
    }
    // A failure keeps its slot until it is stored, so that no other delivery fails the same way meanwhile.
    if (result.failure !== undefined) await this.#settlement.settle(context.delivery, result);
    else this.#settling.push(this.#settleAccepted(context, result));
  }

  /** It never rejects. */
  async #settleAccepted(context: DeliveryContext, result: AttemptResult): Promise<void> {
    const { health, observer } = this.#parts;
    const { connection, delivery } = context;
    const { outcomes } = this.#batch;
    outcomes.open();
    try {
      await this.#settlement.settle(delivery, result).finally(() => outcomes.close());
      // Decided by the connection as loaded for the batch, so that healthy connections cost no look-up.
      const isNews = connection.acceptedAtMs === undefined || isFailing(connection);
      if (isNews || this.#hasFailed) await health.recover(connection);
    } catch (error) {
      await this.#handleError([delivery], connection, error).catch(observer.onError);
    }
  }

  /** Releases deliveries that were not sent, or whose result is unknown. */
  async #handleError(
    deliveries: readonly StoredDelivery[],
    connection: StoredConnection,
    error: unknown,
  ): Promise<void> {
    const { health, observer, now } = this.#parts;
    this.fail();
    if (error instanceof StaleAttempt) return this.#releaseAll(deliveries);
    if (!(error instanceof TokenUnavailable)) {
      observer.onError(error);
      await this.#releaseAll(deliveries, now() + POSTPONE_MS);
      const failed = health.fail(connection, { reason: 'internal_error', notBeforeMs: undefined });
      // A fault of the store was the error that is already reported.
      return failed.catch(() => {});
    }
    await health.fail(connection, { reason: error.code, notBeforeMs: error.notBeforeMs });
    await this.#releaseAll(deliveries);
  }

  async #releaseAll(deliveries: readonly StoredDelivery[], notBeforeMs?: number): Promise<void> {
    await Promise.all(
      deliveries.map((delivery) => this.#settlement.release(delivery, notBeforeMs)),
    );
  }
}

/** Returns why the connection is not healthy after this result; `undefined` if it is. */
function toReason({ failure }: AttemptResult): ConnectionReason | undefined {
  // An administrator has assigned the connection to another site, so the earlier events are not for it.
  if (failure === undefined || failure === 'other_site') return undefined;
  return CONNECTION_REASONS[failure] ?? 'events_rejected';
}
