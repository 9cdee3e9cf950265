/** One page of a list, newest first. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** The `cursor` of the next request; `undefined` on the last page. */
  readonly nextCursor: string | undefined;
}

/** Which page of a list to return. */
export interface PageRequest {
  /** The largest number of items on the page, from 1 to 200. */
  readonly limit: number;
  /** `nextCursor` of the page before. Omit it for the first page. */
  readonly cursor?: string | undefined;
}
