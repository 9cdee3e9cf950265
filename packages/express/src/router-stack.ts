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
  /** A middleware, or a nested router. */
  readonly handle: Handle;
  readonly route?: { readonly stack: readonly Step[] } | undefined;
  /** Kept since Express 5.3 (`router` 2.3). */
  readonly rawPath?: string | RegExp | readonly (string | RegExp)[];
  /** Whether it is a `use` of `'/'`, which every request passes. */
  readonly slash: boolean;
  readonly matchers: readonly Matcher[];
}

export type Matcher = (path: string) => false | { readonly path: string };
export type Handle = Partial<RouterLike> & ((req: object, res: object, next: () => void) => void);

/** One handler of a route. */
export interface Step {
  /** Lower case; absent if it is for every method. */
  readonly method?: string | undefined;
  readonly handle: unknown;
}

/** The router of an application; a router is its own. */
export function readRouter(app: Application | Router): RouterLike {
  return ('router' in app ? app.router : app) as unknown as RouterLike;
}

/** @throws TypeError if the router is too old to keep paths. */
export function readPaths(layer: Layer): readonly (readonly [string | RegExp, Matcher])[] {
  const { rawPath, slash, matchers } = layer;
  if (rawPath === undefined) {
    throw new TypeError('routes cannot be listed: Express before 5.3 does not keep their paths');
  }
  const paths = (Array.isArray(rawPath) ? rawPath : [rawPath]) as readonly (string | RegExp)[];
  return paths.map((path, i) => [path, slash ? matchAll : (matchers[i] as Matcher)]);
}

const matchAll: Matcher = () => ({ path: '' });

/**
 * The application behind the closure that `app.use(otherApp)` registers. The closure hands a request to
 * it, which an application first makes its own: that shows whose it is. Then this response stops it,
 * before anything that was registered could run.
 */
export function readMountedApp(handle: Handle): RouterLike | undefined {
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
  return req.app && readRouter(req.app);
}
