import { checkOptions } from '@mandate/internal/check-options';
import type { JwtIssuer } from '../jwt/jwt-issuer.js';
import { checkForm, checkHost, toNames } from './check-values.js';
import { toScopeList } from './claim-values.js';
import { buildIssuer, PROVIDER_OPTIONS, type ProviderOptions } from './provider-options.js';

export interface OktaOptions extends ProviderOptions {
  /** The Okta domain, or the custom domain that tokens are requested from: `example.okta.com`. */
  readonly domain: string;
  /**
   * The ID of the custom authorization server, such as `default` or `aus1a2b3c4d5e6f7g8h9`. Tokens of the org
   * authorization server are for Okta's own APIs, and cannot be verified by others.
   */
  readonly authorizationServer: string;
  /** The audience of the authorization server. A list holds alternatives. */
  readonly audience: string | readonly string[];
}

/**
 * Access tokens of an Okta custom authorization server:
 * {@link https://developer.okta.com/docs/reference/api/oidc/#access-token-payload Access token payload}.
 *
 * Scopes are those of `scp`, groups those of a `groups` claim. ID tokens are rejected.
 *
 * @throws TypeError if an option is unknown, missing or invalid.
 *
 * @example
 * const verifier = createJwtVerifier(
 *   okta({ domain: 'example.okta.com', authorizationServer: 'default', audience: 'api://default' }),
 * );
 */
export function okta(options: OktaOptions): JwtIssuer {
  checkOptions<OktaOptions>('okta', options, {
    domain: true,
    authorizationServer: true,
    audience: true,
    ...PROVIDER_OPTIONS,
  });
  const { domain, authorizationServer } = options;
  checkHost('okta', 'domain', domain);
  const form = 'the ID of a custom authorization server, such as default';
  checkForm({ owner: 'okta', name: 'authorizationServer', form }, authorizationServer, /^\w+$/);
  const issuer = `https://${domain}/oauth2/${authorizationServer}`;
  return buildIssuer('okta', options, {
    issuer,
    keySetUrl: `${issuer}/v1/keys`,
    audience: toNames('okta', 'audience', options.audience),
    algorithms: ['RS256'],
    scopes: ({ scp }) => toScopeList(scp),
    refuseClaims: ({ cid }) =>
      cid === undefined ? 'the token names no client (cid), so it is an ID token' : undefined,
  });
}
