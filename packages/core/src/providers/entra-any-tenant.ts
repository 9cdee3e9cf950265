import { checkOptions } from '@mandate/internal/check-options';
import { createTenantIssuer, type TenantIssuerOptions } from '../jwt/create-tenant-issuer.js';
import type { JwtIssuer } from '../jwt/jwt-issuer.js';
import { toNames } from './check-values.js';
import { rejectEntraToken, toEntraScopes } from './entra-claims.js';
import { type AuthorityHost, toAuthorityHost } from './entra-cloud.js';
import { buildIssuer, PROVIDER_OPTIONS, type ProviderOptions } from './provider-options.js';

export interface EntraAnyTenantOptions extends ProviderOptions {
  /**
   * The accepted tenants: their UUIDs in lower case, a function that returns whether a tenant is accepted, or
   * `'any'`, which accepts every customer of Microsoft, including private accounts.
   */
  readonly tenants: TenantIssuerOptions['tenants'];
  /** The Application (client) ID of the API. A list holds alternatives. */
  readonly audience: string | readonly string[];
  /** The host of a national cloud, as for `entra`. Default: `login.microsoftonline.com`. */
  readonly authorityHost?: AuthorityHost | undefined;
}

/**
 * Access tokens of version 2 of Microsoft Entra ID, for an API that several tenants use: {@link
 * https://learn.microsoft.com/entra/identity-platform/claims-validation Secure applications by validating
 * claims}.
 *
 * `iss`, `tid` and the `issuer` of the key that signed must name one tenant. Otherwise like `entra`.
 *
 * @throws TypeError if an option is unknown, missing or invalid.
 *
 * @example
 * const verifier = createJwtVerifier(
 *   entraAnyTenant({
 *     tenants: ['72f988bf-86f1-41af-91ab-2d7cd011db47'],
 *     audience: '6e74172b-be56-4843-9ff4-e66a39bb12e3',
 *   }),
 * );
 */
export function entraAnyTenant(options: EntraAnyTenantOptions): JwtIssuer {
  checkOptions<EntraAnyTenantOptions>('entraAnyTenant', options, {
    tenants: true,
    audience: true,
    authorityHost: true,
    ...PROVIDER_OPTIONS,
  });
  const host = toAuthorityHost('entraAnyTenant', options.authorityHost);
  return buildIssuer('entraAnyTenant', options, {
    issuer: createTenantIssuer({
      template: `https://${host}/{tid}/v2.0`,
      tenants: options.tenants,
    }),
    keySetUrl: `https://${host}/common/discovery/v2.0/keys`,
    audience: toNames('entraAnyTenant', 'audience', options.audience),
    algorithms: ['RS256'],
    scopes: toEntraScopes,
    refuseClaims: rejectEntraToken,
  });
}
