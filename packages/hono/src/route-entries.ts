import type { Routing } from '@mandate/core';
import type { RouteEntry } from '@mandate/core/check-routes';
import {
  type App,
  createFinder,
  type FindRegistrations,
  isStrict,
  type Registration,
  throwsForMethod,
  unwrap,
} from './probe-hono.js';
import { findMisread, parseRoutePath } from './route-paths.js';

/** All registrations, in the order in which Hono tries them. */
export function buildEntries(app: App): readonly RouteEntry[] {
  if (!Array.isArray((app as App | undefined)?.routes)) {
    throw new TypeError('checkRoutes and listRoutes need an application of Hono');
  }
  const find = createFinder(app);
  const strict = isStrict(app);
  const findUnsupported = createUnsupportedFinder(app);
  return groupHandlers(app.routes).map((group) => {
    const entry = toEntry(group, find);
    return {
      ...entry,
      routing: findRouting(entry, strict),
      unsupported: findUnsupported(entry) ?? describeMisread(entry),
    };
  });
}

const UNSUPPORTED =
  'is not supported by the router of the application, which throws an error for every request of ' +
  'this method: use the router of new Hono()';

function describeMisread({ path, matches }: RouteEntry): string | undefined {
  const segment = findMisread(path, matches);
  if (segment === undefined) return undefined;
  const colon = segment.indexOf(':');
  return (
    `has a segment "${segment}" of which the router reads "${segment.slice(colon)}" as a parameter: write it ` +
    `as a parameter with a pattern, /:name{${segment}}`
  );
}

/** `hono/quick` and the linear router do not support paths with both a parameter and a wildcard. */
function createUnsupportedFinder(app: App): (entry: RouteEntry) => string | undefined {
  const methods = new Set(app.routes.map(({ method }) => method));
  const failing = new Set([...methods].filter((method) => throwsForMethod(app, method)));
  const isMixed = ({ path }: { readonly path: string }) => /:/.test(path) && /\*/.test(path);
  const canName = app.routes.some(isMixed);
  return (entry) =>
    failing.has(entry.method) && (!canName || isMixed(entry)) ? UNSUPPORTED : undefined;
}

/** The registrations of one call, such as `app.get(path, first, second)`. */
type Group = readonly [Registration, ...Registration[]];

/**
 * Hono keeps each handler of a call separately. Handlers of one method and path are grouped. Handlers for all
 * methods are not grouped, because each may be a middleware.
 */
function groupHandlers(routes: readonly Registration[]): readonly Group[] {
  const groups: [Registration, ...Registration[]][] = [];
  for (const route of routes) {
    const last = groups.at(-1);
    const isSame = last?.[0].method === route.method && last[0].path === route.path;
    if (isSame && route.method !== 'ALL') last.push(route);
    else groups.push([route]);
  }
  return groups;
}

function toEntry(group: Group, find: FindRegistrations): RouteEntry {
  const [{ method, path }] = group;
  const handlers = group.map(({ handler }) => unwrap(handler));
  const matches = (request: string) => {
    const found = find(method, request);
    return group.some((registration) => found.has(registration));
  };
  const { templates, values, hasPattern } = parseRoutePath(path);
  // `use` and `all` register in the same way, so a handler that takes `next` counts as a middleware.
  const isRoute = method !== 'ALL' || handlers.some((handler) => handler.length < 2);
  const isEverywhere = path === '/*' || path === '*';
  return {
    isRoute,
    isMount: !isRoute && !isEverywhere,
    method,
    path,
    handlers,
    arity: 2,
    templates,
    values,
    unclear: hasPattern ? 'it has a parameter with a pattern' : undefined,
    matches,
    isEverywhere,
  };
}

/**
 * How the router compares paths; `undefined` if unknown. Some routers of Hono ignore a trailing slash even with
 * `strict`. A route with a wildcard matches a trailing slash in any case, so it shows nothing.
 */
function findRouting({ path, matches }: RouteEntry, isStrictApp: boolean): Routing | undefined {
  if (!isStrictApp) return { caseSensitive: true, strict: false };
  const bare = path.replace(/\/:[^/{}?]+/g, '/q').replace(/\/$/, '');
  if (/[?*{]/.test(bare) || bare === '') return undefined;
  return { caseSensitive: true, strict: matches(bare) !== matches(`${bare}/`) };
}
