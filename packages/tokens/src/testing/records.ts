import { randomUUID } from 'node:crypto';
import type { Page, PageRequest, SecretReplacement, TokenStore } from '../store/token-store.js';
import type { AuditEntry, TokenRecord } from '../token/token-record.js';

const MAX_PAGES = 1000;

export const NOW = new Date('2026-01-02T03:04:05.678Z');

/** The time `seconds` after {@link NOW}. */
export function after(seconds: number): Date {
  return new Date(NOW.getTime() + 1000 * seconds);
}

/** Creates a token of which only the given members matter. */
export function createRecord(overrides: Partial<TokenRecord> = {}): TokenRecord {
  return {
    id: randomUUID(),
    description: 'nightly import',
    permission: 'GLOBAL',
    scopes: ['SEARCH'],
    groups: [],
    lastFour: 'aB3x',
    userEmail: undefined,
    createdBy: 'admin@example.com',
    createdAt: NOW,
    expiresAt: undefined,
    revokedAt: undefined,
    lastUsedAt: undefined,
    allowedAddresses: [],
    previousExpiresAt: undefined,
    ...overrides,
  };
}

export function toAudit(
  tokenId: string,
  action: AuditEntry['action'] = 'created',
  at = NOW,
): AuditEntry {
  return { tokenId, action, by: 'admin@example.com', at };
}

export function toReplacement(hash: string, previousExpiresAt: Date): SecretReplacement {
  return { hash, lastFour: 'zY9w', previousExpiresAt };
}

/** Inserts a token. Its hash is `hash of <id>` by default. */
export async function insert(
  store: TokenStore,
  overrides: Partial<TokenRecord> = {},
  hash?: string,
): Promise<TokenRecord> {
  const record = createRecord(overrides);
  await store.insert(record, hash ?? `hash of ${record.id}`, toAudit(record.id));
  return record;
}

/**
 * Collects the items of all pages, and calls `between` after each page.
 * @throws Error after 1000 pages, because a store that ignores cursors would return pages for ever.
 */
export async function collectPages<Item>(
  loadPage: (page: PageRequest) => Promise<Page<Item>>,
  limit: number,
  between: () => Promise<unknown> = async () => {},
): Promise<readonly Item[]> {
  const items: Item[] = [];
  let cursor: string | undefined;
  for (let count = 0; count < MAX_PAGES; count++) {
    const page = await loadPage({ limit, cursor });
    items.push(...page.items);
    cursor = page.nextCursor;
    await between();
    if (cursor === undefined) return items;
  }
  throw new Error(`there are more than ${MAX_PAGES} pages`);
}
