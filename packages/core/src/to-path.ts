/**
 * Returns a request target without its query.
 *
 * @example
 * toPath('/docs?limit=10'); // '/docs'
 */
export function toPath(target: string): string {
  const query = target.indexOf('?');
  return query === -1 ? target : target.slice(0, query);
}
