import type { DeliveryFailure } from '../model/delivery.js';
import type { ExportStore, StoredConnection, StoredDelivery } from '../store/export-store.js';
import type { AccessToken, AccessTokens } from '../tokens/access-tokens.js';
import type { OutgoingRequest, Receiver } from './destination.js';
import { Unreadable } from './destination.js';
import { type Answer, type Sender, send } from './send.js';

export interface AttemptParts extends Sender {
  readonly store: ExportStore;
  readonly accessTokens: AccessTokens;
  /** What the fetch needs at most. */
  readonly timeoutMs: number;
}

/** A delivery, where it goes, and who speaks to the receiver there. */
export interface Errand {
  readonly delivery: StoredDelivery;
  readonly connection: StoredConnection;
  readonly receiver: Receiver;
  readonly token: AccessToken;
  /** Nothing may be sent that cannot be answered before: another worker may send it from then on. */
  readonly leaseUntilMs: number;
}

/** What an attempt was prepared with may not count any more: the lease, or the authorization. */
export class OutOfDate extends Error {
  override readonly name = 'OutOfDate';
}

/**
 * A token that was waited for may be of another authorization, which a changed receiver needs: it must
 * not be sent to the one before.
 *
 * @returns the connection as it is now.
 * @throws OutOfDate
 */
export async function readSameAuthorization(
  store: ExportStore,
  { id, authorizedAtMs }: StoredConnection,
): Promise<StoredConnection> {
  const connection = await store.getConnection(id);
  if (connection?.authorizedAtMs === authorizedAtMs && connection !== undefined) return connection;
  throw new OutOfDate();
}

/**
 * One attempt to deliver. A refused token is renewed once, and the event sent once more with the new one.
 *
 * @throws TokenUnavailable if there is no other token.
 * @throws OutOfDate if too much happened before there was one.
 */
export async function attempt(errand: Errand, parts: AttemptParts): Promise<Answer> {
  const { connection, delivery, token } = errand;
  // The connection may have been given to another customer since the event was taken.
  if (readSiteId(delivery.event) !== connection.siteId) return giveUp('other_site');
  const answer = await sendWith(token, errand, parts);
  if (answer.failure !== 'unauthorized') return answer;
  const renewed = await parts.accessTokens.renew(connection.id, token.token);
  await readSameAuthorization(parts.store, connection);
  return sendWith(renewed, errand, parts);
}

async function sendWith(
  { token, instanceUrl }: AccessToken,
  { delivery, receiver, leaseUntilMs }: Errand,
  parts: AttemptParts,
): Promise<Answer> {
  if (parts.now() + parts.timeoutMs > leaseUntilMs) throw new OutOfDate();
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
