import { Memoirist } from 'memoirist';
import { AuthError } from '../auth-error.js';
import type { AuthRequest, Routing } from '../auth-request.js';
import { compileEndpoint, type Endpoint, type EndpointMap, readParameter } from './endpoint.js';
import { checkPath } from './path.js';

const EXACT: Routing = { caseSensitive: true, strict: true };

/** The compiled {@link EndpointMap}: finds the rule of the endpoint that a request is for. */
export class ScopeMap {
  readonly endpoints: readonly Endpoint[];
  /** One router for each way of comparing paths that a host asked for. */
  readonly #routers = new Map<number, Memoirist<Endpoint>>();

  /** @throws TypeError if an entry cannot be meant, or two entries are the same endpoint. */
  constructor(map: EndpointMap) {
    this.endpoints = Object.entries(map).map(([key, rule]) => compileEndpoint(key, rule));
    this.#router(EXACT);
  }

  /**
   * The endpoint of the request; `undefined` if nobody mapped it. A literal segment beats a parameter,
   * and a parameter beats `*`.
   * @throws AuthError `path_ambiguous`
   */
  match(request: AuthRequest): Endpoint | undefined {
    const { path, target, routing = EXACT } = request;
    const hasEncodedSlash = checkRequestPath(path, target);
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    const endpoint = this.#router(routing).find(method, comparable(path, routing))?.store;
    if (hasEncodedSlash && !endpoint?.allowEncodedSlash) {
      throw new AuthError('path_ambiguous', 'the path has an encoded slash');
    }
    return endpoint;
  }

  #router(routing: Routing): Memoirist<Endpoint> {
    const kind = (routing.caseSensitive ? 2 : 0) + (routing.strict ? 1 : 0);
    let router = this.#routers.get(kind);
    if (router === undefined) {
      router = compileRouter(this.endpoints, routing);
      this.#routers.set(kind, router);
    }
    return router;
  }
}

/** @returns whether the path holds an encoded slash. */
export function checkRequestPath(path: string, target: string | undefined): boolean {
  const hasEncodedSlash = checkPath(path);
  if (target === undefined || target === path) return hasEncodedSlash;
  return checkPath(target) || hasEncodedSlash;
}

/** The path as it is compared: hosts that see no difference in case or a last slash get none. */
function comparable(path: string, routing: Routing): string {
  const last = path.length - 1;
  const trimmed = !routing.strict && last > 0 && path.endsWith('/') ? path.slice(0, last) : path;
  return routing.caseSensitive ? trimmed : trimmed.toLowerCase();
}

function compileRouter(endpoints: readonly Endpoint[], routing: Routing): Memoirist<Endpoint> {
  const router = new Memoirist<Endpoint>();
  const names = new Map<string, string>();
  for (const endpoint of endpoints) {
    // Parameters are told apart by their place only, so their names do not matter to the router.
    const path = endpoint.segments.map((segment, i) =>
      readParameter(segment) === undefined ? comparable(segment, routing) : `:p${i}`,
    );
    const pattern = comparable(`/${path.join('/')}`, routing);
    const twin = names.get(`${endpoint.method} ${pattern}`);
    if (twin !== undefined) {
      throw new TypeError(`endpoints "${twin}" and "${endpoint.name}" are the same endpoint`);
    }
    names.set(`${endpoint.method} ${pattern}`, endpoint.name);
    router.add(endpoint.method, pattern, endpoint);
  }
  return router;
}
