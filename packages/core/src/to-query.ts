/**
 * Returns the query of a request target, without its question mark.
 *
 * @example
 * toQuery('/docs?limit=10'); // 'limit=10'
 */
export function toQuery(target: string): string {
  const query = target.indexOf('?');
  return query === -1 ? '' : target.slice(query + 1);
}
