import type { EndpointRule } from '@mandate/core';
import { markRouteRule } from '@mandate/core';
import {
  getGuardMark,
  isRuleOrGuard,
  parseMountTemplates,
  parseTemplates,
  type RouteEntry,
} from '@mandate/core/check-routes';
import type { FastifyInstance } from 'fastify';
import { createMatcher } from './create-matcher.js';
import { getHooks, HOOKS } from './probe-fastify.js';
import { comparePaths } from './route-order.js';
import { parseRoutePath } from './route-paths.js';
import { getRouterOptions, type RouterOptions, toRouting } from './router-options.js';
import { getTrackedRoutes, type TrackedRoute } from './track-routes.js';

/** All routes, in the order in which the router prefers them. */
export function buildEntries(app: FastifyInstance): readonly RouteEntry[] {
  const routes = getTrackedRoutes(app);
  const options = getRouterOptions(app);
  const entries = [...routes]
    .sort((one, other) => comparePaths(one.url, other.url))
    .flatMap((route) => buildRoute(route, routes, options));
  return [...buildMiddleware(app), ...entries];
}

function buildRoute(
  route: TrackedRoute,
  routes: readonly TrackedRoute[],
  options: RouterOptions,
): readonly RouteEntry[] {
  const { url, slashed } = route;
  const urls = slashed === undefined ? [url] : [url, slashed];
  const paths = urls.map(parseRoutePath);
  const entry = {
    isRoute: true,
    path: url,
    handlers: [...buildChain(route), route.options.handler],
    arity: ARITY,
    templates: paths.flatMap(({ pattern }) => parseTemplates(pattern)),
    unclear: paths.some(({ hasPattern }) => hasPattern)
      ? 'it has a parameter with a pattern'
      : findConstraints(route, routes),
    matches: createMatcher(urls, options),
    isEverywhere: false,
    isMount: false,
    // Rules of one route do not run before another one.
    scope: route,
    routing: toRouting(options),
    appRouting: toRouting(options),
  };
  return route.methods
    .filter((method) => method !== 'HEAD' || !isOfGet(route, routes))
    .map((method) => ({ ...entry, method }));
}

/** A hook that continues takes `request`, `reply` and `done`. */
const ARITY = 3;

/** The guards and rules that run before the handler. */
function buildChain({ instance, options }: TrackedRoute): readonly unknown[] {
  const chain = HOOKS.flatMap((stage) => [...getHooks(instance, stage), options[stage]].flat());
  const marked = chain.filter(isRuleOrGuard);
  const byRoute = marked.findLastIndex((hook) => getGuardMark(hook)?.endpoints === 'by-route');
  const auth = (options.config as { readonly auth?: unknown } | undefined)?.auth;
  if (byRoute === -1 || typeof auth !== 'object' || auth === null) return marked;
  return marked.toSpliced(
    byRoute + 1,
    0,
    markRouteRule(() => undefined, auth as EndpointRule),
  );
}

/** Whether Fastify has added the route for a `GET` route, with the same handler and hooks. */
function isOfGet(route: TrackedRoute, routes: readonly TrackedRoute[]): boolean {
  const { options, url } = route;
  return routes.some(
    (other) =>
      other.methods.includes('GET') &&
      (other.url === url || other.slashed === url) &&
      other.options.handler === options.handler &&
      other.options.config === options.config &&
      HOOKS.every((stage) => other.options[stage] === options[stage]),
  );
}

/** A request that does not satisfy the constraints of a route goes on to another route that matches. */
function findConstraints(
  { options: { constraints }, url, methods }: TrackedRoute,
  routes: readonly TrackedRoute[],
): string | undefined {
  if (constraints === undefined || Object.keys(constraints).length === 0) return undefined;
  const other = routes.find(
    (one) =>
      one.url !== url &&
      one.methods.some((method) => methods.includes(method)) &&
      mayOverlap(one.url, url),
  );
  return other && `requests that do not satisfy its constraints reach ${other.url}`;
}

function mayOverlap(one: string, other: string): boolean {
  const [first, second] = [one.toLowerCase().split('/'), other.toLowerCase().split('/')];
  for (let i = 0; i < Math.max(first.length, second.length); i++) {
    const [a, b] = [first[i], second[i]];
    if (a?.endsWith('*') || b?.endsWith('*')) return true;
    if (a === undefined || b === undefined) return false;
    if (a !== b && !a.includes(':') && !b.includes(':')) return false;
  }
  return true;
}

/** `@fastify/middie` and `@fastify/express` run middleware, which may answer any path. */
function buildMiddleware(app: FastifyInstance): readonly RouteEntry[] {
  if (!app.hasDecorator('use')) return [];
  return [
    {
      isRoute: false,
      method: 'ALL',
      path: '/',
      handlers: [(app as unknown as { readonly use: unknown }).use],
      arity: ARITY,
      templates: parseMountTemplates('/'),
      unclear: 'app.use runs middleware, which may answer any path',
      matches: () => true,
      isEverywhere: true,
      isMount: false,
    },
  ];
}
