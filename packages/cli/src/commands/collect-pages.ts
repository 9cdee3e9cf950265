/** A page of a list of the token authority. */
interface PageLike<Item> {
  readonly items: readonly Item[];
  readonly nextCursor?: string | undefined;
}

/** The largest page of the token authority. */
export const MAX_PAGE = 200;

/** All items of a list up to a limit. A page may be empty although more follow. */
export async function collectPages<Item>(
  limit: number,
  load: (page: { limit: number; cursor?: string }) => Promise<PageLike<Item>>,
): Promise<readonly Item[]> {
  const found: Item[] = [];
  let cursor: string | undefined;
  do {
    const rest = Math.min(MAX_PAGE, limit - found.length);
    const page = await load({ limit: rest, ...(cursor !== undefined && { cursor }) });
    found.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined && found.length < limit);
  return found;
}
