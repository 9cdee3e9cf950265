import { checkOptions } from '@mandate/internal/check-options';
import type { JwtIssuer } from '../jwt/jwt-issuer.js';
import { checkHost, toNames } from './check-values.js';
import { toScopeList } from './claim-values.js';
import { buildIssuer, PROVIDER_OPTIONS, type ProviderOptions } from './provider-options.js';

export interface AdfsOptions extends ProviderOptions {
  /** The host of the federation service: `adfs.example.com`. */
  readonly host: string;
  /**
   * The identifier of the Web API; in `aud`, it may begin with `microsoft:identityserver:`. A list holds
   * alternatives.
   */
  readonly audience: string | readonly string[];
  /** The claim that becomes the subject, such as `upn`, which a claim rule must issue. Default: `sub`. */
  readonly subject?: string | undefined;
}

/**
 * Access tokens of AD FS 2016 and later:
 * {@link https://learn.microsoft.com/windows-server/identity/ad-fs/development/ad-fs-openid-connect-oauth-concepts AD FS OpenID Connect/OAuth concepts}.
 *
 * Their issuer is the identifier of the federation service, `http://adfs.example.com/adfs/services/trust`, and
 * not the URL of its metadata. Groups are those of `groups`, otherwise of `group`; a single group is a string.
 *
 * @throws TypeError if an option is unknown, missing or invalid.
 *
 * @example
 * const verifier = createJwtVerifier(
 *   adfs({ host: 'adfs.example.com', audience: 'https://api.example.com', subject: 'upn' }),
 * );
 */
export function adfs(options: AdfsOptions): JwtIssuer {
  checkOptions<AdfsOptions>('adfs', options, {
    host: true,
    audience: true,
    subject: true,
    ...PROVIDER_OPTIONS,
  });
  const { host, subject = 'sub' } = options;
  checkHost('adfs', 'host', host);
  const [claim = ''] = toNames('adfs', 'subject', subject);
  const audiences = toNames('adfs', 'audience', options.audience);
  return buildIssuer('adfs', options, {
    issuer: `http://${host}/adfs/services/trust`,
    keySetUrl: `https://${host}/adfs/discovery/keys`,
    audience: audiences.flatMap((one) => [one, `microsoft:identityserver:${one}`]),
    algorithms: ['RS256'],
    subject: (claims) => claims[claim],
    scopes: ({ scp }) => toScopeList(scp),
    groups: ({ groups, group }) => groups ?? group,
    refuseClaims: ({ appid }) =>
      appid === undefined ? 'the token names no client (appid), so it is an ID token' : undefined,
  });
}
