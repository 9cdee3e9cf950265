import type { Guard } from '@mandate/core';
import {
  type AdapterOptions,
  type AdapterSettings,
  compileAdapterOptions,
} from '@mandate/core/adapter';
import { checkOptions } from '@mandate/internal/check-options';
import type { PlatformRequest } from './platform-request.js';

/**
 * The options of `MandateModule`. `HttpRequest` is the type of requests of the platform, such as `Request` of Express or
 * `FastifyRequest`.
 */
export interface MandateOptions<HttpRequest = PlatformRequest> {
  /** Decides the requests, by the rules of the controllers. It needs no endpoint map, and its map is not used. */
  readonly guard: Guard<object>;
  /**
   * Whether a path may hold an encoded slash (`%2F`). Default `false`, because what handlers call with a parameter may
   * read it as a slash.
   */
  readonly allowEncodedSlash?: boolean | undefined;
  /**
   * What happens with a rejected request. `'answer'` (default): the guard answers, and no exception filter, interceptor
   * or pipe runs. `'throw'`: a `DenialException` goes to the exception filters.
   */
  readonly denials?: 'answer' | 'throw' | undefined;
  /**
   * Gets the caller's address, for tokens that are bound to addresses. Default: `request.ip`, which depends on `trust
   * proxy` (Express) or `trustProxy` (Fastify). Without an address, such a token is rejected.
   */
  readonly remoteAddress?: ((request: HttpRequest) => string | undefined) | undefined;
}

/** The compiled {@link MandateOptions}. */
export type MandateSettings = AdapterSettings<PlatformRequest>;

/** @throws TypeError if the guard is invalid, or an option is unknown or invalid. */
export function compileOptions<HttpRequest>(options: MandateOptions<HttpRequest>): MandateSettings {
  checkOptions<MandateOptions<HttpRequest>>('MandateModule', options, {
    guard: true,
    allowEncodedSlash: true,
    denials: true,
    remoteAddress: true,
  });
  const { guard, ...others } = options as MandateOptions;
  const given: AdapterOptions<PlatformRequest> = { ...others, endpoints: 'by-route' };
  return compileAdapterOptions(guard, given, { owner: 'MandateModule' });
}
