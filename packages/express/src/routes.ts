import type { CheckRoutesOptions, Route } from '@mandate/core';
import { checkRouteEntries, listRouteEntries } from '@mandate/core/adapter';
import type { Application, Router } from 'express';
import { readEntries } from './route-entries.js';

/**
 * The routes of an application or router, in the order in which Express tries them, those of nested
 * routers and mounted applications included. A regular expression is listed as it is written.
 *
 * What a plain middleware routes by itself cannot be seen.
 * @throws TypeError if Express is older than 5.3, which does not keep what was registered where.
 */
export function listRoutes(app: Application | Router): readonly Route[] {
  return listRouteEntries(readEntries(app));
}

/**
 * Checks that no route was forgotten. Run it when all routes are registered, at start-up or in a
 * test.
 *
 * Each route needs a guard before it whose endpoint map decides, or a rule (`requireScopes`,
 * `requireAnyScope`, `requireGroup`, `allowAnonymous`) that runs before its handler: on its own
 * chain, or registered before it with `use` or `all` on a path that covers it. A rule inside a
 * middleware of yours cannot be seen: mark that middleware with `markRouteRule` of `@mandate/core`.
 *
 * Behind a map, each route must be in it, and Express must route as the map judges: in the map a
 * literal beats a parameter, in Express the first route wins, so `/docs/admin` registered after
 * `/docs/:id` is a fault. So is a `Router` that compares paths in another way than `requireAuth`
 * assumes, and a regular expression, which the map cannot be compared with.
 * @throws TypeError that lists every fault; and see {@link listRoutes}.
 */
export function checkRoutes(app: Application | Router, options?: CheckRoutesOptions): void {
  checkRouteEntries(readEntries(app), options);
}
