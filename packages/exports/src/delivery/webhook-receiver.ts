import { createHmac } from 'node:crypto';
import type { WebhookHeader } from '../model/connection-settings.js';
import type { WebhookDestination } from '../model/destination.js';
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
  const keys = secrets.map(toKey);
  // An unsigned request must never be sent: a receiver could not verify it.
  if (keys.length === 0) throw new TypeError('a webhook needs at least one signing secret');
  return {
    toRequest({ delivery: { id, event }, token, nowMs }) {
      const timestamp = String(Math.floor(nowMs / 1000));
      const signed = `${id}.${timestamp}.${event}`;
      return {
        method: 'POST',
        url,
        headers: {
          ...toAuthorization(authorization, token),
          'content-type': 'application/json',
          'webhook-id': id,
          'webhook-timestamp': timestamp,
          'webhook-signature': keys.map((key) => sign(key, signed)).join(' '),
        },
        body: event,
      };
    },
    toFailure: (status) => (status === 400 && isAccepting ? 'rejected' : toStatusFailure(status)),
  };
}

function toKey(secret: string): Buffer {
  const text = secret.replace(/^whsec_/, '');
  const key = Buffer.from(text, 'base64');
  // Node ignores what is not base64, and accepts an empty key, with which anyone could sign.
  if (key.length > 0 && key.toString('base64') === text) return key;
  throw new TypeError('a signing secret must be base64 and must not be empty');
}

function sign(key: Buffer, signed: string): string {
  return `v1,${createHmac('sha256', key).update(signed).digest('base64')}`;
}

function toAuthorization(
  authorization: WebhookReceiverOptions['authorization'],
  token: string,
): Readonly<Record<string, string>> {
  if (authorization === 'bearer') return { authorization: `Bearer ${token}` };
  return authorization === undefined ? {} : { [authorization.name]: authorization.value };
}
