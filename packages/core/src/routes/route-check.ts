import { checkOptions } from '@mandate/internal/check-options';
import { createFault, createUncertainty, type Fault } from './fault.js';
import { isProtected } from './judgements.js';
import { findMapFaults } from './map-check.js';
import { describeMissed, type RouteInTable } from './preceding.js';
import { nameOf, type RouteEntry } from './route-entry.js';
import { getGuardMark } from './route-rule.js';
import { buildTable, type RouteTable } from './route-table.js';
import { findRuleFaults } from './rule-check.js';

export interface CheckRoutesOptions {
  /**
   * Routes that are open on purpose, as `listRoutes` spells them: `['GET /health']`. Default: none. They
   * need no rule and no guard. An entry that names no route is a fault, so that the list stays true.
   */
  readonly public?: readonly string[] | undefined;
  /**
   * What `checkRoutes` cannot see into and you have checked, as the faults spell it: `['USE / jsonParser',
   * 'GET /^\\/docs$/']`. Default: none. An entry that is not needed is a fault.
   */
  readonly checked?: readonly string[] | undefined;
  /**
   * Entries of the endpoint map that something in `checked` serves, so that no route does:
   * `['GET /legacy/*']`. Default: none. An entry that a route serves is a fault.
   */
  readonly servedElsewhere?: readonly string[] | undefined;
}

/**
 * `checkRoutes` of a host, made of what its adapter reads. It is a lint: it reports what it cannot see
 * into, and what it accepts is not proven.
 *
 * Each route needs a guard before it whose endpoint map decides, or a guard and then a rule of its own.
 * A route behind a map must be in it, and must never answer a path that the map gives to another route.
 * @throws TypeError that lists every fault.
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
  // A router that throws cannot be asked about anything else.
  const faults = unsupported.length > 0 ? unsupported : findUnchecked(entries, options);
  if (faults.length > 0) throw new TypeError(describeFaults(faults, options.checked));
}

function findUnsupported({ unsupported, ...entry }: RouteEntry): readonly Fault[] {
  return unsupported === undefined ? [] : [createFault(nameOf(entry), unsupported)];
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

/** The whole option, so that it can be copied over the one that is there. */
function describeOption(checked: readonly string[]): string {
  const names = [...new Set(checked)].map((name) => JSON.stringify(name)).join(', ');
  return `When you have checked by hand what it cannot check, pass the option { checked: [${names}] }.`;
}

function findFaults(table: RouteTable, options: CheckRoutesOptions): readonly Fault[] {
  const open = new Set(options.public);
  const closed = table.routes.filter((route) => !open.has(nameOf(route)));
  return [
    ...findStale(table.routes, open),
    ...table.functions.filter((one) => !one.hasRule).map(describeFunction),
    ...closed
      .filter((route) => !isProtected(route))
      .map((route) => describeUnruled(route, table.entries)),
    ...closed.filter(isProtected).flatMap(findPassedBy),
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
  return createUncertainty(nameOf(one), `cannot be checked: ${reason}`);
}

function describeUnruled(route: RouteInTable, entries: readonly RouteEntry[]): Fault {
  const cause = isBeforeGuard(route, entries)
    ? ': requireAuth is registered after it'
    : describeMissed(route);
  return createFault(nameOf(route), `has no rule${cause}`);
}

/** Whether the map of a guard would decide about the route if the guard were registered first. */
function isBeforeGuard(route: RouteInTable, entries: readonly RouteEntry[]): boolean {
  return entries
    .slice(entries.indexOf(route.entry) + 1)
    .filter(({ handlers }) => handlers.some((one) => getGuardMark(one)?.endpoints === 'by-map'))
    .some((later) => !later.isRoute && route.samples.some((path) => later.matches(path)));
}

/** Its own rule does not make up for another one that was meant for it too. */
function findPassedBy(route: RouteInTable): readonly Fault[] {
  if (route.missed === undefined) return [];
  const reason = `${route.missed} passes by a rule or guard that stands before it`;
  return [createFault(nameOf(route), `is not always judged alike: ${reason}`)];
}

function findStale(routes: readonly RouteInTable[], open: ReadonlySet<string>): readonly Fault[] {
  const withRule = new Set(routes.filter((route) => route.hasRule).map(nameOf));
  const names = new Set(routes.map(nameOf));
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
