import { AuthError } from '../auth-error.js';
import type { AuthRequest, Routing } from '../auth-request.js';
import { combineEndpoints } from './combine-endpoints.js';
import { compileEndpoint } from './compile-endpoint.js';
import type { Endpoint, EndpointMap } from './endpoint.js';
import { EndpointRouter } from './endpoint-router.js';
import { decodePath, decodePathFully, ENCODED_SLASH, PLAIN_PATH } from './path.js';
import { checkRequestPath, MAY_MATCH_LITERAL } from './request-path.js';

const EXACT: Routing = { caseSensitive: true, strict: true };
const SLASH = 0x2f;

/** The routers for one way of comparing paths. */
interface Routers {
  readonly all: EndpointRouter;
  /** Endpoints whose path ends in a slash, compared with it. */
  readonly slashed: EndpointRouter;
  /** All other endpoints. */
  readonly plain: EndpointRouter;
}

/**
 * The compiled {@link EndpointMap}: finds the endpoint that a request is for, with its rule.
 *
 * @example
 * for (const { method, segments } of guard.endpoints.endpoints) {
 *   console.log(method, `/${segments.join('/')}`);
 * }
 */
export class EndpointTable {
  readonly endpoints: readonly Endpoint[];
  readonly #hasSlashedKeys: boolean;
  /** By `routing`, see `#getRouters`. */
  readonly #routers: (Routers | undefined)[] = [undefined, undefined, undefined, undefined];

  /** @throws TypeError if an entry is invalid, or two entries are the same endpoint. */
  constructor(map: EndpointMap) {
    this.endpoints = Object.entries(map).map(([key, rule]) => compileEndpoint(key, rule));
    this.#hasSlashedKeys = this.endpoints.some(isSlashed);
    this.#getRouters(EXACT);
  }

  /**
   * The endpoint of the request; `undefined` if it is not in the map. A literal segment beats a mixed one
   * (`{id}:cancel`), a mixed one beats a parameter, and a parameter beats `*`. If a host could read the
   * path as either of two endpoints, the result requires what both require.
   * @throws AuthError `path_ambiguous`
   */
  match(request: AuthRequest): Endpoint | undefined {
    const encoding = checkRequestPath(request);
    const endpoint = this.#find(request, request.path);
    if (encoding !== PLAIN_PATH) this.#checkDecoded(request, endpoint, encoding);
    return endpoint;
  }

  /** A program that decodes the path before it matches the path must find the same endpoint. */
  #checkDecoded(request: AuthRequest, endpoint: Endpoint | undefined, encoding: number): void {
    if ((encoding & ENCODED_SLASH) !== 0 && !endpoint?.allowEncodedSlash) {
      throw new AuthError('path_ambiguous', 'the path has an encoded slash');
    }
    // Otherwise the map has no literal that an encoded segment could match, encoded or decoded.
    if ((encoding & MAY_MATCH_LITERAL) === 0) return;
    const decoded = decodePath(request.path);
    this.#checkReading(request, decoded, endpoint);
    if (!decoded.includes('%')) return;
    this.#checkReading(request, decodePathFully(request.path), endpoint);
  }

  #checkReading(request: AuthRequest, decoded: string, endpoint: Endpoint | undefined): void {
    const other = this.#find(request, decoded);
    if (other?.name === endpoint?.name) return;
    // An allowed encoded slash divides a segment in two, so the longer path may have no endpoint.
    if (other === undefined && endpoint?.allowEncodedSlash && /%(?:25)*2f/i.test(request.path))
      return;
    throw new AuthError('path_ambiguous', 'decoded, the path leads to another endpoint');
  }

  #find(request: AuthRequest, path: string): Endpoint | undefined {
    const routers = this.#getRouters(request.routing ?? EXACT);
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    const found = routers.all.find(method, path);
    const hasLastSlash = path.length > 1 && path.charCodeAt(path.length - 1) === SLASH;
    if (found === undefined || (!hasLastSlash && !this.#hasSlashedKeys)) return found;
    const other = this.#findOther(routers, { request, method, path, found, hasLastSlash });
    if (other === found) return found;
    if (hasLastSlash && request.routing?.strict !== false && isWider(found, other)) return other;
    return isLastSlashAmbiguous(request, found) ? other : found;
  }

  /** The endpoint if the host treats a trailing slash differently from `routing`. */
  #findOther(routers: Routers, search: Search): Endpoint | undefined {
    const { request, method, path, found, hasLastSlash } = search;
    const { strict } = request.routing ?? EXACT;
    if (strict) {
      const other = hasLastSlash
        ? routers.all.find(method, path.slice(0, -1))
        : routers.slashed.find(method, `${path}/`);
      return join(found, other);
    }
    if (!this.#hasSlashedKeys || (!hasLastSlash && !isSlashed(found))) return found;
    const plain = routers.plain.find(method, path);
    if (!hasLastSlash) return plain && join(found, plain);
    const slashed = routers.slashed.find(method, path);
    return slashed?.name === found.name ? join(found, plain) : join(join(found, plain), slashed);
  }

  #getRouters(routing: Routing): Routers {
    const kind = (routing.caseSensitive ? 2 : 0) + (routing.strict ? 1 : 0);
    const routers = this.#routers[kind];
    if (routers !== undefined) return routers;
    const compiled = compileRouters(this.endpoints, routing);
    this.#routers[kind] = compiled;
    return compiled;
  }
}

interface Search {
  readonly request: AuthRequest;
  readonly method: string;
  readonly path: string;
  readonly found: Endpoint;
  readonly hasLastSlash: boolean;
}

function join(one: Endpoint, other: Endpoint | undefined): Endpoint {
  return other === undefined || other.name === one.name ? one : combineEndpoints(one, other);
}

/**
 * Whether the endpoint was joined with a more specific one. Static servers serve `/files/a.txt/` like
 * `/files/a.txt`, also on hosts that tell these paths apart. So `GET /files/*` does not suffice there if
 * `GET /files/a.txt` has a rule of its own.
 */
function isWider({ ranks }: Endpoint, joined: Endpoint | undefined): boolean {
  const others = joined?.parts?.slice(1) ?? [];
  return others.some((other) => {
    const at = ranks.findIndex((rank, i) => rank !== (other.ranks[i] ?? 0));
    return at !== -1 && (ranks[at] as number) > (other.ranks[at] ?? 0);
  });
}

function isLastSlashAmbiguous(request: AuthRequest, found: Endpoint): boolean {
  const { isLastSlashAmbiguous, routing } = request;
  if (isLastSlashAmbiguous === undefined) return routing?.strict === false;
  return isLastSlashAmbiguous.call(request, isSlashed(found));
}

function isSlashed({ segments }: Endpoint): boolean {
  return segments.at(-1) === '';
}

function compileRouters(endpoints: readonly Endpoint[], routing: Routing): Routers {
  const { caseSensitive } = routing;
  return {
    all: new EndpointRouter(endpoints, routing),
    slashed: new EndpointRouter(endpoints.filter(isSlashed), { caseSensitive, strict: true }),
    plain: new EndpointRouter(
      endpoints.filter((endpoint) => !isSlashed(endpoint)),
      routing,
    ),
  };
}
