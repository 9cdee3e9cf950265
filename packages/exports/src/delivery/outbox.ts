import { createHash } from 'node:crypto';
import { checkOptions } from '@mandate/internal/check-options';
import type { Delivery, DeliveryFilter, Page, PageRequest } from '../model/delivery.js';
import { ExportError } from '../model/export-error.js';
import type { ExportStore } from '../store/export-store.js';
import type { StoredConnection } from '../store/stored-connection.js';
import type { StoredDelivery } from '../store/stored-delivery.js';
import { type ParsedEvent, parseEvent } from './parse-event.js';
import type { RetrySchedule } from './retry-schedule.js';

export interface OutboxParts<Transaction> {
  readonly store: ExportStore<Transaction>;
  readonly now: () => number;
  readonly maxEventBytes: number;
  readonly schedule: RetrySchedule;
  /** Called when a delivery is due. */
  readonly notifyWorker: () => void;
}

/** Where `enqueue` of an outbox stores an event. */
export interface EnqueueOptions<Transaction = never> {
  /**
   * An open transaction of your own on the database of the store: a Kysely transaction, or a `pg` client
   * between `begin` and `commit`. If it rolls back, the event was never enqueued.
   */
  readonly transaction: Transaction;
}

/** Stores events for delivery, and shows their deliveries. */
export interface Outbox<Transaction = never> {
  /**
   * Stores an event for every authorized connection of its site. Once the promise is fulfilled, the event
   * is delivered at least once, whatever fails afterwards. An event with the same content is stored once,
   * whatever the order of its members. Connections to Salesforce accept no presence updates, because those
   * belong to no engagement.
   *
   * The start or end of an engagement with other content replaces the earlier one if that is dead or was
   * not attempted yet. Otherwise the call is rejected, and the correction must have a `revision`: a whole
   * number that is higher with each correction. A revision is delivered after the earlier ones.
   *
   * @param event an event of the documented export format. Unknown members are delivered as they are. A
   *   presence update must also have `site_id`.
   * @param options stores the event within a transaction of your own. It is then delivered once the
   *   transaction commits. Workers hear of the commit from the database.
   * @returns the ids of its deliveries; empty if no connection of its site accepts it.
   * @throws ExportError `invalid` with every fault of the event. `conflict` if the event was enqueued before
   *   with other content and was attempted since, or with a higher revision; nothing is stored then.
   * @throws TypeError if an option is unknown, or the store cannot use the transaction.
   */
  enqueue(event: unknown, options?: EnqueueOptions<Transaction>): Promise<readonly string[]>;
  /**
   * Returns a page of deliveries, newest first, without their events.
   *
   * @throws ExportError `invalid` if the limit is not from 1 to 200, or the cursor is invalid.
   */
  listDeliveries(filter: DeliveryFilter, page: PageRequest): Promise<Page<Delivery>>;
  /**
   * Returns the event of a delivery. It may hold personal data.
   *
   * @throws ExportError `not_found`
   */
  readEvent(deliveryId: string): Promise<unknown>;
  /**
   * Sends a dead delivery again, with all its attempts.
   *
   * @throws ExportError `conflict` if it is not dead or a higher revision was enqueued, `not_found` if it does not exist.
   */
  replay(deliveryId: string): Promise<Delivery>;
}

/** Makes an outbox over a store. */
export function createOutbox<Transaction>(parts: OutboxParts<Transaction>): Outbox<Transaction> {
  return new StoredOutbox(parts);
}

class StoredOutbox<Transaction> implements Outbox<Transaction> {
  readonly #parts: OutboxParts<Transaction>;

  constructor(parts: OutboxParts<Transaction>) {
    this.#parts = parts;
  }

  async enqueue(event: unknown, options?: EnqueueOptions<Transaction>): Promise<readonly string[]> {
    const { store, maxEventBytes, now, schedule } = this.#parts;
    const insert = this.#toInsert(options);
    const parsed = parseEvent(event, maxEventBytes);
    const connections = await store.listConnections(parsed.siteId);
    const nowMs = now();
    const createdAt = new Date(nowMs);
    const nextAttemptAt = new Date(nowMs + (schedule.getDelayMs(0) ?? 0));
    const deliveries = connections
      .filter((connection) => acceptsEvent(connection, parsed))
      .map(({ id }) => toDelivery(id, parsed, { createdAt, nextAttemptAt }));
    if (deliveries.length === 0) return [];
    if ((await insert(deliveries)).length > 0) throw toConflict(parsed);
    return deliveries.map(({ id }) => id);
  }

