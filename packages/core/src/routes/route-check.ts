import { checkOptions } from '@mandate/internal/check-options';
import { findMapFaults, readMapGuards } from './map-check.js';
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
}

/**
 * `checkRoutes` of a host, made from what its adapter reads. Each route needs a rule of its own, or a
 * guard before it whose endpoint map decides. Then it must be in that map, and must never answer a
 * path that the map gives to another route.
 * @throws TypeError that lists every fault.
 */
export function checkRouteEntries(
  entries: readonly RouteEntry[],
  options: CheckRoutesOptions = {},
): void {
  checkOptions<CheckRoutesOptions>('checkRoutes', options, { public: true });
  const all = readRoutes(entries);
  const open = new Set(options.public ?? []);
  const routes = all.filter((route) => !open.has(nameOf(route)));
  const guards = new Set(routes.flatMap(readMapGuards));
  const faults = [
    ...findStale(all, open),
    ...routes.filter(lacksRule).map((r) => `${nameOf(r)} has no rule${describeMissed(r)}`),
    ...[...guards].flatMap((guard) => findMapFaults(routes, guard)),
  ];
  if (faults.length === 0) return;
  const found = faults.length === 1 ? '1 fault' : `${faults.length} faults`;
  throw new TypeError(`checkRoutes found ${found}:\n${faults.map((f) => `- ${f}`).join('\n')}`);
}

/** A route behind a guard that decides by its map has no rule of its own, and needs none. */
function lacksRule(route: RouteInTable): boolean {
  return !route.hasRule && readMapGuards(route).length === 0;
}

function findStale(routes: readonly RouteInTable[], open: ReadonlySet<string>): readonly string[] {
  const withRule = new Set(routes.filter((route) => route.hasRule).map(nameOf));
  const names = new Set(routes.map(nameOf));
  return [...open].flatMap((name) => {
    if (!names.has(name)) return [`${name} is listed as public, but there is no such route`];
    return withRule.has(name) ? [`${name} is listed as public, but it has a rule`] : [];
  });
}
