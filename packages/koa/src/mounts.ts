import type Application from 'koa';
import type { RouterLike } from './probe-koa.js';

/** The application or router that a middleware mounts, and its path. */
export interface Mount {
  readonly path: string;
  readonly app: Application | RouterLike;
}

const MOUNT = Symbol.for('mandate.mount');

/**
 * Marks a middleware with the application that it mounts. koa-mount hides that application, so `listRoutes`
 * and `checkRoutes` cannot find its routes without the mark, and the guard cannot tell nested mounts from a
 * rewritten path.
 * @returns the same middleware.
 *
 * @example
 * import Koa from 'koa';
 * import mount from 'koa-mount';
 *
 * const api = new Koa();
 * app.use(markMount(mount('/api', api), { path: '/api', app: api }));
 */
export function markMount<Middleware extends object>(
  middleware: Middleware,
  mount: Mount,
): Middleware {
  return Object.defineProperty(middleware, MOUNT, { value: mount });
}

/** Gets the mark of {@link markMount}. */
export function getMount(middleware: object): Mount | undefined {
  return (middleware as { readonly [MOUNT]?: Mount })[MOUNT];
}
