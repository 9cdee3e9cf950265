/**
 * Everything that Mandate knows about the internals of Koa, its router and koa-mount. Written against Koa 3.3 and
 * 2.16, `@koa/router` 15.7, 14.0, 13.1 and 12.0, and koa-mount 4.2.
 */
import { isEveryMethod } from '@mandate/core/check-routes';
import type Application from 'koa';

/** The part of a router of `@koa/router` that lists its registrations. */
export interface RouterLike {
  readonly stack: readonly LayerLike[];
  /** Whether the router runs only one of several matching routes, and none of its middleware. */
  readonly exclusive?: boolean | undefined;
  readonly opts: RouterOptionsLike;
  /** The hosts that the router answers. Absent for every host. */
  readonly host?: unknown;
}

interface RouterOptionsLike {
  readonly exclusive?: unknown;
  /** The path that the router matches instead of the request's path. */
  readonly routerPath?: unknown;
}

/** A router's record of one registration. A router copies the records of nested routers. */
export interface LayerLike {
  /** Includes the prefixes of its routers. */
  readonly path: string | RegExp;
  /** Upper case. Empty for a middleware. */
  readonly methods: readonly string[];
  readonly stack: readonly object[];
  readonly paramNames: readonly unknown[];
  readonly opts: {
    readonly sensitive?: boolean;
    readonly strict?: boolean;
    readonly prefix?: string;
  };
  match(path: string): boolean;
}

/** The path of a middleware without a path, which every request of the router passes: since 15, and before 15. */
const ANY_PATH = [String.raw`(?:\/|$)`, '([^/]*)'] as const;

export function isAnyPath({ path }: LayerLike): boolean {
  return ANY_PATH.some((any) => path === any);
}

/** The path of a middleware. Without its own path, it has the path of its router. */
export function getMountPath({ path }: LayerLike): string | RegExp {
  if (typeof path !== 'string') return path;
  const any = ANY_PATH.find((end) => path.endsWith(end)) ?? '';
  return path.slice(0, path.length - any.length) || '/';
}

const OLDER = /\\.|(\/)?:(\w+)(\([^)]*\))?([?*+])?|\(\.\*\)|[()?+]/g;

/**
 * Translates a path to the syntax of path-to-regexp 8, which `@koa/router` uses since 14. Earlier versions use
 * the syntax of path-to-regexp 6. `undefined` for a regular expression, and for a path with a pattern.
 */
export function toPattern(path: string | RegExp): string | undefined {
  if (typeof path !== 'string') return undefined;
  let isPlain = true;
  let wildcards = 0;
  const pattern = path.replace(OLDER, (text, slash = '', name, own, modifier) => {
    if (text[0] === '\\') return text;
    if (text === '(.*)') return `{*rest${wildcards++}}`;
    isPlain &&= name !== undefined && (own === undefined || own === '(.*)');
    if (own === '(.*)' && modifier === undefined) return `${slash}{*${name}}`;
    if (modifier === undefined) return text;
    if (modifier === '?') return `{${slash}:${name}}`;
    return modifier === '*' ? `{${slash}*${name}}` : `${slash}*${name}`;
  });
  return isPlain ? pattern : undefined;
}

/** Whether a middleware has a path below the path of its router. */
export function isMountLayer(layer: LayerLike): boolean {
  const path = String(getMountPath(layer)).replace('{/*rest}', '');
  return path.replace(/\/$/, '') !== (layer.opts.prefix ?? '');
}

/** The methods under which a layer is listed. `HEAD` is omitted next to `GET`, because the router adds it. */
export function getMethods({ methods }: LayerLike): readonly string[] {
  if (isEveryMethod(methods)) return ['ALL'];
  return methods.filter((method) => method !== 'HEAD' || !methods.includes('GET'));
}

/** The layers in the order in which the router prefers them. */
export function orderLayers({ stack, exclusive, opts }: RouterLike): readonly LayerLike[] {
  if (!exclusive) return stack;
  return opts.exclusive === 'specificity'
    ? [...stack].sort((a, b) => a.paramNames.length - b.paramNames.length)
    : [...stack].reverse();
}

/** The reason why the routes of a router cannot be compared with other routes, if any. */
export function findUnclear({ host, opts }: RouterLike): string | undefined {
  if (host !== undefined) return 'its router answers some hosts only';
  return opts.routerPath === undefined ? undefined : 'its router has the option routerPath';
}

/** The handlers of `router.on('not-found', …)`, which run if no route of the router matches. */
export function getNotFoundHandlers(router: RouterLike): readonly object[] {
  const { _events } = router as {
    readonly _events?: { readonly _handlers?: ReadonlyMap<string, readonly object[]> };
  };
  return _events?._handlers?.get('not-found') ?? [];
}

/** The router of a middleware that `router.routes()` has created. */
export function getRouter(middleware: object): RouterLike | undefined {
  return (middleware as { readonly router?: RouterLike }).router;
}

/** The middleware of an application. `undefined` for a router. */
export function getMiddleware(app: Application | RouterLike): readonly object[] | undefined {
  return 'middleware' in app && Array.isArray(app.middleware) ? app.middleware : undefined;
}

/** Whether it is a middleware of koa-mount, which exposes neither its path nor what it mounts. */
export function isKoaMount(middleware: object): boolean {
  return String(middleware).includes('ctx.mountPath = prefix');
}
