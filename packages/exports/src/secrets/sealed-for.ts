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
  const { id, tokenEndpoint, revocationEndpoint } = connection;
  const endpoints = [
    tokenEndpoint,
    ...(revocationEndpoint === undefined ? [] : [revocationEndpoint]),
  ];
  return `client secret of ${id} for ${endpoints.map(toOrigin).join(' and ')}`;
}

/** What tokens are sealed as: for their connection, the provider's host and the receiver's. */
export function toTokensContext(connection: Settings): string {
  const { id, tokenEndpoint } = connection;
  return `tokens of ${id} from ${toOrigin(tokenEndpoint)} for ${toReceiver(connection)}`;
}

/** Whether who authorized the one has authorized the other: the same provider, client and receiver. */
export function isSameAuthorization(a: Settings, b: Settings): boolean {
  return (
    a.authorizationEndpoint === b.authorizationEndpoint &&
    a.tokenEndpoint === b.tokenEndpoint &&
    a.clientId === b.clientId &&
    toReceiver(a) === toReceiver(b)
  );
}

/** Salesforce is where the provider says: its address comes with the tokens. */
function toReceiver({ destination }: Settings): string {
  return destination.kind === 'salesforce' ? 'salesforce' : toOrigin(destination.url);
}

function toOrigin(url: string): string {
  return new URL(url).origin;
}
