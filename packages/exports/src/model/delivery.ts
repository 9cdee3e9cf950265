/** `pending`: to be sent, or sent again. `delivered`: the receiver said 2xx. `dead`: given up, kept for replay. */
export type DeliveryStatus = 'pending' | 'delivered' | 'dead';

/**
 * Why the last attempt failed: a closed set, meant for an administrator. What is wrong with the event
 * makes it dead, and the next one goes. What is wrong with the receiver, its address or the token is
 * wrong for every event: they are kept, tried again by the schedule, and the connection is paused.
 *
 * | failure | meaning | then |
 * |---|---|---|
 * | `forbidden` | 403: the person who authorized may not write this | dead |
 * | `rejected` | another 4xx: the receiver does not want this event | dead |
 * | `ambiguous` | 300 of an upsert: several records have this external id | dead |
 * | `unreadable` | the event cannot be turned into what the receiver takes | dead |
 * | `other_site` | the connection was given to another site since | dead |
 * | `unauthorized` | 401 also with a fresh token | tried again |
 * | `redirected` | 3xx: a token is never taken to another address | tried again |
 * | `gone` | 410 | kept, and the connection is disabled |
 * | `throttled` | 429 | tried again, not before `Retry-After` |
 * | `quota_exceeded` | `REQUEST_LIMIT_EXCEEDED` | tried again |
 * | `receiver_unavailable` | 5xx, 408, 425, 404 of a webhook, no answer in time, no connection | tried again, not before `Retry-After` |
 * | `address_refused` | the receiver's address is not `https:`, or private | tried again |
 */
export type DeliveryFailure =
  | 'forbidden'
  | 'rejected'
  | 'ambiguous'
  | 'unreadable'
  | 'other_site'
  | 'unauthorized'
  | 'redirected'
  | 'gone'
  | 'throttled'
  | 'quota_exceeded'
  | 'receiver_unavailable'
  | 'address_refused';

/** One event on its way to one connection. */
export interface Delivery {
  /** The idempotency key: the same at every attempt, sent as `webhook-id`. */
  readonly id: string;
  readonly connectionId: string;
  /**
   * What is delivered in order: events of one engagement wait for each other, others do not. Presence
   * updates have no engagement; here they all have `user_presence_update`.
   */
  readonly engagementId: string;
  /** `engagement_start`, `engagement`, `engagement_transfer` or `user_presence_update`. */
  readonly exportType: string;
  readonly status: DeliveryStatus;
  /** Those that failed without a pause asked for by the receiver, and the one that succeeded. */
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
