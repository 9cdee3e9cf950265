import type { Routing } from '../auth-request.js';
import type { EndpointRule } from '../endpoints/endpoint.js';
import type { Guard } from '../guard.js';

/** A registered symbol, so that two copies of this package recognize each other's marks. */
const ROUTE_RULE = Symbol.for('mandate.route-rule');

/**
 * Marks a middleware as a rule of its route, so that `checkRoutes` does not report the route as forgotten.
 *
 * @param rule lets `checkRoutes` compare the path parameter of a group rule with those of the routes.
 *
 * @example
 * const requireOffice = markRouteRule((context: { ip: string }, next: () => unknown) =>
 *   context.ip.startsWith('10.') ? next() : undefined,
 * );
 */
export function markRouteRule<Middleware extends object>(
  middleware: Middleware,
  rule?: EndpointRule,
): Middleware {
  return Object.defineProperty(middleware, ROUTE_RULE, { value: rule ?? true });
}

/** Whether a middleware is a rule of its route. */
export function isRouteRule(middleware: unknown): boolean {
  return typeof middleware === 'function' && ROUTE_RULE in middleware;
}

/** The rule that {@link markRouteRule} stored in a middleware. */
export function getRouteRule(middleware: unknown): EndpointRule | undefined {
  if (!isRouteRule(middleware)) return undefined;
  const rule = (middleware as { readonly [ROUTE_RULE]: EndpointRule | true })[ROUTE_RULE];
  return rule === true ? undefined : rule;
}

/** The data that {@link markGuard} stores in a middleware. */
export interface GuardMark {
  readonly guard: Guard<object>;
  /** Whether the guard's endpoint map decides, or the rule of each route. */
  readonly endpoints: 'by-map' | 'by-route';
  /** How the guard assumes that the host compares paths. Default: like its application. */
  readonly routing?: Routing | undefined;
}

const GUARD = Symbol.for('mandate.guard');

/**
 * Marks a middleware as the guard of everything after it, so that `checkRoutes` finds routes that are
 * registered before it. `requireAuth` marks its own middleware. Mark a middleware that wraps a guard.
 * @throws TypeError if the guard is invalid, or if two entries of its map are the same endpoint with
 * this `routing`.
 *
 * @example
 * const protect = markGuard((request: AuthRequest) => guard.decide(request), {
 *   guard,
 *   endpoints: 'by-map',
 * });
 */
export function markGuard<Middleware extends object>(
  middleware: Middleware,
  mark: GuardMark,
): Middleware {
  if (typeof mark.guard?.decide !== 'function') {
    throw new TypeError('markGuard: the guard is invalid; pass a guard from createGuard');
  }
  if (mark.endpoints === 'by-map' && mark.routing !== undefined) {
    // Compiles the router now, because otherwise the first request would throw.
    const request = { method: 'GET', path: '/', routing: mark.routing, header: () => undefined };
    mark.guard.endpoints.match(request);
  }
  return Object.defineProperty(middleware, GUARD, { value: mark });
}

/**
 * The mark that {@link markGuard} stored in a middleware; `undefined` if it is not a guard.
 *
 * @example
 * getGuardMark(() => undefined)?.endpoints; // undefined
 */
export function getGuardMark(middleware: unknown): GuardMark | undefined {
  return typeof middleware === 'function'
    ? (middleware as { readonly [GUARD]?: GuardMark })[GUARD]
    : undefined;
}
