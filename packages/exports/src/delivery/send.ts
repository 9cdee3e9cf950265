import { FetchFailure } from '../fetch/fetch-failure.js';
import type { GuardedRequester } from '../fetch/guarded-request.js';
import { parseRetryAfter } from '../fetch/parse-retry-after.js';
import { getHeader } from '../fetch/read-response.js';
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
  readonly request: GuardedRequester;
  readonly now: () => number;
}

/** Sends one request. A failure of the network is a result as well, not an exception. */
export async function send(
  outgoing: OutgoingRequest,
  receiver: Receiver,
  { request, now }: Sender,
): Promise<AttemptResult> {
  try {
    const response = await request(outgoing.url, outgoing);
    const notBeforeMs = parseRetryAfter(getHeader(response, 'retry-after') ?? null, now());
    const { status, body } = response;
    const text = body.length === 0 ? '' : new TextDecoder().decode(body);
    const failure = receiver.toFailure(status, text);
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
