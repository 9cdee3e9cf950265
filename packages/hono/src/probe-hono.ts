/** Everything that Mandate knows about the internals of Hono. Written against Hono 4.13. */

/** An application with any environment and schema. */
export interface App {
  readonly routes: readonly Registration[];
  readonly router: RouterLike;
  getPath(request: Request): string;
}

/** One handler in the route table of an application. */
export interface Registration {
  readonly method: string;
  readonly path: string;
  readonly handler: Handler;
}

export type Handler = (...args: never[]) => unknown;

interface RouterLike {
  match(method: string, path: string): readonly unknown[];
}

/** The result of a router: the handlers of a request, each with its {@link Registration}. */
type Found = readonly (readonly [readonly [Handler, Registration], unknown])[];

/** Finds the registrations that a request reaches, in the order in which they run. */
export type FindRegistrations = (method: string, path: string) => ReadonlySet<Registration>;

/**
 * Looks requests up in the application's own router. Most routers of Hono accept no routes after the first
 * look-up. If the router throws for a request, the request reaches no registration.
 */
export function createFinder({ router, getPath }: App): FindRegistrations {
  const known = new Map<string, ReadonlySet<Registration>>();
  const ownPaths = new Map<string, string>();
  return (method, path) => {
    const key = `${method} ${path}`;
    let found = known.get(key);
    if (found === undefined) {
      const own = ownPaths.get(path) ?? getPath(new Request(`http://localhost${path}`));
      ownPaths.set(path, own);
      const handlers = findHandlers(router, method, own) ?? [];
      found = new Set(handlers.map(([[, registration]]) => registration));
      known.set(key, found);
    }
    return found;
  };
}

function findHandlers(router: RouterLike, method: string, path: string): Found | undefined {
  try {
    return router.match(method, path)[0] as Found;
  } catch {
    // For `/a/:p/*`, the linear router throws an `UnsupportedPathError` without a message.
    return undefined;
  }
}

/** Whether the application's router throws for every request of the method. */
export function throwsForMethod({ router }: App, method: string): boolean {
  return findHandlers(router, method === 'ALL' ? 'GET' : method, '/') === undefined;
}

/** Whether a trailing slash matters to the application, as in `new Hono()`. */
export function isStrict(app: App): boolean {
  return app.getPath(new Request('http://localhost/a/')).endsWith('/a/');
}

/** Gets the original handler, because a sub-application with its own error handler wraps its handlers. */
export function unwrap(handler: Handler): Handler {
  const inner = (handler as { readonly __COMPOSED_HANDLER?: Handler }).__COMPOSED_HANDLER;
  return inner === undefined ? handler : unwrap(inner);
}
