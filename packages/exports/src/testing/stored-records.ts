import type { StoredConnection, StoredLogin } from '../store/stored-connection.js';
import type { StoredDelivery } from '../store/stored-delivery.js';

/** 2026-01-02T03:04:05.678Z */
export const NOW_MS = Date.UTC(2026, 0, 2, 3, 4, 5, 678);

export const SECOND_MS = 1000;

/** Makes an active connection. */
export function createConnection(overrides: Partial<StoredConnection> = {}): StoredConnection {
  return {
    id: 'crm',
    version: 1,
    preset: 'generic',
    grantType: 'authorization_code',
    name: 'CRM',
    siteId: 'site',
    authorizationEndpoint: 'https://login.example.test/authorize',
    tokenEndpoint: 'https://login.example.test/token',
    revocationEndpoint: undefined,
    issuer: undefined,
    clientId: 'client',
    sealedClientSecret: 'sealed client secret',
    clientAuthentication: 'client_secret_basic',
    scopes: [],
    reauthorizationErrors: [],
    pkce: true,
    headerName: undefined,
    sealedHeaderValue: undefined,
    destination: { kind: 'webhook', url: 'https://receiver.example.test/' },
    exportTypes: undefined,
    sealedSigningSecrets: undefined,
    status: 'active',
    reason: undefined,
    authorizingUntilMs: undefined,
    pausedUntilMs: undefined,
    failingSinceMs: undefined,
    acceptedAtMs: undefined,
    sealedTokens: undefined,
    authorizedAtMs: undefined,
    authorizedBy: undefined,
    refreshedAtMs: undefined,
    refreshOwner: undefined,
    refreshUntilMs: undefined,
    refreshNotBeforeMs: undefined,
    createdAtMs: NOW_MS,
    ...overrides,
  };
}

/** Makes a log-in that expires ten minutes after {@link NOW_MS}. */
export function createLogin(overrides: Partial<StoredLogin> = {}): StoredLogin {
  return {
    stateHash: 'hash of a state',
    connectionId: 'crm',
    sessionHash: 'hash of a session',
    sealedVerifier: 'sealed verifier',
    by: 'admin@example.com',
    expiresAtMs: NOW_MS + 600 * SECOND_MS,
    ...overrides,
  };
}

/** Makes a delivery that is due. By default, each belongs to an engagement of its own. */
export function createDelivery(
  id: string,
  overrides: Partial<StoredDelivery> = {},
): StoredDelivery {
  return {
    id,
    connectionId: 'crm',
    engagementId: `engagement of ${id}`,
    exportType: 'engagement',
    revision: 0,
    status: 'pending',
    attempts: 0,
    failure: undefined,
    responseStatus: undefined,
    createdAt: new Date(NOW_MS),
    nextAttemptAt: new Date(NOW_MS),
    deliveredAt: undefined,
    diedAt: undefined,
    event: `{"of":${JSON.stringify(id)}}`,
    dedupeKey: `key of ${id}`,
    ...overrides,
  };
}
