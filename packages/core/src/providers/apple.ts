import { checkOptions } from '@mandate/internal/check-options';
import type { JwtIssuer } from '../jwt/jwt-issuer.js';
import { toNames } from './check-values.js';
import { buildIssuer, PROVIDER_OPTIONS, type ProviderOptions } from './provider-options.js';

export interface AppleOptions extends ProviderOptions {
  /** The bundle IDs of your apps and the Services IDs of your sites. */
  readonly clientIds: string | readonly string[];
}

/**
 * ID tokens of Sign in with Apple, sent to an API of your own:
 * {@link https://developer.apple.com/documentation/signinwithapple/verifying-a-user Verifying a user}.
 *
 * They prove a log-in and expire after minutes, so exchange them for a session. They have no scopes, so the
 * endpoint must require `[]`. The endpoint must compare the `nonce` of the log-in.
 *
 * @throws TypeError if an option is unknown, missing or invalid.
 *
 * @example
 * const verifier = createJwtVerifier(apple({ clientIds: ['com.example.app'] }));
 */
export function apple(options: AppleOptions): JwtIssuer {
  checkOptions<AppleOptions>('apple', options, { clientIds: true, ...PROVIDER_OPTIONS });
  return buildIssuer('apple', options, {
    issuer: 'https://appleid.apple.com',
    keySetUrl: 'https://appleid.apple.com/auth/keys',
    audience: toNames('apple', 'clientIds', options.clientIds),
    algorithms: ['RS256'],
    // Notifications about accounts have the same issuer and keys.
    refuseClaims: ({ events }) =>
      events === undefined ? undefined : 'the token is a notification (events), not a log-in',
  });
}
