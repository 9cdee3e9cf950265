import { createGuard, type Endpoint, type EndpointMap, type Guard } from '@mandate/core';
import { type GetValue, sampleRoute, sampleSegments } from './sample-path.js';

/** A route, as `listRoutes` of `@mandate/express/check-routes` and its like list it. */
export interface ListedRoute {
  readonly method: string;
  readonly path: string;
}

/** Where the endpoints of a matrix come from: a guard with its map, a map, or the routes of a host. */
export type EndpointSource = Guard | EndpointMap | readonly ListedRoute[];

/** An endpoint to ask about. */
export interface ListedEndpoint {
  /** `GET /documents/:id`. */
  readonly name: string;
  readonly method: string;
  /** Where the endpoint's rule looks for the group that a request names, beside the path and the body. */
  readonly query: string | undefined;
  readonly header: string | undefined;
  /** The path with values for its parameters; `undefined` if it takes more than values. */
  sample(this: void, getValue: GetValue): string | undefined;
}

/**
 * Lists endpoints by path and then by method, so that the order does not depend on that of the source.
 * @throws TypeError if the source is invalid.
 */
export function listEndpoints(source: EndpointSource): readonly ListedEndpoint[] {
  const listed = isRoutes(source) ? source.map(toListedRoute) : toEndpoints(source).map(toListed);
  return sortEndpoints(listed);
}

/** By path and then by method, each endpoint once. */
export function sortEndpoints(endpoints: readonly ListedEndpoint[]): readonly ListedEndpoint[] {
  const byName = new Map(endpoints.map((one) => [one.name, one]));
  return [...byName.values()].sort((one, other) => compare(toOrder(one), toOrder(other)));
}

/** The entries of a policy. */
export function toEndpoints(policy: Guard | EndpointMap): readonly Endpoint[] {
  return toGuard(policy).endpoints.endpoints;
}

/** The guard itself, or one that decides by the map. */
export function toGuard(policy: Guard | EndpointMap): Guard {
  if (typeof policy === 'object' && policy !== null && isGuard(policy)) return policy;
  return createGuard({ verifiers: [NO_VERIFIER], endpoints: policy as EndpointMap });
}

const NO_VERIFIER = {
  accepts: () => false,
  verify: () => {
    throw new TypeError('no token is verified here');
  },
};

function isGuard(policy: object): policy is Guard {
  return typeof (policy as Partial<Guard>).decide === 'function';
}

function isRoutes(source: EndpointSource): source is readonly ListedRoute[] {
  return Array.isArray(source);
}

function toListed({ name, method, segments, rule }: Endpoint): ListedEndpoint {
  const group = rule === 'public' ? undefined : rule.group;
  const binding = group !== undefined && 'binding' in group ? group.binding : undefined;
  return {
    ...{ name, method, query: binding?.query, header: binding?.header },
    sample: (getValue) => sampleSegments(segments, getValue),
  };
}

function toListedRoute(route: ListedRoute): ListedEndpoint {
  const { method, path } = route ?? {};
  if (typeof method !== 'string' || typeof path !== 'string') {
    throw new TypeError(
      'describeAccess: endpoints must be a guard, a map, or the list of listRoutes',
    );
  }
  return {
    name: `${method} ${path}`,
    method: method === 'ALL' ? 'GET' : method,
    query: undefined,
    header: undefined,
    sample: (getValue) => sampleRoute(path, getValue),
  };
}

function toOrder({ name }: ListedEndpoint): string {
  const space = name.indexOf(' ');
  return `${name.slice(space + 1)} ${name.slice(0, space)}`;
}

/** By code units, because the order of a locale differs between machines. */
function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
