import {
  type CheckRoutesOptions,
  checkRouteEntries,
  listRouteEntries,
  type Route,
} from '@mandate/core/check-routes';
import type { Application, Router } from 'express';
import { buildEntries } from './route-entries.js';

export type { CheckRoutesOptions, Route };

/**
 * The routes of an application or router, in the order in which Express tries them, those of nested
 * routers and mounted applications included. A regular expression is listed as it is written. The
 * routes inside a middleware are not listed.
 *
 * @throws TypeError if Express is 5.0, 5.1 or 5.2, which do not keep paths.
 *
 * @example
 * import { listRoutes } from '@mandate/express/check-routes';
 * import express from 'express';
 *
 * const app = express().get('/health', (_req, res) => res.sendStatus(200));
 * listRoutes(app); // [{ method: 'GET', path: '/health', hasRule: false }]
 */
export function listRoutes(app: Application | Router): readonly Route[] {
  return listRouteEntries(buildEntries(app));
}

/**
 * Checks that no route was forgotten. Run it when all routes are registered, at start-up or in a test.
 * It is a lint, not a proof: it reports what it cannot inspect.
 *
 * - Each route needs a guard before it whose endpoint map decides, or a guard and then a rule
 *   (`requireScopes`, `requireAnyScope`, `requireGroup`, `allowAnonymous`): on its own chain, or
 *   registered before it with `use` or `all` on a path that covers it. Mark your own middleware that
 *   contains a rule or guard with `markRouteRule` or `markGuard` of `@mandate/core`.
 * - Behind a map, each route must be in the map, and Express must route as the map does: in the map a
 *   literal beats a parameter, in Express the first route wins, so `/docs/admin` registered after
 *   `/docs/:id` is a fault. So is an entry that no route serves (`servedElsewhere`).
 * - A function may answer any path, and a regular expression cannot be compared with the map. List them
 *   in `checked` when you have checked them.
 *
 * @throws TypeError that lists every fault, or if Express is 5.0, 5.1 or 5.2.
 *
 * @example
 * import { createGuard } from '@mandate/core';
 * import { requireAuth } from '@mandate/express';
 * import { checkRoutes } from '@mandate/express/check-routes';
 * import express from 'express';
 *
 * const guard = createGuard({ verifiers: [], endpoints: { 'GET /search': { scopes: ['SEARCH'] } } });
 * const app = express().use(requireAuth(guard)).use(express.json());
 * app.get('/search', (_req, res) => res.json([]));
 * checkRoutes(app, { checked: ['USE / jsonParser'] });
 */
export function checkRoutes(app: Application | Router, options?: CheckRoutesOptions): void {
  checkRouteEntries(buildEntries(app), options);
}
