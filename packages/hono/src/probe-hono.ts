/** All that Mandate knows of the inside of Hono. Written against Hono 4.13. */

/** An application, whatever its types are. */
export interface App {
  readonly routes: readonly Registration[];
  readonly router: RouterLike;
  getPath(request: Request): string;
}

/** One handler in the table of an application. */
export interface Registration {
  readonly method: string;
  readonly path: string;
  readonly handler: Handler;
}

export type Handler = (...args: never[]) => unknown;

interface RouterLike {
  match(method: string, path: string): readonly unknown[];
}

/** What a router finds for a request: handlers, each with its {@link Registration}. */
type Found = readonly (readonly [readonly [Handler, Registration], unknown])[];

/** Which registrations take a request, in the order in which they run. */
export type FindRegistrations = (method: string, path: string) => ReadonlySet<Registration>;

/**
 * Asks the router of the application itself. Most routers of Hono accept no more routes once they have
 * been asked. A request for which the router throws reaches no registration.
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
    // The linear router throws an `UnsupportedPathError`, which has no message, for `/a/:p/*`.
    return undefined;
  }
}

/** Whether the router of the application throws for every request of the method. */
export function throwsForMethod({ router }: App, method: string): boolean {
  return findHandlers(router, method === 'ALL' ? 'GET' : method, '/') === undefined;
}

/** Whether the application keeps a last slash, as `new Hono()` does by default. */
export function isStrict(app: App): boolean {
  return app.getPath(new Request('http://localhost/a/')).endsWith('/a/');
}

/** The handler itself: a sub-application with an error handler of its own wraps its handlers. */
export function unwrap(handler: Handler): Handler {
  const inner = (handler as { readonly __COMPOSED_HANDLER?: Handler }).__COMPOSED_HANDLER;
  return inner === undefined ? handler : unwrap(inner);
}
