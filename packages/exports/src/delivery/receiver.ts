import type { DeliveryFailure } from '../model/delivery.js';
import type { StoredDelivery } from '../store/stored-delivery.js';

/** A request that carries one event. */
export interface OutgoingRequest {
  /** `GET` for a test that changes nothing. */
  readonly method: 'POST' | 'PATCH' | 'GET';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What the request of one attempt is built from. */
export interface RequestInput {
  readonly delivery: StoredDelivery;
  readonly token: string;
  /** The origin of the API for this grant (Salesforce's `instance_url`). */
  readonly instanceUrl: string | undefined;
  readonly nowMs: number;
}

/** The protocol of one kind of receiver. */
export interface Receiver {
  /** @throws UnreadableEvent if the event cannot be converted into a request for this receiver. */
  toRequest(input: RequestInput): OutgoingRequest;
  /**
   * Returns the failure that an answer means, or `undefined` if the event was accepted.
   *
   * @param body empty if the answer was incomplete.
   */
  toFailure(status: number, body: string): DeliveryFailure | undefined;
}

/** The event can never be sent to this receiver, so a retry is pointless. */
export class UnreadableEvent extends Error {
  override readonly name = 'UnreadableEvent';
}

/**
 * Returns the failure that a status means for every receiver. A firewall, a proxy or a wrong URL answers 4xx
 * as well, so only 413 and 422 are a verdict on the event.
 */
export function toStatusFailure(status: number): DeliveryFailure | undefined {
  if (status >= 200 && status < 300) return undefined;
  if (status === 401) return 'unauthorized';
  if (status === 410) return 'gone';
  if (status === 413 || status === 422) return 'rejected';
  if (status === 429) return 'throttled';
  if (status >= 300 && status < 400) return 'redirected';
  // 408 and 425 ask for the same request later (RFC 9110 §15.5.9, RFC 8470 §5.2).
  if (status === 408 || status === 425 || status >= 500) return 'receiver_unavailable';
  return 'receiver_refused';
}
