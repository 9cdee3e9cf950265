/** The cursor of a page; `undefined` for the first page. */
export function parseCursor(query: URLSearchParams): string | undefined {
  return query.get('cursor')?.replaceAll('\0', '').slice(0, 200) || undefined;
}
