import {
  type CheckRoutesOptions,
  checkRouteEntries,
  listRouteEntries,
  type Route,
} from '@mandate/core/check-routes';
import type { FastifyInstance } from 'fastify';
import { buildEntries } from './route-entries.js';

export { trackRoutes } from './track-routes.js';
export type { CheckRoutesOptions, Route };

/**
 * The routes of an application, in the order in which the router prefers them. They need `trackRoutes(app)` before the
 * first route, and an application that is ready.
 *
 * @throws TypeError without `trackRoutes`, before `app.ready()`, or if this version of Fastify is unknown.
 *
 * @example
 * import { listRoutes, trackRoutes } from '@mandate/fastify/check-routes';
 * import Fastify from 'fastify';
 *
 * const app = Fastify();
 * trackRoutes(app);
 * app.get('/health', () => 'ok');
 * await app.ready();
 * listRoutes(app); // [{ method: 'GET', path: '/health', hasRule: false }]
 */
export function listRoutes(app: FastifyInstance): readonly Route[] {
  return listRouteEntries(buildEntries(app));
}

/**
 * Checks that no route was forgotten. Run it after `app.ready()`, at start-up or in a test. It is a lint, not a proof: it
 * reports what it cannot inspect.
 *
 * - Each route needs a guard in its context whose endpoint map decides, or a guard and then a rule: in its `config`, or
 *   `requireScopes`, `requireAnyScope`, `requireGroup` or `allowAnonymous` as a hook. Mark your own hook that contains a
 *   rule or guard with `markRouteRule` or `markGuard` of `@mandate/core`.
 * - Behind a map, each route must be in the map, and Fastify must route as the map does. So an entry that no route serves
 *   is a fault (`servedElsewhere`), and so is a wildcard over paths for which the map has different rules.
 * - Middleware may answer any path, and a parameter with a pattern cannot be compared with the map. List them in `checked`
 *   when you have checked them. Hooks that answer and handlers for unknown paths are not seen.
 *
 * @throws TypeError that lists every fault, or as `listRoutes`.
 *
 * @example
 * import { createGuard } from '@mandate/core';
 * import { requireAuth } from '@mandate/fastify';
 * import { checkRoutes, trackRoutes } from '@mandate/fastify/check-routes';
 * import Fastify from 'fastify';
 *
 * const guard = createGuard({ verifiers: [], endpoints: { 'GET /search': { scopes: ['SEARCH'] } } });
 * const app = Fastify();
 * trackRoutes(app);
 * await app.register(requireAuth(guard));
 * app.get('/search', () => []);
 * await app.ready();
 * checkRoutes(app);
 */
export function checkRoutes(app: FastifyInstance, options?: CheckRoutesOptions): void {
  checkRouteEntries(buildEntries(app), options);
}
