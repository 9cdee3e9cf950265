import { type RouteEntry, samplePath } from '@mandate/core/adapter';
import type Application from 'koa';
import { isKoaMount, readMount } from './mounts.js';
import {
  type LayerLike,
  orderLayers,
  type RouterLike,
  readMethods,
  takesEveryPath,
} from './router-like.js';

/** Where an application or router is reached. */
interface Place {
  /** Without a last slash. */
  readonly prefix: string;
  /** What is left of a request's path there; `undefined` if the request does not get there. */
  readonly strip: (path: string) => string | undefined;
}

/** Everything that is registered, in the order in which Koa tries it. */
export function readEntries(
  app: Application | RouterLike,
  place: Place = { prefix: '', strip: (path) => path },
): readonly RouteEntry[] {
  if (!('middleware' in app) || !Array.isArray(app.middleware)) {
    return readRouter(app as RouterLike, place);
  }
  return app.middleware.flatMap((middleware) => readMiddleware(middleware, place));
}

function readMiddleware(middleware: object, place: Place): readonly RouteEntry[] {
  const mount = readMount(middleware);
  if (mount !== undefined) return readEntries(mount.app, enter(place, mount.path));
  const { router } = middleware as { readonly router?: RouterLike };
  if (router !== undefined) return readRouter(router, place);
  const isHidden = isKoaMount(middleware);
  return [
    {
      ...ANY_METHOD,
      isRoute: isHidden,
      path: isHidden ? `${place.prefix}/(hidden by koa-mount: see markMount)` : place.prefix || '/',
      handlers: [middleware],
      matches: (path) => place.strip(path) !== undefined,
      isEverywhere: place.prefix === '' && !isHidden,
    },
  ];
}

const ANY_METHOD = { method: 'ALL', arity: 2, samples: [] } as const;

function readRouter(router: RouterLike, place: Place): readonly RouteEntry[] {
  return orderLayers(router).flatMap((layer) =>
    layer.methods.length === 0
      ? readRouterMiddleware(router, layer, place)
      : readMethods(layer).map((method) => ({ ...readRoute(layer, place), method, scope: router })),
  );
}

/** An exclusive router runs no middleware of its own: a rule there would guard nothing. */
function readRouterMiddleware(
  router: RouterLike,
  layer: LayerLike,
  place: Place,
): readonly RouteEntry[] {
  if (router.exclusive) return [];
  const isEverywhere = takesEveryPath(layer) && place.prefix === '';
  return [
    { ...readRoute(layer, place), ...ANY_METHOD, isRoute: false, isEverywhere, scope: router },
  ];
}

function readRoute(layer: LayerLike, { prefix, strip }: Place): Omit<RouteEntry, 'method'> {
  const matches = (path: string) => {
    const rest = strip(path);
    return rest !== undefined && layer.match(rest);
  };
  const isPattern = typeof layer.path === 'string' && layer.methods.length > 0;
  const path = `${prefix}${layer.path === '/' && prefix !== '' ? '' : layer.path}`;
  const { sensitive, strict } = layer.opts;
  return {
    isRoute: true,
    path,
    arity: 2,
    handlers: layer.stack,
    samples: isPattern ? samplePath(path).filter(matches) : [],
    matches,
    isEverywhere: false,
    routing: { caseSensitive: Boolean(sensitive), strict: Boolean(strict) },
  };
}

/** As koa-mount does it: what it matched is hidden from what is mounted there. */
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
