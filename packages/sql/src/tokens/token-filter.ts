import type { TokenFilter } from '@mandate/tokens';
import { type RawBuilder, sql } from 'kysely';

export type Condition = RawBuilder<boolean>;

/** Builds the conditions for which an index starts with the column. They bound the tokens to examine. */
export function toIndexedConditions(filter: TokenFilter): readonly Condition[] {
  const { userEmail, createdBy } = filter;
  if (userEmail !== undefined) return [sql`user_key = ${userEmail.toLowerCase()}`];
  return createdBy === undefined ? [] : [sql`created_by = ${createdBy}`];
}

/**
 * Builds the conditions that each examined token must meet. No index may serve them (`+ 0`, `|| ''`), because the
 * database would then read every token that meets them instead of a few tokens in order.
 */
export function toConditions(filter: TokenFilter, now: Date): readonly Condition[] {
  const { permission, status, scope, search, createdBy, userEmail, isRevoked } = filter;
  const conditions: Condition[] = [];
  if (permission !== undefined) conditions.push(sql`permission = ${permission}`);
  // Without a user the creator is an indexed condition.
  if (createdBy !== undefined && userEmail !== undefined) {
    conditions.push(sql`created_by || '' = ${createdBy}`);
  }
  if (scope !== undefined) conditions.push(hasScope(scope));
  if (search !== undefined) conditions.push(matchesDescription(search));
  if (isRevoked !== undefined) {
    conditions.push(isRevoked ? sql`revoked_at is not null` : sql`revoked_at is null`);
  }
  if (filter.expiresBefore !== undefined) {
    conditions.push(sql`expires_order + 0 < ${toExpiresOrder(filter.expiresBefore)}`);
  }
  if (status !== undefined) conditions.push(hasStatus(status, now.getTime()));
  return conditions;
}

/** A time later than every date would also select tokens that do not expire. */
export function toExpiresOrder(time: Date): number {
  return Math.min(time.getTime(), 8.64e15);
}

/** `replace` is case-sensitive in every database; `like` is not. */
function hasScope(scope: string): Condition {
  return sql`replace(scopes, ${JSON.stringify(scope)}, '') <> scopes`;
}

/** Searches the description case-insensitively, without wildcards. */
function matchesDescription(text: string): Condition {
  const pattern = `%${text.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`;
  return sql`search_text like ${pattern} escape '\\'`;
}

function hasStatus(status: NonNullable<TokenFilter['status']>, now: number): Condition {
  if (status === 'revoked') return sql`revoked_at is not null`;
  return status === 'expired'
    ? sql`revoked_at is null and expires_order + 0 <= ${now}`
    : sql`revoked_at is null and expires_order + 0 > ${now}`;
}
