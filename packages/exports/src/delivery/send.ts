import { FetchFailure } from '../fetch/fetch-failure.js';
import type { GuardedFetch } from '../fetch/guarded-fetch.js';
import type { DeliveryFailure } from '../model/delivery.js';
import type { OutgoingRequest, Receiver } from './destination.js';
import { readRetryAfter } from './retry-after.js';

/** What came of one request. */
export interface Answer {
  /** `undefined`: the receiver said 2xx. */
  readonly failure: DeliveryFailure | undefined;
  /** `undefined`: there was no answer. */
  readonly responseStatus: number | undefined;
  /** Not again before, as the receiver asked. */
  readonly notBeforeMs: number | undefined;
}

export interface Sender {
  readonly fetch: GuardedFetch;
  readonly now: () => number;
}

/** Sends one request. Whatever goes wrong on the way is an answer, too. */
export async function send(
  { url, ...request }: OutgoingRequest,
  receiver: Receiver,
  { fetch, now }: Sender,
): Promise<Answer> {
  try {
    const response = await fetch(url, request);
    const notBeforeMs = readRetryAfter(response.headers.get('retry-after'), now());
    const { status } = response;
    const failure = receiver.readFailure(status, await response.text());
    return { failure, responseStatus: status, notBeforeMs };
  } catch (error) {
    if (!(error instanceof FetchFailure)) throw error;
    const { status, code } = error;
    // The status may say it all, even if what comes after it is endless or breaks off.
    const none = code === 'address_refused' ? 'address_refused' : 'receiver_unavailable';
    const failure = status === undefined ? none : receiver.readFailure(status, '');
    return { failure, responseStatus: status, notBeforeMs: undefined };
  }
}
