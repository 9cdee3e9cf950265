import type { TokenFilter } from '@mandate/tokens';
import { type SelectQueryBuilder, sql } from 'kysely';
import type { Schema, TokenRow } from '../database/schema.js';

type TokenQuery = SelectQueryBuilder<Schema, 'mandate_tokens', TokenRow>;

/** Selects the tokens that meet every condition. */
export function applyFilter(query: TokenQuery, filter: TokenFilter, now: Date): TokenQuery {
  const { permission, status, scope, userEmail, search } = filter;
  let filtered = query;
  if (permission !== undefined) filtered = filtered.where('permission', '=', permission);
  if (userEmail !== undefined) filtered = filtered.where(matchesUser(userEmail));
  if (scope !== undefined) filtered = filtered.where(hasScope(scope));
  if (search !== undefined) filtered = filtered.where(matchesDescription(search));
  return status === undefined ? filtered : filtered.where(hasStatus(status, now.getTime()));
}

/** E-mail addresses are stored as entered, so compare case-insensitively to find all of a user's tokens. */
function matchesUser(email: string) {
  return sql<boolean>`lower(user_email) = lower(${email})`;
}

/** `replace` is case-sensitive in every database; `like` is not. */
function hasScope(scope: string) {
  return sql<boolean>`replace(scopes, ${JSON.stringify(scope)}, '') <> scopes`;
}

/** Searches the description case-insensitively, without wildcards. */
function matchesDescription(text: string) {
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
