import type { StoredConnection } from '../store/stored-connection.js';

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
 * The context that a client secret is sealed for: its connection and the hosts that it is sent to. An
 * attacker who can write to the store, or change an endpoint, cannot have the secret sent to another host.
 */
export function toClientSecretContext(connection: Settings): string {
  return `client secret of ${connection.id} for ${toProvider(connection)}`;
}

/** The context that tokens are sealed for: their connection, the provider's hosts and the receiver's host. */
export function toTokensContext(connection: Settings): string {
  return `tokens of ${connection.id} from ${toProvider(connection)} for ${toReceiver(connection)}`;
}

/** The context that the value of a static header is sealed for: its connection and the receiver's host. */
export function toHeaderContext(connection: Settings): string {
  return `header of ${connection.id} for ${toReceiver(connection)}`;
}

/** Whether the authorization of `a` is also valid for `b`: same provider, client and receiver. */
export function isSameAuthorization(a: Settings, b: Settings): boolean {
  return (
    a.authorizationEndpoint === b.authorizationEndpoint &&
    a.tokenEndpoint === b.tokenEndpoint &&
    a.clientId === b.clientId &&
    toProvider(a) === toProvider(b) &&
    toReceiver(a) === toReceiver(b)
  );
}

/** The hosts that receive the client secret, to issue and to revoke tokens. */
function toProvider({ tokenEndpoint, revocationEndpoint }: Settings): string {
  const origins = [tokenEndpoint, revocationEndpoint]
    .filter((endpoint) => endpoint !== undefined)
    .map(toOrigin);
  return [...new Set(origins)].join(' and ');
}

/** The address of a Salesforce instance arrives with the tokens, so it is not known here. */
function toReceiver({ destination }: Settings): string {
  return destination.kind === 'salesforce' ? 'salesforce' : toOrigin(destination.url);
}

function toOrigin(url: string): string {
  return new URL(url).origin;
}
