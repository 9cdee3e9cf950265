import type { StoredConnection, StoredDelivery } from '../store/export-store.js';
import { TokenUnavailable } from '../tokens/access-tokens.js';
import {
  type AttemptParts,
  attempt,
  type Errand,
  OutOfDate,
  readSameAuthorization,
} from './attempt.js';
import {
  CONNECTION_REASONS,
  type ConnectionHealth,
  isFailing,
  takesDeliveries,
} from './connection-health.js';
import type { Receiver } from './destination.js';
import { type Lease, Settlement, type SettlementParts } from './settlement.js';

/** Deliveries of one connection, leased together. */
export interface Batch extends Lease {
  readonly connectionId: string;
  readonly deliveries: readonly StoredDelivery[];
}

export interface BatchParts extends AttemptParts, SettlementParts {
  readonly health: ConnectionHealth;
  /** @throws TokenUnavailable if the connection's secrets cannot be read. */
  readonly toReceiver: (connection: StoredConnection) => Promise<Receiver>;
}

export interface BatchResult {
  /** How many attempts were made. */
  readonly attempts: number;
  /** Whether more may be sent to this connection at once. */
  readonly faresWell: boolean;
}

/** How long something that nobody foresaw is left alone. */
const POSTPONE_MS = 60_000;

/**
 * Sends the deliveries of one connection: all at once if it fares well. If it does not, the last one
 * finds out whether it does now, and the others are given back untried if not. It never rejects.
 */
export async function sendBatch(batch: Batch, parts: BatchParts): Promise<BatchResult> {
  const run = new BatchRun(batch, parts);
  try {
    await run.send();
  } catch (error) {
    parts.observer.onError(error);
    run.faresWell = false;
  }
  return run;
}

class BatchRun implements BatchResult {
  attempts = 0;
  faresWell = true;
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
    // It may have been disabled or disconnected since the claim.
    if (connection === undefined || !takesDeliveries(connection.status)) {
      this.faresWell = false;
      return this.#releaseAll(deliveries);
    }
    const isDegraded = connection.status === 'degraded';
    const first = isDegraded ? deliveries.slice(-1) : deliveries;
    const others = deliveries.slice(0, -first.length);
    await this.#sendAll(first, connection);
    if (this.faresWell) await this.#sendAll(others, connection);
    else await this.#releaseAll(others);
  }

  async #sendAll(deliveries: readonly StoredDelivery[], known: StoredConnection): Promise<void> {
    if (deliveries.length === 0) return;
    const { connectionId, leaseUntilMs } = this.#batch;
    const { store, accessTokens, toReceiver } = this.#parts;
    try {
      const token = await accessTokens.read(connectionId);
      const connection = await readSameAuthorization(store, known);
      const receiver = await toReceiver(connection);
      const errand = { connection, receiver, token, leaseUntilMs };
      await Promise.all(deliveries.map((delivery) => this.#sendOne({ ...errand, delivery })));
    } catch (error) {
      await this.#giveBack(deliveries, known, error);
    }
  }

  /** It never rejects: the others of the batch are waited for. */
  async #sendOne(errand: Errand): Promise<void> {
    const { delivery, connection } = errand;
    try {
      await this.#attempt(errand);
    } catch (error) {
      // What cannot be given back is somebody's again when the lease ends.
      await this.#giveBack([delivery], connection, error).catch(this.#parts.observer.onError);
    }
  }

  async #attempt(errand: Errand): Promise<void> {
    const { health } = this.#parts;
    const { connectionId } = this.#batch;
    const answer = await attempt(errand, this.#parts);
    this.attempts++;
    const { failure, notBeforeMs } = answer;
    const reason = failure && CONNECTION_REASONS[failure];
    if (reason !== undefined) {
      this.faresWell = false;
      // Before the delivery is given back, or the next of its engagement would run into the same.
      await health.fail(errand.connection, { reason, notBeforeMs });
    }
    await this.#settlement.settle(errand.delivery, answer);
    // Read once for the batch: most connections fare well, and need not be asked about.
    if (failure === undefined && isFailing(errand.connection)) await health.recover(connectionId);
  }

  /** Nothing was sent, or nobody knows what became of it. */
  async #giveBack(
    deliveries: readonly StoredDelivery[],
    connection: StoredConnection,
    error: unknown,
  ): Promise<void> {
    const { health, observer, now } = this.#parts;
    this.faresWell = false;
    if (error instanceof OutOfDate) return this.#releaseAll(deliveries);
    if (!(error instanceof TokenUnavailable)) {
      observer.onError(error);
      return this.#releaseAll(deliveries, now() + POSTPONE_MS);
    }
    await health.fail(connection, { reason: error.reason, notBeforeMs: undefined });
    await this.#releaseAll(deliveries);
  }

  async #releaseAll(deliveries: readonly StoredDelivery[], notBeforeMs?: number): Promise<void> {
    await Promise.all(
      deliveries.map((delivery) => this.#settlement.release(delivery, notBeforeMs)),
    );
  }
}
