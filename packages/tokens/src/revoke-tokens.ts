import { type Admin, type AuthorityParts, checkSubject, loadToken } from './authority-parts.js';
import { MAX_PAGE } from './check-page.js';
import { isEmail } from './token/fields.js';
import { TokenAuthorityError } from './token/token-authority-error.js';
import type { TokenRecord } from './token/token-record.js';

/** What became of one of several tokens to revoke. */
export interface RevocationResult {
  readonly id: string;
  /**
   * `revoked`: by this call or before. `not_found`: no token has the id. `outcome_unknown`: the connection to the
   * database was lost, so the token may be revoked; revoke it again. `failed`: the store failed. `skipped`: was not
   * tried, because the store failed before.
   */
  readonly code: 'revoked' | 'not_found' | 'outcome_unknown' | 'failed' | 'skipped';
  /** The revoked token. */
  readonly token?: TokenRecord | undefined;
  /** The store's error, for logs, if it failed or its outcome is unknown. Never send it to a client: it may hold internal details. */
  readonly error?: unknown;
}

export async function revokeToken(
  { store, now }: AuthorityParts,
  id: string,
  admin: Admin,
): Promise<TokenRecord> {
  checkSubject(admin);
  await store.revoke({ tokenId: id, action: 'revoked', by: admin.subject, at: new Date(now()) });
  return loadToken(store, id);
}

export async function revokeMany(
  parts: AuthorityParts,
  ids: readonly string[],
  admin: Admin,
): Promise<readonly RevocationResult[]> {
  checkSubject(admin);
  const isList = Array.isArray(ids) && ids.every((id) => typeof id === 'string');
  if (!isList || ids.length < 1 || ids.length > MAX_PAGE) {
    throw new TokenAuthorityError('invalid', `ids must be a list of 1 to ${MAX_PAGE} ids`);
  }
  return revokeEach(ids, (id) => revokeToken(parts, id, admin));
}

export async function revokeByUser(
  parts: AuthorityParts,
  userEmail: string,
  admin: Admin,
): Promise<readonly RevocationResult[]> {
  checkSubject(admin);
  if (!isEmail(userEmail)) {
    throw new TokenAuthorityError('invalid', 'userEmail must be an e-mail address');
  }
  const ids = await listUnrevoked(parts, userEmail);
  return revokeEach(ids, (id) => revokeToken(parts, id, admin));
}

/** Lists up to {@link MAX_PAGE} tokens of a user that are not revoked. A page may be empty before the last one. */
async function listUnrevoked(
  { store, now }: AuthorityParts,
  userEmail: string,
): Promise<readonly string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = { limit: MAX_PAGE, cursor };
    const listed = await store.list({ userEmail, isRevoked: false }, page, new Date(now()));
    ids.push(...listed.items.map(({ id }) => id));
    cursor = listed.nextCursor;
  } while (cursor !== undefined && ids.length < MAX_PAGE);
  return ids.slice(0, MAX_PAGE);
}

/** Revokes one token after the other until the store fails, because each may wait for a time-out. */
async function revokeEach(
  ids: readonly string[],
  revoke: (id: string) => Promise<TokenRecord>,
): Promise<readonly RevocationResult[]> {
  const results: RevocationResult[] = [];
  let isStoreDown = false;
  for (const id of new Set(ids)) {
    if (isStoreDown) {
      results.push({ id, code: 'skipped' });
      continue;
    }
    try {
      results.push({ id, code: 'revoked', token: await revoke(id) });
    } catch (error) {
      const code = toCode(error);
      isStoreDown = code !== 'not_found';
      results.push(isStoreDown ? { id, code, error } : { id, code });
    }
  }
  return results;
}

function toCode(error: unknown): 'not_found' | 'outcome_unknown' | 'failed' {
  if (!(error instanceof TokenAuthorityError)) return 'failed';
  return error.code === 'not_found' || error.code === 'outcome_unknown' ? error.code : 'failed';
}
