import type {
  ClientAuthentication,
  ConnectionReason,
  Destination,
  PresetName,
} from '../model/connection.js';
import type {
  Delivery,
  DeliveryFailure,
  DeliveryFilter,
  Page,
  PageRequest,
} from '../model/delivery.js';

/** A connection as it is stored: what is secret is sealed. Times are Unix milliseconds. */
export interface StoredConnection {
  readonly id: string;
  /** Rises by one with every change. */
  readonly version: number;
  readonly preset: PresetName;
  readonly name: string;
  readonly siteId: string;
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  readonly revocationEndpoint: string | undefined;
  readonly issuer: string | undefined;
  readonly clientId: string;
  readonly sealedClientSecret: string;
  readonly clientAuthentication: ClientAuthentication;
  readonly scopes: readonly string[];
  readonly destination: Destination;
  /** The signing secrets of a webhook. */
  readonly sealedSigningSecrets: string | undefined;
  /** `authorizing` is none: it is `unauthorized` until `authorizingUntilMs`. */
  readonly status: 'unauthorized' | 'active' | 'degraded' | 'needs_reauthorization' | 'disabled';
  readonly reason: ConnectionReason | undefined;
  readonly authorizingUntilMs: number | undefined;
  readonly pausedUntilMs: number | undefined;
  /** Since when every attempt failed for a reason of the connection's, not of one event's. */
  readonly failingSinceMs: number | undefined;
  /** Access token, refresh token and what came with them. */
  readonly sealedTokens: string | undefined;
  readonly authorizedAtMs: number | undefined;
  readonly authorizedBy: string | undefined;
  readonly refreshedAtMs: number | undefined;
  /** Who renews the tokens right now, and until when nobody else may. */
  readonly refreshOwner: string | undefined;
  readonly refreshUntilMs: number | undefined;
  readonly createdAtMs: number;
}

/** How many log-ins may be under way for one connection. */
export const MAX_LOGINS = 20;

/**
 * The `engagementId` of presence updates, which are of no engagement: those of one connection are one
 * long row, in which each waits for all before it.
 */
export const PRESENCE_LANE = 'user_presence_update';

/** A log-in under way. */
export interface StoredLogin {
  /** SHA-256 of `state`. */
  readonly stateHash: string;
  readonly connectionId: string;
  /** SHA-256 of what identifies the browser. */
  readonly sessionHash: string;
  /** The PKCE code verifier. */
  readonly sealedVerifier: string;
  readonly by: string;
  readonly expiresAtMs: number;
}

/** A delivery as it is stored. */
export interface StoredDelivery extends Delivery {
  /** The event as JSON text. */
  readonly event: string;
}

/** What an attempt changes, if the lease it was made under is still held. */
export interface DeliveryOutcome {
  readonly id: string;
  /** As given to `claim`. */
  readonly owner: string;
  readonly status: 'pending' | 'delivered' | 'dead';
  readonly failure: DeliveryFailure | undefined;
  readonly responseStatus: number | undefined;
  /** For `pending`: when to try again. */
  readonly nextAttemptAtMs: number | undefined;
  /** Whether the attempt counts: one that never left this server does not. */
  readonly countsAsAttempt: boolean;
  readonly atMs: number;
}

export interface DeliveryClaim {
  /** Unique to this worker. */
  readonly owner: string;
  readonly nowMs: number;
  /** After that another worker may claim what this one did not finish. */
  readonly leaseUntilMs: number;
  readonly limit: number;
  /** At most this many of one connection: a slow receiver must not take up the whole worker. */
  readonly perConnection: number;
  /** Connections that are busy enough. */
  readonly except: readonly string[];
}

/**
 * Where connections, log-ins and the outbox live. Every method is one atomic step, and what a promise
 * was fulfilled for survives a crash.
 */
export interface ExportStore {
  insertConnection(connection: StoredConnection): Promise<void>;
  getConnection(id: string): Promise<StoredConnection | undefined>;
  /** All, by name and then id; of one site only, if one is named. */
  listConnections(siteId?: string): Promise<readonly StoredConnection[]>;
  /**
   * Replaces a connection whose stored version is `connection.version - 1` (compare and swap).
   * @returns whether it did.
   */
  replaceConnection(connection: StoredConnection): Promise<boolean>;

  /**
   * Stores a log-in and drops those that ended before `nowMs`, and of the same connection all but the
   * {@link MAX_LOGINS} that end last, this one among them: nobody fills the store by beginning log-ins.
   */
  insertLogin(login: StoredLogin, nowMs: number): Promise<void>;
  /** Takes a log-in out: of several that try, one gets it. */
  takeLogin(stateHash: string): Promise<StoredLogin | undefined>;

  /**
   * Stores deliveries, all or none, in this order. One whose id is there already is left as it is.
   * Every one must be `pending`.
   */
  insertDeliveries(deliveries: readonly StoredDelivery[]): Promise<void>;
  /**
   * Leases deliveries that are due: pending, no lease, the first pending one of their connection and
   * engagement, the connection `active` or `degraded` and not paused. Longest due first. Of the
   * engagements of a degraded connection only the one inserted last: those that failed were there before,
   * and may be all that its receiver fails for. Of several workers, each gets others. What it returns is as
   * it was before the lease: `attempts` counts those that were settled.
   */
  claimDeliveries(claim: DeliveryClaim): Promise<readonly StoredDelivery[]>;
  /** Ends an attempt and its lease. @returns false if the lease was lost: the outcome does not count. */
  settleDelivery(outcome: DeliveryOutcome): Promise<boolean>;
  getDelivery(id: string): Promise<StoredDelivery | undefined>;
  listDeliveries(filter: DeliveryFilter, page: PageRequest): Promise<Page<Delivery>>;
  /** Makes a dead delivery pending, its attempts forgotten. @returns whether it was dead. */
  replayDelivery(id: string, nowMs: number): Promise<boolean>;
  /** Removes deliveries that were delivered before; at most `limit`. @returns how many. */
  removeDelivered(beforeMs: number, limit: number): Promise<number>;
}
