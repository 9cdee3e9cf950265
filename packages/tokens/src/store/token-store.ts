import type { Permission } from '@mandate/core';
import type { MaybePromise } from '@mandate/internal/maybe-promise';
import type { Page, PageRequest } from '@mandate/internal/page';
import type { AuditEntry, TokenGrant, TokenRecord, TokenStatus } from '../token/token-record.js';

export type { Page, PageRequest };

/** A token that was found by the hash of a secret. */
export interface FoundToken {
  readonly record: TokenGrant;
  /** The hash that matched. */
  readonly hash: string;
  /** Whether the hash is of the secret before the last rotation, which works until `previousExpiresAt`. */
  readonly isPrevious: boolean;
}

/** Selects tokens for a list. A token must meet every condition. */
export interface TokenFilter {
  readonly permission?: Permission | undefined;
  readonly status?: TokenStatus | undefined;
  readonly scope?: string | undefined;
  /** The whole e-mail address, compared case-insensitively because it is stored as entered. */
  readonly userEmail?: string | undefined;
  /** A part of the description, compared case-insensitively. */
  readonly search?: string | undefined;
  /** Whether the token was revoked, expired or not. */
  readonly isRevoked?: boolean | undefined;
  /** The `subject` of the admin who created the token, compared exactly. */
  readonly createdBy?: string | undefined;
  /** Only tokens that expire before this time. A token without an expiry does not. */
  readonly expiresBefore?: Date | undefined;
}

/** What a list of tokens is sorted by. */
export type TokenSortKey = 'createdAt' | 'expiresAt' | 'lastUsedAt';

/**
 * Which page of a list of tokens to return. A store examines a bounded number of tokens for each page, so a page
 * may have fewer items than `limit`, or none, and still have a `nextCursor`.
 */
export interface TokenPageRequest extends PageRequest {
  /**
   * Default `createdAt`. A token that does not expire counts as the last to expire, and a token that was never
   * used as the earliest used. A cursor is valid for the `sortBy` and `direction` of its page only.
   */
  readonly sortBy?: TokenSortKey | undefined;
  /** Default `desc`: newest first. */
  readonly direction?: 'asc' | 'desc' | undefined;
}

/** How many tokens meet a filter. */
export interface TokenCount {
  readonly count: number;
  /** Whether every token was examined. Otherwise there are at least `count`. */
  readonly isExact: boolean;
}

/** The new secret of a token. */
export interface SecretReplacement {
  readonly hash: string;
  readonly lastFour: string;
  /** Until when the old secret works. */
  readonly previousExpiresAt: Date;
}

/** The id of a changed token. `undefined` means that any token may have changed, so drop every cached one. */
export type TokenChange = string | undefined;

/**
 * Stores issued tokens. Each change and its audit entry are one atomic step: after a crash either both are
 * stored or neither is, and both are durable once the promise is fulfilled.
 */
export interface TokenStore {
  /** Rejects if the id or the hash is already stored. */
  insert(record: TokenRecord, hash: string, audit: AuditEntry): Promise<void>;
  /**
   * Finds the token of the first hash that is stored, as a current or a previous one. May return
   * synchronously; verification is then synchronous too.
   */
  find(hashes: readonly string[]): MaybePromise<FoundToken | undefined>;
  get(id: string): Promise<TokenRecord | undefined>;
  /** Rejects with `TokenAuthorityError` `invalid` for a cursor that no page returned. */
  list(filter: TokenFilter, page: TokenPageRequest, now: Date): Promise<Page<TokenRecord>>;
  /** Counts tokens. Examines at most a bounded number of them, and says so in `isExact`. */
  count(filter: TokenFilter, now: Date): Promise<TokenCount>;
  /** Revokes a token that is not yet revoked. @returns whether it changed the token. */
  revoke(audit: AuditEntry): Promise<boolean>;
  /**
   * Replaces the secret of a token that is neither revoked nor expired. The old secret works until
   * `previousExpiresAt`; the secret of an earlier rotation ends at once. Concurrent rotations take effect
   * one after the other. @returns whether it changed the token.
   */
  rotate(audit: AuditEntry, replacement: SecretReplacement): Promise<boolean>;
  /** Replaces the description of a token. @returns whether the token exists. */
  describe(audit: AuditEntry, description: string): Promise<boolean>;
  /** Replaces a stored hash with another hash of the same secret. Does nothing if it is not stored. */
  rehash(from: string, to: string): Promise<void>;
  /** Stores when tokens were last used. An earlier time never replaces a later one. Ignores unknown ids. */
  touch(used: ReadonlyMap<string, Date>): Promise<void>;
  /**
   * Lists the audit trail of a token, or of all tokens. Rejects with `TokenAuthorityError` `invalid` for a
   * cursor that no page returned.
   */
  audit(tokenId: string | undefined, page: PageRequest): Promise<Page<AuditEntry>>;
  /**
   * Calls a listener with every revocation and rotation: before the promise of a change by this process is
   * fulfilled, and for a change by another process as soon as the store is notified. Ignores what the
   * listener throws or rejects with.
   * @returns a function that removes the listener.
   */
  onChange(listener: (change: TokenChange) => void): () => void;
  /** Whether the store is notified of changes by other processes at this moment. */
  isConnected(): boolean;
}

/** @throws TypeError at creation if the store is missing, because otherwise every request would fail. */
export function checkStore(caller: string, store: TokenStore): void {
  if (typeof store?.find !== 'function') throw new TypeError(`${caller}: store is required`);
}
