import type { Routing } from '@mandate/core';
import { isEveryMethod, type RouteEntry, samplePath } from '@mandate/core/adapter';
import type { Application, Router } from 'express';
import {
  type Layer,
  type Matcher,
  type RouterLike,
  readMountedApp,
  readPaths,
  readRouter,
  type Step,
} from './router-stack.js';

/** How a registration is reached. */
interface Place {
  /** Its path with every prefix; a regular expression as it is written. */
  readonly path: string;
  readonly isPattern: boolean;
  readonly isEverywhere: boolean;
  /** What is left of a request's path behind it; `undefined` if the request does not get there. */
  readonly strip: (path: string) => string | undefined;
  readonly router: RouterLike;
  /** The router of the application that it is in. */
  readonly appRouter: RouterLike;
}

/** Everything that is registered, in the order in which Express tries it. */
export function readEntries(app: Application | Router): readonly RouteEntry[] {
  const router = readRouter(app);
  const start = { path: '', isPattern: true, isEverywhere: true, router, appRouter: router };
  return readStack({ ...start, strip: (path) => path });
}

function readStack(place: Place): readonly RouteEntry[] {
  return place.router.stack.flatMap((layer) =>
    readPaths(layer).flatMap(([path, matcher]) => readLayer(layer, enter(place, path, matcher))),
  );
}

function readLayer({ route, handle, name, slash }: Layer, place: Place): readonly RouteEntry[] {
  if (route !== undefined) return readRoute(route.stack, { ...place, isEverywhere: false });
  const here = { ...place, isEverywhere: place.isEverywhere && slash };
  if (handle.stack !== undefined) return readStack({ ...here, router: handle as RouterLike });
  const mounted = name === 'mounted_app' ? readMountedApp(handle) : undefined;
  return mounted === undefined
    ? [toEntry({ isRoute: name === 'mounted_app', method: 'ALL', handlers: [handle] }, here)]
    : readStack({ ...here, router: mounted, appRouter: mounted });
}

/** One entry for each method that the route has handlers of its own for. */
function readRoute(stack: readonly Step[], place: Place): readonly RouteEntry[] {
  const methods = [...new Set(stack.map(({ method }) => method?.toUpperCase() ?? 'ALL'))];
  // `app.all` registers its handlers for every method there is.
  const listed = isEveryMethod(methods) ? ['ALL'] : methods;
  return listed.map((method) => {
    const own = isEveryMethod(methods) ? 'connect' : method.toLowerCase();
    const steps = stack.filter((step) => step.method === undefined || step.method === own);
    return toEntry({ isRoute: true, method, handlers: steps.map(({ handle }) => handle) }, place);
  });
}

function toEntry(
  own: Pick<RouteEntry, 'isRoute' | 'method' | 'handlers'>,
  { path, isPattern, isEverywhere, strip, router, appRouter }: Place,
): RouteEntry {
  const matches = (request: string) => strip(request) !== undefined;
  return {
    ...own,
    path: path || '/',
    arity: 3,
    samples: isPattern ? samplePath(path || '/').filter(matches) : [],
    matches,
    isEverywhere,
    routing: readRouting(router),
    appRouting: readRouting(appRouter),
  };
}

function readRouting({ caseSensitive, strict }: RouterLike): Routing {
  return { caseSensitive: Boolean(caseSensitive), strict: Boolean(strict) };
}

function enter(place: Place, path: string | RegExp, matcher: Matcher): Place {
  const prefix = place.path.replace(/\/+$/, '');
  return {
    ...place,
    path: path === '/' && prefix !== '' ? prefix : `${prefix}${path}`,
    isPattern: place.isPattern && typeof path === 'string',
    strip: (request) => stripPrefix(place.strip(request), matcher),
  };
}

/** As a router does it: what was matched is hidden from what is mounted there. */
function stripPrefix(path: string | undefined, matcher: Matcher): string | undefined {
  const found = path !== undefined && matcher(path);
  if (path === undefined || found === false) return undefined;
  const rest = path.slice(found.path.length);
  const isWhole = found.path === '' || (path.startsWith(found.path) && /^(\/|$)/.test(rest));
  return isWhole ? rest || '/' : undefined;
}
