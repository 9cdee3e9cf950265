import { randomUUID } from 'node:crypto';
import type { Permission } from '@mandate/core';
import { checkOptions, type OptionNames } from '@mandate/internal/check-options';
import {
  checkStore,
  type Page,
  type PageRequest,
  type TokenFilter,
  type TokenStore,
} from './store/token-store.js';
import { listIssues, type NewToken } from './token/new-token.js';
import { TokenAuthorityError, type TokenIssue } from './token/token-authority-error.js';
import { createTokenFormat, type TokenFormat } from './token/token-format.js';
import { createTokenHasher, type TokenHasher } from './token/token-hasher.js';
import { type AuditEntry, getTokenStatus, type TokenRecord } from './token/token-record.js';

/** The administrator who makes a change. The application decides who is one. */
export interface Admin {
  /** Identifies the administrator in the audit trail. Must not be empty. */
  readonly subject: string;
  /** Whether the administrator may create and rotate `GLOBAL` tokens. Only `true` allows it. */
  readonly isSuperAdmin: boolean;
}

/** A token and its secret. The secret cannot be shown again. */
export interface IssuedToken {
  readonly token: TokenRecord;
  readonly secret: string;
}

export interface TokenAuthorityOptions {
  readonly store: TokenStore;
  /** Must be the verifier's format too. Default `createTokenFormat()`. */
  readonly format?: TokenFormat | undefined;
  /** Must be the verifier's hasher too. Default `createTokenHasher()`, which uses no pepper. */
  readonly hasher?: TokenHasher | undefined;
  /** The scopes that tokens may have when they are created or rotated. Default: any scope. */
  readonly scopes?: readonly string[] | undefined;
  /** The clock, in Unix milliseconds. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
}

/**
 * Issues and administers tokens. Each method throws {@link TokenAuthorityError} if it rejects the request,
 * `TypeError` if the admin has no subject, and the store's own errors unchanged.
 */
export interface TokenAuthority {
  /** Creates a token. The token is stored durably once the promise is fulfilled. */
  create(token: NewToken, admin: Admin): Promise<IssuedToken>;
  /** Lists every fault for which `create` would reject a token as `invalid`; empty if it is valid. */
  listIssues(token: NewToken): readonly TokenIssue[];
  get(id: string): Promise<TokenRecord>;
  list(filter: TokenFilter, page: PageRequest): Promise<Page<TokenRecord>>;
  /**
   * Revokes a token. Once the promise is fulfilled, this process rejects every request with the token; other
   * processes follow as `createTokenVerifier` says. Revoking again changes nothing.
   */
  revoke(id: string, admin: Admin): Promise<TokenRecord>;
  /**
   * Gives a token a new secret. The old secret works for `overlapSeconds` more, 0 to 604800 (a week), so that
   * clients can be changed one after the other.
   */
  rotate(id: string, overlapSeconds: number, admin: Admin): Promise<IssuedToken>;
  /** Lists the changes of a token, or of all tokens, newest first. */
  audit(tokenId: string | undefined, page: PageRequest): Promise<Page<AuditEntry>>;
}

const MAX_OVERLAP_SECONDS = 7 * 24 * 3600;
const MAX_PAGE = 200;

const OPTIONS: OptionNames<TokenAuthorityOptions> = {
  store: true,
  format: true,
  hasher: true,
  scopes: true,
  now: true,
};

/**
 * Creates the authority that issues and administers tokens.
 *
 * @throws TypeError if the store is missing or an option is unknown.
 *
 * @example
 * const tokens = createTokenAuthority({ store });
 * const { token, secret } = await tokens.create(
 *   { description: 'nightly import', permission: 'GLOBAL', scopes: ['SEARCH'] },
 *   { subject: 'root@example.com', isSuperAdmin: true },
 * );
 */
export function createTokenAuthority(options: TokenAuthorityOptions): TokenAuthority {
  checkOptions<TokenAuthorityOptions>('createTokenAuthority', options, OPTIONS);
  const { store, format = createTokenFormat(), hasher = createTokenHasher() } = options;
  checkStore('createTokenAuthority', store);
  const now = options.now ?? Date.now;
  const allowedScopes = options.scopes && new Set(options.scopes);

  const parts: AuthorityParts = { store, format, hasher, allowedScopes, now };
  const get = (id: string) => loadToken(store, id);

  return {
    get,
    list: async (filter, page) => store.list(filter, checkPage(page), new Date(now())),
    audit: async (tokenId, page) => store.audit(tokenId, checkPage(page)),
    listIssues: (token) => listIssues(token, allowedScopes, new Date(now())),

    create: (token, admin) => createToken(parts, token, admin),

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
      checkOverlap(overlapSeconds);
      return rotateToken(parts, { record: await get(id), overlapSeconds, admin });
    },
  };
}

