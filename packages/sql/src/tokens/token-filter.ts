import type { TokenFilter } from '@mandate/tokens';
import { type SelectQueryBuilder, sql } from 'kysely';
import type { Schema, TokenRow } from '../database/schema.js';

type TokenQuery = SelectQueryBuilder<Schema, 'mandate_tokens', TokenRow>;

/** Only the tokens that fulfil every condition. */
export function applyFilter(query: TokenQuery, filter: TokenFilter, now: Date): TokenQuery {
  const { permission, status, scope, userEmail, search } = filter;
  let filtered = query;
  if (permission !== undefined) filtered = filtered.where('permission', '=', permission);
  if (userEmail !== undefined) filtered = filtered.where(isUser(userEmail));
  if (scope !== undefined) filtered = filtered.where(hasScope(scope));
  if (search !== undefined) filtered = filtered.where(describes(search));
  return status === undefined ? filtered : filtered.where(hasStatus(status, now.getTime()));
}

/** Addresses are kept as they were written, which differs; and all that there are of a person are looked for. */
function isUser(email: string) {
  return sql<boolean>`lower(user_email) = lower(${email})`;
}

/** Every database has `replace`, and it compares to the letter, which `like` does not everywhere. */
function hasScope(scope: string) {
  return sql<boolean>`replace(scopes, ${JSON.stringify(scope)}, '') <> scopes`;
}

/** Text in the description, in any case, with no character of it meaning anything else. */
function describes(text: string) {
  const pattern = `%${text.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`;
  return sql<boolean>`search_text like ${pattern} escape '\\'`;
}

function hasStatus(status: NonNullable<TokenFilter['status']>, now: number) {
  if (status === 'revoked') return sql<boolean>`revoked_at is not null`;
  const isExpired = sql<boolean>`(expires_at is not null and expires_at <= ${now})`;
  return status === 'expired'
    ? sql<boolean>`revoked_at is null and ${isExpired}`
    : sql<boolean>`revoked_at is null and not ${isExpired}`;
}
