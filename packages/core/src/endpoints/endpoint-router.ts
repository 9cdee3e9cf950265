import { Memoirist } from 'memoirist';
import type { Routing } from '../auth-request.js';
import { combineEndpoints } from './combine-endpoints.js';
import { getParameter } from './compile-endpoint.js';
import type { Endpoint } from './endpoint.js';

/** An endpoint in the router. A folder is the path above a `*` that no endpoint has as its own path. */
interface Entry extends Endpoint {
  readonly folderOf?: Endpoint;
}

/** Finds endpoints by method and path, for one way of comparing paths. */
export class EndpointRouter {
  readonly #routing: Routing;
  readonly #entries = new Memoirist<Entry>();
  /** The same endpoints without folders. */
  readonly #endpoints = new Memoirist<Endpoint>();

  /** @throws TypeError if two entries are the same endpoint. */
  constructor(endpoints: readonly Endpoint[], routing: Routing) {
    this.#routing = routing;
    const names = new Map<string, string>();
    for (const endpoint of endpoints) {
      const pattern = toPattern(endpoint.segments, routing);
      const name = `${endpoint.method} ${pattern}`;
      const twin = names.get(name);
      if (twin !== undefined) {
        throw new TypeError(`endpoints "${twin}" and "${endpoint.name}" are the same endpoint`);
      }
      names.set(name, endpoint.name);
      this.#endpoints.add(endpoint.method, pattern, endpoint);
      this.#entries.add(endpoint.method, pattern, endpoint);
    }
    for (const endpoint of endpoints) {
      const folder = toFolder(endpoint, routing);
      if (folder === undefined || names.has(`${endpoint.method} ${folder}`)) continue;
      this.#entries.add(endpoint.method, folder, { ...endpoint, folderOf: endpoint });
    }
  }

  /**
   * Finds the endpoint of a path. A static server answers `/files/secret` with `/files/secret/index.html`,
   * and a Hono route `/files/secret/*` answers `/files/secret` too. So if a wider endpoint matches the
   * path of a folder, the rules of both must allow the request.
   */
  find(method: string, path: string): Endpoint | undefined {
    const comparable = toComparable(path, this.#routing);
    const entry = this.#entries.find(method, comparable)?.store;
    if (entry?.folderOf === undefined) return entry;
    const wider = this.#endpoints.find(method, comparable)?.store;
    return wider && combineEndpoints(wider, entry.folderOf);
  }
}

/** The path above a last `*` if its own last segment is a literal, as names of folders are. */
function toFolder({ segments }: Endpoint, routing: Routing): string | undefined {
  const [name, last] = segments.slice(-2);
  if (name === undefined || last !== '*' || getParameter(name) !== undefined) return undefined;
  return toPattern(segments.slice(0, -1), routing);
}

/**
 * Gives parameters one name per position, because endpoints that differ only in names of parameters are the
 * same.
 */
function toPattern(segments: readonly string[], routing: Routing): string {
  const named = segments.map((segment, i) =>
    getParameter(segment) === undefined ? toComparable(segment, routing) : `:p${i}`,
  );
  return toComparable(`/${named.join('/')}`, routing);
}

/**
 * The path as the host compares it: without a trailing slash unless `strict`, in lower case if case is ignored.
 */
function toComparable(path: string, { caseSensitive, strict }: Routing): string {
  const last = path.length - 1;
  const trimmed =
    !strict && last > 0 && path.charCodeAt(last) === 0x2f ? path.slice(0, last) : path;
  return caseSensitive ? trimmed : trimmed.toLowerCase();
}
