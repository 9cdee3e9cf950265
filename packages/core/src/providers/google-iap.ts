import { checkOptions } from '@mandate/internal/check-options';
import type { JwtIssuer } from '../jwt/jwt-issuer.js';
import { checkForm } from './check-values.js';
import { buildIssuer, PROVIDER_OPTIONS, type ProviderOptions } from './provider-options.js';

export interface GoogleIapOptions extends ProviderOptions {
  /**
   * The *signed header JWT audience* of the resource: `/projects/NUMBER/apps/PROJECT_ID` for App Engine,
   * `/projects/NUMBER/global/backendServices/ID` for a load balancer.
   */
  readonly audience: string;
}

/**
 * The signed headers of Google Identity-Aware Proxy:
 * {@link https://cloud.google.com/iap/docs/signed-headers-howto Securing your app with signed headers}.
 *
 * The token is in the header `x-goog-iap-jwt-assertion`, so the guard needs a `token` place. It has no
 * scopes, so endpoints must require `[]`.
 *
 * @throws TypeError if an option is unknown, missing or invalid.
 *
 * @example
 * const guard = createGuard({
 *   verifiers: [
 *     createJwtVerifier(googleIap({ audience: '/projects/12345/global/backendServices/67890' })),
 *   ],
 *   token: createTokenFinder([{ header: 'x-goog-iap-jwt-assertion' }]),
 * });
 */
export function googleIap(options: GoogleIapOptions): JwtIssuer {
  checkOptions<GoogleIapOptions>('googleIap', options, { audience: true, ...PROVIDER_OPTIONS });
  const { audience } = options;
  const form = 'the signed header JWT audience, which begins with /projects/ and a number';
  checkForm({ owner: 'googleIap', name: 'audience', form }, audience, /^\/projects\/\d+\/\S+$/);
  return buildIssuer('googleIap', options, {
    issuer: 'https://cloud.google.com/iap',
    keySetUrl: 'https://www.gstatic.com/iap/verify/public_key-jwk',
    audience,
    algorithms: ['ES256'],
  });
}
