/** `pending`: to be sent, or sent again. `delivered`: the receiver said 2xx. `dead`: given up, kept for replay. */
export type DeliveryStatus = 'pending' | 'delivered' | 'dead';

/**
 * Why the last attempt failed: a closed set, meant for an administrator.
 *
 * | failure | meaning | then |
 * |---|---|---|
 * | `unauthorized` | 401 also with a fresh token | tried again; the connection tells more |
 * | `forbidden` | 403 | dead |
 * | `rejected` | another 4xx: the receiver does not want this event | dead |
 * | `ambiguous` | 300: several records have this external id | dead |
 * | `redirected` | 3xx: a token is never taken to another address | dead |
 * | `gone` | 410 | dead, and the connection is disabled |
 * | `throttled` | 429 | tried again, the connection is paused |
 * | `quota_exceeded` | `REQUEST_LIMIT_EXCEEDED` | tried again, the connection is paused |
 * | `receiver_unavailable` | 5xx, no answer in time, no connection | tried again |
 * | `address_refused` | the receiver's name resolves to a private address | dead |
 * | `unreadable` | the event cannot be turned into what the receiver takes | dead |
 */
export type DeliveryFailure =
  | 'unauthorized'
  | 'forbidden'
  | 'rejected'
  | 'ambiguous'
  | 'redirected'
  | 'gone'
  | 'throttled'
  | 'quota_exceeded'
  | 'receiver_unavailable'
  | 'address_refused'
  | 'unreadable';

/** One event on its way to one connection. */
export interface Delivery {
  /** The idempotency key: the same at every attempt, sent as `webhook-id`. */
  readonly id: string;
  readonly connectionId: string;
  /** What is delivered in order: events of one engagement wait for each other, others do not. */
  readonly engagementId: string;
  /** `engagement`, `engagement_start`, … */
  readonly exportType: string;
  readonly status: DeliveryStatus;
  readonly attempts: number;
  readonly failure: DeliveryFailure | undefined;
  /** HTTP status of the last answer; `undefined` if there was none. */
  readonly responseStatus: number | undefined;
  readonly createdAt: Date;
  /** When it is tried next; only while pending. */
  readonly nextAttemptAt: Date | undefined;
  readonly deliveredAt: Date | undefined;
}

/** Which deliveries to list. All conditions must hold. */
export interface DeliveryFilter {
  readonly connectionId?: string | undefined;
  readonly status?: DeliveryStatus | undefined;
  readonly engagementId?: string | undefined;
}

/** One page of a list, newest first. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** What to ask with for the next page; `undefined` on the last one. */
  readonly nextCursor: string | undefined;
}

export interface PageRequest {
  /** 1 to 200. */
  readonly limit: number;
  readonly cursor?: string | undefined;
}
