import type { TokenGrant, TokenRecord } from '@mandate/tokens';
import type { TokenRow } from './schema.js';

/** The columns that verification needs. Each further column would slow it down. */
export const GRANT_COLUMNS = [
  ...(['id', 'permission', 'scopes', 'user_email', 'created_by', 'expires_at'] as const),
  ...(['revoked_at', 'allowed_addresses', 'previous_expires_at', 'token_groups'] as const),
] as const;

/** The `expires_order` of a token that does not expire: after every time. */
export const NEVER_EXPIRES = Number.MAX_SAFE_INTEGER;

type ValuesOf<Columns extends readonly (keyof TokenRow)[]> = {
  readonly [Position in keyof Columns]: TokenRow[Columns[Position]];
};

/** The values of {@link GRANT_COLUMNS}, in their order. */
export type GrantRow = ValuesOf<typeof GRANT_COLUMNS>;

export function toGrant(row: GrantRow): TokenGrant {
  const [
    id,
    permission,
    scopes,
    userEmail,
    createdBy,
    expiresAt,
    revokedAt,
    addresses,
    overlapEnd,
    groups,
  ] = row;
  return {
    id,
    permission: permission as TokenGrant['permission'],
    scopes: parseList(scopes),
    groups: parseList(groups),
    userEmail: userEmail ?? undefined,
    createdBy,
    expiresAt: toDate(expiresAt),
    revokedAt: toDate(revokedAt),
    allowedAddresses: parseList(addresses),
    previousExpiresAt: toDate(overlapEnd),
  };
}

export function toRecord(row: TokenRow): TokenRecord {
  return {
    id: row.id,
    description: row.description,
    permission: row.permission as TokenGrant['permission'],
    scopes: parseList(row.scopes),
    groups: parseList(row.token_groups),
    lastFour: row.last_four,
    userEmail: row.user_email ?? undefined,
    createdBy: row.created_by,
    createdAt: new Date(Number(row.created_at)),
    expiresAt: toDate(row.expires_at),
    revokedAt: toDate(row.revoked_at),
    lastUsedAt: toDate(row.last_used_at),
    allowedAddresses: parseList(row.allowed_addresses),
    previousExpiresAt: toDate(row.previous_expires_at),
  };
}

export function toRow(record: TokenRecord, hash: string): TokenRow {
  return {
    id: record.id,
    description: record.description,
    search_text: record.description.toLowerCase(),
    permission: record.permission,
    scopes: JSON.stringify(record.scopes),
    token_groups: JSON.stringify(record.groups),
    user_email: record.userEmail ?? null,
    user_key: record.userEmail?.toLowerCase() ?? null,
    created_by: record.createdBy,
    created_at: record.createdAt.getTime(),
    expires_at: record.expiresAt?.getTime() ?? null,
    revoked_at: record.revokedAt?.getTime() ?? null,
    last_used_at: record.lastUsedAt?.getTime() ?? null,
    expires_order: record.expiresAt?.getTime() ?? NEVER_EXPIRES,
    used_order: record.lastUsedAt?.getTime() ?? 0,
    allowed_addresses: JSON.stringify(record.allowedAddresses),
    hash,
    last_four: record.lastFour,
    previous_hash: null,
    previous_expires_at: record.previousExpiresAt?.getTime() ?? null,
  };
}

function parseList(text: string): readonly string[] {
  return text === '[]' ? [] : (JSON.parse(text) as string[]);
}

/** The PostgreSQL driver returns 64-bit integers as strings. */
function toDate(time: number | string | null): Date | undefined {
  return time === null ? undefined : new Date(Number(time));
}
