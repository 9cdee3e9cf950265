import { checkOptions } from '@mandate/internal/check-options';
import type { JwtIssuer } from '../jwt/jwt-issuer.js';
import { checkChoice, checkHost, toNames } from './check-values.js';
import { toScopeList } from './claim-values.js';
import { buildIssuer, PROVIDER_OPTIONS, type ProviderOptions } from './provider-options.js';

export interface Auth0Options extends ProviderOptions {
  /** The domain of the tenant, or the custom domain that tokens are requested from: `example.eu.auth0.com`. */
  readonly domain: string;
  /** The identifier of the API: Applications → APIs. A list holds alternatives. */
  readonly audience: string | readonly string[];
  /**
   * The claim that holds the scopes: `'permissions'` for an API with RBAC and "Add Permissions in the Access
   * Token", otherwise `'scope'`. The other claim is ignored, because without RBAC a client receives each
   * scope that it asks for, whatever the user may do.
   */
  readonly scopesFrom: 'scope' | 'permissions';
}

/**
 * Access tokens of Auth0, for one API, of both token profiles:
 * {@link https://auth0.com/docs/secure/tokens/access-tokens/access-token-profiles Access Token Profiles}.
 *
 * @throws TypeError if an option is unknown, missing or invalid.
 *
 * @example
 * const verifier = createJwtVerifier(
 *   auth0({ domain: 'example.eu.auth0.com', audience: 'https://api.example.com', scopesFrom: 'permissions' }),
 * );
 */
export function auth0(options: Auth0Options): JwtIssuer {
  checkOptions<Auth0Options>('auth0', options, {
    domain: true,
    audience: true,
    scopesFrom: true,
    ...PROVIDER_OPTIONS,
  });
  const { domain, scopesFrom } = options;
  checkHost('auth0', 'domain', domain);
  checkChoice({ owner: 'auth0', name: 'scopesFrom' }, scopesFrom, ['scope', 'permissions']);
  return buildIssuer('auth0', options, {
    issuer: `https://${domain}/`,
    keySetUrl: `https://${domain}/.well-known/jwks.json`,
    audience: toNames('auth0', 'audience', options.audience),
    algorithms: ['RS256', 'PS256'],
    scopes: (claims) => toScopeList(claims[scopesFrom]),
    // Both profiles name the client of an access token, so a token without one is an ID token.
    refuseClaims: ({ azp, client_id }) =>
      azp === undefined && client_id === undefined
        ? 'the token names no client, so it is not an access token of Auth0'
        : undefined,
  });
}
