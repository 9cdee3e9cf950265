import { Memoirist } from 'memoirist';
import type { Routing } from '../auth-request.js';
import { type CompiledRule, type Endpoint, readParameter } from './endpoint.js';

/** What stands in the router. A folder is the path above a `*`, where no key has that path. */
interface Entry {
  readonly endpoint: Endpoint;
  readonly isFolder: boolean;
}

/** Finds endpoints by method and path, for one way of comparing paths. */
export class EndpointRouter {
  readonly #routing: Routing;
  readonly #entries = new Memoirist<Entry>();
  /** The same without folders. */
  readonly #keys = new Memoirist<Endpoint>();

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
      this.#keys.add(endpoint.method, pattern, endpoint);
      this.#entries.add(endpoint.method, pattern, { endpoint, isFolder: false });
    }
    for (const endpoint of endpoints) {
      const folder = toFolder(endpoint, routing);
      if (folder === undefined || names.has(`${endpoint.method} ${folder}`)) continue;
      this.#entries.add(endpoint.method, folder, { endpoint, isFolder: true });
    }
  }

  /**
   * The endpoint of the path. A static server answers `/files/secret` with `/files/secret/index.html`,
   * and a route `/files/secret/*` of Hono answers it too: if a wider entry matches that path and none has
   * exactly it, the rules of both entries must allow the request.
   */
  find(method: string, path: string): Endpoint | undefined {
    const comparable = toComparable(path, this.#routing);
    const entry = this.#entries.find(method, comparable)?.store;
    if (!entry?.isFolder) return entry?.endpoint;
    const wider = this.#keys.find(method, comparable)?.store;
    return wider && combineEndpoints(wider, entry.endpoint);
  }
}

/** An endpoint whose rule allows what both rules allow. */
export function combineEndpoints(one: Endpoint, other: Endpoint): Endpoint {
  return {
    ...one,
    name: `${one.name} and ${other.name}`,
    rule: combineRules(one.rule, other.rule),
    allowEncodedSlash: one.allowEncodedSlash && other.allowEncodedSlash,
    parts: [...(one.parts ?? [one]), ...(other.parts ?? [other])],
  };
}

function combineRules(
  one: CompiledRule | 'public',
  other: CompiledRule | 'public',
): CompiledRule | 'public' {
  if (one === 'public') return other;
  if (other === 'public') return one;
  return {
    ...one,
    also: one.also === undefined ? other : (combineRules(one.also, other) as CompiledRule),
  };
}

/** The path above a last `*`, if that is a literal, as the names of folders are. */
function toFolder({ segments }: Endpoint, routing: Routing): string | undefined {
  const [name, last] = segments.slice(-2);
  if (name === undefined || last !== '*' || readParameter(name) !== undefined) return undefined;
  return toPattern(segments.slice(0, -1), routing);
}

/** Parameters are told apart by their place only, so their names do not matter to the router. */
function toPattern(segments: readonly string[], routing: Routing): string {
  const named = segments.map((segment, i) =>
    readParameter(segment) === undefined ? toComparable(segment, routing) : `:p${i}`,
  );
  return toComparable(`/${named.join('/')}`, routing);
}

/** The path as the host compares it: without its last slash, and in lower case. */
function toComparable(path: string, routing: Routing): string {
  const last = path.length - 1;
  const trimmed = !routing.strict && last > 0 && path.endsWith('/') ? path.slice(0, last) : path;
  return routing.caseSensitive ? trimmed : trimmed.toLowerCase();
}
