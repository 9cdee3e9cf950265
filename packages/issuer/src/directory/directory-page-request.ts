import { checkNumber } from '@mandate/internal/check-number';

/** A group in a list. */
export interface DirectoryGroup {
  readonly id: string;
  /** The services that the group has subscribed to, such as `presence`. */
  readonly services: readonly string[];
}

/** A page of a list, in the order of ids. */
export interface DirectoryPageRequest {
  /** The last id of the previous page. Default: start from the beginning. */
  readonly after?: string | undefined;
  /** The number of items: 1 to 1000, default 100. A shorter page is the last one. */
  readonly limit?: number | undefined;
}

export interface UserPageRequest extends DirectoryPageRequest {
  /** Only members of this group, with all their memberships. Default: all users. */
  readonly groupId?: string | undefined;
}

/**
 * Fills in defaults. @throws TypeError if the limit is not a whole number from 1 to 1000.
 *
 * @example
 * resolvePage({ after: 'u-1' }); // { after: 'u-1', limit: 100 }
 */
export function resolvePage({ after, limit = 100 }: DirectoryPageRequest): {
  readonly after: string | undefined;
  readonly limit: number;
} {
  checkNumber('limit', limit, { min: 1, max: 1000, isInteger: true });
  return { after, limit };
}

/** Returns one page of unsorted items. @throws TypeError as {@link resolvePage} does. */
export function cutPage<Item extends { readonly id: string }>(
  items: readonly Item[],
  page: DirectoryPageRequest,
): readonly Item[] {
  const { after, limit } = resolvePage(page);
  const sorted = [...items].sort((a, b) => (a.id < b.id ? -1 : 1));
  return sorted.filter(({ id }) => after === undefined || id > after).slice(0, limit);
}
