import type { Connections } from './connections/connections.js';
import type { DeliveryWorker } from './delivery/delivery-worker.js';
import type { Outbox } from './delivery/outbox.js';

/** Everything that the application and its administrators use. {@link createExports} makes it. */
export interface Exports extends Outbox {
  readonly connections: Connections;
  /** Sends the stored events. Start it in one process or in many. */
  readonly worker: DeliveryWorker;
}
