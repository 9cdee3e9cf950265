import type { Guard } from '@mandate/core';
import {
  type AdapterOptions,
  type AdapterSettings,
  compileAdapterOptions,
} from '@mandate/core/adapter';
import { checkFunctions } from '@mandate/internal/check-functions';
import { checkNumber, MAX_TIMER_MS } from '@mandate/internal/check-number';
import { checkOptions, type OptionNames } from '@mandate/internal/check-options';
import type { BodyLimits } from '@mandate/internal/read-body';

/**
 * The options of `createDecide`. `Args` are what the server passes to a handler after the request, such as
 * `env` and `ctx` on Workers.
 */
export interface DecideOptions<Args extends readonly unknown[] = readonly never[]> {
  /**
   * Returns the path by which the guard decides, for a framework that has routed by another path than that of the URL:
   * in a route handler of Next.js, the URL is the one before rewrites. It must be the path of the handler, and must not
   * come from the caller except for parameters, percent-encoded. Default: the path of `request.url`.
   */
  readonly path?: ((request: Request, ...args: Args) => string) | undefined;
  /**
   * How what stands behind the guard compares paths. Default: case and a trailing slash matter. Use
   * `{ caseSensitive: true, strict: false }` for a router to which `/docs/` is `/docs`.
   */
  readonly routing?: AdapterOptions<Request>['routing'];
  /**
   * Gets the caller's address, for tokens that are bound to addresses. Default: none, because each server has an
   * interface of its own, and such a token is rejected. Use a header such as `X-Forwarded-For` only if your own
   * proxy sets it.
   */
  readonly remoteAddress?: ((request: Request, ...args: Args) => string | undefined) | undefined;
  /**
   * Keeps the platform from ending the work when the response is sent: `ctx.waitUntil` on Workers. Default: none,
   * for servers that run until they are stopped. Without it, refreshes of keys end with their request on Workers.
   */
  readonly waitUntil?:
    | ((promise: Promise<unknown>, request: Request, ...args: Args) => void)
    | undefined;
  /**
   * The largest body in bytes that a group rule or a condition on the body reads. Default 1048576. A request with a
   * larger body is rejected with `group_missing`. Bodies that no rule asks for are not limited.
   */
  readonly maxBodyBytes?: number | undefined;
  /** How long such a body may take, in milliseconds. Default 30000. A slower one is rejected with `group_missing`. */
  readonly bodyTimeoutMs?: number | undefined;
}

/** The options of `guardFetch`. */
export interface GuardFetchOptions<Args extends readonly unknown[] = readonly never[]>
  extends DecideOptions<Args> {
  /**
   * What happens with a rejected request. `'answer'` (default): the guard's answer is returned. `'throw'`: a
   * `DenialError` is thrown, for a framework with error handling of its own.
   */
  readonly denials?: AdapterOptions<Request>['denials'];
}

/** The compiled options. */
export interface FetchSettings extends AdapterSettings<Request> {
  readonly options: Pick<DecideOptions<readonly unknown[]>, 'path' | 'remoteAddress' | 'waitUntil'>;
  readonly bodyLimits: BodyLimits;
}

const DECIDE_OPTIONS: OptionNames<DecideOptions> = {
  path: true,
  routing: true,
  remoteAddress: true,
  waitUntil: true,
  maxBodyBytes: true,
  bodyTimeoutMs: true,
};

/** @throws TypeError if an option is unknown or invalid. */
export function checkDecideOptions<Args extends readonly unknown[]>(
  options: DecideOptions<Args>,
): void {
  checkOptions<DecideOptions<Args>>('createDecide', options, DECIDE_OPTIONS);
}

/** @throws TypeError if an option is unknown or invalid. */
export function checkGuardFetchOptions<Args extends readonly unknown[]>(
  options: GuardFetchOptions<Args>,
): void {
  checkOptions<GuardFetchOptions<Args>>('guardFetch', options, {
    ...DECIDE_OPTIONS,
    denials: true,
  });
}

/** @throws TypeError if the value of an option is invalid. */
export function compileFetchOptions<Args extends readonly unknown[]>(
  owner: 'guardFetch' | 'createDecide',
  guard: Guard<object>,
  options: GuardFetchOptions<Args>,
): FetchSettings {
  const { routing = { caseSensitive: true, strict: true }, denials, remoteAddress } = options;
  const { path, waitUntil, maxBodyBytes = 1024 * 1024, bodyTimeoutMs = 30_000 } = options;
  checkFunctions(owner, options, ['path', 'remoteAddress', 'waitUntil']);
  checkNumber(`${owner}: maxBodyBytes`, maxBodyBytes, { min: 0, isInteger: true });
  checkNumber(`${owner}: bodyTimeoutMs`, bodyTimeoutMs, { min: 1, max: MAX_TIMER_MS });
  return {
    ...compileAdapterOptions<Request>(guard, { routing, denials }, { owner }),
    // The server passes what the application says that it does.
    options: { path, remoteAddress, waitUntil } as FetchSettings['options'],
    bodyLimits: { maxBytes: maxBodyBytes, timeoutMs: bodyTimeoutMs },
  };
}
