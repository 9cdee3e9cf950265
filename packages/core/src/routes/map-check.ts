import type { Endpoint } from '../endpoints/endpoint.js';
import type { Guard } from '../guard.js';
import { createFault, createUncertainty, type Fault } from './fault.js';
import {
  collectPaths,
  findEndpoint,
  getAssumedRouting,
  getMapGuards,
  getMethods,
  isProtected,
  type Judgement,
  judgePaths,
} from './judgements.js';
import { describeCapitals, describeMisjudged, findRightful, isMisjudged } from './misjudged.js';
import { findOtherMethods } from './other-methods.js';
import { isWithin } from './path-overlap.js';
import type { RouteInTable } from './preceding.js';
import { nameOf } from './route-entry.js';
import type { RouteTable } from './route-table.js';

/** What the check of endpoint maps needs besides the table. */
export interface MapCheck {
  /** The names of routes that are open on purpose. */
  readonly open: ReadonlySet<string>;
  /** The names of routes that someone has checked. */
  readonly checked: ReadonlySet<string>;
  /** The names of entries that no route serves. */
  readonly servedElsewhere: ReadonlySet<string>;
}

/**
 * What is wrong between routes and endpoint maps: routes that the map does not know, or that answer a
 * path that the map gives to another route, and entries that no route serves.
 */
export function findMapFaults(table: RouteTable, check: MapCheck): readonly Fault[] {
  const guards = new Set([...table.routes, ...table.functions].flatMap(getMapGuards));
  const known = [...guards].flatMap(({ endpoints }) => endpoints.endpoints.map(({ name }) => name));
  return [
    ...[...guards].flatMap((guard) => findFaultsOf(table, guard, check)),
    ...[...check.servedElsewhere]
      .filter((name) => !known.includes(name))
      .map((name) => createFault(name, 'is listed as served elsewhere, but is in no endpoint map')),
  ];
}

function findFaultsOf(table: RouteTable, guard: Guard, check: MapCheck): readonly Fault[] {
  const behind = table.routes.filter((route) => getMapGuards(route).includes(guard));
  const isOpen = (route: RouteInTable) => check.open.has(nameOf(route));
  const isJudged = ({ route }: Judgement) => behind.includes(route) || isOpen(route);
  // A route without any rule is a fault by itself, and does not hide what else is wrong.
  const answering = table.routes.filter((route) => isProtected(route) || isOpen(route));
  const paths = collectPaths(table, guard);
  const judged = judgePaths(answering, guard, paths).filter(isJudged);
  const capitals = paths.map((path) => path.toUpperCase());
  const inCapitals = judgePaths(answering, guard, capitals).filter(isJudged);
  const endpoints = guard.endpoints.endpoints;
  const misjudged = judged.filter((one) => isMisjudged(one, behind, endpoints));
  return [
    ...behind.flatMap((route) => [
      ...findUnclear(route),
      ...findUnmapped(route, guard),
      ...findMisrouted(route, guard),
    ]),
    ...misjudged.map((one) => describeMisjudged(one, findRightful(one, behind))),
    ...inCapitals
      .filter(
        (one) =>
          isMisjudged(one, behind, endpoints) && !misjudged.some((other) => isAlike(one, other)),
      )
      .map(describeCapitals),
    ...findUnserved({ guard, check, behind, judged }),
    ...findOtherMethods({
      guard,
      functions: table.functions.filter((one) => getMapGuards(one).includes(guard)),
      servedElsewhere: check.servedElsewhere,
      paths,
    }),
  ];
}

function isAlike(one: Judgement, other: Judgement): boolean {
  return one.route === other.route && one.endpoint === other.endpoint;
}

function findUnclear({ entry, ...route }: RouteInTable): readonly Fault[] {
  const isPlain = entry.templates.length > 0 && route.samples.length > 0;
  const reason = entry.unclear ?? (isPlain ? undefined : 'its path is not a plain pattern');
  return reason === undefined
    ? []
    : [createUncertainty(nameOf(route), `cannot be checked: ${reason}`)];
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
  return isMapped ? [] : [createFault(nameOf(route), 'is not in the endpoint map')];
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
          nameOf(route),
          `is routed with ${JSON.stringify(actual)}, but requireAuth assumes ` +
            `${JSON.stringify(assumed)}: set its option routing`,
        ),
      ];
}

interface Served {
  readonly guard: Guard;
  readonly check: MapCheck;
  readonly behind: readonly RouteInTable[];
  readonly judged: readonly Judgement[];
}

function findUnserved({ guard, check, behind, judged }: Served): readonly Fault[] {
  return guard.endpoints.endpoints.flatMap((endpoint) => {
    const answered = judged.filter((one) => one.endpoint === endpoint);
    const isServed = answered.some(
      ({ route }) =>
        behind.includes(route) && (isOwn(route, endpoint) || check.checked.has(nameOf(route))),
    );
    if (check.servedElsewhere.has(endpoint.name)) {
      const text = 'is listed as served elsewhere, but a route serves it';
      return isServed ? [createFault(endpoint.name, text)] : [];
    }
    // Where a route answers that has no business there, that has been reported.
    return answered.length > 0
      ? []
      : [createFault(endpoint.name, 'is in the endpoint map, but no route serves it')];
  });
}
