export type { Page, PageRequest } from '@mandate/internal/page';

/** The kinds of events. `engagement` is the end of an engagement, which may also arrive as `engagement_end`. */
export type ExportType =
  | 'engagement_start'
  | 'engagement'
  | 'engagement_transfer'
  | 'user_presence_update';

/** `pending`: to be sent, or retried. `delivered`: the receiver answered 2xx. `dead`: given up, kept for replay. */
export type DeliveryStatus = 'pending' | 'delivered' | 'dead';

/**
 * Why the last attempt failed: a closed set, meant for an administrator. A fault of the event makes that
 * event dead, and the next one is sent. A fault of the receiver, its address or the token concerns every
 * event: events are stored and retried by the schedule, and the connection is paused.
 *
 * | failure | meaning | consequence |
 * |---|---|---|
 * | `rejected` | 413, 422, 400 of a webhook that has accepted others, 4xx of Salesforce | dead |
 * | `forbidden` | 403 of Salesforce: the person who authorized may not write this record | dead |
 * | `ambiguous` | 300 to an upsert: several records have this external id | dead |
 * | `unreadable` | the event cannot be converted into a request for this receiver | dead |
 * | `other_site` | the connection now belongs to another site | dead |
 * | `unauthorized` | 401, also with a fresh token | retried |
 * | `redirected` | 3xx: a token is never sent to another address | retried |
 * | `gone` | 410 of a webhook | kept, and the connection is disabled |
 * | `throttled` | 429 | retried, not before `Retry-After` |
 * | `receiver_refused` | another 4xx, as firewalls and proxies send it | retried |
 * | `receiver_unavailable` | 5xx, 408, 425, time-out, no connection | retried, not before `Retry-After` |
 * | `address_refused` | the receiver's address is private, or not `https:` | retried |
 * | `proxy_failed` | the egress proxy does not answer, or refuses the connection, also with 407 | retried |
 * | `destination_invalid` | Salesforce does not know the object or a field | retried |
 * | `quota_exceeded` | the API quota of the Salesforce org is used up | kept and probed |
 * | `storage_exceeded` | the storage of the Salesforce org is full | kept and probed |
 * | `api_disabled` | the API of the Salesforce org is disabled | kept and probed |
 * | `org_locked` | the Salesforce org is locked | kept and probed |
 * | `feature_disabled` | a function of the Salesforce org is not enabled | kept and probed |
 * | `request_too_long` | Salesforce ended the request because it ran too long | kept and probed |
 * | `api_version_retired` | 410 of Salesforce | kept and probed |
 */
export type DeliveryFailure =
  | 'rejected'
  | 'forbidden'
  | 'ambiguous'
  | 'unreadable'
  | 'other_site'
  | 'unauthorized'
  | 'redirected'
  | 'gone'
  | 'throttled'
  | 'receiver_refused'
  | 'receiver_unavailable'
  | 'address_refused'
  | 'proxy_failed'
  | 'destination_invalid'
  | OrgFailure;

/** A failure of a whole Salesforce org. Events are kept, however long it lasts. */
export type OrgFailure =
  | 'quota_exceeded'
  | 'storage_exceeded'
  | 'api_disabled'
  | 'org_locked'
  | 'feature_disabled'
  | 'request_too_long'
  | 'api_version_retired';

/** One event for one connection. */
export interface Delivery {
  /** The idempotency key: the same at every attempt, sent as `webhook-id`. */
  readonly id: string;
  readonly connectionId: string;
  /**
   * Deliveries of one engagement are sent in order; other engagements do not wait. Presence updates
   * belong to no engagement, so all of them have `user_presence_update` here.
   */
  readonly engagementId: string;
  /** `engagement_start`, `engagement`, `engagement_transfer` or `user_presence_update`. */
  readonly exportType: string;
  /** The number of the correction, as its event has it in `revision`; 0 for the first event. */
  readonly revision: number;
  readonly status: DeliveryStatus;
  /** Counts failed attempts, except those after which the receiver asked for a pause, and the last one. */
  readonly attempts: number;
  readonly failure: DeliveryFailure | undefined;
  /** HTTP status of the last answer; `undefined` if there was no answer. */
  readonly responseStatus: number | undefined;
  readonly createdAt: Date;
  /** When the next attempt is due; `undefined` unless `pending`. */
  readonly nextAttemptAt: Date | undefined;
  readonly deliveredAt: Date | undefined;
  /** When the last attempt failed; `undefined` unless `dead`. */
  readonly diedAt: Date | undefined;
}

/** Which deliveries to list. A delivery must meet all conditions. */
export interface DeliveryFilter {
  readonly connectionId?: string | undefined;
  readonly status?: DeliveryStatus | undefined;
  readonly engagementId?: string | undefined;
}

/** Which dead deliveries to replay. A delivery must meet all conditions. */
export interface ReplayFilter {
  readonly connectionId?: string | undefined;
  readonly exportType?: ExportType | undefined;
  readonly failure?: DeliveryFailure | undefined;
  /** The event was enqueued at this time or later. */
  readonly createdFrom?: Date | undefined;
  /** The event was enqueued before this time. */
  readonly createdBefore?: Date | undefined;
}

/** The deliveries of one connection in numbers. */
export interface DeliveryCounts {
  /** Delivered within `hours`. */
  readonly delivered: number;
  /** Pending: to be sent, or retried. */
  readonly waiting: number;
  /** All dead letters, whenever they died. */
  readonly dead: number;
  /** When the oldest waiting event was enqueued; `undefined` if none waits. */
  readonly oldestWaitingAt: Date | undefined;
  /** Twenty-four hours of UTC, oldest first. The last one is the current hour. */
  readonly hours: readonly DeliveryHour[];
}

/** What ended within one hour. */
export interface DeliveryHour {
  readonly startsAt: Date;
  readonly delivered: number;
  /** Without those that were replayed since. */
  readonly dead: number;
}