  /** @throws TypeError if the options are invalid, or the store cannot use a transaction of the caller. */
  #toInsert(
    options: EnqueueOptions<Transaction> | undefined,
  ): (deliveries: readonly StoredDelivery[]) => Promise<readonly string[]> {
    const { store, notifyWorker } = this.#parts;
    if (options === undefined) {
      return async (deliveries) => {
        const conflicts = await store.insertDeliveries(deliveries);
        notifyWorker();
        return conflicts;
      };
    }
    checkOptions<EnqueueOptions<Transaction>>('enqueue', options, { transaction: true });
    const { transaction } = options;
    // Without this check, an unset variable would store the event even if the transaction rolls back.
    if (typeof transaction !== 'object' || transaction === null) {
      throw new TypeError(
        'enqueue: transaction must be an open transaction; omit the options for none',
      );
    }
    if (store.insertDeliveriesWithin === undefined) {
      throw new TypeError(
        'enqueue: this store cannot use a transaction; use a store of @mandate/sql',
      );
    }
    // The worker is not notified here, because it could look before the transaction commits.
    return store.insertDeliveriesWithin.bind(store, transaction);
  }

  async listDeliveries(filter: DeliveryFilter, page: PageRequest): Promise<Page<Delivery>> {
    if (!Number.isInteger(page.limit) || page.limit < 1 || page.limit > 200) {
      throw new ExportError('invalid', 'limit must be a whole number from 1 to 200', [
        { path: 'limit', message: 'must be a whole number from 1 to 200' },
      ]);
    }
    return this.#parts.store.listDeliveries(filter, page);
  }

  async readEvent(deliveryId: string): Promise<unknown> {
    const { event } = await this.#get(deliveryId);
    return JSON.parse(event);
  }

  async replay(deliveryId: string): Promise<Delivery> {
    const { store, now, notifyWorker } = this.#parts;
    const isReplayed = await store.replayDelivery(deliveryId, now());
    const { event: _, dedupeKey: __, ...delivery } = await this.#get(deliveryId);
    if (!isReplayed) {
      const problem =
        delivery.status === 'dead'
          ? 'a higher revision of this event was enqueued'
          : `only a dead delivery can be replayed; this one is ${delivery.status}`;
      throw new ExportError('conflict', problem);
    }
    notifyWorker();
    return delivery;
  }

  async #get(deliveryId: string): Promise<StoredDelivery> {
    const delivery = await this.#parts.store.getDelivery(deliveryId);
    if (delivery !== undefined) return delivery;
    throw new ExportError('not_found', 'no delivery has this id');
  }
}

function acceptsEvent(
  { status, siteId, destination, exportTypes }: StoredConnection,
  event: ParsedEvent,
): boolean {
  const isAuthorized =
    status === 'active' || status === 'degraded' || status === 'needs_reauthorization';
  // Salesforce gets one record per engagement, and a presence update belongs to no engagement.
  const hasRecord =
    destination.kind !== 'salesforce' || event.exportType !== 'user_presence_update';
  const isWanted = exportTypes === undefined || exportTypes.includes(event.exportType);
  return isAuthorized && siteId === event.siteId && hasRecord && isWanted;
}

function toDelivery(
  connectionId: string,
  event: ParsedEvent,
  times: Pick<StoredDelivery, 'createdAt' | 'nextAttemptAt'>,
): StoredDelivery {
  const { exportType, engagementId, revision, json, contentHash } = event;
  const dedupeKey = toDedupeKey(connectionId, event);
  return {
    id: hash([dedupeKey, contentHash]),
    dedupeKey,
    connectionId,
    engagementId,
    exportType,
    revision,
    status: 'pending',
    attempts: 0,
    failure: undefined,
    responseStatus: undefined,
    ...times,
    deliveredAt: undefined,
    diedAt: undefined,
    event: json,
  };
}

/**
 * Returns what identifies an event whatever its content, the same in every process. An engagement starts and
 * ends once, and each revision is one event; transfers and presence updates occur often, and differ only in
 * their content.
 */
function toDedupeKey(
  connectionId: string,
  { exportType, engagementId, revision, contentHash }: ParsedEvent,
): string {
  const isOnce = exportType === 'engagement' || exportType === 'engagement_start';
  return hash([connectionId, engagementId, exportType, isOnce ? revision : contentHash]);
}

function hash(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
}

function toConflict({ revision }: ParsedEvent): ExportError {
  const message =
    revision === 0
      ? 'this event was enqueued before with other content; enqueue the correction with a revision'
      : 'this revision was enqueued before with other content, or a higher revision was enqueued';
  return new ExportError('conflict', message);
}
