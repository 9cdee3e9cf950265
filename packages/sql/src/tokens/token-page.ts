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

/** The last token of a page: `<time>.<id>`. */
export interface TokenCursor {
  /** The time that the list is sorted by, in Unix milliseconds. */
  readonly timeMs: number;
  readonly id: string;
}

export function toTokenCursor({ timeMs, id }: TokenCursor): string {
  return `${timeMs}.${id}`;
}

/** @throws TokenAuthorityError `invalid` */
export function parseTokenCursor(cursor: string): TokenCursor {
  const dot = cursor.indexOf('.');
  const id = cursor.slice(dot + 1);
  if (!/^[\w-]+$/.test(id)) throw createCursorError();
  return { timeMs: parseNumberCursor(cursor.slice(0, dot)), id };
}

/** @throws TokenAuthorityError `invalid` */
export function parseNumberCursor(cursor: string): number {
  if (!/^\d{1,16}$/.test(cursor)) throw createCursorError();
  return Number(cursor);
}

function createCursorError(): TokenAuthorityError {
  return new TokenAuthorityError('invalid', 'the cursor is invalid');
}
