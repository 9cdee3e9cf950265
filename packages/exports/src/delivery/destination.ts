import type { DeliveryFailure } from '../model/delivery.js';
import type { StoredDelivery } from '../store/export-store.js';

/** A request that carries one event. */
export interface OutgoingRequest {
  readonly method: 'POST' | 'PATCH';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** One attempt to send one event. */
export interface Shipment {
  readonly delivery: StoredDelivery;
  readonly token: string;
  /** Where the provider says its API is for this grant. */
  readonly instanceUrl: string | undefined;
  readonly nowMs: number;
}

/** How one kind of receiver is spoken to. */
export interface Receiver {
  /** @throws Unreadable if the event cannot be turned into what the receiver takes. */
  toRequest(shipment: Shipment): OutgoingRequest;
  /**
   * What an answer means, by its status and body; `undefined`: the event has arrived. The body is empty
   * if it did not come in full.
   */
  readFailure(status: number, body: string): DeliveryFailure | undefined;
}

/** An event that this receiver cannot be given, today or ever. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
}

/** What a status means whoever answers it. */
export function readStatusFailure(status: number): DeliveryFailure | undefined {
  if (status >= 200 && status < 300) return undefined;
  if (status === 401) return 'unauthorized';
  if (status === 403) return 'forbidden';
  if (status === 410) return 'gone';
  if (status === 429) return 'throttled';
  if (status >= 300 && status < 400) return 'redirected';
  // 408 and 425 ask for the same again, later (RFC 9110 §15.5.9, RFC 8470 §5.2).
  if (status === 408 || status === 425 || status >= 500) return 'receiver_unavailable';
  return 'rejected';
}
