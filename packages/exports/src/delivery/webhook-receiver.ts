import { Webhook } from 'standardwebhooks';
import type { WebhookDestination } from '../model/connection.js';
import { type Receiver, readStatusFailure } from './destination.js';

/**
 * Posts events as JSON, signed as Standard Webhooks 1.0 says: `webhook-id` is the same at every attempt,
 * the timestamp is new, and each secret that counts signs.
 *
 * @param secrets `whsec_…`, the newest first.
 */
export function createWebhookReceiver(
  { url }: WebhookDestination,
  secrets: readonly string[],
): Receiver {
  const signers = secrets.map((secret) => new Webhook(secret));
  // Unsigned, whoever checks signatures would have to take our word.
  if (signers.length === 0) throw new TypeError('a webhook needs a secret to sign with');
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
    // Where a webhook is does not depend on the event: that nothing is there says nothing of it.
    readFailure: (status) => (status === 404 ? 'receiver_unavailable' : readStatusFailure(status)),
  };
}
