import {
  type CheckRoutesOptions,
  checkRouteEntries,
  listRouteEntries,
  type Route,
} from '@mandate/core/check-routes';
import type Application from 'koa';
import type { RouterLike } from './probe-koa.js';
import { buildEntries } from './route-entries.js';

export type { CheckRoutesOptions, Route };

/**
 * The routes of an application, or of a router of `@koa/router`, in the order in which they are tried;
 * nested routers are included. A regular expression is listed as it is written.
 *
 * Koa itself has no routes. Routes behind koa-mount are listed if `markMount` marks the mount. Routes
 * inside `compose` or another middleware are not listed.
 *
 * @example
 * import Router from '@koa/router';
 * import { listRoutes } from '@mandate/koa/check-routes';
 *
 * const router = new Router().get('/health', (ctx) => {
 *   ctx.body = 'ok';
 * });
 * listRoutes(router); // [{ method: 'GET', path: '/health', hasRule: false }]
 */
export function listRoutes<State, Custom>(
  app: Application<State, Custom> | RouterLike,
): readonly Route[] {
  return listRouteEntries(buildEntries(app as Application | RouterLike));
}

/**
 * Checks that no route was forgotten. Run it when all routes are registered, at start-up or in a test.
 * It is a lint, not a proof: it reports what it cannot inspect.
 *
 * - Each route needs a guard before it whose endpoint map decides, or a guard and then a rule
 *   (`requireScopes`, `requireAnyScope`, `requireGroup`, `allowAnonymous`): on its own chain, registered
 *   before it with `use` of its router on a path that covers it, or with `use` of the application. Mark
 *   your own middleware that contains a rule or guard with `markRouteRule` or `markGuard` of
 *   `@mandate/core`.
 * - Behind a map, each route must be in the map, and the router must route as the map does: in the map a
 *   literal beats a parameter, in `@koa/router` the first route wins, so `/docs/admin` registered after
 *   `/docs/:id` is a fault. So is a `sensitive` or `strict` router when `requireAuth` assumes another,
 *   and an entry that no route serves (`servedElsewhere`).
 * - A function may answer any path, and a regular expression cannot be compared with the map. List them
 *   in `checked` when you have checked them.
 *
 * @throws TypeError that lists every fault.
 *
 * @example
 * import Router from '@koa/router';
 * import { createGuard } from '@mandate/core';
 * import { requireAuth } from '@mandate/koa';
 * import { checkRoutes } from '@mandate/koa/check-routes';
 * import Koa from 'koa';
 *
 * const guard = createGuard({ verifiers: [], endpoints: { 'GET /search': { scopes: ['SEARCH'] } } });
 * const router = new Router().get('/search', (ctx) => {
 *   ctx.body = [];
 * });
 * const app = new Koa().use(requireAuth(guard)).use(router.routes()).use(router.allowedMethods());
 * checkRoutes(app, { checked: ['USE / allowedMethods'] });
 */
export function checkRoutes<State, Custom>(
  app: Application<State, Custom> | RouterLike,
  options?: CheckRoutesOptions,
): void {
  checkRouteEntries(buildEntries(app as Application | RouterLike), options);
}
