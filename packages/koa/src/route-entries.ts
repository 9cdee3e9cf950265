import { parseMountTemplates, parseTemplates, type RouteEntry } from '@mandate/core/check-routes';
import type Application from 'koa';
import { getMount } from './mounts.js';
import {
  findUnclear,
  getMethods,
  getMiddleware,
  getMountPath,
  getNotFoundHandlers,
  getRouter,
  isAnyPath,
  isKoaMount,
  isMountLayer,
  type LayerLike,
  orderLayers,
  type RouterLike,
  toPattern,
} from './probe-koa.js';

/** Where an application or router is mounted. */
interface Place {
  /** Without a trailing slash. */
  readonly prefix: string;
  /** Removes the prefix of a request's path. `undefined` if the request does not reach this place. */
  readonly strip: (path: string) => string | undefined;
}

const ROOT: Place = { prefix: '', strip: (path) => path };

/** All registrations, in the order in which Koa tries them. */
export function buildEntries(
  app: Application | RouterLike,
  place: Place = ROOT,
): readonly RouteEntry[] {
  checkApp(app);
  const middleware = getMiddleware(app);
  return middleware === undefined
    ? buildRouter(app as RouterLike, place)
    : middleware.flatMap((one) => buildMiddleware(one, place));
}

/** @throws TypeError for a server, a module or the middleware that `router.routes()` makes. */
function checkApp(app: Application | RouterLike): void {
  const { middleware, stack } = Object(app) as Partial<Application & RouterLike>;
  if (Array.isArray(middleware) || Array.isArray(stack)) return;
  throw new TypeError(
    'checkRoutes and listRoutes need an application of Koa or a router of @koa/router, without routes()',
  );
}

function buildMiddleware(middleware: object, place: Place): readonly RouteEntry[] {
  const mount = getMount(middleware);
  if (mount !== undefined) return buildEntries(mount.app, enter(place, mount.path));
  const router = getRouter(middleware);
  if (router !== undefined) return buildRouter(router, place);
  return [buildFunction(middleware, place)];
}

function buildFunction(middleware: object, { prefix, strip }: Place): RouteEntry {
  const isHidden = isKoaMount(middleware);
  return {
    ...ANY_METHOD,
    path: prefix || '/',
    templates: parseMountTemplates(escapePath(prefix) || '/'),
    unclear: isHidden ? 'koa-mount hides what it mounts: use markMount' : undefined,
    handlers: [middleware],
    matches: (path) => strip(path) !== undefined,
    isEverywhere: prefix === '',
    isMount: prefix !== '',
  };
}

const ANY_METHOD = { isRoute: false, method: 'ALL', arity: 2 } as const;

function buildRouter(router: RouterLike, place: Place): readonly RouteEntry[] {
  const layers = orderLayers(router).flatMap((layer) =>
    layer.methods.length === 0
      ? buildRouterMiddleware(router, layer, place)
      : getMethods(layer).map((method) => ({
          ...buildLayer(layer, layer.path, place),
          method,
          isRoute: true,
          scope: router,
          unclear: findUnclear(router),
        })),
  );
  return [...layers, ...getNotFoundHandlers(router).map((one) => buildFunction(one, place))];
}

const EXCLUSIVE = 'an exclusive router runs no middleware of its own';

function buildRouterMiddleware(
  router: RouterLike,
  layer: LayerLike,
  place: Place,
): readonly RouteEntry[] {
  const isEverywhere = isAnyPath(layer) && place.prefix === '';
  const entry = buildLayer(layer, getMountPath(layer), place);
  const neverRuns = router.exclusive ? EXCLUSIVE : undefined;
  const isMount = isMountLayer(layer);
  return [{ ...entry, ...ANY_METHOD, isEverywhere, isMount, scope: router, neverRuns }];
}

function buildLayer(
  layer: LayerLike,
  own: string | RegExp,
  { prefix, strip }: Place,
): Omit<RouteEntry, 'method'> {
  const isRoute = layer.methods.length > 0;
  const path = joinPath(prefix, own);
  const pattern = toPattern(own);
  const parse = isRoute ? parseTemplates : parseMountTemplates;
  const { sensitive, strict } = layer.opts;
  return {
    isRoute,
    isMount: false,
    path,
    arity: 2,
    handlers: layer.stack,
    templates: pattern === undefined ? [] : parse(joinPath(escapePath(prefix), pattern)),
    matches: (request) => {
      const rest = strip(request);
      return rest !== undefined && layer.match(rest);
    },
    isEverywhere: false,
    routing: { caseSensitive: Boolean(sensitive), strict: Boolean(strict) },
  };
}

/** Escapes a path of koa-mount, which is literal text, in the syntax of path-to-regexp 8. */
function escapePath(path: string): string {
  return path.replace(/[:*{}\\]/g, '\\$&');
}

function joinPath(prefix: string, path: string | RegExp): string {
  return `${prefix}${path === '/' && prefix !== '' ? '' : path}`;
}

/** Removes the path of the mount, as koa-mount does for what it mounts. */
function enter({ prefix, strip }: Place, path: string): Place {
  const own = path.replace(/\/$/, '');
  return {
    prefix: `${prefix}${own}`,
    strip: (request) => {
      const rest = strip(request);
      if (!rest?.startsWith(path)) return undefined;
      const below = rest.slice(own.length) || '/';
      return below.startsWith('/') ? below : undefined;
    },
  };
}
