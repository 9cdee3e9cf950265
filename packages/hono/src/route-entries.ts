import type { Routing } from '@mandate/core';
import { type PathTemplate, parseTemplates, type RouteEntry } from '@mandate/core/check-routes';
import {
  type App,
  createFinder,
  type FindRegistrations,
  isStrict,
  type Registration,
  throwsForMethod,
  unwrap,
} from './probe-hono.js';

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
      unsupported: findUnsupported(entry),
    };
  });
}

const UNSUPPORTED =
  'is not supported by the router of the application, which throws an error for every request of ' +
  'this method: use the router of new Hono()';

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
  const templates = parsePath(path);
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
    values: findValues(path),
    unclear: path.includes('{') ? 'it has a parameter with a pattern' : undefined,
    matches,
    isEverywhere,
  };
}

/**
 * How the router compares paths; `undefined` if unknown. Some routers of Hono ignore a last slash even with
 * `strict`. A route with a wildcard matches a last slash in any case, so it shows nothing.
 */
function findRouting({ path, matches }: RouteEntry, isStrictApp: boolean): Routing | undefined {
  if (!isStrictApp) return { caseSensitive: true, strict: false };
  const bare = path.replace(/:\w+/g, 'q').replace(/\/$/, '');
  if (/[?*{]/.test(bare) || bare === '') return undefined;
  return { caseSensitive: true, strict: matches(bare) !== matches(`${bare}/`) };
}

const NAMED = /\/:(\w+)(?:\{(.+?)\}(?=\/|\?|$))?(\?)?/g;

/** Values that parameters with a pattern often match. */
const COMMON = ['7091', '2024-11-30', 'abcd', '0b0e6b5e-3f57-4a3f-9b3f-7d3c1a2b4c5d'];

function findValues(path: string): readonly string[] {
  const patterns = [...path.matchAll(NAMED)].flatMap((found) => found[2]?.split('|') ?? []);
  return patterns.length === 0 ? [] : [...COMMON, ...patterns];
}

/** The forms of a path. `/docs/*` also answers `/docs`. */
function parsePath(path: string): readonly PathTemplate[] {
  const spelled = path
    .replace(NAMED, (_, name, _pattern, optional) => (optional ? `{/:${name}}` : `/:${name}`))
    .replace(/\/\*$/, '{/*below}')
    .replace(/\*$/, '*below')
    .replace(/\*(?!below)/g, ':any');
  return parseTemplates(spelled);
}
