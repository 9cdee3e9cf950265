import { AuthError } from '../auth-error.js';
import type { AuthRequest, Routing } from '../auth-request.js';
import { compileEndpoint, type Endpoint, type EndpointMap } from './endpoint.js';
import { combineEndpoints, EndpointRouter } from './endpoint-router.js';
import {
  checkEncodedSlashes,
  checkPath,
  decodePath,
  decodePathFully,
  ENCODED_SLASH,
  PLAIN_PATH,
} from './path.js';

const EXACT: Routing = { caseSensitive: true, strict: true };

/** The routers for one way of comparing paths. */
interface Routers {
  readonly all: EndpointRouter;
  /** Entries whose path ends in a slash, compared with it. */
  readonly slashed: EndpointRouter;
  /** All other entries. */
  readonly plain: EndpointRouter;
}

/** The compiled {@link EndpointMap}: finds the rule of the endpoint that a request is for. */
export class ScopeMap {
  readonly endpoints: readonly Endpoint[];
  readonly #hasSlashedKeys: boolean;
  readonly #routers = new Map<number, Routers>();

  /** @throws TypeError if an entry is invalid, or two entries are the same endpoint. */
  constructor(map: EndpointMap) {
    this.endpoints = Object.entries(map).map(([key, rule]) => compileEndpoint(key, rule));
    this.#hasSlashedKeys = this.endpoints.some(isSlashed);
    this.#router(EXACT);
  }

  /**
   * The endpoint of the request; `undefined` if it is not in the map. A literal segment beats a
   * parameter, and a parameter beats `*`. Where two entries could be meant, the result needs what both
   * need.
   * @throws AuthError `path_ambiguous`
   */
  match(request: AuthRequest): Endpoint | undefined {
    const { path } = request;
    const encoding = checkRequestPath(request);
    const endpoint = this.#find(request, path);
    if (encoding !== PLAIN_PATH) this.#checkDecoded(request, endpoint, encoding);
    return endpoint;
  }

  /** A program that decodes the path before it matches must arrive at the same entry. */
  #checkDecoded(request: AuthRequest, endpoint: Endpoint | undefined, encoding: number): void {
    const hasSlash = (encoding & ENCODED_SLASH) !== 0;
    if (hasSlash && !endpoint?.allowEncodedSlash) {
      throw new AuthError('path_ambiguous', 'the path has an encoded slash');
    }
    const decoded = decodePath(request.path);
    this.#checkReading(request, decoded, endpoint);
    if (!decoded.includes('%')) return;
    this.#checkReading(request, decodePathFully(request.path), endpoint);
  }

  #checkReading(request: AuthRequest, decoded: string, endpoint: Endpoint | undefined): void {
    const other = this.#find(request, decoded);
    // Divided at encoded slashes, which only an entry can allow, the path is longer than that entry's.
    if (other?.name === endpoint?.name) return;
    if (other === undefined && endpoint?.allowEncodedSlash && /%(?:25)*2f/i.test(request.path))
      return;
    throw new AuthError('path_ambiguous', 'decoded, the path leads to another endpoint');
  }

  #find(request: AuthRequest, path: string): Endpoint | undefined {
    const routers = this.#router(request.routing ?? EXACT);
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    const found = routers.all.find(method, path);
    const hasLastSlash = path.length > 1 && path.charCodeAt(path.length - 1) === SLASH;
    if (found === undefined || (!hasLastSlash && !this.#hasSlashedKeys)) return found;
    const other = this.#findOther(routers, { request, method, path, found, hasLastSlash });
    return other !== found && isLastSlashAmbiguous(request, found) ? other : found;
  }

  /** The endpoint if the host compares a last slash in another way than `routing` says. */
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

  #router(routing: Routing): Routers {
    const kind = (routing.caseSensitive ? 2 : 0) + (routing.strict ? 1 : 0);
    let routers = this.#routers.get(kind);
    if (routers === undefined) {
      routers = compileRouters(this.endpoints, routing);
      this.#routers.set(kind, routers);
    }
    return routers;
  }
}

const SLASH = 0x2f;

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

/**
 * Checks the path of a request for which no map decides.
 * @throws AuthError `path_ambiguous`
 */
export function checkRoutePath(request: AuthRequest): void {
  const encoding = checkRequestPath(request);
  if ((encoding & ENCODED_SLASH) === 0 || request.allowEncodedSlash) return;
  throw new AuthError('path_ambiguous', 'the path has an encoded slash');
}

/** @returns what is encoded in the path, or in the target where that is another one. */
function checkRequestPath({ path, target }: AuthRequest): number {
  const encoding = checkPath(path);
  if ((encoding & ENCODED_SLASH) !== 0) checkEncodedSlashes(path);
  if (target === undefined || target === path) return encoding;
  const ofTarget = checkPath(target);
  if ((ofTarget & ENCODED_SLASH) !== 0) checkEncodedSlashes(target);
  return encoding | ofTarget;
}
