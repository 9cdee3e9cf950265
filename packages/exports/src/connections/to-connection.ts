import type { Connection } from '../model/connection.js';
import type { StoredConnection } from '../store/stored-connection.js';

/** Converts a stored connection to what administrators see, without secrets. */
export function toConnection(
  stored: StoredConnection,
  { redirectUri, nowMs }: { readonly redirectUri: string | undefined; readonly nowMs: number },
): Connection {
  const { id, preset, grantType, name, siteId, authorizationEndpoint, tokenEndpoint } = stored;
  const { revocationEndpoint, issuer, clientId, clientAuthentication, scopes } = stored;
  const isAuthorizing =
    stored.status === 'unauthorized' && (stored.authorizingUntilMs ?? 0) > nowMs;
  const isPaused = (stored.pausedUntilMs ?? 0) > nowMs;
  return {
    ...{ id, preset, grantType, name, siteId, authorizationEndpoint, tokenEndpoint },
    ...{ revocationEndpoint, issuer, clientId, clientAuthentication, scopes },
    reauthorizationErrors: stored.reauthorizationErrors,
    pkce: stored.pkce,
    headerName: stored.headerName,
    destination: stored.destination,
    exportTypes: stored.exportTypes,
    redirectUri,
    status: isAuthorizing ? 'authorizing' : stored.status,
    reason: stored.reason,
    pausedUntil: isPaused ? toDate(stored.pausedUntilMs) : undefined,
    failingSince: toDate(stored.failingSinceMs),
    authorizedAt: toDate(stored.authorizedAtMs),
    authorizedBy: stored.authorizedBy,
    refreshedAt: toDate(stored.refreshedAtMs),
    createdAt: new Date(stored.createdAtMs),
  };
}

function toDate(ms: number | undefined): Date | undefined {
  return ms === undefined ? undefined : new Date(ms);
}
