/** Returns the query of a request target, without its question mark. */
export function toQuery(target: string): string {
  const query = target.indexOf('?');
  return query === -1 ? '' : target.slice(query + 1);
}
