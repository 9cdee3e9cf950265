import type { Connections } from './connections/connections.js';
import type { Delivery, DeliveryFilter, Page, PageRequest } from './delivery/delivery.js';
import type { DeliveryWorker } from './delivery/delivery-worker.js';

/** What the application and its administrators use. {@link createExports} makes it. */
export interface Exports {
  readonly connections: Connections;
  /** Sends what was taken. Start it in one process or in many. */
  readonly worker: DeliveryWorker;
  /**
   * Takes an event. Once fulfilled it is stored for every authorized connection of its site, and will
   * arrive whatever fails in between. The same event again is taken once: the same connection,
   * engagement and export type, and for transfers and presence updates the same content. Connections to
   * Salesforce take no presence updates, which are of no engagement.
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
