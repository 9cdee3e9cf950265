import type { Guard } from './guard.js';
import { findMapFaults } from './map-check.js';
import { readGuardMark } from './route-rule.js';
import {
  describeMissed,
  nameOf,
  type RouteEntry,
  type RouteInTable,
  readRoutes,
} from './route-table.js';

export interface CheckRoutesOptions {
  /**
   * Routes that are open on purpose, as `listRoutes` spells them: `['GET /health']`. Default: none. They
   * are not checked. An entry that names no route is a fault, so that the list cannot rot.
   */
  readonly public?: readonly string[] | undefined;
  /**
   * The guard whose endpoint map decides. Default: none, and each route needs a rule of its own. With
   * it, each route must be behind `requireAuth(guard)`, be in the map, and never answer a path that the
   * map gives to another route; a route that is behind another guard is left to a check of that guard.
   */
  readonly guard?: Guard | undefined;
}

/**
 * `checkRoutes` of a host, made from what its adapter reads.
 * @throws TypeError that lists every fault.
 */
export function checkRouteEntries(
  entries: readonly RouteEntry[],
  options: CheckRoutesOptions = {},
): void {
  const all = readRoutes(entries);
  const open = new Set(options.public ?? []);
  const routes = all.filter((route) => !open.has(nameOf(route)));
  const faults = [
    ...findStale(all, open),
    ...(options.guard === undefined
      ? routes.filter(lacksRule).map((r) => `${nameOf(r)} has no rule${describeMissed(r)}`)
      : findMapFaults(routes, options.guard)),
  ];
  if (faults.length === 0) return;
  const found = faults.length === 1 ? '1 fault' : `${faults.length} faults`;
  throw new TypeError(`checkRoutes found ${found}:\n${faults.map((f) => `- ${f}`).join('\n')}`);
}

/** A route behind a guard that decides by its map has no rule of its own, and needs none. */
function lacksRule(route: RouteInTable): boolean {
  const isMapped = route.preceding.some(
    ({ handler }) => readGuardMark(handler)?.endpoints === 'by-map',
  );
  return !route.hasRule && !isMapped;
}

function findStale(routes: readonly RouteInTable[], open: ReadonlySet<string>): readonly string[] {
  const withRule = new Set(routes.filter((route) => route.hasRule).map(nameOf));
  const names = new Set(routes.map(nameOf));
  return [...open].flatMap((name) => {
    if (!names.has(name)) return [`${name} is listed as public, but there is no such route`];
    return withRule.has(name) ? [`${name} is listed as public, but it has a rule`] : [];
  });
}
