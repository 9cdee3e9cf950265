import { checkOptions } from '@mandate/internal/check-options';
import type { JwtIssuer } from '../jwt/jwt-issuer.js';
import { checkIssuerUrl } from '../keys/check-key-url.js';
import { createKeySet } from '../keys/remote-key-set.js';
import { checkForm, checkName, toNames } from './check-values.js';
import { getMember } from './claim-values.js';
import { buildIssuer, PROVIDER_OPTIONS, type ProviderOptions } from './provider-options.js';

export interface KeycloakOptions extends ProviderOptions {
  /** The URL of the server as it is in `iss`, without `/realms/…`: `https://sso.example.com`. */
  readonly url: string;
  /** The name of the realm. */
  readonly realm: string;
  /**
   * The client ID of the API. Only its client roles become scopes, because those of another client concern
   * another API.
   */
  readonly client: string;
  /** The accepted `aud`. Default: `client`, which an audience mapper or a client role of the user adds. */
  readonly audience?: string | readonly string[] | undefined;
  /** Whether `url` may be `http:` beyond loopback, inside a cluster. Default `false`. */
  readonly allowHttp?: boolean | undefined;
}

/**
 * Access tokens of a Keycloak realm:
 * {@link https://www.keycloak.org/docs/latest/server_admin/#_role_scope_mappings Server Administration Guide}.
 *
 * Scopes are the roles of `client` in `resource_access`; realm roles and roles of other clients are ignored.
 * The claim `typ` must be `Bearer`, so ID, refresh and log-out tokens are rejected.
 *
 * @throws TypeError if an option is unknown, missing or invalid.
 *
 * @example
 * const verifier = createJwtVerifier(
 *   keycloak({ url: 'https://sso.example.com', realm: 'staff', client: 'orders-api' }),
 * );
 */
export function keycloak(options: KeycloakOptions): JwtIssuer {
  checkOptions<KeycloakOptions>('keycloak', options, {
    url: true,
    realm: true,
    client: true,
    audience: true,
    allowHttp: true,
    ...PROVIDER_OPTIONS,
  });
  const { url, realm, client, allowHttp = false } = options;
  const form = 'the name of a realm, without slashes or white space';
  checkForm({ owner: 'keycloak', name: 'realm', form }, realm, /^[^\s/?#]+$/);
  checkName('keycloak', 'client', client);
  const issuer = `${typeof url === 'string' ? url.replace(/\/$/, '') : url}/realms/${realm}`;
  checkIssuerUrl('keycloak', issuer, allowHttp);
  return buildIssuer('keycloak', options, {
    issuer,
    keys:
      options.keys ?? createKeySet({ url: `${issuer}/protocol/openid-connect/certs`, allowHttp }),
    audience: toNames('keycloak', 'audience', options.audience ?? client),
    scopes: ({ resource_access }) => getMember(getMember(resource_access, client), 'roles') ?? [],
    refuseClaims: ({ typ }) =>
      typ === 'Bearer' ? undefined : 'the claim "typ" is not Bearer, so it is not an access token',
  });
}
