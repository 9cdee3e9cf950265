import { checkOptions } from '@mandate/internal/check-options';
import { isProtected } from './endpoint-matches.js';
import { createFault, createUncertainty, type Fault } from './fault.js';
import { findMapFaults } from './map-check.js';
import { describeMissed, type RouteInTable } from './preceding.js';
import { getRouteName, type RouteEntry } from './route-entry.js';
import { getGuardMark } from './route-marks.js';
import { buildTable, type RouteTable } from './route-table.js';
import { findRuleFaults } from './rule-check.js';

export interface CheckRoutesOptions {
  /**
   * Routes that are public on purpose, as `listRoutes` spells them: `['GET /health']`. Default: none.
   * They need no rule and no guard. A name without a route is a fault, so that the list stays correct.
   */
  readonly public?: readonly string[] | undefined;
  /**
   * What `checkRoutes` cannot check and you have checked by hand, as the faults spell it:
   * `['USE / jsonParser', 'GET /^\\/docs$/']`. Default: none. An unneeded name is a fault.
   */
  readonly checked?: readonly string[] | undefined;
  /**
   * Entries of the endpoint map that a function in `checked` serves instead of a route:
   * `['GET /legacy/*']`. Default: none. An entry that a route serves is a fault.
   */
  readonly servedElsewhere?: readonly string[] | undefined;
}

/**
 * Implements `checkRoutes` for the entries that the adapter of a host lists. It is a lint: it reports
 * what it cannot check, and does not prove that what it accepts is protected.
 *
 * Each route needs a guard before it that decides by its endpoint map, or a guard and then its own rule.
 * A route behind a map must be in the map, and must not answer a path that the map assigns to another
 * route.
 * @throws TypeError that lists every fault.
 *
 * @example
 * const checkMyHost = (entries: readonly RouteEntry[], options?: CheckRoutesOptions) =>
 *   checkRouteEntries(entries, options);
 */
export function checkRouteEntries(
  entries: readonly RouteEntry[],
  options: CheckRoutesOptions = {},
): void {
  checkOptions<CheckRoutesOptions>('checkRoutes', options, {
    public: true,
    checked: true,
    servedElsewhere: true,
  });
  const unsupported = entries.flatMap(findUnsupported);
  // A router that throws cannot match any path.
  const faults = unsupported.length > 0 ? unsupported : findUnchecked(entries, options);
  if (faults.length > 0) throw new TypeError(describeFaults(faults, options.checked));
}

function findUnsupported({ unsupported, ...entry }: RouteEntry): readonly Fault[] {
  return unsupported === undefined ? [] : [createFault(getRouteName(entry), unsupported)];
}

function findUnchecked(
  entries: readonly RouteEntry[],
  options: CheckRoutesOptions,
): readonly Fault[] {
  const checked = new Set(options.checked);
  const found = findFaults(buildTable(entries), options);
  return [
    ...findUnneeded(found, checked),
    ...found.filter(({ subject, isUncertain }) => !isUncertain || !checked.has(subject)),
  ];
}

function describeFaults(faults: readonly Fault[], checked: readonly string[] = []): string {
  const count = faults.length === 1 ? '1 fault' : `${faults.length} faults`;
  const lines = faults.map(({ text }) => `- ${text}`);
  const unchecked = faults.filter(({ isUncertain }) => isUncertain).map(({ subject }) => subject);
  return [
    `checkRoutes found ${count}:`,
    ...lines,
    ...(unchecked.length === 0 ? [] : [describeOption([...checked, ...unchecked])]),
  ].join('\n');
}

/** The complete option, so that it can replace the existing one. */
function describeOption(checked: readonly string[]): string {
  const names = [...new Set(checked)].map((name) => JSON.stringify(name)).join(', ');
  return `When you have checked by hand what it cannot check, pass the option { checked: [${names}] }.`;
}

function findFaults(table: RouteTable, options: CheckRoutesOptions): readonly Fault[] {
  const open = new Set(options.public);
  const closed = table.routes.filter((route) => !open.has(getRouteName(route)));
  return [
    ...findStale(table.routes, open),
    ...table.functions.filter((one) => !one.hasRule).map(describeFunction),
    ...closed
      .filter((route) => !isProtected(route))
      .map((route) => describeUnruled(route, table.entries)),
    ...closed.filter(isProtected).flatMap(findBypassed),
    ...findRuleFaults(table, closed),
    ...findMapFaults(table, {
      open,
      checked: new Set(options.checked),
      servedElsewhere: new Set(options.servedElsewhere),
    }),
  ];
}

function describeFunction(one: RouteInTable): Fault {
  const reason = one.entry.unclear ?? 'it is a function, which may answer any path';
  return createUncertainty(getRouteName(one), `cannot be checked: ${reason}`);
}

function describeUnruled(route: RouteInTable, entries: readonly RouteEntry[]): Fault {
  const cause = isBeforeGuard(route, entries)
    ? ': requireAuth is registered after it'
    : describeMissed(route);
  return createFault(getRouteName(route), `has no rule${cause}`);
}

/** Whether the map of a guard would decide about the route if the guard were registered first. */
function isBeforeGuard(route: RouteInTable, entries: readonly RouteEntry[]): boolean {
  return entries
    .slice(entries.indexOf(route.entry) + 1)
    .filter(({ handlers }) => handlers.some((one) => getGuardMark(one)?.endpoints === 'by-map'))
    .some((later) => !later.isRoute && route.samples.some((path) => later.matches(path)));
}

/** Reports a route whose requests can bypass an earlier rule or guard, even if it has its own rule. */
function findBypassed(route: RouteInTable): readonly Fault[] {
  if (route.missed === undefined) return [];
  const reason = `${route.missed} bypasses a rule or guard before it`;
  return [createFault(getRouteName(route), `does not always have the same rules: ${reason}`)];
}

function findStale(routes: readonly RouteInTable[], open: ReadonlySet<string>): readonly Fault[] {
  const withRule = new Set(routes.filter((route) => route.hasRule).map(getRouteName));
  const names = new Set(routes.map(getRouteName));
  return [...open].flatMap((name) => {
    if (!names.has(name)) {
      return [createFault(name, 'is listed as public, but there is no such route')];
    }
    return withRule.has(name) ? [createFault(name, 'is listed as public, but it has a rule')] : [];
  });
}

function findUnneeded(found: readonly Fault[], checked: ReadonlySet<string>): readonly Fault[] {
  const subjects = new Set(
    found.filter(({ isUncertain }) => isUncertain).map(({ subject }) => subject),
  );
  return [...checked]
    .filter((name) => !subjects.has(name))
    .map((name) => createFault(name, 'is listed as checked, but there is nothing to check'));
}
