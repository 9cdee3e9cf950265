import type { StoredConnection } from '../store/export-store.js';

type Settings = Pick<
  StoredConnection,
  | 'id'
  | 'authorizationEndpoint'
  | 'tokenEndpoint'
  | 'revocationEndpoint'
  | 'clientId'
  | 'destination'
>;

/**
 * What a client secret is sealed as: for its connection, and for those that it is sent to. Whoever can
 * write to the store, or change an address without knowing the secret, has it sent nowhere else.
 */
export function toClientSecretContext(connection: Settings): string {
  return `client secret of ${connection.id} for ${toProvider(connection)}`;
}

/** What tokens are sealed as: for their connection, the provider's hosts and the receiver's. */
export function toTokensContext(connection: Settings): string {
  return `tokens of ${connection.id} from ${toProvider(connection)} for ${toReceiver(connection)}`;
}

/** Whether who authorized the one has authorized the other: the same provider, client and receiver. */
export function isSameAuthorization(a: Settings, b: Settings): boolean {
  return (
    a.authorizationEndpoint === b.authorizationEndpoint &&
    a.tokenEndpoint === b.tokenEndpoint &&
    a.clientId === b.clientId &&
    toProvider(a) === toProvider(b) &&
    toReceiver(a) === toReceiver(b)
  );
}

/** The hosts that are sent the client secret, to issue tokens and to revoke them. */
function toProvider({ tokenEndpoint, revocationEndpoint = tokenEndpoint }: Settings): string {
  const origins = [tokenEndpoint, revocationEndpoint].map(toOrigin);
  return [...new Set(origins)].join(' and ');
}

/** Salesforce is where the provider says: its address comes with the tokens. */
function toReceiver({ destination }: Settings): string {
  return destination.kind === 'salesforce' ? 'salesforce' : toOrigin(destination.url);
}

function toOrigin(url: string): string {
  return new URL(url).origin;
}
