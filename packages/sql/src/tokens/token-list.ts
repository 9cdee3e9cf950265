import type {
  Page,
  TokenCount,
  TokenFilter,
  TokenPageRequest,
  TokenSortKey,
} from '@mandate/tokens';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Schema, TokenRow } from '../database/schema.js';
import {
  type Condition,
  toConditions,
  toExpiresOrder,
  toIndexedConditions,
} from './token-filter.js';
import { parseTokenCursor, toTokenCursor } from './token-page.js';

/**
 * The tokens that are examined for one page. A filter that few tokens meet returns short pages, so that a list of
 * a million tokens costs no more than one of a few thousand.
 */
export const EXAMINED_PER_PAGE = 1000;

/** The tokens that are examined for a count. */
export const EXAMINED_PER_COUNT = 10_000;

const COLUMNS = {
  createdAt: 'created_at',
  expiresAt: 'expires_order',
  lastUsedAt: 'used_order',
} as const satisfies Record<TokenSortKey, keyof TokenRow>;

interface TokenQuery {
  readonly filter: TokenFilter;
  readonly page: TokenPageRequest;
  readonly now: Date;
}

interface Position {
  readonly timeMs: number;
  readonly id: string;
}

/** Loads one page: at most `limit` of the next {@link EXAMINED_PER_PAGE} tokens in the order. */
export async function listTokens(
  kysely: Kysely<Schema>,
  query: TokenQuery,
): Promise<Page<TokenRow>> {
  const { limit, sortBy = 'createdAt' } = query.page;
  const conditions = toConditions(query.filter, query.now);
  // The last token to examine is found first, so that tokens inserted meanwhile are neither lost nor repeated.
  const last = conditions.length === 0 ? undefined : await findLastExamined(kysely, query);
  const range = [...toRange(query), ...(last ? [toLimit(query.page, last)] : [])];
  const { rows } = await sql<TokenRow>`
    select * from mandate_tokens where ${all([...range, ...conditions])}
    ${toOrderBy(query.page)} limit ${limit + 1}`.execute(kysely);
  const items = rows.slice(0, limit);
  const end = items.at(-1);
  if (rows.length > limit && end !== undefined) {
    return { items, nextCursor: toTokenCursor({ timeMs: end[COLUMNS[sortBy]], id: end.id }) };
  }
  return { items, nextCursor: last && toTokenCursor(last) };
}

/** Counts the matches among the first {@link EXAMINED_PER_COUNT} tokens. */
export async function countTokens(
  kysely: Kysely<Schema>,
  filter: TokenFilter,
  now: Date,
): Promise<TokenCount> {
  const sortBy = filter.expiresBefore === undefined ? 'createdAt' : 'expiresAt';
  const page = { limit: EXAMINED_PER_COUNT, sortBy, direction: 'asc' } as const;
  const { rows } = await sql<{ readonly examined: number; readonly matches: number }>`
    select count(*) as examined,
      count(*) filter (where ${all(toConditions(filter, now))}) as matches
    from (select * from mandate_tokens where ${all(toRange({ filter, page, now }))}
      ${toOrderBy(page)} limit ${EXAMINED_PER_COUNT + 1}) as examined_tokens`.execute(kysely);
  const [row] = rows;
  return {
    count: Math.min(Number(row?.matches ?? 0), EXAMINED_PER_COUNT),
    isExact: Number(row?.examined ?? 0) <= EXAMINED_PER_COUNT,
  };
}

async function findLastExamined(
  kysely: Kysely<Schema>,
  query: TokenQuery,
): Promise<Position | undefined> {
  const column = toColumn(query.page);
  const { rows } = await sql<{ readonly time_ms: number; readonly id: string }>`
    select ${column} as time_ms, id from mandate_tokens where ${all(toRange(query))}
    ${toOrderBy(query.page)} limit 1 offset ${EXAMINED_PER_PAGE - 1}`.execute(kysely);
  const [row] = rows;
  return row && { timeMs: Number(row.time_ms), id: row.id };
}

/** Builds the conditions that one index serves: those of its first column, and where the page begins and ends. */
function toRange({ filter, page }: TokenQuery): readonly Condition[] {
  const { cursor, sortBy, direction = 'desc' } = page;
  const conditions = [...toIndexedConditions(filter)];
  const after = cursor === undefined ? undefined : parseTokenCursor(cursor);
  const expiry = sortBy === 'expiresAt' ? filter.expiresBefore : undefined;
  // An id is never empty, so this position is before every token that expires at the time.
  const bound = expiry && { timeMs: toExpiresOrder(expiry), id: '' };
  if (direction === 'asc') {
    if (after) conditions.push(compare(page, '>', after));
    if (bound) conditions.push(compare(page, '<', bound));
  } else {
    // A cursor of this list is before the bound. SQLite would choose either of two upper bounds.
    const upper = after ?? bound;
    if (upper) conditions.push(compare(page, '<', upper));
  }
  return conditions;
}

function toLimit(page: TokenPageRequest, last: Position): Condition {
  return compare(page, page.direction === 'asc' ? '<=' : '>=', last);
}

function compare(page: TokenPageRequest, operator: string, { timeMs, id }: Position): Condition {
  return sql`(${toColumn(page)}, id) ${sql.raw(operator)} (${timeMs}, ${id})`;
}

function toOrderBy(page: TokenPageRequest): RawBuilder<unknown> {
  const direction = sql.raw(page.direction === 'asc' ? 'asc' : 'desc');
  return sql`order by ${toColumn(page)} ${direction}, id ${direction}`;
}

function toColumn({ sortBy = 'createdAt' }: TokenPageRequest): RawBuilder<unknown> {
  return sql.ref(COLUMNS[sortBy]);
}

function all(conditions: readonly Condition[]): RawBuilder<unknown> {
  return conditions.length === 0 ? sql`1 = 1` : sql.join(conditions, sql` and `);
}
