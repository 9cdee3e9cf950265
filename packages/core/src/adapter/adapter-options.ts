import { checkFunctions } from '@mandate/internal/check-functions';
import { checkOptions, type OptionNames } from '@mandate/internal/check-options';
import type { Routing } from '../auth-request.js';
import type { Guard } from '../guard.js';
import type { GuardMark } from '../routes/route-marks.js';

/** The options that `requireAuth` has in every host. `Context` is what the host passes to middleware. */
export interface AdapterOptions<Context> {
  /**
   * What decides about the endpoint. `'by-map'` (default): the guard's endpoint map, which denies every
   * endpoint outside the map. `'by-route'`: a rule at each route, such as `requireScopes('SEARCH')`. Then run
   * `checkRoutes(app)` at start-up, because a route without a rule is open to every valid token.
   */
  readonly endpoints?: 'by-map' | 'by-route' | undefined;
  /** How the host compares paths. The default is the host's own. */
  readonly routing?: Routing | undefined;
  /**
   * With `endpoints: 'by-route'`: whether a path may hold an encoded slash (`%2F`). Default `false`,
   * because a static server or a second router behind the rule may read it as a slash. Even if `true`,
   * a path in which it makes an empty segment or a dot segment is rejected.
   */
  readonly allowEncodedSlash?: boolean | undefined;
  /**
   * With `endpoints: 'by-route'`: whether a request may have no token. Default `false`. Only routes with the
   * rule `optionalAuth()` then allow it. With an endpoint map, set `optional` at the entry.
   */
  readonly optional?: boolean | undefined;
  /**
   * What happens with a rejected request. `'answer'` (default): the guard's answer is sent. `'throw'`: a
   * `DenialError` goes to the host's error handling, which then answers. It is an `AuthError` with `status`,
   * `statusCode`, `code`, `headers` and, as `cause`, the refusal with its reason for logs.
   */
  readonly denials?: 'answer' | 'throw' | undefined;
  /**
   * Gets the caller's address, for tokens that are bound to addresses. Default: the address that the host
   * knows. Without an address, such a token is rejected. Use a header such as `X-Forwarded-For` only if your
   * own proxy sets it.
   */
  readonly remoteAddress?: ((context: Context) => string | undefined) | undefined;
}

/** The compiled {@link AdapterOptions}: what `requireAuth` knows before the first request. */
export interface AdapterSettings<Context> extends GuardMark {
  readonly guard: Guard;
  readonly allowEncodedSlash: boolean;
  readonly optional: boolean;
  readonly throwsDenials: boolean;
  remoteAddress?(this: void, context: Context): string | undefined;
}

/** What differs between hosts. */
export interface HostTraits {
  /** How the host compares paths if the option `routing` is missing. Default: each request knows it. */
  readonly routing?: Routing | undefined;
  /** The names of options that only this host has. The adapter checks their values. */
  readonly ownOptions?: readonly string[] | undefined;
  /** The function that takes the options, for messages. Default `requireAuth`. */
  readonly owner?: string | undefined;
}

const OPTIONS: OptionNames<AdapterOptions<unknown>> = {
  endpoints: true,
  routing: true,
  allowEncodedSlash: true,
  optional: true,
  denials: true,
  remoteAddress: true,
};

/**
 * Checks and compiles the options of `requireAuth`.
 * @throws TypeError if the guard is invalid, or an option is unknown or invalid.
 *
 * @example
 * const settings = compileAdapterOptions(guard, { endpoints: 'by-route' }, {
 *   routing: { caseSensitive: true, strict: true },
 * });
 */
export function compileAdapterOptions<Context>(
  guard: Guard<object>,
  options: AdapterOptions<Context>,
  host: HostTraits = {},
): AdapterSettings<Context> {
  const { owner = 'requireAuth' } = host;
  const own = Object.fromEntries((host.ownOptions ?? []).map((name) => [name, true] as const));
  checkOptions<AdapterOptions<Context>>(owner, options, { ...OPTIONS, ...own });
  if (typeof guard?.decide !== 'function') {
    throw new TypeError(`${owner}: the guard is invalid; pass a guard from createGuard`);
  }
  checkFunctions(owner, options, ['remoteAddress']);
  checkRouting(options.routing);
  const { endpoints = 'by-map', routing = host.routing, remoteAddress } = options;
  if (endpoints !== 'by-map' && endpoints !== 'by-route') {
    throw new TypeError(`${owner}: endpoints must be 'by-map' or 'by-route'`);
  }
  const { denials = 'answer' } = options;
  if (denials !== 'answer' && denials !== 'throw') {
    throw new TypeError(`${owner}: denials must be 'answer' or 'throw'`);
  }
  const settings = {
    // Nothing between the guard and the handler looks at a claim.
    ...{ guard: guard as Guard, endpoints, routing },
    allowEncodedSlash: toByRouteOption('allowEncodedSlash', options, owner),
    optional: toByRouteOption('optional', options, owner),
    throwsDenials: denials === 'throw',
  };
  return remoteAddress === undefined ? settings : { ...settings, remoteAddress };
}

/** Checks for booleans too, because the text `"false"` would count as true. */
function checkRouting(routing: Routing | undefined): void {
  if (routing === undefined) return;
  checkOptions<Routing>('routing', routing, { caseSensitive: true, strict: true });
  const { caseSensitive, strict } = routing;
  if (typeof caseSensitive === 'boolean' && typeof strict === 'boolean') return;
  throw new TypeError('routing: caseSensitive and strict must be true or false');
}

/** Rejects the option if the endpoint map decides, because the map sets it per entry. */
function toByRouteOption(
  name: 'allowEncodedSlash' | 'optional',
  options: AdapterOptions<never>,
  owner: string,
): boolean {
  const { endpoints, [name]: value = false } = options;
  if (typeof value !== 'boolean') {
    throw new TypeError(`${owner}: ${name} must be true or false`);
  }
  if (value && endpoints !== 'by-route') {
    throw new TypeError(
      `${owner}: ${name} needs endpoints: 'by-route'; with an endpoint map, set it at the entry`,
    );
  }
  return value;
}
