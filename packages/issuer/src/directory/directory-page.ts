/** A group as it is listed. */
export interface DirectoryGroup {
  readonly id: string;
  /** What the group has subscribed to, such as `presence`. */
  readonly services: readonly string[];
}

/** A part of a list, in the order of ids. */
export interface DirectoryPage {
  /** The last id of the page before. Default: from the beginning. */
  readonly after?: string | undefined;
  /** How many at most: 1 to 1000, default 100. A page with fewer is the last one. */
  readonly limit?: number | undefined;
}

export interface UserPage extends DirectoryPage {
  /** Only members of this group, with all their memberships. Default: everybody. */
  readonly groupId?: string | undefined;
}

const MAX_LIMIT = 1000;

/** @throws TypeError if the limit is not a whole number from 1 to 1000. */
export function readPage({ after, limit = 100 }: DirectoryPage): {
  readonly after: string | undefined;
  readonly limit: number;
} {
  if (Number.isInteger(limit) && limit >= 1 && limit <= MAX_LIMIT) return { after, limit };
  throw new TypeError(`limit must be a whole number, 1 to ${MAX_LIMIT}`);
}
