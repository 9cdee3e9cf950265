import { randomUUID } from 'node:crypto';
import type { AuditEntry, Page, PageRequest, TokenRecord, TokenStore } from '@mandate/tokens';

export const NOW = new Date('2026-01-02T03:04:05.678Z');

/** A moment that many seconds after {@link NOW}. */
export function after(seconds: number): Date {
  return new Date(NOW.getTime() + 1000 * seconds);
}

/** A token of which only the given members matter. */
export function createRecord(overrides: Partial<TokenRecord> = {}): TokenRecord {
  return {
    id: randomUUID(),
    description: 'nightly import',
    permission: 'GLOBAL',
    scopes: ['SEARCH'],
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

/** Inserts a token whose hash is `hash of <id>`, unless said otherwise. */
export async function insert(
  store: TokenStore,
  overrides: Partial<TokenRecord> = {},
  hash?: string,
): Promise<TokenRecord> {
  const record = createRecord(overrides);
  await store.insert(record, hash ?? `hash of ${record.id}`, toAudit(record.id));
  return record;
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
