import type { Endpoint } from '../endpoints/endpoint.js';
import type { EndpointMatch } from './endpoint-matches.js';
import { createFault, createUncertainty, type Fault } from './fault.js';
import { isWithin } from './path-overlap.js';
import type { PathTemplate } from './path-template.js';
import type { RouteInTable } from './preceding.js';
import { getRouteName, takesMethod } from './route-entry.js';

/**
 * Whether a route answers by the rule of an endpoint that is not its own, or that is meant for another
 * route.
 */
export function isMismatched(
  match: EndpointMatch,
  behind: readonly RouteInTable[],
  endpoints: readonly Endpoint[],
): boolean {
  const { route, endpoint } = match;
  const own = route.entry.templates.filter((form) => isWithin(form, endpoint.segments));
  const named = own.filter(({ isImplicit }) => !isImplicit);
  if (named.some((form) => !hasNarrower(form, endpoint, endpoints))) return false;
  if (named.length > 0) return true;
  return own.length === 0 || findRightful(match, behind) !== undefined;
}

/**
 * Whether a narrower entry covers the form, so that the matched path lies outside that entry: `/a/*`, or
 * `/a/` of a strict map for the path `/a`.
 */
function hasNarrower(
  form: PathTemplate,
  { method, segments }: Endpoint,
  endpoints: readonly Endpoint[],
): boolean {
  return endpoints.some(
    (other) =>
      other.method === method &&
      other.segments.length > segments.length &&
      ['*', ''].includes(other.segments.at(-1) as string) &&
      isWithin(form, other.segments),
  );
}

/** The route that the endpoint is meant for. */
export function findRightful(
  { route, endpoint, method, path }: EndpointMatch,
  behind: readonly RouteInTable[],
): RouteInTable | undefined {
  return behind.find(
    (other) =>
      other !== route &&
      takesMethod(other.entry, method) &&
      other.entry.templates.some((form) => !form.isImplicit && isWithin(form, endpoint.segments)) &&
      other.entry.matches(path),
  );
}

export function describeMismatch(
  { route, endpoint }: EndpointMatch,
  rightful: RouteInTable | undefined,
): Fault {
  const name = getRouteName(route);
  if (rightful !== undefined) return createFault(getRouteName(rightful), `is shadowed by ${name}`);
  return createUncertainty(
    name,
    `also answers ${endpoint.name}, which has its own rule but no route`,
  );
}

export function describeOtherCase({ route, endpoint }: EndpointMatch): Fault {
  return createFault(
    getRouteName(route),
    `answers ${endpoint.name} in another case: make requireAuth (option routing) and the routers ` +
      'case-sensitive',
  );
}
