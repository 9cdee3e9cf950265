import type { Delivery, DeliveryFailure } from '../model/delivery.js';

/** A delivery as it is stored. */
export interface StoredDelivery extends Delivery {
  /** The event as JSON text. */
  readonly event: string;
  /**
   * The same for events that say the same thing with other content: a start, an end or a revision of an
   * engagement for one connection. The id also depends on the content.
   */
  readonly dedupeKey: string;
}

/** The deliveries of one connection in numbers. */
export interface StoredCounts {
  readonly pending: number;
  readonly dead: number;
  /** When the first of the pending ones was created. */
  readonly oldestPendingMs: number | undefined;
  /** Only hours in which a delivery ended, oldest first. They begin at whole hours of UTC. */
  readonly hours: readonly {
    readonly startMs: number;
    readonly delivered: number;
    readonly dead: number;
  }[];
}

/** What an attempt changes, if its lease is still held. */
export interface DeliveryOutcome {
  readonly id: string;
  /** The owner of the lease, as given to `claimDeliveries`. */
  readonly owner: string;
  readonly status: 'pending' | 'delivered' | 'dead';
  readonly failure: DeliveryFailure | undefined;
  readonly responseStatus: number | undefined;
  /** For `pending`: when the next attempt is due. */
  readonly nextAttemptAtMs: number | undefined;
  /** Whether the attempt counts. An attempt that sent nothing does not. */
  readonly countsAsAttempt: boolean;
  readonly atMs: number;
}

/** Which deliveries to lease, and until when. */
export interface DeliveryClaim {
  /** Identifies this claim; unique across all workers. */
  readonly owner: string;
  readonly nowMs: number;
  /** After this time, another worker may claim the deliveries that this one has not settled. */
  readonly leaseUntilMs: number;
  /** The largest number of deliveries, without those of `ahead`. */
  readonly limit: number;
  /** The largest number per connection, so that a slow receiver cannot occupy the whole worker. */
  readonly perConnection: number;
  /** Ids of connections to skip, because enough of their deliveries are being sent. */
  readonly except: readonly string[];
  /**
   * Connections that answer quickly and have a backlog. Their deliveries are leased beside `limit`, so that their
   * slots need not wait for the next claim. They are skipped unless they are `active`.
   */
  readonly ahead?:
    | { readonly connectionIds: readonly string[]; readonly perConnection: number }
    | undefined;
}
