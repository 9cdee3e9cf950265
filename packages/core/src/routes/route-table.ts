import type { Routing } from '../auth-request.js';
import { isRouteRule, readGuardMark } from './route-rule.js';

/** A route of the host, as `listRoutes` tells it. */
export interface Route {
  /** Upper case; `'ALL'` where the route takes every method. `HEAD` of a `GET` route is not listed. */
  readonly method: string;
  /** With every prefix it is mounted under, in the host's own spelling. */
  readonly path: string;
  /** Whether a rule such as `requireScopes` runs before the route's handler. */
  readonly hasRule: boolean;
}

/**
 * One registration with a host, a route or a middleware, as its adapter reads it. A list of them is in
 * the order in which the host tries them: what comes first runs first, and what answers ends it.
 */
export interface RouteEntry {
  readonly isRoute: boolean;
  readonly method: string;
  readonly path: string;
  readonly handlers: readonly unknown[];
  /** How many parameters a handler has that can go on to the next one. */
  readonly arity: number;
  /** Paths that it takes, to try others with; none where the path is no plain pattern. */
  readonly samples: readonly string[];
  /** By the host's own matcher. */
  matches(this: void, path: string): boolean;
  /** Whether every request gets here, if nothing before it answers. */
  readonly isEverywhere: boolean;
  /** What it is part of: what does not have the same scope, or none, is not reached through it. */
  readonly scope?: unknown;
  /** How its router compares paths, if the host shows it. */
  readonly routing?: Routing | undefined;
  /** How the application that it is in compares paths. */
  readonly appRouting?: Routing | undefined;
}

/** A route, and what runs before its handler. */
export interface RouteInTable extends Route {
  readonly entry: RouteEntry;
  readonly preceding: readonly Preceding[];
  /** A path that the route takes, and that passes by a rule or guard which was meant for the route. */
  readonly missed: string | undefined;
}

interface Preceding {
  readonly handler: unknown;
  readonly entry: RouteEntry;
}

/** The routes among a host's registrations, each with everything that surely runs before it. */
export function readRoutes(entries: readonly RouteEntry[]): readonly RouteInTable[] {
  return entries.flatMap((entry, index) => {
    if (!entry.isRoute || entry.handlers.every(isMark)) return [];
    const requests = spellings(entry);
    const earlier = entries
      .slice(0, index)
      .filter((other) => readPassed(other).length > 0 && isBefore(other, entry));
    const preceding = [
      ...earlier.filter((other) => covers(other, requests)).flatMap(readPassed),
      ...readOwnChain(entry).map((handler) => ({ handler, entry })),
    ];
    const hasRule = preceding.some(({ handler }) => isRouteRule(handler));
    const missed = earlier
      .filter((other) => covers(other, entry.samples))
      .map((other) => requests.find((path) => !other.isEverywhere && !other.matches(path)));
    return [
      {
        method: entry.method,
        path: entry.path,
        hasRule,
        entry,
        preceding,
        missed: missed.find((path) => path !== undefined),
      },
    ];
  });
}

/** `listRoutes` of a host, made from what its adapter reads. */
export function listRouteEntries(entries: readonly RouteEntry[]): readonly Route[] {
  return readRoutes(entries).map(({ method, path, hasRule }) => ({ method, path, hasRule }));
}

/** Whether an entry is tried for requests of that method. `HEAD` is answered by `GET`. */
export function takesMethod(entry: RouteEntry, method: string): boolean {
  if (entry.method === 'ALL' || entry.method === method) return true;
  return method === 'HEAD' && entry.method === 'GET';
}

/**
 * Whether somebody registered a handler for all methods with a host that then keeps each of them: nobody
 * would name these by hand.
 */
export function isEveryMethod(methods: readonly string[]): boolean {
  return ['GET', 'POST', 'CONNECT', 'TRACE', 'UNLOCK'].every((method) => methods.includes(method));
}

/** The name of a route in `public` and in faults. */
export function nameOf(route: { readonly method: string; readonly path: string }): string {
  return `${route.method} ${route.path}`;
}

/** Says, at the end of a fault, which requests pass by what was meant for the route. */
export function describeMissed({ missed }: RouteInTable): string {
  return missed === undefined ? '' : `: ${missed} passes by what stands before it`;
}

/** What runs before a route's own handler: the first that cannot go on, or else the last. */
function readOwnChain({ handlers, arity }: RouteEntry): readonly unknown[] {
  const answers = handlers.findIndex(
    (handler) => !isMark(handler) && (handler as { readonly length: number }).length < arity,
  );
  return handlers.slice(0, answers === -1 ? handlers.length - 1 : answers);
}

/** The rules and guards that whoever gets past an entry has passed. */
function readPassed(entry: RouteEntry): readonly Preceding[] {
  const firstOther = entry.handlers.findIndex((handler) => !isMark(handler));
  const marks = firstOther === -1 ? entry.handlers : entry.handlers.slice(0, firstOther);
  return marks.map((handler) => ({ handler, entry }));
}

function isBefore(earlier: RouteEntry, route: RouteEntry): boolean {
  const isInScope = earlier.scope === undefined || earlier.scope === route.scope;
  return isInScope && takesMethod(earlier, route.method);
}

function covers(earlier: RouteEntry, requests: readonly string[]): boolean {
  if (earlier.isEverywhere) return true;
  return requests.length > 0 && requests.every((path) => earlier.matches(path));
}

/** The samples in every spelling that the route takes: a rule must not cover only one of them. */
function spellings({ samples, matches }: RouteEntry): readonly string[] {
  return samples
    .flatMap((path) => [path, path.toUpperCase(), path.toLowerCase(), `${path}/`])
    .filter((path) => matches(path));
}

function isMark(handler: unknown): boolean {
  return isRouteRule(handler) || readGuardMark(handler) !== undefined;
}
