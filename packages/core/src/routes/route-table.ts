import { countSegments, samplePaths, toEndpointPatterns } from './path-samples.js';
import { getOwnChain, placeEntry, type RouteInTable } from './preceding.js';
import { isRuleOrGuard, type Route, type RouteEntry } from './route-entry.js';
import { type GuardMark, getGuardMark } from './route-marks.js';

/** The routes and functions that are registered with a host. */
export interface RouteTable {
  readonly entries: readonly RouteEntry[];
  readonly routes: readonly RouteInTable[];
  /** Middleware that is neither a rule nor a guard, so it may answer any path. */
  readonly functions: readonly RouteInTable[];
  /** The number of segments of the longest path, plus one. */
  readonly depth: number;
}

export function buildTable(entries: readonly RouteEntry[]): RouteTable {
  const depth = measureDepth(entries);
  const sampled = entries.map(({ templates, values, matches }) =>
    samplePaths(templates, depth, values).filter(matches),
  );
  const place = (index: number, own: readonly unknown[]) =>
    placeEntry({ entries, index, own, samples: sampled[index] as readonly string[] });
  const routes = entries.flatMap((entry, index) =>
    entry.isRoute && !entry.handlers.every(isRuleOrGuard) ? [place(index, getOwnChain(entry))] : [],
  );
  const functions = entries.flatMap((entry, index) =>
    entry.isRoute || entry.neverRuns !== undefined
      ? []
      : entry.handlers.flatMap((handler, i) =>
          isRuleOrGuard(handler)
            ? []
            : [
                nameFunction(
                  place(index, entry.handlers.slice(0, i).filter(isRuleOrGuard)),
                  handler,
                ),
              ],
        ),
  );
  return { entries, routes, functions: numberRepeats(functions), depth };
}

/**
 * Implements `listRoutes` for the entries that the adapter of a host lists.
 *
 * @example
 * const listMyRoutes = (entries: readonly RouteEntry[]) => listRouteEntries(entries);
 */
export function listRouteEntries(entries: readonly RouteEntry[]): readonly Route[] {
  const { routes } = buildTable(entries);
  return routes.map(({ method, path, hasRule }) => ({ method, path, hasRule }));
}

function measureDepth(entries: readonly RouteEntry[]): number {
  const patterns = entries.flatMap(({ templates }) => templates.map(({ pattern }) => pattern));
  const mapped = getGuardMarks(entries).flatMap(({ guard }) =>
    guard.endpoints.endpoints.flatMap(({ segments }) => toEndpointPatterns(segments)),
  );
  return Math.max(0, ...[...patterns, ...mapped].map(countSegments)) + 1;
}

function getGuardMarks(entries: readonly RouteEntry[]): readonly GuardMark[] {
  return entries
    .flatMap(({ handlers }) => handlers.map(getGuardMark))
    .filter((mark) => mark !== undefined);
}

function nameFunction(placed: RouteInTable, handler: unknown): RouteInTable {
  const { name } = handler as { readonly name?: string };
  return { ...placed, method: 'USE', path: `${placed.path} ${name || '<anonymous>'}` };
}

/** Numbers functions with the same name and path: the second one is `USE / name #2`. */
function numberRepeats(functions: readonly RouteInTable[]): readonly RouteInTable[] {
  const counts = new Map<string, number>();
  return functions.map((one) => {
    const count = (counts.get(one.path) ?? 0) + 1;
    counts.set(one.path, count);
    return count === 1 ? one : { ...one, path: `${one.path} #${count}` };
  });
}
