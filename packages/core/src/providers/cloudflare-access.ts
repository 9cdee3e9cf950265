import { checkOptions, type OptionNames } from '@mandate/internal/check-options';
import type { JwtIssuer } from '../jwt/jwt-issuer.js';
import { checkHost, toNames } from './check-values.js';
import { buildIssuer, PROVIDER_OPTIONS, type ProviderOptions } from './provider-options.js';

export interface CloudflareAccessOptions extends ProviderOptions {
  /** The team domain: `example.cloudflareaccess.com`. */
  readonly teamDomain: string;
  /** The Application Audience (AUD) tag. A list holds alternatives. All applications of the team share keys. */
  readonly audience: string | readonly string[];
}

const OPTIONS: OptionNames<CloudflareAccessOptions> = {
  teamDomain: true,
  audience: true,
  ...PROVIDER_OPTIONS,
};

/**
 * Application tokens of Cloudflare Access: {@link
 * https://developers.cloudflare.com/cloudflare-one/identity/authorization-cookie/application-token
 * Application token}.
 *
 * The token is in the header `cf-access-jwt-assertion`, so the guard needs a `token` place. The subject of a
 * service token, whose `sub` is empty, is its `common_name`. The tokens have no scopes, so endpoints must
 * require `[]`.
 *
 * @throws TypeError if an option is unknown, missing or invalid.
 *
 * @example
 * const guard = createGuard({
 *   verifiers: [
 *     createJwtVerifier(
 *       cloudflareAccess({
 *         teamDomain: 'example.cloudflareaccess.com',
 *         audience: '32eafc7626e974616deaf0dc3ce63d7bcbed58a2731e84d06bc3cdf1b53c4228',
 *       }),
 *     ),
 *   ],
 *   token: createTokenFinder([{ header: 'cf-access-jwt-assertion' }]),
 * });
 */
export function cloudflareAccess(options: CloudflareAccessOptions): JwtIssuer {
  checkOptions<CloudflareAccessOptions>('cloudflareAccess', options, OPTIONS);
  const { teamDomain } = options;
  checkHost('cloudflareAccess', 'teamDomain', teamDomain);
  return buildIssuer('cloudflareAccess', options, {
    issuer: `https://${teamDomain}`,
    keySetUrl: `https://${teamDomain}/cdn-cgi/access/certs`,
    audience: toNames('cloudflareAccess', 'audience', options.audience),
    algorithms: ['RS256'],
    subject: ({ sub, common_name }) => (sub === '' ? common_name : sub),
    // The global session of the team has the type "org".
    refuseClaims: ({ type }) =>
      type === 'app' ? undefined : 'the claim "type" is not app, so it is not an application token',
  });
}
