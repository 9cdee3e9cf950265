import type { CheckRoutesOptions, Route } from '@mandate/core';
import { checkRouteEntries, listRouteEntries } from '@mandate/core/adapter';
import { type App, readEntries } from './route-entries.js';

/**
 * The routes of an application, in the order in which Hono tries them, those of sub-applications
 * (`route`, `basePath`) included.
 *
 * Hono keeps `all` and `use` alike. A handler for all methods that takes `next` is taken for a
 * middleware and not listed; so is what `mount` hands to another framework.
 */
export function listRoutes(app: App): readonly Route[] {
  return listRouteEntries(readEntries(app));
}

/**
 * Checks that no route was forgotten. Run it when all routes are registered, at start-up or in a
 * test.
 *
 * Each route needs a guard before it whose endpoint map decides, or a rule (`requireScopes`,
 * `requireAnyScope`, `requireGroup`, `allowAnonymous`) that runs before its handler: among its own
 * handlers, or registered before it with `use` on a path that covers it. A rule inside `every`,
 * `some`, `except` or a middleware of yours cannot be seen: mark that middleware with
 * `markRouteRule` of `@mandate/core`.
 *
 * Behind a map, each route must be in it, and Hono must route as the map judges: in the map a
 * literal beats a parameter, in Hono the first route wins, so `/docs/admin` registered after
 * `/docs/:id` is a fault. So is `new Hono({ strict: false })` of which `requireAuth` was not told,
 * and a route whose pattern is too special to make an example of.
 * @throws TypeError that lists every fault.
 */
export function checkRoutes(app: App, options?: CheckRoutesOptions): void {
  checkRouteEntries(readEntries(app), options);
}
