import type { AuditEntry, Page, TokenAuthority } from '@mandate/tokens';

export const AUDIT_ACTIONS = {
  created: 'Created',
  rotated: 'Rotated',
  revoked: 'Revoked',
  described: 'Description edited',
} as const satisfies Readonly<Record<AuditEntry['action'], string>>;

/** The value of every filter field; empty if the field does not filter. */
export interface AuditFilter {
  readonly action: string;
  /** A part of the administrator's subject, compared case-insensitively. */
  readonly by: string;
  readonly tokenId: string;
}

const PAGE_SIZE = 50;
/** Fewer matches than this continue the search, over at most `MAX_PAGES` pages of the store. */
const ENOUGH = 25;
const MAX_PAGES = 20;

/** Parses the filter of an address. Values that no entry can have are ignored. */
export function parseAuditFilter(query: URLSearchParams): AuditFilter {
  const get = (name: string) => (query.get(name) ?? '').replaceAll('\0', '').trim().slice(0, 254);
  const tokenId = get('tokenId');
  return {
    action: Object.hasOwn(AUDIT_ACTIONS, get('action')) ? get('action') : '',
    by: get('by'),
    tokenId: /^[\w-]{1,64}$/.test(tokenId) ? tokenId : '',
  };
}

/** Converts a filter to a query, without the empty fields. */
export function toQuery(filter: AuditFilter, cursor?: string): string {
  const query = new URLSearchParams(Object.entries(filter).filter(([, value]) => value !== ''));
  if (cursor !== undefined) query.set('cursor', cursor);
  return query.size === 0 ? '' : `?${query}`;
}

/**
 * Loads the matching entries, newest first. The store filters by token only, so other conditions are applied
 * here. One request examines at most 1000 entries; `nextCursor` continues after them.
 */
export async function loadAudit(
  authority: TokenAuthority,
  filter: AuditFilter,
  start: string | undefined,
): Promise<Page<AuditEntry>> {
  const items: AuditEntry[] = [];
  let cursor = start;
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    const page = await authority.audit(filter.tokenId || undefined, { limit: PAGE_SIZE, cursor });
    items.push(...page.items.filter((entry) => matches(entry, filter)));
    cursor = page.nextCursor;
    if (cursor === undefined || items.length >= ENOUGH) break;
  }
  return { items, nextCursor: cursor };
}

function matches({ action, by }: AuditEntry, filter: AuditFilter): boolean {
  if (filter.action !== '' && action !== filter.action) return false;
  return by.toLowerCase().includes(filter.by.toLowerCase());
}
