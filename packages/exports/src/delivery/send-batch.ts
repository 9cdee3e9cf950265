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
import type { Receiver } from './receiver.js';
import type { AttemptResult } from './send.js';
import { type Lease, Settlement, type SettlementParts } from './settlement.js';

/** Deliveries of one connection, leased together. */
export interface Batch extends Lease {
  readonly connectionId: string;
  readonly deliveries: readonly StoredDelivery[];
  /** Called when the receiver has accepted a delivery, before the outcome is stored. */
  readonly onAccepted?: (() => void) | undefined;
}

export interface BatchParts extends AttemptParts, SettlementParts {
  readonly health: ConnectionHealth;
  /** @throws TokenUnavailable if the connection's secrets cannot be opened. */
  readonly toReceiver: (connection: StoredConnection) => Promise<Receiver>;
}

export interface BatchResult {
  /** The number of attempts. */
  readonly attempts: number;
  /** Whether the next batch may be sent to this connection without waiting for this one. */
  readonly isHealthy: boolean;
}

/** How long a delivery waits after an unexpected error. */
const POSTPONE_MS = 60_000;

/**
 * Sends the deliveries of one connection, in parallel if the connection is healthy. If it is degraded,
 * the newest delivery is sent as a probe, and the others are released if it fails. It never rejects.
 */
export async function sendBatch(batch: Batch, parts: BatchParts): Promise<BatchResult> {
  const run = new BatchRun(batch, parts);
  try {
    await run.send();
  } catch (error) {
    parts.observer.onError(error);
    run.isHealthy = false;
  }
  return run;
}

class BatchRun implements BatchResult {
  attempts = 0;
  isHealthy = true;
  /** Whether an attempt of this batch failed, so that a later success is news. */
  #hasFailed = false;
  readonly #batch: Batch;
  readonly #parts: BatchParts;
  readonly #settlement: Settlement;

  constructor(batch: Batch, parts: BatchParts) {
    this.#batch = batch;
    this.#parts = parts;
    this.#settlement = new Settlement(batch, parts);
  }

  async send(): Promise<void> {
    const { connectionId, deliveries } = this.#batch;
    const connection = await this.#parts.store.getConnection(connectionId);
    // The connection may have been disabled or disconnected since the claim.
    if (connection === undefined || !isDeliverable(connection.status)) {
      this.isHealthy = false;
      return this.#releaseAll(deliveries);
    }
    const isDegraded = connection.status === 'degraded';
    const first = isDegraded ? deliveries.slice(-1) : deliveries;
    const others = deliveries.slice(0, -first.length);
    await this.#sendAll(first, connection);
    if (this.isHealthy) await this.#sendAll(others, connection);
    else await this.#releaseAll(others);
  }

  async #sendAll(deliveries: readonly StoredDelivery[], known: StoredConnection): Promise<void> {
    if (deliveries.length === 0) return;
    const { connectionId, leaseUntilMs } = this.#batch;
    const { store, accessTokens, toReceiver } = this.#parts;
    try {
      const token = await accessTokens.get(connectionId);
      const connection = await loadWithSameAuthorization(store, known);
      const receiver = await toReceiver(connection);
      const context = { connection, receiver, token, leaseUntilMs };
      await Promise.all(deliveries.map((delivery) => this.#sendOne({ ...context, delivery })));
    } catch (error) {
      await this.#handleError(deliveries, known, error);
    }
  }

  /** It never rejects, so that the batch waits for all its deliveries. */
  async #sendOne(context: DeliveryContext): Promise<void> {
    const { delivery, connection } = context;
    try {
      await this.#attempt(context);
    } catch (error) {
      // If the store fails as well, the lease ends and another worker claims the delivery.
      await this.#handleError([delivery], connection, error).catch(this.#parts.observer.onError);
    }
  }

  async #attempt(context: DeliveryContext): Promise<void> {
    const { health } = this.#parts;
    const result = await attempt(context, this.#parts);
    this.attempts++;
    const { connection } = context;
    const reason = toReason(result);
    if (reason !== undefined) {
      this.#hasFailed = true;
      // A healthy receiver may reject single events, and the others go on.
      if (reason !== 'events_rejected' || isFailing(connection)) this.isHealthy = false;
      // Before the delivery is settled; otherwise the next one of its engagement would fail the same way.
      await health.fail(connection, { reason, notBeforeMs: result.notBeforeMs });
    }
    // A failure keeps its slot until it is stored, so that no other delivery fails the same way meanwhile.
    if (result.failure === undefined) this.#batch.onAccepted?.();
    await this.#settlement.settle(context.delivery, result);
    if (result.failure !== undefined) return;
    // Decided by the connection as loaded for the batch, so that healthy connections cost no look-up.
    const isNews = connection.acceptedAtMs === undefined || isFailing(connection);
    if (isNews || this.#hasFailed) await health.recover(connection);
  }

  /** Releases deliveries that were not sent, or whose result is unknown. */
  async #handleError(
    deliveries: readonly StoredDelivery[],
    connection: StoredConnection,
    error: unknown,
  ): Promise<void> {
    const { health, observer, now } = this.#parts;
    this.isHealthy = false;
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
