import type { Routing } from '../auth-request.js';
import type { PathTemplate } from './path-template.js';
import { getGuardMark, isRouteRule } from './route-rule.js';

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
  /** Why its router cannot serve its path, if the router throws. */
  readonly unsupported?: string | undefined;
  /** What it is part of: entries of another scope, or of none, are not reached through it. */
  readonly scope?: unknown;
  /** How its router compares paths, if the host shows it. */
  readonly routing?: Routing | undefined;
  /** How the application that it is in compares paths. */
  readonly appRouting?: Routing | undefined;
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

/** Whether a handler is a rule or a guard. */
export function isMark(handler: unknown): boolean {
  return isRouteRule(handler) || getGuardMark(handler) !== undefined;
}
