import { TokenAuthorityError } from '../token/token-authority-error.js';
import type { TokenRecord } from '../token/token-record.js';
import type { Page, TokenPageRequest, TokenSortKey } from './token-store.js';

/** A token and its number in the order of insertion. */
export interface NumberedToken {
  readonly record: TokenRecord;
  readonly number: number;
}

/** Sorts tokens by a key and then their number, and cuts a page after the token that the cursor names. */
export function paginateTokens(
  tokens: readonly NumberedToken[],
  { limit, cursor, sortBy = 'createdAt', direction = 'desc' }: TokenPageRequest,
): Page<TokenRecord> {
  const sign = direction === 'asc' ? 1 : -1;
  const sorted = tokens
    .map(({ record, number }) => ({ record, position: [toTime(record, sortBy), number] as const }))
    .sort((a, b) => sign * compare(a.position, b.position));
  const after = cursor === undefined ? undefined : parseCursor(cursor);
  const rest = after
    ? sorted.filter(({ position }) => sign * compare(position, after) > 0)
    : sorted;
  return cutPage(rest, limit);
}

type Position = readonly [timeMs: number, number: number];

interface Placed {
  readonly record: TokenRecord;
  readonly position: Position;
}

function cutPage(rest: readonly Placed[], limit: number): Page<TokenRecord> {
  const page = rest.slice(0, limit);
  const nextCursor = rest.length > limit ? page.at(-1)?.position.join('.') : undefined;
  return { items: page.map(({ record }) => record), nextCursor };
}

function toTime(record: TokenRecord, sortBy: TokenSortKey): number {
  return record[sortBy]?.getTime() ?? (sortBy === 'expiresAt' ? Number.MAX_SAFE_INTEGER : 0);
}

function compare([aTime, aNumber]: Position, [bTime, bNumber]: Position): number {
  return aTime === bTime ? aNumber - bNumber : aTime - bTime;
}

function parseCursor(cursor: string): Position {
  const [, time, number] = /^(\d{1,16})\.(\d{1,15})$/.exec(cursor) ?? [];
  if (time !== undefined && number !== undefined) return [Number(time), Number(number)];
  throw new TokenAuthorityError('invalid', 'the cursor is invalid');
}
