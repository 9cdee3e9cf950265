import type { DeliveryFailure } from '../model/delivery.js';
import type { ExportStore } from '../store/export-store.js';
import type { StoredConnection } from '../store/stored-connection.js';
import type { StoredDelivery } from '../store/stored-delivery.js';
import type { AccessToken, AccessTokens } from '../tokens/access-tokens.js';
import type { OutgoingRequest, Receiver } from './receiver.js';
import { UnreadableEvent } from './receiver.js';
import { type AttemptResult, type Sender, send } from './send.js';

export interface AttemptParts extends Sender {
  readonly store: ExportStore;
  readonly accessTokens: AccessTokens;
  /** The time-out of `request`. */
  readonly timeoutMs: number;
}

/** Everything that one attempt needs. */
export interface DeliveryContext {
  readonly delivery: StoredDelivery;
  readonly connection: StoredConnection;
  readonly receiver: Receiver;
  readonly token: AccessToken;
  /** Every request must end before this time, because another worker may then send the same delivery. */
  readonly leaseUntilMs: number;
}

/** The lease or the authorization that an attempt was prepared with is no longer valid. */
export class StaleAttempt extends Error {
  override readonly name = 'StaleAttempt';
}

/**
 * Loads the connection again. A changed receiver needs a new authorization, and the new token must not be
 * sent to the old receiver.
 *
 * @throws StaleAttempt if the connection was authorized again, or is gone.
 */
export async function loadWithSameAuthorization(
  store: ExportStore,
  { id, authorizedAtMs }: StoredConnection,
): Promise<StoredConnection> {
  const connection = await store.getConnection(id);
  if (connection?.authorizedAtMs === authorizedAtMs && connection !== undefined) return connection;
  throw new StaleAttempt();
}

/**
 * Makes one attempt to deliver. If the receiver rejects the token, it is renewed once and the event is
 * sent once more.
 *
 * @throws TokenUnavailable if there is no other token.
 * @throws StaleAttempt if the lease or the authorization is no longer valid.
 */
export async function attempt(
  context: DeliveryContext,
  parts: AttemptParts,
): Promise<AttemptResult> {
  const { connection, delivery, token } = context;
  // The connection may have been assigned to another site since the event was stored.
  if (parseSiteId(delivery.event) !== connection.siteId) return toUnsentResult('other_site');
  const result = await sendWith(token, context, parts);
  // Without OAuth, there is no token to renew.
  if (result.failure !== 'unauthorized' || connection.grantType === 'none') return result;
  const renewed = await parts.accessTokens.renew(connection.id, token.token);
  await loadWithSameAuthorization(parts.store, connection);
  return sendWith(renewed, context, parts);
}

async function sendWith(
  { token, instanceUrl }: AccessToken,
  { delivery, receiver, leaseUntilMs }: DeliveryContext,
  parts: AttemptParts,
): Promise<AttemptResult> {
  if (parts.now() + parts.timeoutMs > leaseUntilMs) throw new StaleAttempt();
  let request: OutgoingRequest;
  try {
    request = receiver.toRequest({ delivery, token, instanceUrl, nowMs: parts.now() });
  } catch (error) {
    if (error instanceof UnreadableEvent) return toUnsentResult('unreadable');
    throw error;
  }
  return send(request, receiver, parts);
}

function toUnsentResult(failure: DeliveryFailure): AttemptResult {
  return { failure, responseStatus: undefined, notBeforeMs: undefined };
}

function parseSiteId(event: string): unknown {
  return (JSON.parse(event) as { readonly site_id?: unknown }).site_id;
}
