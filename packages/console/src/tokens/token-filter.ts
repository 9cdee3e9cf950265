import type { TokenFilter } from '@mandate/tokens';

/** The query parameters of the list's filter. */
export const FILTER_FIELDS = ['search', 'permission', 'status', 'scope', 'userEmail'] as const;

/** The value of every filter field; empty if the field does not filter. */
export type TokenFilterFields = Readonly<Record<(typeof FILTER_FIELDS)[number], string>>;

const PERMISSIONS = ['GLOBAL', 'USER', 'ANONYMOUS'] as const;
const STATUSES = ['active', 'expired', 'revoked'] as const;
const MAX_LENGTH = 254;

/** Parses the filter of an address. Values that no token can have are ignored. */
export function parseTokenFilter(query: URLSearchParams): TokenFilterFields {
  const get = (name: string) =>
    (query.get(name) ?? '').replaceAll('\0', '').trim().slice(0, MAX_LENGTH);
  return {
    search: get('search'),
    permission: PERMISSIONS.find((value) => value === get('permission')) ?? '',
    status: STATUSES.find((value) => value === get('status')) ?? '',
    scope: get('scope'),
    userEmail: get('userEmail'),
  };
}

export function toTokenFilter({
  search,
  permission,
  status,
  scope,
  userEmail,
}: TokenFilterFields): TokenFilter {
  return {
    search: search || undefined,
    permission: PERMISSIONS.find((value) => value === permission),
    status: STATUSES.find((value) => value === status),
    scope: scope || undefined,
    userEmail: userEmail || undefined,
  };
}

/** Converts a filter to a query, without the empty fields. */
export function toQuery(filter: TokenFilterFields, cursor?: string): string {
  const used = FILTER_FIELDS.filter((name) => filter[name] !== '');
  const query = new URLSearchParams(used.map((name) => [name, filter[name]]));
  if (cursor !== undefined) query.set('cursor', cursor);
  return query.size === 0 ? '' : `?${query}`;
}
