import type { FastifyInstance, RouteOptions } from 'fastify';
import { getRouterOptions } from './router-options.js';

/** A registered route. */
export interface TrackedRoute {
  readonly instance: FastifyInstance;
  /** As Fastify keeps it. Its `url` may change later. */
  readonly options: RouteOptions;
  readonly methods: readonly string[];
  readonly url: string;
  /** The same path with a trailing slash, if the route has a second registration there. */
  readonly slashed: string | undefined;
}

interface Tracked {
  readonly routes: TrackedRoute[];
  /** Whether all plugins are loaded. */
  isReady: boolean;
}

const tracked = new WeakMap<object, Tracked>();

/**
 * Keeps the routes of an application for `listRoutes` and `checkRoutes`. Call it before the first route and plugin.
 * @throws TypeError if the application already has routes, or is not an application of Fastify.
 *
 * @example
 * import { trackRoutes } from '@mandate/fastify/check-routes';
 * import Fastify from 'fastify';
 *
 * const app = Fastify();
 * trackRoutes(app);
 */
export function trackRoutes(app: FastifyInstance): void {
  if (typeof app?.addHook !== 'function' || typeof app.printRoutes !== 'function') {
    throw new TypeError('trackRoutes needs an application of Fastify');
  }
  if (tracked.has(app)) return;
  if (app.printRoutes() !== '(empty tree)') {
    throw new TypeError('trackRoutes must be called before the first route');
  }
  const own: Tracked = { routes: [], isReady: false };
  tracked.set(app, own);
  app.addHook('onReady', (done) => {
    own.isReady = true;
    done();
  });
  app.addHook('onRoute', function track(options) {
    own.routes.push({
      instance: this,
      options,
      methods: [options.method].flat().map((method) => method.toUpperCase()),
      url: options.url,
      slashed: findSlashed(this, options),
    });
  });
}

/** @throws TypeError without {@link trackRoutes}, or before the application is ready. */
export function getTrackedRoutes(app: FastifyInstance): readonly TrackedRoute[] {
  const own = typeof app === 'object' && app !== null ? tracked.get(app) : undefined;
  if (own === undefined) {
    throw new TypeError('checkRoutes and listRoutes need trackRoutes(app) before the first route');
  }
  if (own.isReady) return own.routes;
  throw new TypeError(
    'checkRoutes and listRoutes need a ready application: await app.ready() first',
  );
}

/** Fastify registers the route `/` of a context with a prefix at `/prefix` and at `/prefix/`, and calls the hook once. */
function findSlashed(
  instance: FastifyInstance,
  {
    url,
    routePath,
    prefix,
    prefixTrailingSlash = 'both',
  }: RouteOptions & {
    readonly routePath?: string;
    readonly prefix?: string;
  },
): string | undefined {
  const isRoot = routePath === '' && prefix !== undefined && prefix !== '';
  if (!isRoot || prefixTrailingSlash !== 'both') return undefined;
  return getRouterOptions(instance).ignoreTrailingSlash ? undefined : `${url}/`;
}
