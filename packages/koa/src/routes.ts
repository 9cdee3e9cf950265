import type { CheckRoutesOptions, Route } from '@mandate/core';
import { checkRouteEntries, listRouteEntries } from '@mandate/core/adapter';
import type Application from 'koa';
import { readEntries } from './route-entries.js';
import type { RouterLike } from './router-like.js';

/**
 * The routes of an application, or of a router of `@koa/router`, in the order in which they are tried;
 * nested routers are included. A regular expression is listed as it is written.
 *
 * Koa itself has no routes. What koa-mount hides is seen if {@link markMount} says what it is; what
 * `compose` hides, and what a plain middleware routes by itself, cannot be seen.
 */
export function listRoutes<State, Custom>(
  app: Application<State, Custom> | RouterLike,
): readonly Route[] {
  return listRouteEntries(readEntries(app as Application | RouterLike));
}

/**
 * Checks that no route was forgotten. Run it when all routes are registered, at start-up or in a
 * test.
 *
 * Each route needs a guard before it whose endpoint map decides, or a rule (`requireScopes`,
 * `requireAnyScope`, `requireGroup`, `allowAnonymous`) that runs before its handler: on its own
 * chain, registered before it with `use` of its router on a path that covers it, or with `use` of
 * the application. A rule inside a middleware of yours cannot be seen: mark that middleware with
 * `markRouteRule` of `@mandate/core`.
 *
 * Behind a map, each route must be in it, and the router must route as the map judges: in the map a
 * literal beats a parameter, in `@koa/router` the first route wins, so `/docs/admin` registered
 * after `/docs/:id` is a fault. So is a `sensitive` or `strict` router of which `requireAuth` was
 * not told, and a regular expression, which the map cannot be compared with.
 * @throws TypeError that lists every fault, or says what koa-mount hides.
 */
export function checkRoutes<State, Custom>(
  app: Application<State, Custom> | RouterLike,
  options?: CheckRoutesOptions,
): void {
  checkRouteEntries(readEntries(app as Application | RouterLike), options);
}
