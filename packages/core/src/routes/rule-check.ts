import { createFault, createUncertainty, type Fault } from './fault.js';
import { respell } from './path-spelling.js';
import type { RouteInTable } from './preceding.js';
import { isMark, nameOf, type RouteEntry } from './route-entry.js';
import { getGuardMark, getRouteRule, isRouteRule } from './route-rule.js';
import type { RouteTable } from './route-table.js';

/** What is wrong with the rules and guards themselves: their order, their place, their parameters. */
export function findRuleFaults(
  { entries, functions }: RouteTable,
  routes: readonly RouteInTable[],
): readonly Fault[] {
  return [
    ...[...routes, ...functions].flatMap(findUnguarded),
    ...entries.flatMap(findUnused),
    ...entries.flatMap(findRespelled),
    ...routes.flatMap(findMovedParameters),
  ];
}

/** A rule without a guard before it has no principal to judge. */
function findUnguarded(route: RouteInTable): readonly Fault[] {
  const rule = route.preceding.findIndex(({ handler }) => isRouteRule(handler));
  if (rule === -1) return [];
  const guard = route.preceding.findIndex(({ handler }) => getGuardMark(handler) !== undefined);
  if (guard !== -1 && guard < rule) return [];
  return [createFault(nameOf(route), 'has a rule, but no guard before the rule: use requireAuth')];
}

/** A rule or guard that its router skips. */
function findUnused(entry: RouteEntry): readonly Fault[] {
  if (entry.neverRuns === undefined || !entry.handlers.some(isMark)) return [];
  const name = nameOf({ method: 'USE', path: entry.path });
  return [createFault(name, `has a rule or guard that never runs: ${entry.neverRuns}`)];
}

/**
 * A rule at a mount whose path has a second spelling, such as `/a@b` and `/a%40b`. What serves the wider
 * path may decode it, and the rule never runs.
 */
function findRespelled(entry: RouteEntry): readonly Fault[] {
  if (!entry.handlers.some(isMark) || !isMounted(entry) || entry.neverRuns) return [];
  const passing = entry.templates.flatMap(respell).find((pair) => isSplit(entry, pair));
  if (passing === undefined) return [];
  const name = nameOf({ method: 'USE', path: entry.path });
  return [
    createUncertainty(
      name,
      `has a rule that ${passing[1]} passes by: ${passing[0]} has two spellings`,
    ),
  ];
}

function isMounted({ isMount, isRoute, handlers }: RouteEntry): boolean {
  return isMount || (isRoute && handlers.every(isMark));
}

function isSplit({ matches }: RouteEntry, pair: readonly [string, string]): boolean {
  return matches(pair[0]) !== matches(pair[1]) || !matches(pair[0]);
}

/**
 * `requireGroup({ path: 'g' })` at `/t/:g` judges the second segment. Behind it, the handler of
 * `/t/:g/:g` finds another one under that name.
 */
function findMovedParameters(route: RouteInTable): readonly Fault[] {
  const moved = new Set(
    route.preceding.flatMap(({ handler, entry }) => {
      const group = getRouteRule(handler)?.group;
      const name = typeof group === 'object' ? group.path : undefined;
      if (name === undefined || entry === route.entry) return [];
      return isSamePlace(name, entry.path, route.path) ? [] : [`"${name}" of ${entry.path}`];
    }),
  );
  return [...moved].map((parameter) =>
    createUncertainty(
      nameOf(route),
      `has another parameter where its group rule reads ${parameter}: rename one of them`,
    ),
  );
}

/** Whether the route has the parameter nowhere, or only where the rule reads it. */
function isSamePlace(name: string, judged: string, served: string): boolean {
  const places = findPlaces(name, served);
  if (places.length === 0) return true;
  const read = findPlaces(name, judged).at(-1);
  return places.length === 1 && places[0] === read;
}

/** The text before each mention of the parameter, without names and optional parts. */
function findPlaces(name: string, path: string): readonly string[] {
  const mentions = [...path.matchAll(/[:*](?:"([^"]*)"|([\p{ID_Start}$_][\p{ID_Continue}$]*))/gu)];
  return mentions
    .filter((found) => (found[1] ?? found[2]) === name)
    .map(({ index }) => String(path.slice(0, index).split('/').length));
}
