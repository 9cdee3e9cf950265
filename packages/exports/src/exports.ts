import type { Connections } from './connections/connections.js';
import type { DeliveryAdministration } from './delivery/administration.js';
import type { DeliveryWorker } from './delivery/delivery-worker.js';
import type { Outbox } from './delivery/outbox.js';

/** Everything that an application and its administrators use. Made by {@link createExports}. */
export interface Exports<Transaction = never> extends Outbox<Transaction>, DeliveryAdministration {
  readonly connections: Connections;
  /** Sends the stored events. Start it in one process or in several. */
  readonly worker: DeliveryWorker;
}
