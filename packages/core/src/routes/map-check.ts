import { isAuthError } from '../auth-error.js';
import type { Routing } from '../auth-request.js';
import type { Endpoint } from '../endpoints/endpoint.js';
import type { Guard } from '../guard.js';
import { isBare, isSpelledAlike, mergeSample } from './path-samples.js';
import { readGuardMark } from './route-rule.js';
import { nameOf, type RouteInTable, takesMethod } from './route-table.js';

/** A route behind the guard, with the endpoints by which requests for it are judged. */
interface MappedRoute {
  readonly route: RouteInTable;
  readonly methods: readonly string[];
  readonly routing: Routing | undefined;
  readonly endpoints: ReadonlySet<Endpoint>;
}

/**
 * What is wrong between the routes behind a guard and its endpoint map: routes that the map does not
 * know, or that answer a path that the map gives to another route.
 */
export function findMapFaults(routes: readonly RouteInTable[], guard: Guard): readonly string[] {
  const behind = routes.filter((route) => readMapGuards(route).includes(guard));
  const mapped = behind.map((route) => readMapped(route, guard, behind));
  return [
    ...mapped.flatMap(findUnmapped),
    ...mapped.flatMap(findMisrouted),
    ...new Set(mapped.flatMap((route) => findMisjudged(route, mapped, guard))),
  ];
}

/** The guards before a route that decide by their endpoint maps. */
export function readMapGuards({ preceding }: RouteInTable): readonly Guard[] {
  return preceding
    .map(({ handler }) => readGuardMark(handler))
    .flatMap((mark) => (mark?.endpoints === 'by-map' ? [mark.guard] : []));
}

function readMapped(
  route: RouteInTable,
  guard: Guard,
  behind: readonly RouteInTable[],
): MappedRoute {
  const assumed = route.preceding
    .map(({ handler, entry }) => ({ mark: readGuardMark(handler), entry }))
    .find(({ mark }) => mark?.guard === guard && mark.endpoints === 'by-map');
  const routing = assumed?.mark?.routing ?? assumed?.entry.appRouting;
  const methods = route.method === 'ALL' ? readMethods(guard) : [route.method];
  const { samples } = route.entry;
  const requests = methods.flatMap((method) => samples.map((path) => ({ method, path })));
  // What an earlier route answers says nothing about this one, unless that takes all of it.
  const own = requests.filter((request) => behind.find((one) => answers(one, request)) === route);
  const endpoints = (own.length > 0 ? own : requests).flatMap((request) => {
    const endpoint = findEndpoint(guard, { ...request, routing });
    if (endpoint === undefined) return [];
    // Hono's `/docs/*` also answers `/docs`, which in the map may well belong to another route.
    const isOther =
      isBare(request.path, samples) && !isSpelledAlike(request.path, endpoint.segments);
    return isOther ? [] : [endpoint];
  });
  return { route, methods, routing, endpoints: new Set(endpoints) };
}

function readMethods(guard: Guard): readonly string[] {
  return [...new Set(guard.endpoints.endpoints.map(({ method }) => method))];
}

function findUnmapped({ route, endpoints }: MappedRoute): readonly string[] {
  if (route.entry.samples.length === 0) {
    return [`${nameOf(route)} cannot be checked: its path is no plain pattern`];
  }
  return endpoints.size === 0 ? [`${nameOf(route)} is not in the endpoint map`] : [];
}

function findMisrouted({ route, routing }: MappedRoute): readonly string[] {
  const actual = route.entry.routing;
  if (actual === undefined || routing === undefined) return [];
  const isSame = actual.caseSensitive === routing.caseSensitive && actual.strict === routing.strict;
  return isSame
    ? []
    : [
        `${nameOf(route)} is routed with ${JSON.stringify(actual)}, but requireAuth assumes ` +
          `${JSON.stringify(routing)}: tell it by its option routing`,
      ];
}

/** Requests that the route answers, and that the map judges by the rule of another endpoint. */
function findMisjudged(
  mapped: MappedRoute,
  all: readonly MappedRoute[],
  guard: Guard,
): readonly string[] {
  const { route, methods, routing, endpoints } = mapped;
  return guard.endpoints.endpoints
    .filter((endpoint) => !endpoints.has(endpoint))
    .flatMap((endpoint) =>
      methods.flatMap((method) => {
        const isMisjudged = (path: string) =>
          findEndpoint(guard, { method, path, routing }) === endpoint &&
          all.find((one) => answers(one.route, { method, path })) === mapped;
        return route.entry.samples
          .flatMap((sample) => mergeSample(sample, endpoint.segments))
          .flatMap((path) =>
            isMisjudged(path)
              ? [describe(mapped, endpoint, findRightful(all, endpoint, path))]
              : isMisjudged(path.toUpperCase())
                ? [describeCapitals(mapped, endpoint)]
                : [],
          );
      }),
    );
}

function describe(mapped: MappedRoute, endpoint: Endpoint, rightful: MappedRoute | undefined) {
  const name = nameOf(mapped.route);
  return rightful === undefined
    ? `${name} also answers ${endpoint.name}, which has a rule of its own and no route there`
    : `${nameOf(rightful.route)} is shadowed by ${name}`;
}

/** The endpoint's own route tells upper from lower case, by its mount point say, and the map does not. */
function describeCapitals({ route }: MappedRoute, endpoint: Endpoint): string {
  return (
    `${nameOf(route)} answers ${endpoint.name} in capitals: ` +
    'tell upper from lower case by the option routing and by those of the routers'
  );
}

/** Whether the route takes the request; the first that does answers it. */
function answers({ entry }: RouteInTable, request: { method: string; path: string }): boolean {
  return takesMethod(entry, request.method) && entry.matches(request.path);
}

function findRightful(all: readonly MappedRoute[], endpoint: Endpoint, path: string) {
  return all.find(({ route, endpoints }) => endpoints.has(endpoint) && route.entry.matches(path));
}

function findEndpoint(
  guard: Guard,
  request: { method: string; path: string; routing: Routing | undefined },
): Endpoint | undefined {
  try {
    return guard.endpoints.match({ ...request, header: () => undefined });
  } catch (error) {
    if (isAuthError(error)) return undefined;
    throw error;
  }
}
