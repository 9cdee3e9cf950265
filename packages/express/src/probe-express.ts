/**
 * All that Mandate knows of the inside of Express. Written against Express 5.3 (`router` 2.3), the first
 * of Express 5 that keeps the paths of its registrations, and Express 4.22.
 */
import type { Application, Router } from 'express';
import { getAppRouter } from './app-router.js';
import { type Path4, toMountPaths, toRoutePaths } from './express4-paths.js';

/** A router of Express, as far as it shows what is registered with it. */
export interface RouterLike {
  readonly stack: readonly Layer[];
  readonly caseSensitive?: boolean | undefined;
  readonly strict?: boolean | undefined;
}

/** What a router keeps about one registration. */
export interface Layer {
  readonly name: string;
  readonly handle: Handle;
  readonly route?: { readonly stack: readonly Step[]; readonly path?: unknown } | undefined;
  /** Absent before Express 5.3 (`router` 2.3). */
  readonly rawPath?: string | RegExp | readonly (string | RegExp)[];
  /** Whether it is a `use` of `'/'`, which every request passes; Express 5. */
  readonly slash?: boolean;
  /** Express 5. */
  readonly matchers?: readonly Matcher[];
  /** Express 4. */
  readonly regexp?: RegExp & { readonly fast_slash?: boolean; readonly fast_star?: boolean };
  /** Express 4: the parameters of `regexp`. */
  readonly keys?: readonly { readonly name: unknown }[];
}

export type Matcher = (path: string) => false | { readonly path: string };

/** A middleware, a nested router or an application. */
export type Handle = Partial<RouterLike> & ((req: object, res: object, next: () => void) => void);

/** One handler of a route. */
export interface Step {
  /** Lower case; absent if it is for every method. */
  readonly method?: string | undefined;
  readonly handle: unknown;
}

/** The router of an application; a router is its own. */
export function getRouter(app: Application | Router): RouterLike {
  if (!isApplication(app)) return app as unknown as RouterLike;
  const router = getAppRouter(app) as RouterLike | undefined;
  if (router === undefined) return { stack: [] };
  const { caseSensitive, strict, stack } = router;
  return { caseSensitive, strict, stack: stack.filter((layer) => !isBuiltIn(layer)) };
}

/** Express 4 begins each application with two functions of its own. */
function isBuiltIn({ name, regexp }: Layer): boolean {
  return regexp !== undefined && (name === 'query' || name === 'expressInit');
}

/** Whether every request that reaches the router passes the layer. */
export function isForEveryPath({ slash, regexp }: Layer): boolean {
  return Boolean(slash ?? regexp?.fast_slash);
}

/** A path that was registered, and how the router matches it. */
export interface MatchedPath {
  readonly path: string | RegExp;
  /** In the spelling of path-to-regexp 8, if that has one for it. */
  readonly pattern: string | undefined;
  readonly match: Matcher;
}

/** @throws TypeError if the router is one of Express 5 that is too old to keep paths. */
export function getPaths(layer: Layer): readonly MatchedPath[] {
  const { rawPath, matchers, regexp } = layer;
  if (isForEveryPath(layer)) return [{ path: '/', pattern: '/', match: () => ({ path: '' }) }];
  if (regexp !== undefined) return getPaths4(layer, regexp);
  if (rawPath === undefined || matchers === undefined) {
    throw new TypeError('routes cannot be listed: Express 5 before 5.3 does not keep their paths');
  }
  const paths = (Array.isArray(rawPath) ? rawPath : [rawPath]) as readonly (string | RegExp)[];
  return paths.map((path, i) => {
    const pattern = typeof path === 'string' ? path : undefined;
    return { path, pattern, match: matchers[i] as Matcher };
  });
}

function getPaths4({ route, keys = [] }: Layer, regexp: RegExp): readonly MatchedPath[] {
  const paths = route === undefined ? toMountPaths(regexp, keys) : toRoutePaths(route.path, regexp);
  return paths.map((one) => ({ ...one, match: createMatcher(one) }));
}

function createMatcher({ regexp }: Path4): Matcher {
  return (path) => {
    const found = regexp.exec(path);
    return found !== null && { path: found[0] };
  };
}

/** The router that a layer leads to, and whether it is that of another application. */
export function getNested({ handle, name }: Layer): Nested | undefined {
  if (handle.stack !== undefined) {
    return { router: handle as RouterLike, isApp: false, isRestored: true };
  }
  // A `Router` registers an application as it is, an application by a closure.
  const router = isApplication(handle)
    ? getRouter(handle)
    : name === 'mounted_app'
      ? findMountedRouter(handle)
      : undefined;
  return router && { router, isApp: true, isRestored: name === 'mounted_app' };
}

export interface Nested {
  readonly router: RouterLike;
  readonly isApp: boolean;
  /** Whether `req.app` is the outer application again once this one has called `next`. */
  readonly isRestored: boolean;
}

function isApplication(handle: object): handle is Application {
  return 'settings' in handle && 'handle' in handle && 'set' in handle;
}

/** Whether a handler runs only for errors. */
export function isErrorHandler(handle: Handle): boolean {
  return handle.length > 3;
}

/**
 * The router of the application behind the closure that `app.use(otherApp)` registers. The closure calls
 * the application, which first makes the request its own. Then this response stops it, before anything
 * that was registered runs: Express 5 lets the error out, and the router of Express 4 ends where the
 * request has no path.
 */
function findMountedRouter(handle: Handle): RouterLike | undefined {
  const stop = new Error('only looking');
  let found: Application | undefined;
  const app = { request: Object.prototype, response: Object.prototype };
  const req: { url?: string; [name: string]: unknown } = {
    app,
    url: '/',
    method: 'GET',
    query: {},
  };
  const res = {
    setHeader: () => undefined,
    get locals(): never {
      found = (Object.getPrototypeOf(req) as { readonly app?: Application }).app;
      delete req.url;
      throw stop;
    },
  };
  try {
    handle(req, res, () => undefined);
  } catch (error) {
    if (error !== stop) throw error;
  }
  return found && getRouter(found);
}
