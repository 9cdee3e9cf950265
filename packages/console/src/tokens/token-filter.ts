import type { TokenFilter, TokenPageRequest } from '@mandate/tokens';

/** The query parameters of the list's filter. */
export const FILTER_FIELDS = [
  ...(['search', 'permission', 'status', 'scope', 'userEmail', 'order'] as const),
] as const;

/** The value of every filter field; empty if the field does not filter. */
export type TokenFilterFields = Readonly<Record<(typeof FILTER_FIELDS)[number], string>>;

const PERMISSIONS = ['GLOBAL', 'USER', 'ANONYMOUS'] as const;
const STATUSES = ['active', 'expired', 'revoked'] as const;
const MAX_LENGTH = 254;

/** How the list can be sorted, besides newest first. */
export const ORDERS = {
  oldest: { title: 'Oldest first', sortBy: 'createdAt', direction: 'asc' },
  expiry: { title: 'Next to expire', sortBy: 'expiresAt', direction: 'asc' },
  used: { title: 'Last used first', sortBy: 'lastUsedAt', direction: 'desc' },
  unused: { title: 'Longest unused first', sortBy: 'lastUsedAt', direction: 'asc' },
} as const;

type Order = keyof typeof ORDERS;

const isOrder = (value: string): value is Order => Object.hasOwn(ORDERS, value);

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
    order: isOrder(get('order')) ? get('order') : '',
  };
}

export function toSort({
  order,
}: TokenFilterFields): Pick<TokenPageRequest, 'sortBy' | 'direction'> {
  if (!isOrder(order)) return {};
  const { sortBy, direction } = ORDERS[order];
  return { sortBy, direction };
}

/** The heading of the list, for screen readers. */
export function toSortTitle({ order }: TokenFilterFields): string {
  return isOrder(order) ? ORDERS[order].title.toLowerCase() : 'newest first';
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
