import type { Routing } from '../auth-request.js';
import { combineEndpoints } from './combine-endpoints.js';
import type { Endpoint } from './endpoint.js';
import { MixedPaths } from './mixed-paths.js';
import { PathTree } from './path-tree.js';
import { preferMatches } from './prefer-matches.js';
import { isMixed, isParameter, parseParameter } from './segment.js';

/** An endpoint in the router. A folder is the path above a `*` that no endpoint has as its own path. */
interface Entry extends Endpoint {
  readonly folderOf?: Endpoint;
}

/** The endpoints of one method. */
interface MethodPaths {
  readonly entries: PathTree<Entry>;
  /** The same endpoints without folders. */
  readonly endpoints: PathTree<Endpoint>;
  /** The endpoints with a mixed segment, if any. */
  mixed: MixedPaths | undefined;
}

/** Finds endpoints by method and path, for one way of comparing paths. */
export class EndpointRouter {
  readonly #routing: Routing;
  readonly #methods = new Map<string, MethodPaths>();

  /** @throws TypeError if two entries are the same endpoint. */
  constructor(endpoints: readonly Endpoint[], routing: Routing) {
    this.#routing = routing;
    const names = new Map<string, string>();
    for (const endpoint of endpoints) {
      const name = `${endpoint.method} ${toPattern(endpoint.segments, routing)}`;
      const twin = names.get(name);
      if (twin !== undefined) {
        throw new TypeError(`endpoints "${twin}" and "${endpoint.name}" are the same endpoint`);
      }
      names.set(name, endpoint.name);
      this.#add(endpoint);
    }
    for (const endpoint of endpoints) {
      const folder = toFolder(endpoint);
      if (folder === undefined || names.has(`${endpoint.method} ${toPattern(folder, routing)}`)) {
        continue;
      }
      const { entries } = this.#getPaths(endpoint.method);
      entries.add(toComparableSegments(folder, routing), { ...endpoint, folderOf: endpoint });
    }
  }

  #add(endpoint: Endpoint): void {
    const paths = this.#getPaths(endpoint.method);
    const segments = toComparableSegments(endpoint.segments, this.#routing);
    if (endpoint.segments.some(isMixed)) {
      paths.mixed ??= new MixedPaths();
      paths.mixed.add(endpoint, segments);
      return;
    }
    paths.endpoints.add(segments, endpoint);
    paths.entries.add(segments, endpoint);
  }

  #getPaths(method: string): MethodPaths {
    const known = this.#methods.get(method);
    if (known !== undefined) return known;
    const paths = {
      entries: new PathTree<Entry>(),
      endpoints: new PathTree<Endpoint>(),
      mixed: undefined,
    };
    this.#methods.set(method, paths);
    return paths;
  }

  /**
   * Finds the endpoint of a path. A static server answers `/files/secret` with `/files/secret/index.html`,
   * and a Hono route `/files/secret/*` answers `/files/secret` too. So if a wider endpoint matches the
   * path of a folder, the rules of both must allow the request.
   */
  find(method: string, path: string): Endpoint | undefined {
    const paths = this.#methods.get(method);
    if (paths === undefined) return undefined;
    const comparable = toComparable(path, this.#routing);
    const found = findUnmixed(paths, comparable);
    if (paths.mixed === undefined) return found;
    const mixed = paths.mixed.find(comparable);
    return mixed.length === 0 ? found : preferMatches(mixed, found);
  }
}

function findUnmixed(paths: MethodPaths, comparable: string): Endpoint | undefined {
  const entry = paths.entries.find(comparable);
  if (entry?.folderOf === undefined) return entry;
  const wider = paths.endpoints.find(comparable);
  return wider && combineEndpoints(wider, entry.folderOf);
}

/** The segments above a last `*` if their last one is a literal, as names of folders are. */
function toFolder({ segments }: Endpoint): readonly string[] | undefined {
  const [name, last] = segments.slice(-2);
  if (name === undefined || last !== '*' || isParameter(name) || segments.some(isMixed)) {
    return undefined;
  }
  return segments.slice(0, -1);
}

/**
 * The path with one name for every parameter, because endpoints that differ only in names of parameters are
 * the same.
 */
function toPattern(segments: readonly string[], routing: Routing): string {
  const unnamed = segments.map((segment) => {
    const parameter = parseParameter(segment);
    return parameter === undefined ? segment : `${parameter.prefix}{}${parameter.suffix}`;
  });
  return toComparable(`/${unnamed.join('/')}`, routing);
}

/** Names of parameters change their case too, and do not matter. */
function toComparableSegments(segments: readonly string[], routing: Routing): readonly string[] {
  const path = toComparable(`/${segments.join('/')}`, routing);
  return path === '/' ? [] : path.slice(1).split('/');
}

/**
 * The path as the host compares it: without a trailing slash unless `strict`, in lower case if case is ignored.
 */
function toComparable(path: string, routing: Routing): string {
  return toCase(trimSlash(path, routing), routing);
}

function trimSlash(path: string, { strict }: Routing): string {
  const last = path.length - 1;
  return !strict && last > 0 && path.charCodeAt(last) === 0x2f ? path.slice(0, last) : path;
}

function toCase(text: string, { caseSensitive }: Routing): string {
  return caseSensitive ? text : text.toLowerCase();
}
