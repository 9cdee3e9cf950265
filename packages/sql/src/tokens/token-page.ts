import { type Page, type PageRequest, TokenAuthorityError } from '@mandate/tokens';

/** A page of the rows. Read one more than the page has, so that it shows whether another follows. */
export function cutPage<Row>(
  rows: readonly Row[],
  { limit }: PageRequest,
  toCursor: (row: Row) => string,
): Page<Row> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const hasMore = rows.length > limit && last !== undefined;
  return { items, nextCursor: hasMore ? toCursor(last) : undefined };
}

/** Where a page of tokens ended: `<created_at>.<id>`. */
export interface TokenCursor {
  readonly createdAtMs: number;
  readonly id: string;
}

export function toTokenCursor(row: { readonly created_at: number; readonly id: string }): string {
  return `${row.created_at}.${row.id}`;
}

/** @throws TokenAuthorityError `invalid` if it is none. */
export function readTokenCursor(cursor: string): TokenCursor {
  const dot = cursor.indexOf('.');
  const id = cursor.slice(dot + 1);
  if (!/^[\w-]+$/.test(id)) throw oddCursor();
  return { createdAtMs: readNumberCursor(cursor.slice(0, dot)), id };
}

/** @throws TokenAuthorityError `invalid` if it is none. */
export function readNumberCursor(cursor: string): number {
  if (!/^\d{1,15}$/.test(cursor)) throw oddCursor();
  return Number(cursor);
}

function oddCursor(): TokenAuthorityError {
  return new TokenAuthorityError('invalid', 'no page gave out that cursor');
}
