import { checkFunctions } from '@mandate/internal/check-functions';
import type { JwtIssuer } from '../jwt/jwt-issuer.js';
import { createKeySet } from '../keys/remote-key-set.js';

/** The options that the functions of all providers share. */
export interface ProviderOptions {
  /**
   * Other keys than those that the provider publishes: a key set with a proxy, or one for tests. Default: the
   * key set at the provider's documented URL.
   */
  readonly keys?: JwtIssuer['keys'];
  /**
   * A further check, after those of the provider; see `refuseClaims` of `JwtIssuer`. A `refuseClaims` beside
   * the spread issuer, `{ ...auth0(options), refuseClaims }`, would replace the provider's own checks.
   */
  readonly refuseClaims?: JwtIssuer['refuseClaims'];
}

/** The names of {@link ProviderOptions}, for `checkOptions`. */
export const PROVIDER_OPTIONS = { keys: true, refuseClaims: true } as const;

/** Completes the issuer of a provider by the options that all providers share. */
export function buildIssuer(
  owner: string,
  options: ProviderOptions,
  issuer: JwtIssuer & { readonly keySetUrl?: string },
): JwtIssuer {
  checkFunctions(owner, options, ['refuseClaims']);
  const { keySetUrl, refuseClaims: own, ...rest } = issuer;
  const further = options.refuseClaims;
  const keys =
    options.keys ??
    rest.keys ??
    (keySetUrl === undefined ? undefined : createKeySet({ url: keySetUrl }));
  return {
    ...rest,
    ...(keys && { keys }),
    ...((own ?? further) && { refuseClaims: (claims) => own?.(claims) ?? further?.(claims) }),
  };
}
