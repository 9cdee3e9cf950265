import { isAuthError } from '../auth-error.js';
import type { Routing } from '../auth-request.js';
import type { Endpoint } from '../endpoints/endpoint.js';
import type { Guard } from '../guard.js';
import { mergePatterns } from './path-overlap.js';
import { expandWildcards, fill, toEndpointPatterns } from './path-samples.js';
import type { RouteInTable } from './preceding.js';
import { takesMethod } from './route-entry.js';
import { getGuardMark } from './route-marks.js';
import type { RouteTable } from './route-table.js';

/** A request that a route answers, and the endpoint whose rule the guard applies to it. */
export interface EndpointMatch {
  readonly route: RouteInTable;
  readonly endpoint: Endpoint;
  readonly method: string;
  readonly path: string;
}

/** The guards before a route that decide by their endpoint maps. */
export function getMapGuards({ preceding }: RouteInTable): readonly Guard[] {
  return preceding
    .map(({ handler }) => getGuardMark(handler))
    .flatMap((mark) => (mark?.endpoints === 'by-map' ? [mark.guard as Guard] : []));
}

/** Whether a route has its own rule, or a guard before it that decides by its endpoint map. */
export function isProtected(route: RouteInTable): boolean {
  return route.hasRule || getMapGuards(route).length > 0;
}

/** How the guard assumes that the host compares the paths of a route. */
export function getAssumedRouting(route: RouteInTable, guard: Guard): Routing | undefined {
  const before = route.preceding
    .map(({ handler, entry }) => ({ mark: getGuardMark(handler), entry }))
    .find(({ mark }) => mark?.guard === guard && mark.endpoints === 'by-map');
  return before === undefined
    ? route.entry.appRouting
    : (before.mark?.routing ?? before.entry.appRouting);
}

/** The method of a route, or every method in the map if the route takes all methods. */
export function getMethods({ method }: RouteInTable, guard: Guard): readonly string[] {
  if (method !== 'ALL') return [method];
  return [...new Set(guard.endpoints.endpoints.map((endpoint) => endpoint.method))];
}

/**
 * Paths that match a route, an entry of the map, or both: every literal that can change the result, at
 * every depth, with and without a trailing slash.
 */
export function collectPaths(table: RouteTable, guard: Guard): readonly string[] {
  const expand = (pattern: string) => expandWildcards(pattern, table.depth);
  const mapped = guard.endpoints.endpoints.flatMap(({ segments }) =>
    toEndpointPatterns(segments).flatMap(expand),
  );
  const routed = table.routes.flatMap(({ entry }) =>
    entry.templates.flatMap(({ pattern }) => expand(pattern)),
  );
  const paths = new Set([
    ...table.routes.flatMap(({ samples }) => samples),
    ...mapped.map((pattern) => fill(pattern)),
    ...listMerged(new Set(routed), new Set(mapped)).map((pattern) => fill(pattern)),
  ]);
  return [...new Set([...paths].flatMap((path) => [path, toggleSlash(path)]))];
}

function listMerged(routed: ReadonlySet<string>, mapped: ReadonlySet<string>): readonly string[] {
  return [...routed].flatMap((one) => [...mapped].flatMap((other) => mergePatterns(one, other)));
}

function toggleSlash(path: string): string {
  if (path === '/') return path;
  return path.endsWith('/') ? path.slice(0, -1) : `${path}/`;
}

/** The route that answers each path, and the endpoint that applies. Lists each such pair once. */
export function matchPaths(
  routes: readonly RouteInTable[],
  guard: Guard,
  paths: readonly string[],
): readonly EndpointMatch[] {
  const found = new Map<RouteInTable, Map<Endpoint, EndpointMatch>>();
  for (const path of paths) {
    for (const match of matchPath(routes, guard, path)) {
      const { route, endpoint } = match;
      const ofRoute = found.get(route) ?? new Map<Endpoint, EndpointMatch>();
      found.set(route, ofRoute);
      if (!ofRoute.has(endpoint)) ofRoute.set(endpoint, match);
    }
  }
  return [...found.values()].flatMap((ofRoute) => [...ofRoute.values()]);
}

function matchPath(
  routes: readonly RouteInTable[],
  guard: Guard,
  path: string,
): readonly EndpointMatch[] {
  const matching = routes.filter(({ entry }) => entry.matches(path));
  const methods = new Set(matching.flatMap((route) => getMethods(route, guard)));
  return [...methods].flatMap((method) => {
    const route = matching.find(({ entry }) => takesMethod(entry, method));
    if (route === undefined) return [];
    const routing = getAssumedRouting(route, guard);
    const endpoint = findEndpoint(guard, { method, path, routing });
    return endpoint === undefined ? [] : [{ route, endpoint, method, path }];
  });
}

/** The endpoint whose rule the guard applies to a request. */
export function findEndpoint(
  guard: Guard,
  request: { method: string; path: string; routing: Routing | undefined },
): Endpoint | undefined {
  try {
    const endpoint = guard.endpoints.match({ ...request, header: () => undefined });
    return endpoint?.parts?.[0] ?? endpoint;
  } catch (error) {
    if (isAuthError(error)) return undefined;
    throw error;
  }
}
