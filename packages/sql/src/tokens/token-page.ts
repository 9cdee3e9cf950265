import { type Page, type PageRequest, TokenAuthorityError } from '@mandate/tokens';

/** Cuts a page from rows. Select one row more than the page holds, which shows whether another page follows. */
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

/** The last token of a page: `<created_at>.<id>`. */
export interface TokenCursor {
  readonly createdAtMs: number;
  readonly id: string;
}

export function toTokenCursor(row: { readonly created_at: number; readonly id: string }): string {
  return `${row.created_at}.${row.id}`;
}

/** @throws TokenAuthorityError `invalid` */
export function parseTokenCursor(cursor: string): TokenCursor {
  const dot = cursor.indexOf('.');
  const id = cursor.slice(dot + 1);
  if (!/^[\w-]+$/.test(id)) throw createCursorError();
  return { createdAtMs: parseNumberCursor(cursor.slice(0, dot)), id };
}

/** @throws TokenAuthorityError `invalid` */
export function parseNumberCursor(cursor: string): number {
  if (!/^\d{1,15}$/.test(cursor)) throw createCursorError();
  return Number(cursor);
}

function createCursorError(): TokenAuthorityError {
  return new TokenAuthorityError('invalid', 'the cursor is invalid');
}
