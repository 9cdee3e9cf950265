import type { Permission } from '@mandate/core';

/** What a verification needs to know of an issued token. */
export interface TokenGrant {
  readonly id: string;
  /** Never changes. */
  readonly permission: Permission;
  /** Never change. At least one. */
  readonly scopes: readonly string[];
  /** Whose token it is; exactly the `USER` tokens have one. */
  readonly userEmail: string | undefined;
  /** The admin who created it. */
  readonly createdBy: string;
  /** From when on it is refused as expired; `undefined` if it does not expire. */
  readonly expiresAt: Date | undefined;
  /** Since when it is refused as revoked. */
  readonly revokedAt: Date | undefined;
  /** Addresses (CIDR) it may be used from; empty for any. */
  readonly allowedAddresses: readonly string[];
  /** Until when the secret before the last rotation still works. */
  readonly previousExpiresAt: Date | undefined;
}

/** What is known about an issued token. Everything but the secret: that is shown once and never kept. */
export interface TokenRecord extends TokenGrant {
  readonly description: string;
  readonly createdAt: Date;
  /** When it was last used, to within the verifier's `flushSeconds`. */
  readonly lastUsedAt: Date | undefined;
}

/** A change of a token, for the audit trail. It never holds a secret. */
export interface AuditEntry {
  readonly tokenId: string;
  readonly action: 'created' | 'revoked' | 'rotated';
  /** The admin who did it. */
  readonly by: string;
  readonly at: Date;
}

export type TokenStatus = 'active' | 'expired' | 'revoked';

/** What the token is worth at that time. */
export function readStatus(record: TokenRecord, now: Date): TokenStatus {
  if (record.revokedAt !== undefined) return 'revoked';
  return record.expiresAt !== undefined && record.expiresAt <= now ? 'expired' : 'active';
}