interface AuthorityParts {
  readonly store: TokenStore;
  readonly format: TokenFormat;
  readonly hasher: TokenHasher;
  readonly allowedScopes: ReadonlySet<string> | undefined;
  readonly now: () => number;
}

async function createToken(
  { store, format, hasher, allowedScopes, now }: AuthorityParts,
  token: NewToken,
  admin: Admin,
): Promise<IssuedToken> {
  checkSubject(admin);
  const at = new Date(now());
  checkNewToken(token, admin, allowedScopes, at);
  const record = toRecord(token, admin, at);
  const secret = format.create();
  const audit: AuditEntry = { tokenId: record.id, action: 'created', by: admin.subject, at };
  await store.insert(record, hasher.hash(secret), audit);
  return { token: record, secret };
}

interface Rotation {
  readonly record: TokenRecord;
  readonly overlapSeconds: number;
  readonly admin: Admin;
}

async function rotateToken(
  { store, format, hasher, allowedScopes, now }: AuthorityParts,
  { record, overlapSeconds, admin }: Rotation,
): Promise<IssuedToken> {
  const at = new Date(now());
  // A new secret grants as much as a new token does.
  checkMayIssue(record.permission, admin);
  checkScopes(record.scopes, allowedScopes);
  const secret = format.create();
  const until = new Date(at.getTime() + overlapSeconds * 1000);
  const audit: AuditEntry = { tokenId: record.id, action: 'rotated', by: admin.subject, at };
  if (!(await store.rotate(audit, hasher.hash(secret), until))) {
    const current = await loadToken(store, record.id);
    throw new TokenAuthorityError('conflict', `the token is ${getTokenStatus(current, at)}`);
  }
  // Do not load the record again: if that failed, the new secret would be lost.
  return { token: { ...record, previousExpiresAt: until }, secret };
}

async function loadToken(store: TokenStore, id: string): Promise<TokenRecord> {
  const record = await store.get(id);
  if (record === undefined) throw new TokenAuthorityError('not_found', 'the token does not exist');
  return record;
}

function checkOverlap(overlapSeconds: number): void {
  const isValid = Number.isFinite(overlapSeconds) && overlapSeconds >= 0;
  if (isValid && overlapSeconds <= MAX_OVERLAP_SECONDS) return;
  throw new TokenAuthorityError('invalid', 'the overlap must be from 0 to 604800 seconds');
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
  allowedScopes: ReadonlySet<string> | undefined,
  now: Date,
): void {
  checkMayIssue(token.permission, admin);
  const issues = listIssues(token, allowedScopes, now);
  if (issues.length === 0) return;
  const message = issues.map((issue) => issue.message).join('; ');
  throw new TokenAuthorityError('invalid', message, issues);
}

function checkPage(page: PageRequest): PageRequest {
  if (Number.isInteger(page.limit) && page.limit >= 1 && page.limit <= MAX_PAGE) return page;
  throw new TokenAuthorityError('invalid', `limit must be a whole number from 1 to ${MAX_PAGE}`);
}

/** Rejects a token with a scope that this authority does not issue, because a new secret would grant it. */
function checkScopes(
  scopes: readonly string[],
  allowedScopes: ReadonlySet<string> | undefined,
): void {
  const other = allowedScopes && scopes.find((scope) => !allowedScopes.has(scope));
  if (other === undefined) return;
  const message = `the token has the scope ${JSON.stringify(other)}, which this authority does not issue`;
  throw new TokenAuthorityError('forbidden', message);
}

/** @throws TypeError if the audit trail could not name the admin, because of a fault in `authorizeAdmin`. */
function checkSubject({ subject }: Admin): void {
  if (typeof subject !== 'string' || subject === '') {
    throw new TypeError('admin.subject must be a string that is not empty');
  }
}

function checkMayIssue(permission: Permission, admin: Admin): void {
  // JavaScript callers may pass any value, such as the text "false" of a header.
  if (permission === 'GLOBAL' && admin.isSuperAdmin !== true) {
    throw new TokenAuthorityError('forbidden', 'only a super admin may issue a GLOBAL token');
  }
}
