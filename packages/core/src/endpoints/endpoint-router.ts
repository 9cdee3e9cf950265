import { Memoirist } from 'memoirist';
import type { Routing } from '../auth-request.js';
import { combineEndpoints } from './combine-endpoints.js';
import type { Endpoint } from './endpoint.js';
import { MixedPaths } from './mixed-paths.js';
import { preferMatches } from './prefer-matches.js';
import { getParameter, isMixed, parseParameter } from './segment.js';

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
  /** By method and path, the endpoints without parameters, which are what most requests are for. */
  readonly #literals = new Map<string, Map<string, Endpoint>>();
  /** By method, the endpoints with a mixed segment, which Memoirist cannot express. */
  readonly #mixed = new Map<string, MixedPaths>();
  /** Whether a literal has a colon, which Memoirist takes for a parameter. */
  readonly #hasColons: boolean;

  /** @throws TypeError if two entries are the same endpoint. */
  constructor(endpoints: readonly Endpoint[], routing: Routing) {
    this.#routing = routing;
    this.#hasColons = endpoints.some(({ segments }) => segments.some(hasColon));
    const names = new Map<string, string>();
    for (const endpoint of endpoints) {
      const pattern = toPattern(endpoint.segments, routing);
      const name = `${endpoint.method} ${pattern}`;
      const twin = names.get(name);
      if (twin !== undefined) {
        throw new TypeError(`endpoints "${twin}" and "${endpoint.name}" are the same endpoint`);
      }
      names.set(name, endpoint.name);
      if (endpoint.segments.some(isMixed)) {
        this.#addMixed(endpoint);
        continue;
      }
      this.#endpoints.add(endpoint.method, pattern, endpoint);
      this.#entries.add(endpoint.method, pattern, endpoint);
      if (endpoint.segments.every(isLiteral)) this.#addLiteral(endpoint);
    }
    for (const endpoint of endpoints) {
      const folder = toFolder(endpoint, routing);
      if (
        folder === undefined ||
        endpoint.segments.some(isMixed) ||
        names.has(`${endpoint.method} ${folder}`)
      )
        continue;
      this.#entries.add(endpoint.method, folder, { ...endpoint, folderOf: endpoint });
    }
  }

  #addLiteral(endpoint: Endpoint): void {
    const paths = this.#literals.get(endpoint.method) ?? new Map<string, Endpoint>();
    this.#literals.set(endpoint.method, paths);
    paths.set(toComparable(`/${endpoint.segments.join('/')}`, this.#routing), endpoint);
  }

  #addMixed(endpoint: Endpoint): void {
    const mixed = this.#mixed.get(endpoint.method) ?? new MixedPaths();
    this.#mixed.set(endpoint.method, mixed);
    // Names of parameters change their case too, and do not matter.
    mixed.add(
      endpoint,
      toComparable(`/${endpoint.segments.join('/')}`, this.#routing)
        .slice(1)
        .split('/'),
    );
  }

  /**
   * Finds the endpoint of a path. A static server answers `/files/secret` with `/files/secret/index.html`,
   * and a Hono route `/files/secret/*` answers `/files/secret` too. So if a wider endpoint matches the
   * path of a folder, the rules of both must allow the request.
   */
  find(method: string, path: string): Endpoint | undefined {
    const comparable = toComparable(path, this.#routing);
    const literal = this.#literals.get(method)?.get(comparable);
    // Literals beat everything else at each segment.
    if (literal !== undefined) return literal;
    const found = this.#findUnmixed(method, this.#hasColons ? hideColons(comparable) : comparable);
    if (this.#mixed.size === 0) return found;
    const mixed = this.#mixed.get(method)?.find(comparable);
    return mixed === undefined || mixed.length === 0 ? found : preferMatches(mixed, found);
  }

  #findUnmixed(method: string, comparable: string): Endpoint | undefined {
    const entry = this.#entries.find(method, comparable)?.store;
    if (entry?.folderOf === undefined) return entry;
    const wider = this.#endpoints.find(method, comparable)?.store;
    return wider && combineEndpoints(wider, entry.folderOf);
  }
}

const isLiteral = (segment: string): boolean =>
  segment !== '*' && getParameter(segment) === undefined;

function hasColon(segment: string): boolean {
  return segment.includes(':') && getParameter(segment) === undefined;
}

/** Replaces colons by a control character, which no path has. */
function hideColons(path: string): string {
  return path.includes(':') ? path.replaceAll(':', '\u0001') : path;
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
  const named = segments.map((segment, i) => {
    const parameter = parseParameter(segment);
    if (parameter === undefined) return hideColons(toCase(segment, routing));
    const { prefix, suffix } = parameter;
    const isAlone = prefix + suffix === '';
    return isAlone ? `:p${i}` : toCase(`${prefix}{}${suffix}`, routing);
  });
  return trimSlash(`/${named.join('/')}`, routing);
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
