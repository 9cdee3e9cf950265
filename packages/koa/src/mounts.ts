import type Application from 'koa';
import type { RouterLike } from './router-like.js';

/** What a middleware mounts where. */
export interface Mount {
  readonly path: string;
  readonly app: Application | RouterLike;
}

const MOUNT = Symbol.for('mandate.mount');

/**
 * Says what a middleware hides, so that `listRoutes` and `checkRoutes` can look into it:
 * `app.use(markMount(mount('/api', api), { path: '/api', app: api }))`. It returns the middleware.
 */
export function markMount<Middleware extends object>(
  middleware: Middleware,
  mount: Mount,
): Middleware {
  return Object.defineProperty(middleware, MOUNT, { value: mount });
}

/** What {@link markMount} said about a middleware. */
export function readMount(middleware: object): Mount | undefined {
  return (middleware as { readonly [MOUNT]?: Mount })[MOUNT];
}

/** Whether it is a middleware of koa-mount: it shows neither its path nor what is below it. */
export function isKoaMount(middleware: object): boolean {
  return String(middleware).includes('ctx.mountPath = prefix');
}
