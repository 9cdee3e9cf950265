/**
 * All that Mandate knows of the inside of Express. Written against Express 5.3 (`router` 2.3), the first
 * that keeps the paths of its registrations.
 */
import type { Application, Router } from 'express';

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
  readonly route?: { readonly stack: readonly Step[] } | undefined;
  /** Absent before Express 5.3 (`router` 2.3). */
  readonly rawPath?: string | RegExp | readonly (string | RegExp)[];
  /** Whether it is a `use` of `'/'`, which every request passes. */
  readonly slash: boolean;
  readonly matchers: readonly Matcher[];
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
  return ('router' in app ? app.router : app) as unknown as RouterLike;
}

/** @throws TypeError if the router is too old to keep paths. */
export function getPaths(layer: Layer): readonly (readonly [string | RegExp, Matcher])[] {
  const { rawPath, slash, matchers } = layer;
  if (rawPath === undefined) {
    throw new TypeError('routes cannot be listed: Express before 5.3 does not keep their paths');
  }
  const paths = (Array.isArray(rawPath) ? rawPath : [rawPath]) as readonly (string | RegExp)[];
  return paths.map((path, i) => [path, slash ? matchAll : (matchers[i] as Matcher)]);
}

const matchAll: Matcher = () => ({ path: '' });

/** The router that a layer leads to, and whether it is that of another application. */
export function getNested({ handle, name }: Layer): Nested | undefined {
  if (handle.stack !== undefined) return { router: handle as RouterLike, isApp: false };
  // A `Router` registers an application as it is, an application by a closure.
  const router = isApplication(handle)
    ? getRouter(handle)
    : name === 'mounted_app'
      ? findMountedRouter(handle)
      : undefined;
  return router && { router, isApp: true };
}

export interface Nested {
  readonly router: RouterLike;
  readonly isApp: boolean;
}

function isApplication(handle: object): handle is Application {
  return 'settings' in handle && 'handle' in handle && 'router' in handle;
}

/** Whether a handler runs only for errors. */
export function isErrorHandler(handle: Handle): boolean {
  return handle.length > 3;
}

/**
 * The router of the application behind the closure that `app.use(otherApp)` registers. The closure calls
 * the application, which first makes the request its own. Then this response stops it, before anything
 * that was registered runs.
 */
function findMountedRouter(handle: Handle): RouterLike | undefined {
  const stop = new Error('only looking');
  const req: { readonly app?: Application } = {};
  const res = {
    setHeader: () => undefined,
    get locals(): never {
      throw stop;
    },
  };
  try {
    handle(req, res, () => undefined);
  } catch (error) {
    if (error !== stop) throw error;
  }
  return req.app && getRouter(req.app);
}
