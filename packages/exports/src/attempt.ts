import type { AccessToken, AccessTokens } from './access-tokens.js';
import type { DeliveryFailure } from './delivery.js';
import type { OutgoingRequest, Receiver } from './destination.js';
import { Unreadable } from './destination.js';
import type { StoredConnection, StoredDelivery } from './export-store.js';
import { type Answer, type Sender, send } from './send.js';

export interface AttemptParts extends Sender {
  readonly accessTokens: AccessTokens;
  /** What the fetch needs at most. */
  readonly timeoutMs: number;
}

/** A delivery, where it goes, and who speaks to the receiver there. */
export interface Errand {
  readonly delivery: StoredDelivery;
  readonly connection: StoredConnection;
  readonly receiver: Receiver;
  /** Nothing may be sent that cannot be answered before: another worker may send it from then on. */
  readonly leaseUntilMs: number;
}

/** The lease ends too soon to send anything under it. */
export class LeaseEnding extends Error {
  override readonly name = 'LeaseEnding';
}

/**
 * One attempt to deliver. A refused token is renewed once, and the event sent once more with the new one.
 *
 * @throws TokenUnavailable if there is no token to send with.
 * @throws LeaseEnding if getting one took too long.
 */
export async function attempt(errand: Errand, parts: AttemptParts): Promise<Answer> {
  const { connection, delivery } = errand;
  // The connection may have been given to another customer since the event was taken.
  if (readSiteId(delivery.event) !== connection.siteId) return giveUp('other_site');
  const token = await parts.accessTokens.read(connection.id);
  const answer = await sendWith(token, errand, parts);
  if (answer.failure !== 'unauthorized') return answer;
  const renewed = await parts.accessTokens.renew(connection.id, token.token);
  return sendWith(renewed, errand, parts);
}

async function sendWith(
  { token, instanceUrl }: AccessToken,
  { delivery, receiver, leaseUntilMs }: Errand,
  parts: AttemptParts,
): Promise<Answer> {
  if (parts.now() + parts.timeoutMs > leaseUntilMs) throw new LeaseEnding();
  let request: OutgoingRequest;
  try {
    request = receiver.toRequest({ delivery, token, instanceUrl, nowMs: parts.now() });
  } catch (error) {
    if (error instanceof Unreadable) return giveUp('unreadable');
    throw error;
  }
  return send(request, receiver, parts);
}

function giveUp(failure: DeliveryFailure): Answer {
  return { failure, responseStatus: undefined, notBeforeMs: undefined };
}

function readSiteId(event: string): unknown {
  return (JSON.parse(event) as { readonly site_id?: unknown }).site_id;
}
