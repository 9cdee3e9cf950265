/**
 * Everything that Mandate knows about the internals of Express. Written against Express 4.22 and Express 5.3
 * (`router` 2.3), the first version of Express 5 that keeps the paths of its registrations.
 */
import type { Application, Router } from 'express';
import { getAppRouter } from './app-router.js';
import { type Path4, toMountPaths, toRoutePaths } from './express4-paths.js';

/** The part of an Express router that lists its registrations. */
export interface RouterLike {
  readonly stack: readonly Layer[];
  readonly caseSensitive?: boolean | undefined;
  readonly strict?: boolean | undefined;
}

/** A router's record of one registration. */
export interface Layer {
  readonly name: string;
  readonly handle: Handle;
  readonly route?: { readonly stack: readonly Step[]; readonly path?: unknown } | undefined;
  /** Absent before Express 5.3 (`router` 2.3). */
  readonly rawPath?: string | RegExp | readonly (string | RegExp)[];
  /** Express 5: whether it is a `use` of `'/'`, which every request passes. */
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
  /** Lower case. Absent if the handler is for every method. */
  readonly method?: string | undefined;
  readonly handle: unknown;
}

/** The router of an application. A router is returned as it is. */
export function getRouter(app: Application | Router): RouterLike {
  if (!isApplication(app)) return app as unknown as RouterLike;
  const router = getAppRouter(app) as RouterLike | undefined;
  if (router === undefined) return { stack: [] };
  const { caseSensitive, strict, stack } = router;
  return { caseSensitive, strict, stack: stack.filter((layer) => !isBuiltIn(layer)) };
}

/** Whether it is one of the two functions that Express 4 registers first in each application. */
function isBuiltIn({ name, regexp }: Layer): boolean {
  return regexp !== undefined && (name === 'query' || name === 'expressInit');
}

/** Whether every request that reaches the router passes the layer. */
export function isForEveryPath({ slash, regexp }: Layer): boolean {
  return Boolean(slash ?? regexp?.fast_slash);
}

/** A registered path, and how the router matches it. */
export interface MatchedPath {
  readonly path: string | RegExp;
  /** In the syntax of path-to-regexp 8. `undefined` if that syntax cannot express it. */
  readonly pattern: string | undefined;
  readonly match: Matcher;
}

/** @throws TypeError if the router comes from Express 5.0 to 5.2, which do not keep paths. */
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

/** The router that a layer leads to, and whether it belongs to another application. */
export function getNested({ handle, name }: Layer): Nested | undefined {
  if (handle.stack !== undefined) {
    return { router: handle as RouterLike, isApp: false, isRestored: true };
  }
  // A `Router` registers an application itself. An application registers it inside a closure.
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
  /** Whether `req.app` is the outer application again after this application has called `next`. */
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
 * Finds the router of the application behind the closure that `app.use(otherApp)` registers. The closure calls
 * the application, which first sets itself as the application of the request. Then reading `res.locals` throws,
 * before any registration runs. Express 5 passes that error on. The router of Express 4 catches it, and stops
 * because the request has no path.
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
