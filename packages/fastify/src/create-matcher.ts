import Fastify, { type FastifyServerOptions } from 'fastify';
import type { RouterOptions } from './router-options.js';

/** Whether a router with these options, and with this route alone, finds a path. */
export function createMatcher(
  urls: readonly string[],
  options: RouterOptions,
): (path: string) => boolean {
  // No parameter is too long: a longer one leads to no other route.
  const given = { ...options, maxParamLength: 100_000, allowUnsafeRegex: true };
  return toMatcher(urls, hasRouterOptions() ? { routerOptions: given } : given);
}

function toMatcher(urls: readonly string[], options: object): (path: string) => boolean {
  const router = Fastify({ ...options, exposeHeadRoutes: false } as FastifyServerOptions);
  for (const url of urls) router.get(url, () => undefined);
  return (url) => {
    const found = router.findRoute({ method: 'GET', url });
    // Where it cannot decode the path, the router finds a handler that answers with 400.
    return found !== null && found.searchParams !== undefined;
  };
}

let isKnown: boolean | undefined;

/** Whether Fastify has `routerOptions`. The first versions of Fastify 5 have these options beside the others. */
function hasRouterOptions(): boolean {
  isKnown ??= toMatcher(['/a'], { routerOptions: { caseSensitive: false } })('/A');
  return isKnown;
}
