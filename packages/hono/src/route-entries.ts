import { type RouteEntry, samplePath } from '@mandate/core/adapter';
import { TrieRouter } from 'hono/router/trie-router';

/** An application, whatever its types are. */
export interface App {
  readonly routes: readonly {
    readonly method: string;
    readonly path: string;
    readonly handler: Handler;
  }[];
  getPath(request: Request): string;
}

type Handler = (...args: never[]) => unknown;

/** Everything that is registered, in the order in which Hono tries it. */
export function readEntries(app: App): readonly RouteEntry[] {
  const strict = app.getPath(new Request('http://localhost/a/')) === '/a/';
  return groupHandlers(app.routes).map((group) => toEntry(group, strict));
}

interface Group {
  readonly method: string;
  readonly path: string;
  readonly handlers: readonly Handler[];
}

/**
 * The handlers of one `app.get(path, first, second)` stand one by one in Hono's table, and so do
 * middleware, which are for all methods. What is for all methods is left alone, the rest put together.
 */
function groupHandlers(routes: App['routes']): readonly Group[] {
  const groups: { method: string; path: string; handlers: Handler[] }[] = [];
  for (const { method, path, handler } of routes) {
    const last = groups.at(-1);
    const isSame = method !== 'ALL' && last?.method === method && last.path === path;
    if (isSame) last.handlers.push(unwrap(handler));
    else groups.push({ method, path, handlers: [unwrap(handler)] });
  }
  return groups;
}

/** A sub-application with an error handler of its own has its handlers wrapped. */
function unwrap(handler: Handler): Handler {
  const inner = (handler as { readonly __COMPOSED_HANDLER?: Handler }).__COMPOSED_HANDLER;
  return inner === undefined ? handler : unwrap(inner);
}

function toEntry({ method, path, handlers }: Group, strict: boolean): RouteEntry {
  const router = new TrieRouter<true>();
  router.add(method, path, true);
  const accepts = (request: string) => router.match(method, request)[0].length > 0;
  const matches = (request: string) => accepts(strict ? request : request.replace(/(.)\/$/, '$1'));
  return {
    // `use` and `all` register alike: what can go on to the next handler is taken for a middleware.
    isRoute: method !== 'ALL' || handlers.some((handler) => handler.length < 2),
    method,
    path,
    handlers,
    arity: 2,
    samples: readSamples(path).filter(matches),
    matches,
    isEverywhere: path === '/*' || path === '*',
    routing: { caseSensitive: true, strict },
  };
}

const NAMED = /\/:(\w+)(?:\{(.+?)\}(?=\/|\?|$))?(\?)?/g;

/** What parameters with a pattern of their own often take. */
const COMMON = ['7091', '2024-11-30', 'abcd', '0b0e6b5e-3f57-4a3f-9b3f-7d3c1a2b4c5d'];

/** Paths that a route takes, by way of the spelling that `samplePath` reads. */
function readSamples(path: string): readonly string[] {
  const patterns = [...path.matchAll(NAMED)].flatMap((found) => found[2]?.split('|') ?? []);
  const spelled = path
    .replace(NAMED, (_, name, _pattern, optional) => (optional ? `{/:${name}}` : `/:${name}`))
    .replace(/\/\*$/, '{/*below}')
    .replace(/\*$/, '*below')
    .replace(/\*(?!below)/g, ':any');
  return samplePath(spelled, patterns.length === 0 ? [] : [...COMMON, ...patterns]);
}
