import { createHash } from 'node:crypto';
import type { Delivery, DeliveryFilter, Page, PageRequest } from '../model/delivery.js';
import { ExportError } from '../model/export-error.js';
import type { ExportStore, StoredConnection, StoredDelivery } from '../store/export-store.js';
import { type ReadEvent, readEvent } from './read-event.js';
import type { RetrySchedule } from './retry-schedule.js';

export interface OutboxParts {
  readonly store: ExportStore;
  readonly now: () => number;
  readonly maxEventBytes: number;
  readonly schedule: RetrySchedule;
  /** Told when something is due. */
  readonly wake: () => void;
}

/** Stores events for delivery, and shows their deliveries. */
export interface Outbox {
  /**
   * Stores an event for every authorized connection of its site. Once the promise is fulfilled, the event
   * is delivered at least once, whatever fails in between. A repeated event is stored once: the same
   * connection, engagement and export type, and for transfers and presence updates the same content.
   * Connections to Salesforce take no presence updates, because those belong to no engagement.
   *
   * @param event as the documented export format says; members that it does not know are kept. A
   *   presence update needs a `site_id` as well.
   * @returns the deliveries it became; empty if no connection of its site wants it.
   * @throws ExportError `invalid` with everything that is wrong with it.
   */
  enqueue(event: unknown): Promise<readonly string[]>;
  /** Deliveries, newest first, without what they carry. */
  listDeliveries(filter: DeliveryFilter, page: PageRequest): Promise<Page<Delivery>>;
  /** What a delivery carries: it may name people. */
  readEvent(deliveryId: string): Promise<unknown>;
  /** Sends a dead letter again, from the first attempt on. @throws ExportError `conflict` if it is not dead. */
  replay(deliveryId: string): Promise<Delivery>;
}

/** Makes an outbox over a store. */
export function createOutbox(parts: OutboxParts): Outbox {
  return new StoredOutbox(parts);
}

class StoredOutbox implements Outbox {
  readonly #parts: OutboxParts;

  constructor(parts: OutboxParts) {
    this.#parts = parts;
  }

  async enqueue(event: unknown): Promise<readonly string[]> {
    const { store, maxEventBytes, now, schedule, wake } = this.#parts;
    const read = readEvent(event, maxEventBytes);
    const connections = await store.listConnections(read.siteId);
    const nowMs = now();
    const createdAt = new Date(nowMs);
    const nextAttemptAt = new Date(nowMs + (schedule.readDelayMs(0) ?? 0));
    const deliveries = connections
      .filter((connection) => takes(connection, read))
      .map(({ id }) => toDelivery(id, read, { createdAt, nextAttemptAt }));
    if (deliveries.length === 0) return [];
    await store.insertDeliveries(deliveries);
    wake();
    return deliveries.map(({ id }) => id);
  }

  async listDeliveries(filter: DeliveryFilter, page: PageRequest): Promise<Page<Delivery>> {
    if (!Number.isInteger(page.limit) || page.limit < 1 || page.limit > 200) {
      throw new ExportError('invalid', 'a page has 1 to 200 deliveries', [
        { path: 'limit', message: 'must be 1 to 200' },
      ]);
    }
    return this.#parts.store.listDeliveries(filter, page);
  }

  async readEvent(deliveryId: string): Promise<unknown> {
    const { event } = await this.#get(deliveryId);
    return JSON.parse(event);
  }

  async replay(deliveryId: string): Promise<Delivery> {
    const { store, now, wake } = this.#parts;
    const isReplayed = await store.replayDelivery(deliveryId, now());
    const { event: _, ...delivery } = await this.#get(deliveryId);
    if (!isReplayed) throw new ExportError('conflict', `the delivery is ${delivery.status}`);
    wake();
    return delivery;
  }

  async #get(deliveryId: string): Promise<StoredDelivery> {
    const delivery = await this.#parts.store.getDelivery(deliveryId);
    if (delivery !== undefined) return delivery;
    throw new ExportError('not_found', 'there is no such delivery');
  }
}

function takes({ status, siteId, destination }: StoredConnection, event: ReadEvent): boolean {
  const isAuthorized =
    status === 'active' || status === 'degraded' || status === 'needs_reauthorization';
  // A record for each engagement has no place for what is of none.
  const hasPlace = destination.kind !== 'salesforce' || event.exportType !== 'user_presence_update';
  return isAuthorized && siteId === event.siteId && hasPlace;
}

function toDelivery(
  connectionId: string,
  event: ReadEvent,
  times: Pick<StoredDelivery, 'createdAt' | 'nextAttemptAt'>,
): StoredDelivery {
  const { exportType, engagementId, json } = event;
  return {
    id: toDeliveryId(connectionId, event),
    connectionId,
    engagementId,
    exportType,
    status: 'pending',
    attempts: 0,
    failure: undefined,
    responseStatus: undefined,
    ...times,
    deliveredAt: undefined,
    event: json,
  };
}

/**
 * The idempotency key: the same for the same event, whichever process takes it and however often.
 * An engagement starts and ends once; transfers and presence updates differ by what they say.
 */
function toDeliveryId(connectionId: string, { exportType, engagementId, json }: ReadEvent): string {
  const isOnce = exportType === 'engagement' || exportType === 'engagement_start';
  const key = [connectionId, engagementId, exportType, ...(isOnce ? [] : [json])];
  return createHash('sha256').update(JSON.stringify(key)).digest('base64url');
}
