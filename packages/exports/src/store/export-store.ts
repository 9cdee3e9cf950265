import type { ConnectionReason, ConnectionSettings } from '../model/connection.js';
import type {
  Delivery,
  DeliveryFailure,
  DeliveryFilter,
  Page,
  PageRequest,
  ReplayFilter,
} from '../model/delivery.js';

/** A connection as it is stored, with its secrets sealed. Times are Unix milliseconds. */
export interface StoredConnection extends ConnectionSettings {
  /** Increases by one with every change. */
  readonly version: number;
  readonly sealedClientSecret: string | undefined;
  /** The sealed value of a webhook's static header. */
  readonly sealedHeaderValue: string | undefined;
  /** The signing secrets of a webhook. */
  readonly sealedSigningSecrets: string | undefined;
  /** `authorizing` is not stored: it is `unauthorized` before `authorizingUntilMs`. */
  readonly status: 'unauthorized' | 'active' | 'degraded' | 'needs_reauthorization' | 'disabled';
  readonly reason: ConnectionReason | undefined;
  readonly authorizingUntilMs: number | undefined;
  readonly pausedUntilMs: number | undefined;
  /** Since when every attempt has failed because of the connection, not because of its event. */
  readonly failingSinceMs: number | undefined;
  /** When its receiver accepted an event for the first time since the last log-in. */
  readonly acceptedAtMs: number | undefined;
  /** Access token, refresh token and their times. */
  readonly sealedTokens: string | undefined;
  readonly authorizedAtMs: number | undefined;
  readonly authorizedBy: string | undefined;
  readonly refreshedAtMs: number | undefined;
  /** The lease of a token refresh: its owner, and when another process may take it over. */
  readonly refreshOwner: string | undefined;
  readonly refreshUntilMs: number | undefined;
  /** The provider asked not to be sent a refresh before this time (`Retry-After`). */
  readonly refreshNotBeforeMs: number | undefined;
  readonly createdAtMs: number;
}

/** How many log-ins of one connection may be open at the same time. */
export const MAX_LOGINS = 20;

/**
 * The `engagementId` of presence updates, which belong to no engagement. The presence updates of one
 * connection form one ordered lane: each waits for all before it, so a lane can be very long.
 */
export const PRESENCE_LANE = 'user_presence_update';

/** An open log-in. */
export interface StoredLogin {
  /** SHA-256 of `state`. */
  readonly stateHash: string;
  readonly connectionId: string;
  /** SHA-256 of the value that identifies the browser. */
  readonly sessionHash: string;
  /** The PKCE code verifier (RFC 7636). */
  readonly sealedVerifier: string;
  /** The person who authorizes. */
  readonly by: string;
  readonly expiresAtMs: number;
}

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
  /** The largest number of deliveries. */
  readonly limit: number;
  /** The largest number per connection, so that a slow receiver cannot occupy the whole worker. */
  readonly perConnection: number;
  /** Ids of connections to skip, because enough of their deliveries are being sent. */
  readonly except: readonly string[];
}

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
