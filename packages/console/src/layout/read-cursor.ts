/** Where a page of a list begins; `undefined` at its beginning. */
export function readCursor(query: URLSearchParams): string | undefined {
  return query.get('cursor')?.replaceAll('\0', '').slice(0, 200) || undefined;
}
