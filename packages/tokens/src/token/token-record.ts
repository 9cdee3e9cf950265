import type { Permission } from '@mandate/core';

/** The part of an issued token that verification needs. */
export interface TokenGrant {
  readonly id: string;
  /** Never changes. */
  readonly permission: Permission;
  /** At least one. Never change. */
  readonly scopes: readonly string[];
  /** The groups of the principal. Act-as clears them. Never change. */
  readonly groups: readonly string[];
  /** The user of a `USER` token; `undefined` for every other permission. */
  readonly userEmail: string | undefined;
  /** The admin who created the token. */
  readonly createdBy: string;
  /** When the token expires; `undefined` if it does not expire. */
  readonly expiresAt: Date | undefined;
  /** When the token was revoked. */
  readonly revokedAt: Date | undefined;
  /** IP addresses and networks (CIDR) from which the token may be used; empty for any. */
  readonly allowedAddresses: readonly string[];
  /** Until when the secret before the last rotation works. */
  readonly previousExpiresAt: Date | undefined;
}

/** An issued token, without its secret, which is shown once and never stored. */
export interface TokenRecord extends TokenGrant {
  readonly description: string;
  /** The last four characters of the current secret, by which a person recognizes it. */
  readonly lastFour: string;
  readonly createdAt: Date;
  /** When the token was last used, accurate to the verifier's `flushSeconds`. */
  readonly lastUsedAt: Date | undefined;
}

/** One change of a token. It never holds a secret. */
export interface AuditEntry {
  readonly tokenId: string;
  readonly action: 'created' | 'revoked' | 'rotated' | 'described';
  /** The admin who made the change. */
  readonly by: string;
  readonly at: Date;
}

export type TokenStatus = 'active' | 'expired' | 'revoked';

/**
 * Gets the status of a token at a time. A token that is both revoked and expired is `revoked`.
 *
 * @example
 * const token = await authority.get('0b5c8b3e');
 * getTokenStatus(token, new Date());
 */
export function getTokenStatus(record: TokenRecord, now: Date): TokenStatus {
  if (record.revokedAt !== undefined) return 'revoked';
  return record.expiresAt !== undefined && record.expiresAt <= now ? 'expired' : 'active';
}
