import type { AuthRequest, Routing } from '../auth-request.js';
import type { Credentials } from '../credentials.js';
import type { Denial } from '../denial.js';
import type { Principal } from '../principal.js';
import type { AdapterSettings } from './adapter-options.js';
import { keepExposed } from './keep-exposed.js';

type Kept = Pick<Credentials, 'token'>;

/**
 * The request that an adapter makes once, and that the rules at routes find again. `Context` is what the host
 * passes to middleware, and `Result` is what middleware returns.
 *
 * @example
 * const principals = new WeakMap<Request, Principal>();
 *
 * class MyRequest extends GuardedRequest<Request, Response> {
 *   readonly method = this.context.method;
 *   readonly path = new URL(this.context.url).pathname;
 *
 *   header(name: string): string | undefined {
 *     return this.context.headers.get(name) ?? undefined;
 *   }
 *
 *   attach(principal: Principal): void {
 *     principals.set(this.context, principal);
 *   }
 *
 *   reject({ status, headers, body }: Denial): Response {
 *     return new Response(body, { status, headers });
 *   }
 *
 *   protected getAddress(): string | undefined {
 *     return undefined;
 *   }
 * }
 */
export abstract class GuardedRequest<Context = unknown, Result = unknown> implements AuthRequest {
  abstract readonly method: string;
  abstract readonly path: string;
  readonly routing: Routing | undefined;
  /** Whether `allowAnonymous()` ran for this request. */
  anonymous = false;
  /**
   * The principal, once the guard has allowed the request. Rules read it here, where handlers cannot change it.
   */
  principal: Principal | undefined = undefined;
  readonly settings: AdapterSettings<Context>;
  protected readonly context: Context;
  /** Private, so that nothing that logs or serializes the request reaches the token. */
  #credentials: Kept | undefined = undefined;

  /** @param routing how the host compares paths, if only the request knows it. */
  constructor(
    context: Context,
    settings: AdapterSettings<Context>,
    routing: Routing | undefined = settings.routing,
  ) {
    this.context = context;
    this.settings = settings;
    this.routing = routing;
  }

  /** See {@link AuthRequest.header}. */
  abstract header(name: string): string | undefined;

  /** Gives the principal to handlers. */
  abstract attach(principal: Principal): void;

  /** Answers the request with the denial, whose headers replace those that the response has already. */
  abstract reject(denial: Denial): Result;

  /** Adapts a denial to what the host's response has already, before it is sent or thrown. */
  prepareDenial(denial: Denial): Denial {
    return keepExposed(denial, this.getExposedHeaders());
  }

  /** `Access-Control-Expose-Headers` of the host's response so far. Default: it has none. */
  protected getExposedHeaders(): string | undefined {
    return undefined;
  }

  /** The client's address as the host knows it. */
  protected abstract getAddress(): string | undefined;

  get remoteAddress(): string | undefined {
    const { remoteAddress } = this.settings;
    return remoteAddress === undefined ? this.getAddress() : remoteAddress(this.context);
  }

  get allowEncodedSlash(): boolean {
    return this.settings.allowEncodedSlash;
  }

  /** See {@link AuthRequest.keepCredentials}. Those of a request that is rejected later are dropped. */
  keepCredentials(credentials: Kept | undefined): void {
    this.#credentials = credentials;
  }

  /** The verified credentials, for `getRawToken`; `undefined` without a token, or unless the guard allowed the request. */
  getCredentials(): Kept | undefined {
    return this.#credentials;
  }

  /** See {@link AuthRequest.host}. */
  host(): Context {
    return this.context;
  }
}

/**
 * The member of a host's object in which the request is stored. A class of an adapter may have a getter of that name
 * instead.
 */
export const GUARDED_REQUEST: unique symbol = Symbol('mandate.request');

interface Holder {
  [GUARDED_REQUEST]?: GuardedRequest;
}

/** Stores the request in an object of the host that lives as long as the host's request. */
export function setGuardedRequest(holder: object, request: GuardedRequest): void {
  (holder as Holder)[GUARDED_REQUEST] = request;
}

/**
 * Finds the request that `guardRequest` stored; `undefined` if no `requireAuth` ran before.
 *
 * @example
 * const getPrincipal = (holder: object) => findGuardedRequest(holder)?.principal;
 */
export function findGuardedRequest(holder: object): GuardedRequest | undefined {
  return (holder as Holder)[GUARDED_REQUEST];
}
