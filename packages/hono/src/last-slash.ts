import type { HonoRequest } from 'hono';

/** Whether Hono's router has matched a route that differs from the path only in a trailing slash. */
export function ignoresLastSlash({ path, matchedRoutes }: HonoRequest): boolean {
  const hasLastSlash = path.endsWith('/');
  return matchedRoutes.some(
    (route) => !route.path.endsWith('*') && route.path.endsWith('/') !== hasLastSlash,
  );
}
