import {
  type CheckRoutesOptions,
  checkRouteEntries,
  listRouteEntries,
  type Route,
} from '@mandate/core/check-routes';
import type { App } from './probe-hono.js';
import { buildEntries } from './route-entries.js';

export type { CheckRoutesOptions, Route };

/**
 * The routes of an application, in the order in which Hono tries them, those of sub-applications
 * (`route`, `basePath`) included. Call it last, because most routers of Hono accept no routes
 * after the first look-up.
 *
 * Hono registers `all` and `use` in the same way. A handler for all methods that takes `next` counts as a
 * middleware and is not listed. The same applies to `mount`.
 *
 * @example
 * import { listRoutes } from '@mandate/hono/check-routes';
 * import { Hono } from 'hono';
 *
 * const app = new Hono().get('/health', (c) => c.text('ok'));
 * listRoutes(app); // [{ method: 'GET', path: '/health', hasRule: false }]
 */
export function listRoutes(app: App): readonly Route[] {
  return listRouteEntries(buildEntries(app));
}

/**
 * Checks that no route was forgotten. Run it when all routes are registered, at start-up or in a test,
 * because most routers of Hono accept no routes after the first look-up. It is a lint, not a proof: it reports
 * what it cannot inspect.
 *
 * - Each route needs a guard before it whose endpoint map decides, or a guard and then a rule
 *   (`requireScopes`, `requireAnyScope`, `requireGroup`, `allowAnonymous`): among its own handlers, or
 *   registered before it with `use` on a path that covers it. Mark `every`, `some`, `except` or a
 *   middleware of yours that hides a rule or guard with `markRouteRule` or `markGuard` of
 *   `@mandate/core`.
 * - Behind a map, each route must be in the map, and Hono must route as the map does: in the map a literal
 *   beats a parameter, in Hono the first route wins, so `/docs/admin` registered after `/docs/:id` is a
 *   fault. So is a router that ignores a trailing slash when `requireAuth` assumes that it does not, and an
 *   entry that no route serves (`servedElsewhere`).
 * - A function may answer any path, and a parameter with a pattern cannot be compared with the map. List
 *   them in `checked` when you have checked them.
 *
 * @throws TypeError that lists every fault.
 *
 * @example
 * import { createGuard } from '@mandate/core';
 * import { requireAuth } from '@mandate/hono';
 * import { checkRoutes } from '@mandate/hono/check-routes';
 * import { Hono } from 'hono';
 * import { logger } from 'hono/logger';
 *
 * const guard = createGuard({ verifiers: [], endpoints: { 'GET /search': { scopes: ['SEARCH'] } } });
 * const app = new Hono().use(logger()).use(requireAuth(guard)).get('/search', (c) => c.json([]));
 * checkRoutes(app, { checked: ['USE /* logger'] });
 */
export function checkRoutes(app: App, options?: CheckRoutesOptions): void {
  checkRouteEntries(buildEntries(app), options);
}
