import type { Endpoint } from '../endpoints/endpoint.js';
import type { Guard } from '../guard.js';
import {
  collectPaths,
  type EndpointMatch,
  findEndpoint,
  getAssumedRouting,
  getMapGuards,
  getMethods,
  isProtected,
  matchPaths,
} from './endpoint-matches.js';
import { createFault, createUncertainty, type Fault } from './fault.js';
import { describeMismatch, describeOtherCase, findRightful, isMismatched } from './mismatched.js';
import { findOtherMethods } from './other-methods.js';
import { isWithin } from './path-overlap.js';
import { toOtherCases } from './path-spelling.js';
import type { RouteInTable } from './preceding.js';
import { getRouteName } from './route-entry.js';
import type { RouteTable } from './route-table.js';
import { findSecondAddresses } from './second-addresses.js';

/** The options of the check of endpoint maps. */
export interface MapCheck {
  /** The names of routes that are public on purpose. */
  readonly open: ReadonlySet<string>;
  /** The names of routes that were checked by hand. */
  readonly checked: ReadonlySet<string>;
  /** The names of entries that no route serves. */
  readonly servedElsewhere: ReadonlySet<string>;
}

/**
 * Finds the faults between routes and endpoint maps: routes that are not in the map, routes that answer
 * a path that the map assigns to another route, and entries that no route serves.
 */
export function findMapFaults(table: RouteTable, check: MapCheck): readonly Fault[] {
  const guards = new Set([...table.routes, ...table.functions].flatMap(getMapGuards));
  const known = [...guards].flatMap(({ endpoints }) => endpoints.endpoints.map(({ name }) => name));
  return [
    ...[...guards].flatMap((guard) => findGuardFaults(table, guard, check)),
    ...[...check.servedElsewhere]
      .filter((name) => !known.includes(name))
      .map((name) => createFault(name, 'is listed as served elsewhere, but is in no endpoint map')),
  ];
}

function findGuardFaults(table: RouteTable, guard: Guard, check: MapCheck): readonly Fault[] {
  const behind = table.routes.filter((route) => getMapGuards(route).includes(guard));
  const isOpen = (route: RouteInTable) => check.open.has(getRouteName(route));
  const isMatched = ({ route }: EndpointMatch) => behind.includes(route) || isOpen(route);
  // A route without a rule is reported separately. Leave it out, so that it hides no other fault.
  const answering = table.routes.filter((route) => isProtected(route) || isOpen(route));
  const paths = collectPaths(table, guard);
  const matched = matchPaths(answering, guard, paths).filter(isMatched);
  const otherCases = [...new Set(paths.flatMap(toOtherCases))];
  const inOtherCases = matchPaths(answering, guard, otherCases).filter(isMatched);
  const endpoints = guard.endpoints.endpoints;
  const mismatched = matched.filter((one) => isMismatched(one, behind, endpoints));
  const elsewhere = {
    guard,
    functions: table.functions.filter((one) => getMapGuards(one).includes(guard)),
    servedElsewhere: check.servedElsewhere,
    paths,
  };
  return [
    ...behind.flatMap((route) => [
      ...findUnclear(route),
      ...findUnmapped(route, guard),
      ...findMisrouted(route, guard),
    ]),
    ...mismatched.map((one) => describeMismatch(one, findRightful(one, behind))),
    ...inOtherCases
      .filter(
        (one) =>
          isMismatched(one, behind, endpoints) &&
          !mismatched.some((other) => isSameMatch(one, other)),
      )
      .map(describeOtherCase),
    ...findUnserved({ guard, check, behind, matched }),
    ...findOtherMethods(elsewhere),
    ...findSecondAddresses({ ...elsewhere, table }),
  ];
}

function isSameMatch(one: EndpointMatch, other: EndpointMatch): boolean {
  return one.route === other.route && one.endpoint === other.endpoint;
}

function findUnclear({ entry, ...route }: RouteInTable): readonly Fault[] {
  const isPlain = entry.templates.length > 0 && route.samples.length > 0;
  const reason = entry.unclear ?? (isPlain ? undefined : 'its path is not a plain pattern');
  return reason === undefined
    ? []
    : [createUncertainty(getRouteName(route), `cannot be checked: ${reason}`)];
}

function findUnmapped(route: RouteInTable, guard: Guard): readonly Fault[] {
  if (route.samples.length === 0) return [];
  const routing = getAssumedRouting(route, guard);
  const isMapped = getMethods(route, guard).some((method) =>
    route.samples.some((path) => {
      const endpoint = findEndpoint(guard, { method, path, routing });
      return endpoint !== undefined && isOwn(route, endpoint);
    }),
  );
  return isMapped ? [] : [createFault(getRouteName(route), 'is not in the endpoint map')];
}

function isOwn({ entry }: RouteInTable, endpoint: Endpoint): boolean {
  return entry.templates.some((form) => isWithin(form, endpoint.segments));
}

function findMisrouted(route: RouteInTable, guard: Guard): readonly Fault[] {
  const actual = route.entry.routing;
  const assumed = getAssumedRouting(route, guard);
  if (actual === undefined || assumed === undefined) return [];
  const isSame = actual.caseSensitive === assumed.caseSensitive && actual.strict === assumed.strict;
  return isSame
    ? []
    : [
        createFault(
          getRouteName(route),
          `is routed with ${JSON.stringify(actual)}, but requireAuth assumes ` +
            `${JSON.stringify(assumed)}: set its option routing`,
        ),
      ];
}

interface Served {
  readonly guard: Guard;
  readonly check: MapCheck;
  readonly behind: readonly RouteInTable[];
  readonly matched: readonly EndpointMatch[];
}

function findUnserved({ guard, check, behind, matched }: Served): readonly Fault[] {
  return guard.endpoints.endpoints.flatMap((endpoint) => {
    const answered = matched.filter((one) => one.endpoint === endpoint);
    const isServed = answered.some(
      ({ route }) =>
        behind.includes(route) &&
        (isOwn(route, endpoint) || check.checked.has(getRouteName(route))),
    );
    if (check.servedElsewhere.has(endpoint.name)) {
      const text = 'is listed as served elsewhere, but a route serves it';
      return isServed ? [createFault(endpoint.name, text)] : [];
    }
    // If a route answers that should not, `isMismatched` has reported it.
    return answered.length > 0
      ? []
      : [createFault(endpoint.name, 'is in the endpoint map, but no route serves it')];
  });
}
