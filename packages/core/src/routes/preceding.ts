import { toOtherCases } from './path-spelling.js';
import { isRuleOrGuard, type Route, type RouteEntry, takesMethod } from './route-entry.js';
import { isRouteRule } from './route-marks.js';

/** A route, or a function that may answer any path, and the rules and guards before it. */
export interface RouteInTable extends Route {
  readonly entry: RouteEntry;
  readonly samples: readonly string[];
  readonly preceding: readonly Preceding[];
  /** A path that the route takes, and that bypasses a rule or guard meant for the route. */
  readonly missed: string | undefined;
}

/** A rule or guard that every request for a route has passed. */
export interface Preceding {
  readonly handler: unknown;
  readonly entry: RouteEntry;
}

/** An entry and its position. */
export interface PlacedEntry {
  readonly entries: readonly RouteEntry[];
  readonly index: number;
  readonly samples: readonly string[];
  /** The rules and guards of its own chain. */
  readonly own: readonly unknown[];
}

export function placeEntry({ entries, index, samples, own }: PlacedEntry): RouteInTable {
  const entry = entries[index] as RouteEntry;
  const requests = getSpellings(samples, entry);
  const earlier = entries
    .slice(0, index)
    .filter((other) => getRulesAndGuards(other).length > 0 && runsBefore(other, entry));
  const preceding = [
    ...earlier.filter((other) => covers(other, requests)).flatMap(getRulesAndGuards),
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

/** The end of a fault's text: the path that bypasses a rule or guard, if there is one. */
export function describeMissed({ missed }: RouteInTable): string {
  return missed === undefined ? '' : `: ${missed} bypasses the rule or guard before it`;
}

/**
 * The handlers before the one that answers. That one is the first handler without a parameter for the
 * next one, or the last handler.
 */
export function getOwnChain({ handlers, arity }: RouteEntry): readonly unknown[] {
  const answers = handlers.findIndex(
    (handler) => !isRuleOrGuard(handler) && (handler as { readonly length: number }).length < arity,
  );
  return handlers.slice(0, answers === -1 ? handlers.length - 1 : answers);
}

/** The rules and guards that every request has passed when the entry calls the next one. */
function getRulesAndGuards(entry: RouteEntry): readonly Preceding[] {
  const firstOther = entry.handlers.findIndex((handler) => !isRuleOrGuard(handler));
  const marks = firstOther === -1 ? entry.handlers : entry.handlers.slice(0, firstOther);
  return marks.map((handler) => ({ handler, entry }));
}

function runsBefore(earlier: RouteEntry, route: RouteEntry): boolean {
  if (earlier.neverRuns !== undefined) return false;
  const isInScope = earlier.scope === undefined || earlier.scope === route.scope;
  return isInScope && takesMethod(earlier, route.method);
}

function covers(earlier: RouteEntry, requests: readonly string[]): boolean {
  if (earlier.isEverywhere) return true;
  return requests.length > 0 && requests.every((path) => earlier.matches(path));
}

/** The samples in every spelling that the route accepts, because a rule must cover all of them. */
function getSpellings(samples: readonly string[], { matches }: RouteEntry): readonly string[] {
  return samples
    .flatMap((path) => [path, `${path}/`, ...toOtherCases(path)])
    .filter((path) => matches(path));
}
