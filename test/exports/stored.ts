import type {
  ExportStore,
  Page,
  PageRequest,
  StoredConnection,
  StoredDelivery,
  StoredLogin,
} from '@mandate/exports';

/** 2026-01-02T03:04:05.678Z */
export const NOW_MS = Date.UTC(2026, 0, 2, 3, 4, 5, 678);

export const SECOND_MS = 1000;

/** A connection that takes deliveries, of which only the given members matter. */
export function createConnection(overrides: Partial<StoredConnection> = {}): StoredConnection {
  return {
    id: 'crm',
    version: 1,
    preset: 'generic',
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
    destination: { kind: 'webhook', url: 'https://receiver.example.test/' },
    sealedSigningSecrets: undefined,
    status: 'active',
    reason: undefined,
    authorizingUntilMs: undefined,
    pausedUntilMs: undefined,
    failingSinceMs: undefined,
    sealedTokens: undefined,
    authorizedAtMs: undefined,
    authorizedBy: undefined,
    refreshedAtMs: undefined,
    refreshOwner: undefined,
    refreshUntilMs: undefined,
    createdAtMs: NOW_MS,
    ...overrides,
  };
}

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

/** A delivery that is due, each to an engagement of its own unless said otherwise. */
export function createDelivery(
  id: string,
  overrides: Partial<StoredDelivery> = {},
): StoredDelivery {
  return {
    id,
    connectionId: 'crm',
    engagementId: `engagement of ${id}`,
    exportType: 'engagement',
    status: 'pending',
    attempts: 0,
    failure: undefined,
    responseStatus: undefined,
    createdAt: new Date(NOW_MS),
    nextAttemptAt: new Date(NOW_MS),
    deliveredAt: undefined,
    event: `{"of":${JSON.stringify(id)}}`,
    ...overrides,
  };
}

/** Inserts a delivery for each id, due one millisecond after the other. */
export async function insertDue(store: ExportStore, ids: readonly string[]): Promise<void> {
  await store.insertDeliveries(
    ids.map((id, i) => createDelivery(id, { nextAttemptAt: new Date(NOW_MS - ids.length + i) })),
  );
}

/** Everything on all pages, `between` being called after each. */
export async function readPages<Item>(
  read: (page: PageRequest) => Promise<Page<Item>>,
  limit: number,
  between: () => Promise<unknown> = async () => {},
): Promise<readonly Item[]> {
  const items: Item[] = [];
  let cursor: string | undefined;
  do {
    const page = await read({ limit, cursor });
    items.push(...page.items);
    cursor = page.nextCursor;
    await between();
  } while (cursor !== undefined);
  return items;
}
