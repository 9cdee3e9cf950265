import type { TokenFilter } from '@mandate/tokens';

/** The fields by which the list is filtered, as they stand in its address. */
export const FILTER_FIELDS = ['search', 'permission', 'status', 'scope', 'userEmail'] as const;

/** What is asked for: every field, empty where nothing is. */
export type AskedFilter = Readonly<Record<(typeof FILTER_FIELDS)[number], string>>;

const PERMISSIONS = ['GLOBAL', 'USER', 'ANONYMOUS'] as const;
const STATUSES = ['active', 'expired', 'revoked'] as const;
const MAX_LENGTH = 254;

/** Reads the filter from an address. What no token can have is as good as not asked for. */
export function readAskedFilter(query: URLSearchParams): AskedFilter {
  const read = (name: string) =>
    (query.get(name) ?? '').replaceAll('\0', '').trim().slice(0, MAX_LENGTH);
  return {
    search: read('search'),
    permission: PERMISSIONS.find((one) => one === read('permission')) ?? '',
    status: STATUSES.find((one) => one === read('status')) ?? '',
    scope: read('scope'),
    userEmail: read('userEmail'),
  };
}

export function toTokenFilter({
  search,
  permission,
  status,
  scope,
  userEmail,
}: AskedFilter): TokenFilter {
  return {
    search: search || undefined,
    permission: PERMISSIONS.find((one) => one === permission),
    status: STATUSES.find((one) => one === status),
    scope: scope || undefined,
    userEmail: userEmail || undefined,
  };
}

/** The same as a query, which leaves out what is not asked for. */
export function toQuery(filter: AskedFilter, cursor?: string): string {
  const asked = FILTER_FIELDS.filter((name) => filter[name] !== '');
  const query = new URLSearchParams(asked.map((name) => [name, filter[name]]));
  if (cursor !== undefined) query.set('cursor', cursor);
  return query.size === 0 ? '' : `?${query}`;
}
