import type { Routing } from '../auth-request.js';
import type { PathTemplate } from './path-template.js';
import { getGuardMark, isRouteRule } from './route-marks.js';

/** A route of the host, as `listRoutes` lists it. */
export interface Route {
  /** In upper case; `'ALL'` if the route takes every method. `HEAD` of a `GET` route is not listed. */
  readonly method: string;
  /** The path with the prefixes of all its mounts, in the syntax of the host. */
  readonly path: string;
  /** Whether a rule such as `requireScopes` runs before the route's handler. */
  readonly hasRule: boolean;
}

/**
 * A route or middleware that is registered with a host. Lists of entries are in the order in which the
 * host tries them.
 */
export interface RouteEntry {
  readonly isRoute: boolean;
  readonly method: string;
  readonly path: string;
  readonly handlers: readonly unknown[];
  /** The number of parameters of a handler that can call the next one. */
  readonly arity: number;
  /** The forms of its path. Empty if the path is not a plain pattern. */
  readonly templates: readonly PathTemplate[];
  /** Values that match the parameters that have a pattern. */
  readonly values?: readonly string[] | undefined;
  /** Why its path cannot be compared with others, such as a parameter with a pattern. */
  readonly unclear?: string | undefined;
  /** Whether the matcher of the host accepts the path. */
  matches(this: void, path: string): boolean;
  /** Whether every request reaches it, unless an earlier handler answers. */
  readonly isEverywhere: boolean;
  /** Whether it is a middleware with its own path, below that of its router. */
  readonly isMount: boolean;
  /** Why its handlers never run, if they never run. */
  readonly neverRuns?: string | undefined;
  /** Why its router cannot serve its path, if the router throws. */
  readonly unsupported?: string | undefined;
  /** The router that it belongs to. If set, it runs only before entries with the same scope. */
  readonly scope?: unknown;
  /** How its router compares paths, if the host exposes it. */
  readonly routing?: Routing | undefined;
  /** How its application compares paths. */
  readonly appRouting?: Routing | undefined;
}

/** Whether the host tries an entry for requests with that method. `GET` entries also answer `HEAD`. */
export function takesMethod(entry: RouteEntry, method: string): boolean {
  if (entry.method === 'ALL' || entry.method === method) return true;
  return method === 'HEAD' && entry.method === 'GET';
}

/**
 * Whether a host's list of methods means that the handler was registered for all methods.
 *
 * @example
 * isEveryMethod(['GET', 'POST']); // false
 */
export function isEveryMethod(methods: readonly string[]): boolean {
  return ['GET', 'POST', 'CONNECT', 'TRACE', 'UNLOCK'].every((method) => methods.includes(method));
}

/** The name of a route in options and faults: `GET /health`. */
export function getRouteName(route: { readonly method: string; readonly path: string }): string {
  return `${route.method} ${route.path}`;
}

/**
 * Whether a middleware is a rule of its route or a guard, so that it belongs to the handlers of an entry.
 *
 * @example
 * isRuleOrGuard(() => undefined); // false
 */
export function isRuleOrGuard(handler: unknown): boolean {
  return isRouteRule(handler) || getGuardMark(handler) !== undefined;
}
