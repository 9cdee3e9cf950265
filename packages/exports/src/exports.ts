import type { Connections } from './connections.js';
import type { Delivery, DeliveryFilter, Page, PageRequest } from './delivery.js';

/** What the application and its administrators use. {@link createExports} makes it. */
export interface Exports {
  readonly connections: Connections;
  /**
   * Takes an event. Once fulfilled it is stored for every authorized connection of its site, and will
   * arrive whatever fails in between. The same event again (connection, engagement, export type) is
   * taken once.
   *
   * @param event as the documented export format says; members that it does not know are kept.
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
