import { Webhook } from 'standardwebhooks';
import type { WebhookDestination, WebhookHeader } from '../model/connection.js';
import { type Receiver, toStatusFailure } from './receiver.js';

export interface WebhookReceiverOptions {
  /** `whsec_…`, newest first. */
  readonly secrets: readonly string[];
  /**
   * Whether it accepted the last event that it was sent. Its 400 is then a verdict on the event; otherwise
   * it may reject whatever arrives.
   */
  readonly isAccepting: boolean;
  /** The access token in `Authorization`, a static header, or nothing but the signature. */
  readonly authorization: 'bearer' | WebhookHeader | undefined;
}

/**
 * Posts events as JSON, signed as in Standard Webhooks 1.0. `webhook-id` is the same at every attempt,
 * the timestamp is new, and every valid secret adds a signature.
 */
export function createWebhookReceiver(
  { url }: WebhookDestination,
  { secrets, isAccepting, authorization }: WebhookReceiverOptions,
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
          ...toAuthorization(authorization, token),
          'content-type': 'application/json',
          'webhook-id': id,
          'webhook-timestamp': String(Math.floor(nowMs / 1000)),
          'webhook-signature': signers.map((signer) => signer.sign(id, at, event)).join(' '),
        },
        body: event,
      };
    },
    toFailure: (status) => (status === 400 && isAccepting ? 'rejected' : toStatusFailure(status)),
  };
}

function toAuthorization(
  authorization: WebhookReceiverOptions['authorization'],
  token: string,
): Readonly<Record<string, string>> {
  if (authorization === 'bearer') return { authorization: `Bearer ${token}` };
  return authorization === undefined ? {} : { [authorization.name]: authorization.value };
}
