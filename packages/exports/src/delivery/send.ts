import { FetchFailure } from '../fetch/fetch-failure.js';
import type { GuardedFetch } from '../fetch/guarded-fetch.js';
import { parseRetryAfter } from '../fetch/parse-retry-after.js';
import type { DeliveryFailure } from '../model/delivery.js';
import type { OutgoingRequest, Receiver } from './receiver.js';

/** The result of one request. */
export interface AttemptResult {
  /** `undefined` if the receiver accepted the event. */
  readonly failure: DeliveryFailure | undefined;
  /** HTTP status; `undefined` if there was no answer. */
  readonly responseStatus: number | undefined;
  /** The receiver asked not to send before this time. */
  readonly notBeforeMs: number | undefined;
}

export interface Sender {
  readonly fetch: GuardedFetch;
  readonly now: () => number;
}

/** Sends one request. A failure of the network is a result as well, not an exception. */
export async function send(
  { url, ...request }: OutgoingRequest,
  receiver: Receiver,
  { fetch, now }: Sender,
): Promise<AttemptResult> {
  try {
    const response = await fetch(url, request);
    const notBeforeMs = parseRetryAfter(response.headers.get('retry-after'), now());
    const { status } = response;
    const failure = receiver.toFailure(status, await response.text());
    return { failure, responseStatus: status, notBeforeMs };
  } catch (error) {
    if (!(error instanceof FetchFailure)) throw error;
    const { status, code } = error;
    // The status alone can decide if the body is too large or incomplete.
    const isNamed = code === 'address_refused' || code === 'proxy_failed';
    const unanswered = isNamed ? code : 'receiver_unavailable';
    const failure = status === undefined ? unanswered : receiver.toFailure(status, '');
    return { failure, responseStatus: status, notBeforeMs: undefined };
  }
}
