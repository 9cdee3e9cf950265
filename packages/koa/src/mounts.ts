import type Application from 'koa';
import type { RouterLike } from './probe-koa.js';

/** What a middleware mounts, and where. */
export interface Mount {
  readonly path: string;
  readonly app: Application | RouterLike;
}

const MOUNT = Symbol.for('mandate.mount');

/**
 * Marks a middleware with what it mounts, so that `listRoutes` and `checkRoutes` can look into it:
 * `app.use(markMount(mount('/api', api), { path: '/api', app: api }))`.
 *
 * @returns the middleware.
 */
export function markMount<Middleware extends object>(
  middleware: Middleware,
  mount: Mount,
): Middleware {
  return Object.defineProperty(middleware, MOUNT, { value: mount });
}

/** What {@link markMount} was given with a middleware. */
export function getMount(middleware: object): Mount | undefined {
  return (middleware as { readonly [MOUNT]?: Mount })[MOUNT];
}
