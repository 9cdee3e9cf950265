import { isMark, type Route, type RouteEntry, takesMethod } from './route-entry.js';
import { isRouteRule } from './route-rule.js';

/** A route, or a function that may route, and what runs before it. */
export interface RouteInTable extends Route {
  readonly entry: RouteEntry;
  readonly samples: readonly string[];
  readonly preceding: readonly Preceding[];
  /** A path that the route takes, and that passes by a rule or guard which was meant for the route. */
  readonly missed: string | undefined;
}

/** A rule or guard that every request for a route has passed. */
export interface Preceding {
  readonly handler: unknown;
  readonly entry: RouteEntry;
}

/** An entry and where it stands. */
export interface PlacedEntry {
  readonly entries: readonly RouteEntry[];
  readonly index: number;
  readonly samples: readonly string[];
  /** The rules and guards of its own chain. */
  readonly own: readonly unknown[];
}

export function placeEntry({ entries, index, samples, own }: PlacedEntry): RouteInTable {
  const entry = entries[index] as RouteEntry;
  const requests = spellings(samples, entry);
  const earlier = entries
    .slice(0, index)
    .filter((other) => getPassed(other).length > 0 && isBefore(other, entry));
  const preceding = [
    ...earlier.filter((other) => covers(other, requests)).flatMap(getPassed),
    ...own.map((handler) => ({ handler, entry })),
  ];
  const missed = earlier
    .filter((other) => covers(other, samples))
    .map((other) => requests.find((path) => !other.isEverywhere && !other.matches(path)));
  return {
    method: entry.method,
    path: entry.path,
    hasRule: preceding.some(({ handler }) => isRouteRule(handler)),
    entry,
    samples,
    preceding,
    missed: missed.find((path) => path !== undefined),
  };
}

/** Which requests pass by what was meant for the route, for the end of a fault. */
export function describeMissed({ missed }: RouteInTable): string {
  return missed === undefined ? '' : `: ${missed} passes by what stands before it`;
}

/** What runs before a route's own handler: the first that cannot go on, or the last. */
export function getOwnChain({ handlers, arity }: RouteEntry): readonly unknown[] {
  const answers = handlers.findIndex(
    (handler) => !isMark(handler) && (handler as { readonly length: number }).length < arity,
  );
  return handlers.slice(0, answers === -1 ? handlers.length - 1 : answers);
}

/** The rules and guards that a request which gets past an entry has passed. */
function getPassed(entry: RouteEntry): readonly Preceding[] {
  const firstOther = entry.handlers.findIndex((handler) => !isMark(handler));
  const marks = firstOther === -1 ? entry.handlers : entry.handlers.slice(0, firstOther);
  return marks.map((handler) => ({ handler, entry }));
}

function isBefore(earlier: RouteEntry, route: RouteEntry): boolean {
  if (earlier.neverRuns !== undefined) return false;
  const isInScope = earlier.scope === undefined || earlier.scope === route.scope;
  return isInScope && takesMethod(earlier, route.method);
}

function covers(earlier: RouteEntry, requests: readonly string[]): boolean {
  if (earlier.isEverywhere) return true;
  return requests.length > 0 && requests.every((path) => earlier.matches(path));
}

/** The samples in every spelling that the route takes: a rule must not cover only one of them. */
function spellings(samples: readonly string[], { matches }: RouteEntry): readonly string[] {
  return samples
    .flatMap((path) => [path, path.toLowerCase(), `${path}/`, ...toCapitals(path)])
    .filter((path) => matches(path));
}

/** The path in capitals from each of its segments on: a mount before them may tell case apart. */
function toCapitals(path: string): readonly string[] {
  return [...path.matchAll(/\//g)].map(
    ({ index }) => path.slice(0, index) + path.slice(index).toUpperCase(),
  );
}
