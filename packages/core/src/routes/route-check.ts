import { checkOptions } from '@mandate/internal/check-options';
import { createFault, createUncertainty, type Fault } from './fault.js';
import { isProtected } from './judgements.js';
import { findMapFaults } from './map-check.js';
import { describeMissed, type RouteInTable } from './preceding.js';
import { nameOf, type RouteEntry } from './route-entry.js';
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
  if (faults.length > 0) throw new TypeError(describeFaults(faults));
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

function describeFaults(faults: readonly Fault[]): string {
  const count = faults.length === 1 ? '1 fault' : `${faults.length} faults`;
  const lines = faults.map(({ text }) => `- ${text}`);
  const unchecked = faults.filter(({ isUncertain }) => isUncertain).map(({ subject }) => subject);
  const hint = unchecked.map((subject) => JSON.stringify(subject)).join(', ');
  return [
    `checkRoutes found ${count}:`,
    ...lines,
    ...(hint === ''
      ? []
      : [`Once you have checked by hand what it cannot, add checked: [${hint}].`]),
  ].join('\n');
}

function findFaults(table: RouteTable, options: CheckRoutesOptions): readonly Fault[] {
  const open = new Set(options.public);
  const closed = table.routes.filter((route) => !open.has(nameOf(route)));
  return [
    ...findStale(table.routes, open),
    ...table.functions.filter((one) => !one.hasRule).map(describeFunction),
    ...closed.filter((route) => !isProtected(route)).map(describeUnruled),
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

function describeUnruled(route: RouteInTable): Fault {
  return createFault(nameOf(route), `has no rule${describeMissed(route)}`);
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
