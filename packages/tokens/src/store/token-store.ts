import type { Permission } from '@mandate/core';
import type { MaybePromise } from '@mandate/internal/maybe-promise';
import type { AuditEntry, TokenGrant, TokenRecord, TokenStatus } from '../token/record.js';

/** A token as it was found by the hash of its secret. */
export interface FoundToken {
  readonly record: TokenGrant;
  /** The hash it was found by. */
  readonly hash: string;
  /** Whether that is the secret before the last rotation, which works until `previousExpiresAt`. */
  readonly isPrevious: boolean;
}

/** Which tokens to list. All conditions must hold. */
export interface TokenFilter {
  readonly permission?: Permission | undefined;
  readonly status?: TokenStatus | undefined;
  readonly scope?: string | undefined;
  /** The whole address, in any case: it is kept as it was written. */
  readonly userEmail?: string | undefined;
  /** Text in the description, in any case. */
  readonly search?: string | undefined;
}

/** One page of a list, newest first. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** What to ask with for the next page; `undefined` on the last one. */
  readonly nextCursor: string | undefined;
}

export interface PageRequest {
  /** 1 to 200. */
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** What happened to a token. `undefined` means that anything may have: forget what you know. */
export type TokenChange = string | undefined;

/**
 * Where issued tokens live. Every change is one atomic step together with its audit entry: after a
 * crash either both are there or neither is, and once the promise is fulfilled they stay.
 */
export interface TokenStore {
  insert(record: TokenRecord, hash: string, audit: AuditEntry): Promise<void>;
  /**
   * The token of the first of these hashes that there is; without a promise if the store can, which
   * then a verification can as well.
   */
  find(hashes: readonly string[]): MaybePromise<FoundToken | undefined>;
  get(id: string): Promise<TokenRecord | undefined>;
  list(filter: TokenFilter, page: PageRequest, now: Date): Promise<Page<TokenRecord>>;
  /** Revokes a token that is not revoked. @returns whether it did. */
  revoke(audit: AuditEntry): Promise<boolean>;
  /**
   * Replaces the secret of a token that is neither revoked nor expired. The old one works until
   * `previousExpiresAt`; one from an earlier rotation ends at once. Of several at the same time, each
   * takes effect on its own. @returns whether it did.
   */
  rotate(audit: AuditEntry, hash: string, previousExpiresAt: Date): Promise<boolean>;
  /** Replaces a hash by another hash of the same secret, if it is still there. */
  rehash(from: string, to: string): Promise<void>;
  /** Notes when tokens were used; an earlier time never replaces a later one. */
  touch(used: ReadonlyMap<string, Date>): Promise<void>;
  audit(tokenId: string | undefined, page: PageRequest): Promise<Page<AuditEntry>>;
  /**
   * Hears of every change that makes a token worth less, at this process at once and at others as
   * soon as it is told. What the listener throws or rejects with is ignored.
   * @returns a function that ends it.
   */
  onChange(listener: (change: TokenChange) => void): () => void;
  /** Whether changes made by other processes are told right now. */
  isConnected(): boolean;
}

/** @throws TypeError if the store is none: every later request would be a fault. */
export function checkStore(caller: string, store: TokenStore): void {
  if (typeof store?.find !== 'function') throw new TypeError(`${caller}: store is required`);
}
