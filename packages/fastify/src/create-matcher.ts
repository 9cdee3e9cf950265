import Fastify, { type FastifyServerOptions } from 'fastify';
import type { RouterOptions } from './router-options.js';

/** Whether a router with these options, and with this route alone, finds a path. */
export function createMatcher(
  urls: readonly string[],
  options: RouterOptions,
): (path: string) => boolean {
  // No parameter is too long: a longer one leads to no other route.
  const routerOptions = { ...options, maxParamLength: 100_000, allowUnsafeRegex: true };
  const router = Fastify({ exposeHeadRoutes: false, routerOptions } as FastifyServerOptions);
  for (const url of urls) router.get(url, () => undefined);
  return (url) => {
    const found = router.findRoute({ method: 'GET', url });
    // Where it cannot decode the path, the router finds a handler that answers with 400.
    return found !== null && found.searchParams !== undefined;
  };
}
