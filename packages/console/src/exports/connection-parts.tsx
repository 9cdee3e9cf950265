import type { Connection } from '@mandate/exports';
import type { BadgeText } from './connection-texts.js';
import { CONNECTION_STATUS } from './connection-texts.js';

/** The part of a route that names a connection; what cannot be an id is asked of no store. */
export const CONNECTION_ID = ':id{[\\w-]{1,64}}';

export function Badge({ of: { class: kind, text } }: { readonly of: BadgeText }) {
  return <span class={`badge ${kind}`}>{text}</span>;
}

export function ConnectionBadge({ connection }: { readonly connection: Connection }) {
  return <Badge of={CONNECTION_STATUS[connection.status]} />;
}

/** Where events go, in few words. */
export function Receiver({ connection: { destination } }: { readonly connection: Connection }) {
  const isWebhook = destination.kind === 'webhook';
  return (
    <>
      {isWebhook ? 'Webhook' : 'Salesforce'}
      <span class="sub">{isWebhook ? new URL(destination.url).host : destination.object}</span>
    </>
  );
}

/** Which addresses to allow where a receiver restricts them. */
export function EgressNote({ addresses }: { readonly addresses: readonly string[] | undefined }) {
  if (addresses === undefined || addresses.length === 0) return null;
  return (
    <aside class="notice plain" aria-label="Addresses of this server">
      <p>
        This server sends from these addresses. Allow them where the receiving system restricts IP
        addresses.
      </p>
      <ul class="chips">
        {addresses.map((address) => (
          <li>
            <code>{address}</code>
          </li>
        ))}
      </ul>
    </aside>
  );
}
