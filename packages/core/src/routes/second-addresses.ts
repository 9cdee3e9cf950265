import type { Routing } from '../auth-request.js';
import type { Endpoint } from '../endpoints/endpoint.js';
import type { Guard } from '../guard.js';
import { findEndpoint, getAssumedRouting } from './endpoint-matches.js';
import { createUncertainty, type Fault } from './fault.js';
import { hasSameRule } from './other-methods.js';
import { isWithin } from './path-overlap.js';
import { fill, toEndpointPatterns } from './path-samples.js';
import { WILDCARD } from './path-template.js';
import type { RouteInTable } from './preceding.js';
import { takesMethod } from './route-entry.js';
import type { RouteTable } from './route-table.js';

/** The input of {@link findSecondAddresses}. */
export interface SecondAddressCheck {
  readonly guard: Guard;
  readonly table: RouteTable;
  /** The functions behind the guard. One of them serves these entries. */
  readonly functions: readonly RouteInTable[];
  /** The names of entries that no route serves. */
  readonly servedElsewhere: ReadonlySet<string>;
  readonly paths: readonly string[];
}

/** A file, and a path at which a static server may also serve it. */
interface Addresses {
  readonly file: string;
  readonly second: string;
}

/**
 * Static servers with an option such as `extensions` serve `/files/a.txt` at `/files/a` too, and
 * `/files/index.html` at `/files/`. The guard applies the rule of the requested path.
 */
export function findSecondAddresses(check: SecondAddressCheck): readonly Fault[] {
  const [first] = check.functions;
  if (first === undefined) return [];
  const routing = getAssumedRouting(first, check.guard);
  const faults = listAddresses(check)
    .filter(({ second }) => check.functions.some((one) => mayServe(one, second, check.table)))
    .flatMap((addresses) => checkAddresses(addresses, { ...check, routing }));
  return [...new Map(faults.map((fault) => [fault.subject, fault])).values()];
}

function listAddresses({ guard, paths }: SecondAddressCheck): Addresses[] {
  const files = guard.endpoints.endpoints
    .flatMap(({ segments }) => toEndpointPatterns(segments))
    .filter((pattern) => !pattern.includes(WILDCARD))
    .map((pattern) => fill(pattern));
  return [
    ...files.flatMap((file) => toSecondPaths(file).map((second) => ({ file, second }))),
    ...paths
      .filter((path) => !path.endsWith('/'))
      .map((path) => ({ file: `${path}.html`, second: path })),
  ];
}

/** The paths at which a static server may serve a file besides the file's own path. */
export function toSecondPaths(file: string): readonly string[] {
  const index = file.replace(/\/index\.[^/]*$/, '/');
  const bare = file.replace(/\.[^./]*$/, '');
  return [...new Set([index, bare])].filter((path) => path !== file && path !== '');
}

/** Whether the function runs for a path before a route answers it. */
function mayServe({ entry }: RouteInTable, path: string, { routes, entries }: RouteTable): boolean {
  const at = entries.indexOf(entry);
  return (
    entry.matches(path) &&
    !routes.some(
      (route) =>
        takesMethod(route.entry, 'GET') &&
        route.entry.matches(path) &&
        entries.indexOf(route.entry) < at,
    )
  );
}

function checkAddresses(
  { file, second }: Addresses,
  {
    guard,
    routing,
    servedElsewhere,
  }: SecondAddressCheck & { readonly routing: Routing | undefined },
): readonly Fault[] {
  const own = findEndpoint(guard, { method: 'GET', path: file, routing });
  const matched = findEndpoint(guard, { method: 'GET', path: second, routing });
  if (own === undefined || matched === undefined || own === matched) return [];
  if (own.rule === 'public' || hasSameRule(own, matched)) return [];
  const folders = guard.endpoints.endpoints.filter(({ name }) => servedElsewhere.has(name));
  if (!folders.some(({ segments }) => isWithin({ pattern: file, isImplicit: false }, segments))) {
    return [];
  }
  // The author of an entry such as `GET /files/a` for a static server means the file or the folder.
  const isMeant = own.segments.at(-1) === '*' && servedElsewhere.has(matched.name);
  return isMeant ? [] : [describe(matched, own)];
}

function describe(matched: Endpoint, own: Endpoint): Fault {
  return createUncertainty(
    `${matched.name} over ${own.name}`,
    'cannot be checked: a static server may add an extension or an index file, and then serves ' +
      `files of ${own.name} by the rule of ${matched.name}`,
  );
}
