import type { Routing } from '../auth-request.js';
import { countSegments, samplePaths, toEndpointPatterns } from './path-samples.js';
import type { PathTemplate } from './path-template.js';
import { type GuardMark, isRouteRule, readGuardMark } from './route-rule.js';

/** A route of the host, as `listRoutes` lists it. */
export interface Route {
  /** Upper case; `'ALL'` where the route takes every method. `HEAD` of a `GET` route is not listed. */
  readonly method: string;
  /** With every prefix it is mounted under, in the host's own spelling. */
  readonly path: string;
  /** Whether a rule such as `requireScopes` runs before the route's handler. */
  readonly hasRule: boolean;
}

/**
 * One registration with a host, a route or a middleware. A list of them is in the order in which the
 * host tries them.
 */
export interface RouteEntry {
  readonly isRoute: boolean;
  readonly method: string;
  readonly path: string;
  readonly handlers: readonly unknown[];
  /** How many parameters a handler has that can call the next one. */
  readonly arity: number;
  /** The forms of its path; none where the path is not a plain pattern. */
  readonly templates: readonly PathTemplate[];
  /** Values that parameters with a pattern may take. */
  readonly values?: readonly string[] | undefined;
  /** Why its path cannot be compared with others, if it cannot: it has a parameter with a pattern. */
  readonly unclear?: string | undefined;
  /** Whether the host's own matcher takes the path. */
  matches(this: void, path: string): boolean;
  /** Whether every request gets here, unless something before it answers. */
  readonly isEverywhere: boolean;
  /** Whether it is a middleware at a path of its own, below that of its router. */
  readonly isMount: boolean;
  /** Why its handlers never run, if they do not. */
  readonly neverRuns?: string | undefined;
  /** What it is part of: entries of another scope, or of none, are not reached through it. */
  readonly scope?: unknown;
  /** How its router compares paths, if the host shows it. */
  readonly routing?: Routing | undefined;
  /** How the application that it is in compares paths. */
  readonly appRouting?: Routing | undefined;
}

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

/** What a host has registered. */
export interface RouteTable {
  readonly entries: readonly RouteEntry[];
  readonly routes: readonly RouteInTable[];
  /** Middleware that is neither a rule nor a guard, so that nobody knows what it answers. */
  readonly functions: readonly RouteInTable[];
  /** One segment more than the longest path has. */
  readonly depth: number;
}

export function readTable(entries: readonly RouteEntry[]): RouteTable {
  const depth = measureDepth(entries);
  const sampled = entries.map(({ templates, values, matches }) =>
    samplePaths(templates, depth, values).filter(matches),
  );
  const place = (index: number, own: readonly unknown[]) =>
    placeEntry({ entries, index, own, samples: sampled[index] as readonly string[] });
  const routes = entries.flatMap((entry, index) =>
    entry.isRoute && !entry.handlers.every(isMark) ? [place(index, readOwnChain(entry))] : [],
  );
  const functions = entries.flatMap((entry, index) =>
    entry.isRoute || entry.neverRuns !== undefined
      ? []
      : entry.handlers.flatMap((handler, i) =>
          isMark(handler)
            ? []
            : [nameFunction(place(index, entry.handlers.slice(0, i).filter(isMark)), handler)],
        ),
  );
  return { entries, routes, functions: numberRepeats(functions), depth };
}

/** `listRoutes` of a host, made of what its adapter reads. */
export function listRouteEntries(entries: readonly RouteEntry[]): readonly Route[] {
  const { routes } = readTable(entries);
  return routes.map(({ method, path, hasRule }) => ({ method, path, hasRule }));
}

function measureDepth(entries: readonly RouteEntry[]): number {
  const patterns = entries.flatMap(({ templates }) => templates.map(({ pattern }) => pattern));
  const mapped = readGuardMarks(entries).flatMap(({ guard }) =>
    guard.endpoints.endpoints.flatMap(({ segments }) => toEndpointPatterns(segments)),
  );
  return Math.max(0, ...[...patterns, ...mapped].map(countSegments)) + 1;
}

export function readGuardMarks(entries: readonly RouteEntry[]): readonly GuardMark[] {
  return entries
    .flatMap(({ handlers }) => handlers.map(readGuardMark))
    .filter((mark) => mark !== undefined);
}

interface PlacedEntry {
  readonly entries: readonly RouteEntry[];
  readonly index: number;
  readonly samples: readonly string[];
  /** The rules and guards of its own chain. */
  readonly own: readonly unknown[];
}

function placeEntry({ entries, index, samples, own }: PlacedEntry): RouteInTable {
  const entry = entries[index] as RouteEntry;
  const requests = spellings(samples, entry);
  const earlier = entries
    .slice(0, index)
    .filter((other) => readPassed(other).length > 0 && isBefore(other, entry));
  const preceding = [
    ...earlier.filter((other) => covers(other, requests)).flatMap(readPassed),
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

function nameFunction(placed: RouteInTable, handler: unknown): RouteInTable {
  const { name } = handler as { readonly name?: string };
  return { ...placed, method: 'USE', path: `${placed.path} ${name || '<anonymous>'}` };
}

/** The second function of a name at a path is called `USE / name #2`. */
function numberRepeats(functions: readonly RouteInTable[]): readonly RouteInTable[] {
  const counts = new Map<string, number>();
  return functions.map((one) => {
    const count = (counts.get(one.path) ?? 0) + 1;
    counts.set(one.path, count);
    return count === 1 ? one : { ...one, path: `${one.path} #${count}` };
  });
}

/** Whether an entry is tried for requests of that method. `HEAD` is answered by `GET`. */
export function takesMethod(entry: RouteEntry, method: string): boolean {
  if (entry.method === 'ALL' || entry.method === method) return true;
  return method === 'HEAD' && entry.method === 'GET';
}

/** Whether a host keeps each method for a handler that was registered for all methods. */
export function isEveryMethod(methods: readonly string[]): boolean {
  return ['GET', 'POST', 'CONNECT', 'TRACE', 'UNLOCK'].every((method) => methods.includes(method));
}

/** The name of a route in options and in faults. */
export function nameOf(route: { readonly method: string; readonly path: string }): string {
  return `${route.method} ${route.path}`;
}

/** Which requests pass by what was meant for the route, for the end of a fault. */
export function describeMissed({ missed }: RouteInTable): string {
  return missed === undefined ? '' : `: ${missed} passes by what stands before it`;
}

/** What runs before a route's own handler: the first that cannot go on, or the last. */
function readOwnChain({ handlers, arity }: RouteEntry): readonly unknown[] {
  const answers = handlers.findIndex(
    (handler) => !isMark(handler) && (handler as { readonly length: number }).length < arity,
  );
  return handlers.slice(0, answers === -1 ? handlers.length - 1 : answers);
}

/** The rules and guards that a request which gets past an entry has passed. */
function readPassed(entry: RouteEntry): readonly Preceding[] {
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

/** Whether a handler is a rule or a guard. */
export function isMark(handler: unknown): boolean {
  return isRouteRule(handler) || readGuardMark(handler) !== undefined;
}
