import { createFault, createUncertainty, type Fault } from './fault.js';
import { fill } from './path-samples.js';
import { respell } from './path-spelling.js';
import { WILDCARD } from './path-template.js';
import type { RouteInTable } from './preceding.js';
import { getRouteName, isRuleOrGuard, type RouteEntry, takesMethod } from './route-entry.js';
import { getGuardMark, getRouteRule, isRouteRule } from './route-marks.js';
import type { RouteTable } from './route-table.js';
import { toSecondPaths } from './second-addresses.js';

/** Finds faults of rules and guards themselves: of their order, place and parameters. */
export function findRuleFaults(
  { entries, functions }: RouteTable,
  routes: readonly RouteInTable[],
): readonly Fault[] {
  return [
    ...[...routes, ...functions].flatMap(findUnguarded),
    ...entries.flatMap(findUnused),
    ...entries.flatMap(findRespelled),
    ...entries.flatMap((entry) => findSecondPaths(entry, { functions, routes })),
    ...routes.flatMap(findMovedParameters),
  ];
}

/** Finds a rule without a guard before it, which has no principal to check. */
function findUnguarded(route: RouteInTable): readonly Fault[] {
  const rule = route.preceding.findIndex(({ handler }) => isRouteRule(handler));
  if (rule === -1) return [];
  const guard = route.preceding.findIndex(({ handler }) => getGuardMark(handler) !== undefined);
  if (guard !== -1 && guard < rule) return [];
  return [
    createFault(getRouteName(route), 'has a rule, but no guard before the rule: use requireAuth'),
  ];
}

/** Finds a rule or guard that its router skips. */
function findUnused(entry: RouteEntry): readonly Fault[] {
  if (entry.neverRuns === undefined || !entry.handlers.some(isRuleOrGuard)) return [];
  const name = getRouteName({ method: 'USE', path: entry.path });
  return [createFault(name, `has a rule or guard that never runs: ${entry.neverRuns}`)];
}

/**
 * Finds a rule at a mount whose path has a second spelling, such as `/a@b` and `/a%40b`. A handler of a
 * wider path may decode the path and answer without the rule.
 */
function findRespelled(entry: RouteEntry): readonly Fault[] {
  if (!entry.handlers.some(isRuleOrGuard) || !isMounted(entry) || entry.neverRuns) return [];
  const bypassing = entry.templates.flatMap(respell).find((pair) => isSplit(entry, pair));
  if (bypassing === undefined) return [];
  const name = getRouteName({ method: 'USE', path: entry.path });
  return [
    createUncertainty(
      name,
      `has a rule that ${bypassing[1]} bypasses: ${bypassing[0]} has two spellings`,
    ),
  ];
}

/**
 * Finds a rule for one file, such as `/files/a.txt`, whose file a static server may also serve at
 * `/files/a`. The static server may be a function, or the handler of a route such as `/files/*`. A rule
 * at `/files/a.b/*` is for a folder: no route serves a folder at a second path.
 */
function findSecondPaths(
  entry: RouteEntry,
  { functions, routes }: Pick<RouteTable, 'functions' | 'routes'>,
): readonly Fault[] {
  if (!entry.handlers.some(isRuleOrGuard) || !isMounted(entry) || entry.neverRuns) return [];
  const bypassing = entry.templates
    .filter(({ pattern }) => !pattern.includes(WILDCARD))
    .flatMap(({ pattern, isImplicit }) => {
      const file = fill(pattern);
      const isFolder = isImplicit && !INDEX_FILE.test(file);
      const servers = isFolder ? functions : [...functions, ...findFileRoutes(file, routes)];
      return toSecondPaths(file).filter((path) => servers.some((one) => one.entry.matches(path)));
    })
    .find((path) => !entry.matches(path));
  if (bypassing === undefined) return [];
  return [
    createUncertainty(
      getRouteName({ method: 'USE', path: entry.path }),
      `has a rule that ${bypassing} bypasses if a static server adds an extension or an index file`,
    ),
  ];
}

const INDEX_FILE = /\/index\.[^/]*$/;

/** The routes that take the path of the file by a parameter, a wildcard or a regular expression. */
function findFileRoutes(file: string, routes: readonly RouteInTable[]): readonly RouteInTable[] {
  return routes.filter(({ entry }) => takesMethod(entry, 'GET') && entry.matches(file));
}

function isMounted({ isMount, isRoute, handlers }: RouteEntry): boolean {
  return isMount || (isRoute && handlers.every(isRuleOrGuard));
}

function isSplit({ matches }: RouteEntry, pair: readonly [string, string]): boolean {
  return matches(pair[0]) !== matches(pair[1]) || !matches(pair[0]);
}

/**
 * Finds a group rule that reads another parameter than the handler: `requireGroup({ path: 'g' })` at
 * `/t/:g` checks the second segment, but the handler of `/t/:g/:g` receives the third one as `g`.
 */
function findMovedParameters(route: RouteInTable): readonly Fault[] {
  const moved = new Set(
    route.preceding.flatMap(({ handler, entry }) => {
      const group = getRouteRule(handler)?.group;
      const name = typeof group === 'object' && 'path' in group ? group.path : undefined;
      if (name === undefined || entry === route.entry) return [];
      return isSamePlace(name, entry.path, route.path) ? [] : [`"${name}" of ${entry.path}`];
    }),
  );
  return [...moved].map((parameter) =>
    createUncertainty(
      getRouteName(route),
      `has another parameter where its group rule reads ${parameter}: rename one of them`,
    ),
  );
}

/** Whether the route does not have the parameter, or has it only where the rule reads it. */
function isSamePlace(name: string, matched: string, served: string): boolean {
  const places = findPlaces(name, served);
  if (places.length === 0) return true;
  const read = findPlaces(name, matched).at(-1);
  return places.length === 1 && places[0] === read;
}

/** The segment number of each mention of the parameter. */
function findPlaces(name: string, path: string): readonly string[] {
  const mentions = [
    ...path.matchAll(/(?<!\\)[:*](?:"([^"]*)"|([\p{ID_Start}$_][\p{ID_Continue}$]*))/gu),
  ];
  return mentions
    .filter((found) => (found[1] ?? found[2]) === name)
    .map(({ index }) => String(path.slice(0, index).split('/').length));
}
