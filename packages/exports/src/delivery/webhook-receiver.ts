import { Webhook } from 'standardwebhooks';
import type { WebhookDestination } from '../model/connection.js';
import { type Receiver, toStatusFailure } from './receiver.js';

/**
 * Posts events as JSON, signed as in Standard Webhooks 1.0. `webhook-id` is the same at every attempt,
 * the timestamp is new, and every valid secret adds a signature.
 *
 * @param secrets `whsec_…`, newest first.
 */
export function createWebhookReceiver(
  { url }: WebhookDestination,
  secrets: readonly string[],
): Receiver {
  const signers = secrets.map((secret) => new Webhook(secret));
  // An unsigned request must never be sent: a receiver could not verify it.
  if (signers.length === 0) throw new TypeError('a webhook needs at least one signing secret');
  return {
    toRequest({ delivery: { id, event }, token, nowMs }) {
      const at = new Date(nowMs);
      return {
        method: 'POST',
        url,
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          'webhook-id': id,
          'webhook-timestamp': String(Math.floor(nowMs / 1000)),
          'webhook-signature': signers.map((signer) => signer.sign(id, at, event)).join(' '),
        },
        body: event,
      };
    },
    // The URL is the same for all events, so a 404 does not concern the event.
    toFailure: (status) => (status === 404 ? 'receiver_unavailable' : toStatusFailure(status)),
  };
}
