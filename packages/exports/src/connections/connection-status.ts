import type { StoredConnection } from '../store/export-store.js';
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

/** Ends the authorization. A disabled connection stays disabled. */
export function toUnauthorized({ status }: StoredConnection): Partial<StoredConnection> {
  return { ...UNAUTHORIZED, status: status === 'disabled' ? status : 'unauthorized' };
}

/** Whether the provider had rejected our client credentials, and they have changed since. */
export function isRepaired(stored: StoredConnection, next: StoredConnection): boolean {
  return (
    stored.status === 'needs_reauthorization' &&
    stored.reason === 'client_rejected' &&
    (stored.sealedClientSecret !== next.sealedClientSecret ||
      stored.clientAuthentication !== next.clientAuthentication)
  );
}
