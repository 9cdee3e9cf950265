import type {
  Delivery,
  DeliveryFilter,
  Page,
  PageRequest,
  ReplayFilter,
} from '../model/delivery.js';
import type { StoredConnection, StoredLogin } from './stored-connection.js';
import type {
  DeliveryClaim,
  DeliveryOutcome,
  StoredCounts,
  StoredDelivery,
} from './stored-delivery.js';

/** How many log-ins of one connection may be open at the same time. */
export const MAX_LOGINS = 20;

/**
 * The `engagementId` of presence updates, which belong to no engagement. The presence updates of one
 * connection form one ordered lane: each waits for all before it, so a lane can be very long.
 */
export const PRESENCE_LANE = 'user_presence_update';

/**
 * Stores connections, log-ins and the outbox. Every method is one atomic step, and its result is durable
 * once the promise is fulfilled.
 *
 * @typeParam Transaction the caller's own transactions that deliveries can be stored in; `never` if none.
 */
export interface ExportStore<Transaction = never> {
  /** Stores a new connection. @throws Error if a connection with this id exists. */
  insertConnection(connection: StoredConnection): Promise<void>;
  getConnection(id: string): Promise<StoredConnection | undefined>;
  /** Returns the connections of one site, or all, ordered by name and then by id. */
  listConnections(siteId?: string): Promise<readonly StoredConnection[]>;
  /**
   * Replaces a connection if the version that is stored is `connection.version - 1` (compare and swap).
   *
   * @returns whether the connection was replaced.
   */
  replaceConnection(connection: StoredConnection): Promise<boolean>;

  /**
   * Stores a log-in. Removes the log-ins that expired before `nowMs`, and keeps at most
   * {@link MAX_LOGINS} of the same connection, those that expire last, this one included, so
   * that the store cannot be filled by beginning log-ins.
   *
   * @throws Error if a log-in with this `stateHash` exists.
   */
  insertLogin(login: StoredLogin, nowMs: number): Promise<void>;
  /** Removes a log-in and returns it. Only one of several concurrent callers gets it. */
  takeLogin(stateHash: string): Promise<StoredLogin | undefined>;

  /**
   * Stores deliveries in this order, all or none. A delivery whose id exists is left unchanged.
   *
   * If another id has its `dedupeKey`, the stored delivery is replaced in its place, provided that it is
   * dead, or `pending` and never claimed; otherwise the new one conflicts. A delivery also conflicts if its
   * connection has one of the same engagement and export type with a higher revision, because the older
   * content would arrive last.
   *
   * @param deliveries their `dedupeKey`s are distinct, unless the ids are the same too.
   * @returns the ids that conflict. If there is one, nothing was stored.
   * @throws TypeError if a delivery is not `pending`.
   */
  insertDeliveries(deliveries: readonly StoredDelivery[]): Promise<readonly string[]>;
  /**
   * The same in a transaction of the caller: the deliveries are stored if it commits. The transaction stays
   * usable if deliveries conflict. Omit this method if the store cannot do that.
   *
   * @returns the ids that conflict. If there is one, nothing was stored.
   * @throws TypeError if the transaction is not open or not of this kind of database.
   */
  insertDeliveriesWithin?(
    transaction: Transaction,
    deliveries: readonly StoredDelivery[],
  ): Promise<readonly string[]>;
  /**
   * Calls a listener soon after deliveries were inserted or replayed, in whichever process. It may also be
   * called for other changes, and calls may be missed, so workers poll as well. Omit this method if the
   * store cannot do that.
   *
   * @returns a function that ends the calls.
   */
  watchDeliveries?(listener: () => void): () => void;
  /**
   * Leases deliveries that are due, longest due first. A delivery is due if it is `pending`, is not
   * leased, is the first pending one of its connection and engagement, and its connection is `active` or
   * `degraded` and not paused.
   *
   * Of the engagements of a degraded connection, only the one inserted last is leased: the receiver may
   * reject the older ones for ever, and they must not hold up newer ones.
   *
   * Concurrent workers get different deliveries. The result shows each delivery as it was before the
   * lease: `attempts` counts settled attempts.
   */
  claimDeliveries(claim: DeliveryClaim): Promise<readonly StoredDelivery[]>;
  /** Ends an attempt and its lease. @returns false if the lease was lost; the outcome is then ignored. */
  settleDelivery(outcome: DeliveryOutcome): Promise<boolean>;
  getDelivery(id: string): Promise<StoredDelivery | undefined>;
  /**
   * Returns one page of the deliveries that match the filter, newest first, without their events.
   *
   * @throws ExportError `invalid` if no page returned this cursor.
   */
  listDeliveries(filter: DeliveryFilter, page: PageRequest): Promise<Page<Delivery>>;
  /**
   * Makes a dead delivery `pending` and resets its attempts, unless its connection has a higher revision of
   * the same engagement and export type.
   *
   * @returns whether it was replayed.
   */
  replayDelivery(id: string, nowMs: number): Promise<boolean>;
  /**
   * Does the same for at most `limit` dead deliveries that match the filter, in the order of insertion.
   *
   * @returns how many were replayed.
   */
  replayDeliveries(
    filter: ReplayFilter,
    replay: { readonly nowMs: number; readonly limit: number },
  ): Promise<number>;
  /** Counts the deliveries of a connection, and those that ended at `sinceMs` or later by their hour. */
  countDeliveries(connectionId: string, sinceMs: number): Promise<StoredCounts>;
  /**
   * Removes at most `limit` deliveries that were delivered before `beforeMs`, or that died before it and
   * cannot be replayed because of a higher revision. The dead ones are removed first; otherwise one could
   * be replayed once its revision is gone.
   *
   * @returns how many were removed.
   */
  removeEnded(beforeMs: number, limit: number): Promise<number>;
}
