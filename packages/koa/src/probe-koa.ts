/**
 * All that Mandate knows of the inside of Koa, its router and koa-mount. Written against Koa 3.3 and
 * 2.16, `@koa/router` 15.7, 14.0, 13.1 and 12.0, and koa-mount 4.2.
 */
import { isEveryMethod } from '@mandate/core/check-routes';
import type Application from 'koa';

/** A router of `@koa/router`, as far as it shows what is registered with it. */
export interface RouterLike {
  readonly stack: readonly LayerLike[];
  /** Whether only one of several routes that match is run, and no middleware of the router. */
  readonly exclusive?: boolean | undefined;
  readonly opts: RouterOptionsLike;
  /** The hosts that it answers; every host if absent. */
  readonly host?: unknown;
}

interface RouterOptionsLike {
  readonly exclusive?: unknown;
  /** The path that it matches instead of that of the request. */
  readonly routerPath?: unknown;
}

/** What a router keeps about one registration; nested routers are copied into it. */
export interface LayerLike {
  /** With the prefixes of its routers. */
  readonly path: string | RegExp;
  /** Upper case; none for a middleware. */
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

/** Registered without a path, so every request that the router takes passes it: since 15, and before. */
const ANY_PATH = [String.raw`(?:\/|$)`, '([^/]*)'] as const;

export function isAnyPath({ path }: LayerLike): boolean {
  return ANY_PATH.some((any) => path === any);
}

/** The path of a middleware; without one of its own it has that of its router. */
export function getMountPath({ path }: LayerLike): string | RegExp {
  if (typeof path !== 'string') return path;
  const any = ANY_PATH.find((end) => path.endsWith(end)) ?? '';
  return path.slice(0, path.length - any.length) || '/';
}

const OLDER = /\\.|(\/)?:(\w+)(\([^)]*\))?([?*+])?|\(\.\*\)|[()?+]/g;

/**
 * A path in the spelling of path-to-regexp 8, which `@koa/router` has had since 14; before, it had that of
 * path-to-regexp 6. `undefined` for a regular expression, and for a path with a pattern.
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

/** Whether a middleware has a path below that of its router. */
export function isMountLayer(layer: LayerLike): boolean {
  const path = String(getMountPath(layer)).replace('{/*rest}', '');
  return path.replace(/\/$/, '') !== (layer.opts.prefix ?? '');
}

/** What a layer is listed under: `HEAD`, which comes with `GET`, not by itself. */
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

/** Why the routes of a router cannot be compared with others, if they cannot. */
export function findUnclear({ host, opts }: RouterLike): string | undefined {
  if (host !== undefined) return 'its router answers some hosts only';
  return opts.routerPath === undefined ? undefined : 'its router has the option routerPath';
}

/** What runs when no route of the router matches: `router.on('not-found', …)`. */
export function getNotFoundHandlers(router: RouterLike): readonly object[] {
  const { _events } = router as {
    readonly _events?: { readonly _handlers?: ReadonlyMap<string, readonly object[]> };
  };
  return _events?._handlers?.get('not-found') ?? [];
}

/** The router behind a middleware that `router.routes()` made. */
export function getRouter(middleware: object): RouterLike | undefined {
  return (middleware as { readonly router?: RouterLike }).router;
}

/** What an application runs; `undefined` if it is a router. */
export function getMiddleware(app: Application | RouterLike): readonly object[] | undefined {
  return 'middleware' in app && Array.isArray(app.middleware) ? app.middleware : undefined;
}

/** Whether it is a middleware of koa-mount: it shows neither its path nor what is below it. */
export function isKoaMount(middleware: object): boolean {
  return String(middleware).includes('ctx.mountPath = prefix');
}
