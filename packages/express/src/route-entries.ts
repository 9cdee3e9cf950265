import type { Routing } from '@mandate/core';
import {
  isEveryMethod,
  parseMountTemplates,
  parseTemplates,
  type RouteEntry,
} from '@mandate/core/check-routes';
import type { Application, Router } from 'express';
import {
  getNested,
  getPaths,
  getRouter,
  isErrorHandler,
  isForEveryPath,
  type Layer,
  type MatchedPath,
  type Matcher,
  type RouterLike,
  type Step,
} from './probe-express.js';

/** Where a registration is, and how requests reach it. */
interface Place {
  /** The path with all prefixes. A regular expression is kept as it is written. */
  readonly path: string;
  /** The path in the syntax of path-to-regexp 8. `undefined` if that syntax cannot express it. */
  readonly pattern: string | undefined;
  readonly isEverywhere: boolean;
  /** Removes the matched part of a request's path. `undefined` if the request does not reach this place. */
  readonly strip: (path: string) => string | undefined;
  readonly router: RouterLike;
  /** The router of the application that contains it. */
  readonly appRouter: RouterLike;
}

/** All registrations, in the order in which Express tries them. */
export function buildEntries(app: Application | Router): readonly RouteEntry[] {
  checkApp(app);
  const router = getRouter(app);
  const start = { path: '', pattern: '', isEverywhere: true, router, appRouter: router };
  return buildStack({ ...start, strip: (path) => path });
}

/** @throws TypeError for a server, a module or a function that makes the application. */
function checkApp(app: Application | Router): void {
  if (typeof app === 'function' && Array.isArray(getRouter(app).stack)) return;
  throw new TypeError('checkRoutes and listRoutes need an application or a router of Express');
}

function buildStack(place: Place): readonly RouteEntry[] {
  return place.router.stack.flatMap((layer) =>
    getPaths(layer).flatMap((path) =>
      buildLayer({ layer, isMount: path.path !== '/' }, enter(place, path)),
    ),
  );
}

interface PlacedLayer {
  readonly layer: Layer;
  /** Whether its own path is longer than `/`. */
  readonly isMount: boolean;
}

function buildLayer({ layer, isMount }: PlacedLayer, place: Place): readonly RouteEntry[] {
  if (layer.route !== undefined) {
    return buildRoute(layer.route.stack, { ...place, isEverywhere: false });
  }
  const here = { ...place, isEverywhere: place.isEverywhere && isForEveryPath(layer) };
  const nested = getNested(layer);
  if (nested === undefined) {
    if (isErrorHandler(layer.handle)) return [];
    return [toEntry(createFunction(layer, isMount), here)];
  }
  const { router, isApp, isRestored } = nested;
  if (!isApp) return buildStack({ ...here, router });
  const entries = buildStack({ ...here, router, appRouter: router });
  return isRestored || isSameRouting(router, place.appRouter)
    ? entries
    : [...entries, toEntry({ ...createFunction(layer, isMount), unclear: CHANGED_APP }, here)];
}

/** A guard behind such an application would take `routing` from the wrong application. */
const CHANGED_APP =
  'it is an application in a Router, which changes req.app and compares paths in another way; ' +
  'mount it with app.use';

function createFunction({ handle }: Layer, isMount: boolean) {
  return { isRoute: false, isMount, method: 'ALL', handlers: [handle] };
}

/** Builds one entry for each method that has its own handlers at the route. */
function buildRoute(stack: readonly Step[], place: Place): readonly RouteEntry[] {
  const methods = [...new Set(stack.map(({ method }) => method?.toUpperCase() ?? 'ALL'))];
  // `app.all` registers its handlers once for every method.
  const listed = isEveryMethod(methods) ? ['ALL'] : methods;
  return listed.map((method) => {
    const own = isEveryMethod(methods) ? 'connect' : method.toLowerCase();
    const steps = stack.filter((step) => step.method === undefined || step.method === own);
    const handlers = steps.map(({ handle }) => handle);
    return toEntry({ isRoute: true, isMount: false, method, handlers }, place);
  });
}

function toEntry(
  own: Pick<RouteEntry, 'isRoute' | 'isMount' | 'method' | 'handlers' | 'unclear'>,
  { path, pattern, isEverywhere, strip, router, appRouter }: Place,
): RouteEntry {
  const parse = own.isRoute ? parseTemplates : parseMountTemplates;
  return {
    ...own,
    path: path || '/',
    arity: 3,
    templates: pattern === undefined ? [] : parse(pattern || '/'),
    matches: (request) => strip(request) !== undefined,
    isEverywhere,
    routing: toRouting(router),
    appRouting: toRouting(appRouter),
  };
}

function isSameRouting(one: RouterLike, other: RouterLike): boolean {
  const [first, second] = [toRouting(one), toRouting(other)];
  return first.caseSensitive === second.caseSensitive && first.strict === second.strict;
}

function toRouting({ caseSensitive, strict }: RouterLike): Routing {
  return { caseSensitive: Boolean(caseSensitive), strict: Boolean(strict) };
}

function enter(place: Place, { path, pattern, match }: MatchedPath): Place {
  const isKnown = place.pattern !== undefined && pattern !== undefined;
  return {
    ...place,
    path: joinPaths(place.path, path),
    pattern: isKnown ? joinPaths(place.pattern, pattern) : undefined,
    strip: (request) => stripPrefix(place.strip(request), match),
  };
}

function joinPaths(base: string, path: string | RegExp): string {
  const prefix = base.replace(/\/+$/, '');
  return path === '/' && prefix !== '' ? prefix : `${prefix}${path}`;
}

/** Removes the matched part of the path, as a router does for what is mounted there. */
function stripPrefix(path: string | undefined, matcher: Matcher): string | undefined {
  const found = path !== undefined && matcher(path);
  if (path === undefined || found === false) return undefined;
  const rest = path.slice(found.path.length);
  const isWhole = found.path === '' || (path.startsWith(found.path) && /^(\/|$)/.test(rest));
  return isWhole ? rest || '/' : undefined;
}
