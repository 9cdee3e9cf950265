import type { Connection } from '@mandate/exports';
import type { BadgeText } from './connection-texts.js';
import { CONNECTION_STATUS } from './connection-texts.js';

/** The route parameter of a connection. Values that cannot be an id never reach the store. */
export const CONNECTION_ID = ':id{[\\w-]{1,64}}';

export function Badge({ of: { class: kind, text } }: { readonly of: BadgeText }) {
  return <span class={`badge ${kind}`}>{text}</span>;
}

export function ConnectionBadge({ connection }: { readonly connection: Connection }) {
  return <Badge of={CONNECTION_STATUS[connection.status]} />;
}

/** The receiver of events, in short. */
export function Receiver({ connection: { destination } }: { readonly connection: Connection }) {
  const isWebhook = destination.kind === 'webhook';
  return (
    <>
      {isWebhook ? 'Webhook' : 'Salesforce'}
      <span class="sub">{isWebhook ? new URL(destination.url).host : destination.object}</span>
    </>
  );
}

/** Lists the IP addresses of this server, for receivers that restrict them. */
export function EgressNote({ addresses }: { readonly addresses: readonly string[] | undefined }) {
  if (addresses === undefined || addresses.length === 0) return null;
  return (
    <aside class="notice plain" aria-label="Addresses of this server">
      <p>
        This server sends from these IP addresses. Allow them if the receiving system restricts IP
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
