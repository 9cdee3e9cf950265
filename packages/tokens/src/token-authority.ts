import { checkOptions, type OptionNames } from '@mandate/internal/check-options';
import {
  type Admin,
  type AuthorityParts,
  checkSubject,
  type IssuedToken,
  loadToken,
} from './authority-parts.js';
import { checkPage, checkTokenPage } from './check-page.js';
import { createToken, rotateToken } from './issue-token.js';
import { type RevocationResult, revokeByUser, revokeMany, revokeToken } from './revoke-tokens.js';
import {
  checkStore,
  type Page,
  type PageRequest,
  type TokenCount,
  type TokenFilter,
  type TokenPageRequest,
  type TokenStore,
} from './store/token-store.js';
import { isDescription } from './token/fields.js';
import { listIssues, type NewToken } from './token/new-token.js';
import { TokenAuthorityError, type TokenIssue } from './token/token-authority-error.js';
import { createTokenFormat, type TokenFormat } from './token/token-format.js';
import { createTokenHasher, type TokenHasher } from './token/token-hasher.js';
import type { AuditEntry, TokenRecord } from './token/token-record.js';

export type { Admin, IssuedToken, RevocationResult };

export interface TokenAuthorityOptions {
  readonly store: TokenStore;
  /** Must be the verifier's format too. Default `createTokenFormat()`. */
  readonly format?: TokenFormat | undefined;
  /** Must be the verifier's hasher too. Default `createTokenHasher()`, which uses no pepper. */
  readonly hasher?: TokenHasher | undefined;
  /** The scopes that tokens may have when they are created or rotated. Default: any scope. */
  readonly scopes?: readonly string[] | undefined;
  /**
   * The groups that tokens may have when they are created or rotated. Leave out every group that makes its members
   * administrators, because each admin may issue a token with these groups. Default: none.
   */
  readonly groups?: readonly string[] | undefined;
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
  /** Lists tokens. A page may have fewer items than `limit`, or none, and still have a `nextCursor`. */
  list(filter: TokenFilter, page: TokenPageRequest): Promise<Page<TokenRecord>>;
  /** Counts tokens. Of many tokens it examines only a part; `isExact` is then `false`. */
  count(filter: TokenFilter): Promise<TokenCount>;
  /**
   * Finds the token of a secret, such as a leaked one, even if the token has expired or was revoked, or if the last
   * rotation replaced the secret. Rejects with `not_found` if no token has the secret, and with `invalid` if the text
   * does not have the format of a secret. Errors never hold the secret.
   */
  findSecret(secret: string): Promise<TokenRecord>;
  /** Replaces the description, 1 to 500 characters. */
  describe(id: string, description: string, admin: Admin): Promise<TokenRecord>;
  /**
   * Revokes a token. Once the promise is fulfilled, this process rejects every request with the token; other
   * processes follow as `createTokenVerifier` says. Revoking again changes nothing.
   */
  revoke(id: string, admin: Admin): Promise<TokenRecord>;
  /**
   * Revokes 1 to 200 tokens, one after the other, and reports the result of each different id. After a fault of the
   * store, the ids that remain are `skipped`.
   */
  revokeMany(ids: readonly string[], admin: Admin): Promise<readonly RevocationResult[]>;
  /**
   * Revokes up to 200 tokens of a user that are not revoked, the newest first. Call it again until it returns no
   * result. The e-mail address is compared case-insensitively.
   */
  revokeByUser(userEmail: string, admin: Admin): Promise<readonly RevocationResult[]>;
  /**
   * Gives a token a new secret. The old secret works for `overlapSeconds` more, 0 to 604800 (a week), so that
   * clients can be changed one after the other.
   */
  rotate(id: string, overlapSeconds: number, admin: Admin): Promise<IssuedToken>;
  /** Lists the changes of a token, or of all tokens, newest first. */
  audit(tokenId: string | undefined, page: PageRequest): Promise<Page<AuditEntry>>;
}

const OPTIONS: OptionNames<TokenAuthorityOptions> = {
  store: true,
  format: true,
  hasher: true,
  scopes: true,
  groups: true,
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
  const scopes = options.scopes && new Set(options.scopes);
  const allowed = { scopes, groups: new Set(options.groups) };
  const parts: AuthorityParts = { store, format, hasher, allowed, now };
  return {
    get: (id) => loadToken(store, id),
    list: async (filter, page) => store.list(filter, checkTokenPage(page), new Date(now())),
    count: async (filter) => store.count(filter, new Date(now())),
    audit: async (tokenId, page) => store.audit(tokenId, checkPage(page)),
    listIssues: (token) => listIssues(token, allowed, new Date(now())),
    create: (token, admin) => createToken(parts, token, admin),
    rotate: (id, overlapSeconds, admin) => rotateToken(parts, { id, overlapSeconds, admin }),
    findSecret: (secret) => findSecret(parts, secret),
    describe: (id, description, admin) => describeToken(parts, { id, description, admin }),
    revoke: (id, admin) => revokeToken(parts, id, admin),
    revokeMany: (ids, admin) => revokeMany(parts, ids, admin),
    revokeByUser: (userEmail, admin) => revokeByUser(parts, userEmail, admin),
  };
}

async function findSecret(
  { store, format, hasher }: AuthorityParts,
  secret: string,
): Promise<TokenRecord> {
  if (typeof secret !== 'string' || !format.matches(secret)) {
    throw new TokenAuthorityError('invalid', 'the text is not a complete secret');
  }
  const found = await store.find(hasher.hashes(secret));
  if (found === undefined) throw new TokenAuthorityError('not_found', 'no token has this secret');
  return loadToken(store, found.record.id);
}

interface Description {
  readonly id: string;
  readonly description: string;
  readonly admin: Admin;
}

async function describeToken(
  { store, now }: AuthorityParts,
  { id, description, admin }: Description,
): Promise<TokenRecord> {
  checkSubject(admin);
  if (!isDescription(description)) {
    const message = 'the description must have 1 to 500 characters';
    throw new TokenAuthorityError('invalid', message, [{ path: 'description', message }]);
  }
  const at = new Date(now());
  await store.describe({ tokenId: id, action: 'described', by: admin.subject, at }, description);
  return loadToken(store, id);
}
