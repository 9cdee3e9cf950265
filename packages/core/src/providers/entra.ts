import { checkOptions } from '@mandate/internal/check-options';
import type { JwtIssuer } from '../jwt/jwt-issuer.js';
import { checkForm, toNames, UUID } from './check-values.js';
import { rejectEntraToken, toEntraScopes } from './entra-claims.js';
import { type AuthorityHost, toAuthorityHost, V1_HOSTS } from './entra-cloud.js';
import { buildIssuer, PROVIDER_OPTIONS, type ProviderOptions } from './provider-options.js';

export interface EntraOptions extends ProviderOptions {
  /** The Directory (tenant) ID, a UUID. `common` and `organizations` are not tenants: use `entraAnyTenant`. */
  readonly tenantId: string;
  /**
   * The Application (client) ID of the API for tokens of version 2; for version 1 that or the Application ID
   * URI. A list holds alternatives.
   */
  readonly audience: string | readonly string[];
  /**
   * The host of a national cloud: {@link
   * https://learn.microsoft.com/entra/identity-platform/authentication-national-cloud National clouds}. Default:
   * `login.microsoftonline.com`.
   */
  readonly authorityHost?: AuthorityHost | undefined;
}

/**
 * Access tokens of Microsoft Entra ID for one tenant, of versions 1 and 2: {@link
 * https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference Access token claims}.
 *
 * Scopes are those of `scp`, for app-only tokens the app roles in `roles`. ID tokens are rejected.
 *
 * @throws TypeError if an option is unknown, missing or invalid.
 *
 * @example
 * const verifier = createJwtVerifier(
 *   entra({
 *     tenantId: '72f988bf-86f1-41af-91ab-2d7cd011db47',
 *     audience: '6e74172b-be56-4843-9ff4-e66a39bb12e3',
 *   }),
 * );
 */
export function entra(options: EntraOptions): JwtIssuer {
  checkOptions<EntraOptions>('entra', options, {
    tenantId: true,
    audience: true,
    authorityHost: true,
    ...PROVIDER_OPTIONS,
  });
  const form = 'the UUID of a tenant; for several tenants use entraAnyTenant';
  checkForm({ owner: 'entra', name: 'tenantId', form }, options.tenantId, UUID);
  const tenantId = options.tenantId.toLowerCase();
  const host = toAuthorityHost('entra', options.authorityHost);
  return buildIssuer('entra', options, {
    issuer: [`https://${host}/${tenantId}/v2.0`, `https://${V1_HOSTS[host]}/${tenantId}/`],
    keySetUrl: `https://${host}/${tenantId}/discovery/v2.0/keys`,
    audience: toNames('entra', 'audience', options.audience),
    algorithms: ['RS256'],
    scopes: toEntraScopes,
    refuseClaims: (claims) =>
      claims['tid'] === tenantId
        ? rejectEntraToken(claims)
        : 'the token belongs to another tenant (tid)',
  });
}
