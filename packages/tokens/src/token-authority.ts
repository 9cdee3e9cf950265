import { randomUUID } from 'node:crypto';
import type { Permission } from '@mandate/core';
import { checkOptions } from '@mandate/internal/check-options';
import {
  checkStore,
  type Page,
  type PageRequest,
  type TokenFilter,
  type TokenStore,
} from './store/token-store.js';
import { TokenAuthorityError, type TokenIssue } from './token/authority-error.js';
import { createTokenFormat, type TokenFormat } from './token/format.js';
import { createTokenHasher, type TokenHasher } from './token/hasher.js';
import { listIssues, type NewToken } from './token/new-token.js';
import { type AuditEntry, readStatus, type TokenRecord } from './token/record.js';

/** Who asks. The application says who its admins are. */
export interface Admin {
  /** Stands in the audit trail. Without one every change is a `TypeError`. */
  readonly subject: string;
  /** May create and rotate `GLOBAL` tokens. Everything but `true` says no. */
  readonly isSuperAdmin: boolean;
}

/** A token and its secret: the only time that anybody sees it. */
export interface IssuedToken {
  readonly token: TokenRecord;
  readonly secret: string;
}

export interface TokenAuthorityOptions {
  readonly store: TokenStore;
  /** Default `createTokenFormat()`. */
  readonly format?: TokenFormat | undefined;
  /** Default `createTokenHasher()`: no pepper. */
  readonly hasher?: TokenHasher | undefined;
  /** The scopes that tokens may have, new ones and those that get a new secret. Default: any. */
  readonly scopes?: readonly string[] | undefined;
  /** The clock, in Unix milliseconds. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
}

/**
 * Issues and administers tokens. Each method throws {@link TokenAuthorityError} for what it refuses;
 * a store's own faults are thrown on.
 */
export interface TokenAuthority {
  /** Creates a token. A fulfilled promise means that it is in the store for good. */
  create(token: NewToken, admin: Admin): Promise<IssuedToken>;
  /** Everything for which `create` would refuse a token as `invalid`, all at once; nothing if it is sound. */
  listIssues(token: NewToken): readonly TokenIssue[];
  get(id: string): Promise<TokenRecord>;
  list(filter: TokenFilter, page: PageRequest): Promise<Page<TokenRecord>>;
  /** Revokes a token. Once fulfilled, no request of this process is let through with it. Idempotent. */
  revoke(id: string, admin: Admin): Promise<TokenRecord>;
  /**
   * Gives a token a new secret. The old one works for `overlapSeconds` more, 0 to 604800 (a week), so
   * that clients can be changed one after the other.
   */
  rotate(id: string, overlapSeconds: number, admin: Admin): Promise<IssuedToken>;
  /** What was done to a token, or to all of them, newest first. */
  audit(tokenId: string | undefined, page: PageRequest): Promise<Page<AuditEntry>>;
}

const MAX_OVERLAP_SECONDS = 7 * 24 * 3600;
const MAX_PAGE = 200;

export function createTokenAuthority(options: TokenAuthorityOptions): TokenAuthority {
  checkOptions<TokenAuthorityOptions>('createTokenAuthority', options, {
    store: true,
    format: true,
    hasher: true,
    scopes: true,
    now: true,
  });
  const { store, format = createTokenFormat(), hasher = createTokenHasher() } = options;
  checkStore('createTokenAuthority', store);
  const now = options.now ?? Date.now;
  const knownScopes = options.scopes && new Set(options.scopes);

  const get = async (id: string): Promise<TokenRecord> => {
    const record = await store.get(id);
    if (record === undefined) throw new TokenAuthorityError('not_found', 'there is no such token');
    return record;
  };

  return {
    get,
    list: async (filter, page) => store.list(filter, checkPage(page), new Date(now())),
    audit: async (tokenId, page) => store.audit(tokenId, checkPage(page)),
    listIssues: (token) => listIssues(token, knownScopes, new Date(now())),

    async create(token, admin) {
      checkSubject(admin);
      const at = new Date(now());
      checkNewToken(token, admin, knownScopes, at);
      const record = toRecord(token, admin, at);
      const secret = format.create();
      const audit: AuditEntry = { tokenId: record.id, action: 'created', by: admin.subject, at };
      await store.insert(record, hasher.hash(secret), audit);
      return { token: record, secret };
    },

    async revoke(id, admin) {
      checkSubject(admin);
      await store.revoke({
        tokenId: id,
        action: 'revoked',
        by: admin.subject,
        at: new Date(now()),
      });
      return get(id);
    },

    async rotate(id, overlapSeconds, admin) {
      checkSubject(admin);
      const isSound = Number.isFinite(overlapSeconds) && overlapSeconds >= 0;
      if (!isSound || overlapSeconds > MAX_OVERLAP_SECONDS) {
        throw new TokenAuthorityError('invalid', 'the overlap must be 0 to 604800 seconds');
      }
      const at = new Date(now());
      const record = await get(id);
      // A new secret is as good as a new token.
      checkMayIssue(record.permission, admin);
      checkIssued(record.scopes, knownScopes);
      const secret = format.create();
      const until = new Date(at.getTime() + overlapSeconds * 1000);
      const audit: AuditEntry = { tokenId: id, action: 'rotated', by: admin.subject, at };
      if (!(await store.rotate(audit, hasher.hash(secret), until))) {
        const status = readStatus(await get(id), at);
        throw new TokenAuthorityError('conflict', `the token is ${status}`);
      }
      // What has changed is known. If it were read again and that failed, nobody would ever see the secret.
      return { token: { ...record, previousExpiresAt: until }, secret };
    },
  };
}

function toRecord(token: NewToken, admin: Admin, at: Date): TokenRecord {
  return {
    id: randomUUID(),
    description: token.description,
    permission: token.permission,
    scopes: [...new Set(token.scopes)],
    userEmail: token.userEmail,
    createdBy: admin.subject,
    createdAt: at,
    expiresAt: token.expiresAt,
    revokedAt: undefined,
    lastUsedAt: undefined,
    allowedAddresses: token.allowedAddresses ?? [],
    previousExpiresAt: undefined,
  };
}

function checkNewToken(
  token: NewToken,
  admin: Admin,
  knownScopes: ReadonlySet<string> | undefined,
  now: Date,
): void {
  checkMayIssue(token.permission, admin);
  const issues = listIssues(token, knownScopes, now);
  if (issues.length === 0) return;
  const message = issues.map((issue) => issue.message).join('; ');
  throw new TokenAuthorityError('invalid', message, issues);
}

function checkPage(page: PageRequest): PageRequest {
  if (Number.isInteger(page.limit) && page.limit >= 1 && page.limit <= MAX_PAGE) return page;
  throw new TokenAuthorityError('invalid', `a page has 1 to ${MAX_PAGE} items`);
}

/** Whoever shall not hand out a scope must not get it by way of a token that has it from elsewhere. */
function checkIssued(
  scopes: readonly string[],
  knownScopes: ReadonlySet<string> | undefined,
): void {
  const other = knownScopes && scopes.find((scope) => !knownScopes.has(scope));
  if (other === undefined) return;
  const message = `the token has the scope ${JSON.stringify(other)}, which is not issued here`;
  throw new TokenAuthorityError('forbidden', message);
}

/** @throws TypeError if the audit trail could not say who it was: an `authorizeAdmin` found nobody. */
function checkSubject({ subject }: Admin): void {
  if (typeof subject !== 'string' || subject === '') {
    throw new TypeError('an admin needs a subject');
  }
}

function checkMayIssue(permission: Permission, admin: Admin): void {
  // In plain JavaScript it may be anything, such as the text "false" of a header.
  if (permission === 'GLOBAL' && admin.isSuperAdmin !== true) {
    throw new TokenAuthorityError('forbidden', 'only a super admin may issue a GLOBAL token');
  }
}
