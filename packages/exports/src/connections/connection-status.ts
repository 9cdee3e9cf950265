import type { StoredConnection } from '../store/stored-connection.js';
import { WITHOUT_AUTHORIZATION } from './change-connection.js';

/** A connection without an authorization. */
export const UNAUTHORIZED = { ...WITHOUT_AUTHORIZATION, status: 'unauthorized' } as const;

/** A connection whose fault has been corrected. */
export const REPAIRED = {
  status: 'active',
  reason: undefined,
  pausedUntilMs: undefined,
  failingSinceMs: undefined,
  refreshNotBeforeMs: undefined,
} as const;

/** A connection without tokens. Without log-ins, it is ready at once. A disabled connection stays disabled. */
export function toUnauthorized(
  { status, grantType }: Pick<StoredConnection, 'grantType'> & Partial<StoredConnection>,
  nowMs: number,
) {
  const hasLogin = grantType === 'authorization_code';
  return {
    ...UNAUTHORIZED,
    // Identifies the authorization, so that a token never goes to a receiver configured after it.
    authorizedAtMs: hasLogin ? undefined : nowMs,
    status: status === 'disabled' ? status : hasLogin ? 'unauthorized' : 'active',
  } as const;
}

/** A destination that was changed has accepted nothing yet, and is tried at once. */
export function toUntried(
  stored: StoredConnection,
  { destination }: Pick<StoredConnection, 'destination'>,
): Partial<StoredConnection> {
  const isSame = JSON.stringify(stored.destination) === JSON.stringify(destination);
  return isSame ? {} : { acceptedAtMs: undefined, pausedUntilMs: undefined };
}

/** Whether the provider had rejected our client credentials, and they have changed since. */
export function isRepaired(stored: StoredConnection, next: StoredConnection): boolean {
  return (
    stored.status === 'needs_reauthorization' &&
    (stored.reason === 'client_rejected' || stored.grantType === 'client_credentials') &&
    (stored.sealedClientSecret !== next.sealedClientSecret ||
      stored.clientAuthentication !== next.clientAuthentication)
  );
}
